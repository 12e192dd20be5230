"""Signing up, as people, robots, link scanners and list bombers do it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest

from publisher.config.tables import Config
from publisher.domain.sign_up import Notice
from publisher.domain.subscriber import Rhythm
from publisher.web.listen import serve
from publisher.web.public.app import public_app
from publisher.workflow.audience.signing_up import send_notices
from tests.fakes import FakeNewsletter
from tests.web.newsroom import Newsroom, a_config, open_newsroom


def newsletter_of(newsroom: Newsroom) -> FakeNewsletter:
    return cast(FakeNewsletter, newsroom.office.channels["newsletter"])


def notices(newsroom: Newsroom) -> list[Notice]:
    """The mails that the sign-ups so far have caused."""
    send_notices(newsroom.office)
    return newsletter_of(newsroom).notices


def readers(newsroom: Newsroom) -> list[str]:
    return [subscriber.address for subscriber in newsroom.store.audience.subscribers("newsletter")]


def hidden(page: str) -> dict[str, str]:
    """What a browser sends along unseen."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return dict(found)


def filled(newsroom: Newsroom, public: httpx.Client, path: str = "/subscribe", **fields: object) -> dict[str, object]:
    """The form, shown and then filled in as slowly as people do."""
    form: dict[str, object] = {**hidden(public.get(path).text), "address": "anna@leser.example", "rhythm": "immediate"}
    newsroom.clock.moment += timedelta(seconds=10)
    return form | fields


def sign_up(newsroom: Newsroom, public: httpx.Client, path: str = "/subscribe", **fields: object) -> httpx.Response:
    return public.post(path, data=filled(newsroom, public, path, **fields), follow_redirects=True)


def link(notice: Notice) -> str:
    """The way from a mail to the pages, without their host."""
    found = re.search(r"https://presse\.musterstadt\.example(\S+)", notice.text)
    assert found is not None
    return found[1]


def test_a_reader_signs_up_confirms_and_is_entered_with_the_proof(newsroom: Newsroom, public: httpx.Client) -> None:
    answer = sign_up(newsroom, public, topics=["kultur"], rhythm="weekly")
    assert "Bitte sehen Sie in Ihr Postfach" in answer.text
    assert readers(newsroom) == []
    (notice,) = notices(newsroom)
    assert notice.to == "anna@leser.example"
    page = public.get(link(notice))
    assert "<dd>Kultur</dd>" in page.text
    assert "Einmal in der Woche" in page.text
    assert readers(newsroom) == []
    assert "Sie sind angemeldet" in public.post(link(notice)).text
    (anna,) = newsroom.store.audience.subscribers("newsletter")
    assert (anna.topics, anna.rhythm, anna.language) == (("kultur",), Rhythm.WEEKLY, "de")
    assert "über https://presse.musterstadt.example/subscribe am Mittwoch, 25. November 2026" in anna.evidence
    assert "Ich möchte den Newsletter „Stadt Musterstadt“ per E-Mail bekommen." in anna.evidence
    assert "IP" not in anna.evidence


def test_the_form_says_what_happens_to_the_data_and_how_to_read_along_without_any(public: httpx.Client) -> None:
    page = public.get("/subscribe").text
    for words in ("Art. 7 Abs. 3 DSGVO", "Art. 6 Abs. 1", "feed.atom", "https://musterstadt.example/datenschutz"):
        assert words in page
    assert page.index("Art. 7 Abs. 3") < page.index('<button type="submit">Anmelden')


def test_known_unknown_and_former_readers_get_the_same_answer(newsroom: Newsroom, public: httpx.Client) -> None:
    newsroom.subscribe("kim@leser.example")
    gone = newsroom.subscribe("lee@leser.example")
    newsroom.store.audience.leave(gone.token, newsroom.clock.now())
    names = ("kim@leser.example", "lee@leser.example", "neu@leser.example")
    answers = [sign_up(newsroom, public, address=name) for name in names]
    assert len({(answer.status_code, answer.text, str(answer.url)) for answer in answers}) == 1
    subjects = {notice.to: notice.subject for notice in notices(newsroom)}
    assert subjects["kim@leser.example"].startswith("Sie sind schon angemeldet")
    assert subjects["lee@leser.example"] == subjects["neu@leser.example"]


