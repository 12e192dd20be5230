"""What the sandbox holds outlives the process that made it, and several processes may use it at once."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from publisher.sandbox.seen import Blob, NewPost, Span
from publisher.sandbox.state import State


def post(ref: str = "1", platform: str = "mastodon", text: str = "Grüße #Stadt") -> NewPost:
    return NewPost(
        platform=platform,
        author="presse",
        ref=ref,
        url=f"http://127.0.0.1:8000/sandbox/{platform}/@presse/{ref}",
        text=text,
        spans=(Span(start=6, end=12, url="http://127.0.0.1:8000/tags/Stadt"),),
        pictures=(("b-1", "Ein Bild"),),
        card=("https://a.example", "Titel", "Beschreibung", "b-1"),
        language="de",
        record={"text": text},
    )


def test_a_post_is_read_as_followers_see_it(tmp_path: Path) -> None:
    state = State(tmp_path / "var" / "sandbox.db")
    state.keep_blob("mastodon", "presse", Blob(ref="b-1", media_type="image/png", data=b"png"))
    state.keep_post(post())

    (seen,) = State(tmp_path / "var" / "sandbox.db").posts()

    assert seen.text[seen.spans[0].start : seen.spans[0].end] == "#Stadt"
    assert [(picture.alt, picture.data) for picture in seen.pictures] == [("Ein Bild", b"png")]
    assert seen.card is not None
    assert (seen.card.title, seen.card.picture and seen.card.picture.data) == ("Titel", b"png")
    assert abs((datetime.now(UTC) - seen.at).total_seconds()) < 60


def test_posts_are_shown_newest_first_and_by_platform(tmp_path: Path) -> None:
    state = State(tmp_path / "sandbox.db")
    for ref, platform in (("1", "mastodon"), ("2", "bluesky"), ("3", "mastodon")):
        state.keep_post(post(ref, platform))

    assert [seen.ref for seen in state.posts()] == ["3", "2", "1"]
    assert [seen.ref for seen in state.posts(platform="mastodon")] == ["3", "1"]
    assert state.posts(author="niemand") == []


def test_a_name_is_given_once(tmp_path: Path) -> None:
    state = State(tmp_path / "sandbox.db")

    assert state.keep_post(post(text="Erste Worte"))
    assert not state.keep_post(post(text="Zweite Worte"))
    assert [seen.text for seen in state.posts()] == ["Erste Worte"]


def test_a_mail_that_came_twice_is_seen_twice(tmp_path: Path) -> None:
    state = State(tmp_path / "sandbox.db")
    for _ in range(2):
        state.keep_mail("presse@musterstadt.example", ["leserin@post.example"], b"Subject: Hallo\r\n\r\nGuten Tag\r\n")

    newest, oldest = state.mails()
    assert newest.id > oldest.id
    assert newest.recipients == ("leserin@post.example",)
    assert state.mail(oldest.id) == oldest
    assert state.mail_count() == 2


def test_four_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    script = (
        "import sys; from pathlib import Path; from publisher.sandbox.state import State\n"
        "state = State(Path(sys.argv[1]))\n"
        "for _ in range(25): state.keep_mail('a@a.example', ['b@b.example'], b'x')"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(file)]) for _ in range(4)]

    assert [process.wait(timeout=60) for process in running] == [0, 0, 0, 0]
    assert State(file).mail_count() == 100
