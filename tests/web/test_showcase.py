"""The sandbox's pages: posts and mails as followers would see them, marked as unpublished."""

from email.message import EmailMessage

import httpx

from publisher.sandbox.seen import Blob, NewPost, Span
from publisher.sandbox.state import State
from tests.web.newsroom import a_picture

MARK = "Sandbox – nichts davon ist veröffentlicht."


def keep_a_post(sandbox_state: State, platform: str = "mastodon", author: str = "stadt", ref: str = "17") -> None:
    text = "Brücke <gesperrt> https://musterstadt.example/b #Verkehr"
    start, tag = text.index("https"), text.index("#")
    sandbox_state.keep_blob(platform, author, Blob(ref="b1", media_type="image/jpeg", data=a_picture()[1]))
    post = NewPost(
        platform=platform,
        author=author,
        ref=ref,
        url=f"http://127.0.0.1:8000/sandbox/{platform}/@{author}/{ref}",
        text=text,
        spans=(
            Span(start=start, end=tag - 1, url="https://musterstadt.example/b"),
            Span(start=tag, end=len(text), url="http://127.0.0.1:8000/tags/Verkehr"),
        ),
        pictures=(("b1", "Die gesperrte Brücke"),),
        card=("https://musterstadt.example/b", "Brücke", "Ab Dienstag", ""),
        language="de",
        record={},
    )
    sandbox_state.keep_post(post)


def keep_a_mail(sandbox_state: State) -> None:
    message = EmailMessage()
    message["From"] = "Stadt Musterstadt <news@musterstadt.example>"
    message["To"] = "leserin@leser.example"
    message["Subject"] = "Brücke am Hafen gesperrt"
    message["List-Unsubscribe"] = "<https://presse.musterstadt.example/unsubscribe/abc>"
    message.set_content("Die Brücke ist gesperrt.")
    message.add_alternative("<h1>Brücke</h1><script>alert(1)</script>", subtype="html")
    sandbox_state.keep_mail("news@musterstadt.example", ["leserin@leser.example"], message.as_bytes())


def test_a_post_stands_at_the_address_of_its_receipt_as_followers_see_it(
    desk: httpx.Client, sandbox_state: State
) -> None:
    keep_a_post(sandbox_state)
    page = desk.get("/sandbox/mastodon/@stadt/17").text
    assert MARK in page
    assert "Brücke &lt;gesperrt&gt;" in page
    assert '<a href="https://musterstadt.example/b" rel="noreferrer">https://musterstadt.example/b</a>' in page
    assert '<span class="hashtag">#Verkehr</span>' in page
    assert 'alt="Die gesperrte Brücke"' in page
    assert "Ab Dienstag" in page
    assert desk.get("/sandbox/pictures/mastodon/b1").headers["content-type"] == "image/jpeg"


def test_bluesky_posts_have_their_own_addresses(desk: httpx.Client, sandbox_state: State) -> None:
    keep_a_post(sandbox_state, "bluesky", "stadt.test", "3kabc")
    assert MARK in desk.get("/sandbox/bluesky/profile/stadt.test/post/3kabc").text
    assert desk.get("/sandbox/bluesky/profile/stadt.test/post/3kxyz").status_code == 404


def test_the_list_shows_posts_and_mails_and_is_marked(desk: httpx.Client, sandbox_state: State) -> None:
    assert "Noch nichts gesendet." in desk.get("/sandbox/").text
    keep_a_post(sandbox_state)
    keep_a_mail(sandbox_state)
    page = desk.get("/sandbox/").text
    assert MARK in page
    assert "Brücke am Hafen gesperrt" in page
    assert 'href="../sandbox/mastodon/@stadt/17"' in page


def test_a_mail_shows_its_headers_its_text_and_its_html_in_a_frame(desk: httpx.Client, sandbox_state: State) -> None:
    keep_a_mail(sandbox_state)
    page = desk.get("/sandbox/mail/1").text
    assert MARK in page
    assert "leserin@leser.example" in page
    assert "Die Brücke ist gesperrt." in page
    assert 'href="https://presse.musterstadt.example/unsubscribe/abc"' in page
    assert "<script" not in page
    framed = desk.get("/sandbox/mail/1/html")
    assert framed.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert desk.get("/sandbox/mail/2").status_code == 404


def test_an_upload_that_is_no_picture_is_not_served(desk: httpx.Client, sandbox_state: State) -> None:
    for media_type in ("text/html", "image/svg+xml"):
        sandbox_state.keep_blob("bluesky", "stadt.test", Blob(ref="x", media_type=media_type, data=b"<script>"))
        assert desk.get("/sandbox/pictures/bluesky/x").status_code == 404


def test_without_a_sandbox_there_are_no_such_pages(public: httpx.Client) -> None:
    assert public.get("/sandbox/", follow_redirects=True).status_code == 404