def test_a_hundred_sign_ups_for_one_address_make_one_mail_and_a_hundred_same_answers(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    form = filled(newsroom, public)
    answers = {public.post("/subscribe", data=form, follow_redirects=True).text for _ in range(100)}
    assert len(answers) == 1
    assert len(notices(newsroom)) == 1


def test_a_double_press_makes_one_mail_and_going_back_shows_the_form_again(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    form = filled(newsroom, public)
    first = public.post("/subscribe", data=form)
    assert (first.status_code, first.headers["location"]) == (303, "subscribe/asked")
    assert public.post("/subscribe", data=form).headers["location"] == "subscribe/asked"
    assert len(notices(newsroom)) == 1


def test_a_link_scanner_opens_everything_and_nothing_changes(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    sign_up(newsroom, public)
    (notice,) = notices(newsroom)
    token = link(notice).partition("?")[0].rpartition("/")[2]
    own = f"/preferences/{reader.token}"
    for path in (f"/confirm/{token}", own, f"{own}/erase", f"/unsubscribe/{reader.token}", "/subscribe/asked"):
        for ask in (public.get, public.head, public.get):
            assert ask(path).status_code == 200, path
    assert public.get(f"{own}/export").status_code == 405
    assert readers(newsroom) == [reader.address]
    assert newsroom.store.audience.by_token(reader.token) == reader
    assert len(notices(newsroom)) == 1


def test_confirming_twice_going_back_and_coming_later_say_the_same(newsroom: Newsroom, public: httpx.Client) -> None:
    sign_up(newsroom, public)
    path = link(notices(newsroom)[0])
    pages = [public.post(path), public.post(path), public.get(path)]
    assert {page.status_code for page in pages} == {200}
    assert all("Sie sind angemeldet" in page.text for page in pages)
    assert readers(newsroom) == ["anna@leser.example"]


def test_after_seven_days_the_link_is_no_longer_good(newsroom: Newsroom, public: httpx.Client) -> None:
    sign_up(newsroom, public)
    path = link(notices(newsroom)[0])
    newsroom.clock.moment += timedelta(days=7)
    for page in (public.get(path), public.post(path), public.get("/confirm/erfunden"), public.post("/confirm/x")):
        assert page.status_code == 404
        assert "Dieser Link gilt nicht mehr" in page.text
    assert readers(newsroom) == []


@pytest.mark.parametrize(
    "address",
    [
        "keine Adresse",
        "anna@leser.example\r\nBcc: alle@leser.example",
        "anna@leser.example, bert@leser.example",
        "Anna <anna@leser.example>",
        "a" * 300 + "@leser.example",
        "<script>@leser.example",
        "",
    ],
)
def test_what_is_no_address_is_said_beside_the_field_and_sends_nothing(
    newsroom: Newsroom, public: httpx.Client, address: str
) -> None:
    answer = sign_up(newsroom, public, address=address, topics=["kultur"], rhythm="daily")
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="address-fault"' in answer.text
    assert "<title>Fehler: Newsletter abonnieren" in answer.text
    assert "<script>" not in answer.text
    assert 'value="kultur" checked' in answer.text
    assert 'value="daily" checked' in answer.text
    assert notices(newsroom) == []


@pytest.mark.parametrize("typed", ["anna@bücher.example", "anna@xn--bcher-kva.example", "  anna@BÜCHER.example "])
def test_an_umlaut_domain_is_one_address_however_the_browser_writes_it(
    newsroom: Newsroom, public: httpx.Client, typed: str
) -> None:
    sign_up(newsroom, public, address=typed)
    assert [notice.to for notice in notices(newsroom)] == ["anna@bücher.example"]


def test_a_robot_that_fills_in_everything_gets_the_answer_and_no_mail(newsroom: Newsroom, public: httpx.Client) -> None:
    human, robot = sign_up(newsroom, public), sign_up(newsroom, public, address="x@leser.example", website="x.example")
    assert robot.text == human.text
    assert [notice.to for notice in notices(newsroom)] == ["anna@leser.example"]


def test_whoever_is_too_quick_is_asked_to_press_once_more(newsroom: Newsroom, public: httpx.Client) -> None:
    form: dict[str, object] = {**hidden(public.get("/subscribe").text), "address": "anna@leser.example"}
    answer = public.post("/subscribe", data=form)
    assert "Das ging sehr schnell" in answer.text
    assert 'value="anna@leser.example"' in answer.text
    assert notices(newsroom) == []
    newsroom.clock.moment += timedelta(seconds=3)
    public.post("/subscribe", data=form | hidden(answer.text))
    assert len(notices(newsroom)) == 1


@pytest.mark.parametrize("stamp", ["", "1.abc", "99999999999.abc", "٣.abc", "ümlaut", "." * 5_000])
def test_a_forged_stamp_shows_the_form_again_filled_in(newsroom: Newsroom, public: httpx.Client, stamp: str) -> None:
    answer = sign_up(newsroom, public, stamp=stamp, topics=["kultur"])
    assert answer.status_code == 200
    assert "Bitte sehen Sie Ihre Angaben noch einmal durch" in answer.text
    assert 'value="anna@leser.example"' in answer.text
    assert 'value="kultur" checked' in answer.text
    assert notices(newsroom) == []


def test_a_form_left_open_over_night_or_in_another_language_is_shown_again(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    form = filled(newsroom, public)
    assert "Please check what you entered" in public.post("/subscribe?lang=en", data=form).text
    newsroom.clock.moment += timedelta(hours=13)
    assert "noch einmal durch" in public.post("/subscribe", data=form).text
    assert notices(newsroom) == []


def test_a_plain_form_on_the_citys_site_leads_to_ours_filled_in(newsroom: Newsroom, public: httpx.Client) -> None:
    answer = public.post("/subscribe", data={"address": "anna@leser.example", "topics": "kultur"})
    assert answer.status_code == 200
    assert "Art. 7 Abs. 3 DSGVO" in answer.text
    newsroom.clock.moment += timedelta(seconds=10)
    public.post("/subscribe", data=hidden(answer.text) | {"address": "anna@leser.example", "topics": "kultur"})
    assert len(notices(newsroom)) == 1


@pytest.mark.parametrize("body", [b"x" * 10_000_000, b"&" * 5_000, b"\xff\xfe=%ff", b"address=%00", b"{}"])
def test_bodies_that_make_no_sense_show_the_form(newsroom: Newsroom, public: httpx.Client, body: bytes) -> None:
    answer = public.post("/subscribe", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code in (200, 422)
    assert "Newsletter abonnieren" in answer.text
    assert notices(newsroom) == []


def test_topics_and_rhythms_that_do_not_exist_are_left_out(newsroom: Newsroom, public: httpx.Client) -> None:
    sign_up(newsroom, public, topics=["kultur", "erfunden"], rhythm="stündlich")
    public.post(link(notices(newsroom)[0]))
    (anna,) = newsroom.store.audience.subscribers("newsletter")
    assert (anna.topics, anna.rhythm) == (("kultur",), Rhythm.IMMEDIATE)


def test_the_language_stays_from_the_form_through_the_mail_to_the_last_page(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    answer = sign_up(newsroom, public, "/subscribe?lang=en")
    assert "Please check your inbox" in answer.text
    assert 'href="../subscribe?lang=en"' in answer.text
    (notice,) = notices(newsroom)
    assert notice.subject.startswith("Please confirm")
    page = public.get(link(notice), headers={"accept-language": "de"})
    assert "Confirm your subscription" in page.text
    assert "I would like to receive" in page.text
    last = public.post(link(notice)).text
    assert "?lang=en" in re.findall(r'href="\.\./(preferences/[^"]+)"', last)[0]


def test_nobody_is_told_whose_link_it_was(newsroom: Newsroom, public: httpx.Client) -> None:
    sign_up(newsroom, public)
    page = public.get(link(notices(newsroom)[0]))
    assert "anna@leser.example" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers


@pytest.fixture
def elsewhere(tmp_path: Path, sqlite_model: Path) -> Iterator[tuple[Newsroom, httpx.Client]]:
    """An office behind a proxy, whose form stands on the city's site, and which keeps IP addresses."""
    plain = a_config(tmp_path)
    web = plain.web.model_copy(
        update={"trusted_proxies": ("127.0.0.0/8",), "embed_from": ("https://www.musterstadt.example",)}
    )
    config: Config = plain.model_copy(update={"web": web})
    with open_newsroom(tmp_path, config, template=sqlite_model) as newsroom:
        newsletter_of(newsroom).evidence_ip = True
        listener = serve(public_app(newsroom.office), "127.0.0.1", 0)
        with httpx.Client(base_url=listener.address, trust_env=False) as client:
            yield newsroom, client
        listener.stop()


def test_behind_a_proxy_each_network_has_its_own_brake_and_the_proof_has_the_right_address(
    elsewhere: tuple[Newsroom, httpx.Client],
) -> None:
    newsroom, client = elsewhere
    for number in range(35):
        client.headers["x-forwarded-for"] = f"1.2.3.4, 198.51.{number}.7"
        sign_up(newsroom, client, address=f"leser{number}@leser.example")
    assert len(notices(newsroom)) == 35
    client.post(link(notices(newsroom)[0]))
    (reader,) = newsroom.store.audience.subscribers("newsletter")
    assert reader.evidence.endswith(" IP-Adresse bei der Anmeldung: 198.51.0.7.")


def test_one_network_is_braked_and_is_not_told(elsewhere: tuple[Newsroom, httpx.Client]) -> None:
    newsroom, client = elsewhere
    client.headers["x-forwarded-for"] = "198.51.100.7"
    answers = {sign_up(newsroom, client, address=f"leser{number}@leser.example").text for number in range(35)}
    assert len(answers) == 1
    assert len(notices(newsroom)) == 30


def test_behind_a_proxy_that_nobody_named_readers_do_not_brake_each_other(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    for number in range(35):
        sign_up(newsroom, public, address=f"leser{number}@leser.example")
    assert len(notices(newsroom)) == 35


def test_only_the_embedded_form_may_stand_in_a_frame_and_only_on_named_sites(
    elsewhere: tuple[Newsroom, httpx.Client], public: httpx.Client
) -> None:
    newsroom, client = elsewhere
    framed = client.get("/subscribe/embed")
    assert "frame-ancestors https://www.musterstadt.example" in framed.headers["content-security-policy"]
    answer = sign_up(newsroom, client, "/subscribe/embed")
    assert str(answer.url).endswith("/subscribe/embed/asked")
    assert "frame-ancestors https://www.musterstadt.example" in answer.headers["content-security-policy"]
    (notice,) = notices(newsroom)
    client.post(link(notice))
    assert "/subscribe/embed" in newsroom.store.audience.subscribers("newsletter")[0].evidence
    for path in ("/subscribe", link(notice), "/"):
        assert "frame-ancestors 'none'" in client.get(path).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in public.get("/subscribe/embed").headers["content-security-policy"]


def test_with_several_newsletters_people_choose_first_and_agree_to_that_one(tmp_path: Path, sqlite_model: Path) -> None:
    with open_newsroom(tmp_path, template=sqlite_model) as newsroom:
        channels = {
            "newsletter": FakeNewsletter(),
            "amtsblatt": FakeNewsletter(name="amtsblatt", title="Das Amtsblatt", topics={}),
        }
        office = replace(newsroom.office, channels=channels)
        listener = serve(public_app(office), "127.0.0.1", 0)
        with httpx.Client(base_url=listener.address, trust_env=False) as client:
            assert 'href="?newsletter=amtsblatt"' in client.get("/subscribe").text
            assert client.get("/subscribe?newsletter=erfunden").status_code == 404
            form = hidden(client.get("/subscribe?newsletter=amtsblatt").text)
            newsroom.clock.moment += timedelta(seconds=10)
            client.post("/subscribe", data=form | {"address": "anna@leser.example"})
            send_notices(office)
            [notice] = channels["amtsblatt"].notices
            for answer in (client.get(link(notice)), client.post(link(notice))):
                assert "Newsletter „Das Amtsblatt“" in answer.text
        listener.stop()
        [anna] = office.store.audience.subscribers("amtsblatt")
        assert "„Das Amtsblatt“" in anna.evidence


def test_without_a_newsletter_there_is_no_form(tmp_path: Path, sqlite_model: Path) -> None:
    with open_newsroom(tmp_path, template=sqlite_model) as newsroom:
        listener = serve(public_app(replace(newsroom.office, channels={})), "127.0.0.1", 0)
        with httpx.Client(base_url=listener.address, trust_env=False) as client:
            assert client.get("/subscribe").status_code == 404
            assert "subscribe" not in client.get("/").text
        listener.stop()
