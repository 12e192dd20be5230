"""Links by their addresses, by their words, and by what looking at them showed."""

import pytest

from publisher.checks.addresses import links_of, may_be_looked_at
from publisher.checks.desk import Examination, examine
from publisher.domain.finding import Severity
from publisher.domain.link import LinkAnswer
from publisher.messages import remark
from tests.checks import NOW, TEXT, ZONE, an_announcement, codes, findings


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://www.musterstadt.de/plan", "link-without-tls"),
        ("http://localhost/plan", "link-localhost"),
        ("https://127.0.0.1:8000/plan", "link-localhost"),
        ("https://intranet.musterstadt.de/plan", "link-intranet"),
        ("http://webserver/plan", "link-intranet"),
        ("http://10.0.3.7/plan", "link-intranet"),
        ("https://presse.musterstadt.lan", "link-intranet"),
        ("https://preview.musterstadt.de/", "link-preview"),
        ("https://test-www.musterstadt.de/", "link-preview"),
        ("https://www.musterstadt.de/vorschau/plan", "link-preview"),
        ("https://www.musterstadt.de/?p=7&preview=true", "link-preview"),
        ("https://www.musterstadt.de/?a=1&utm_source=x", "tracking-in-link"),
        ("https://www.musterstadt.de/?fbclid=abc", "tracking-in-link"),
    ],
)
def test_an_address_that_readers_should_not_get_is_warned_of(url: str, code: str) -> None:
    assert codes(an_announcement(f"{TEXT} Mehr: {url}")) == [code]
    assert codes(an_announcement(link=url)) == [code]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.musterstadt.de/test/latest-plan",
        "https://contest.musterstadt.de",
        "https://devon.musterstadt.de/intern",
        "https://www.musterstadt.de/?id=utm_source",
        "https://8.8.8.8/",
        "https://[kaputt",
    ],
)
def test_addresses_that_only_look_like_it_pass(url: str) -> None:
    assert codes(an_announcement(f"{TEXT} Mehr: {url}")) == []


@pytest.mark.parametrize("words", ["hier", "Hier klicken", "mehr", "weiterlesen", "Link", "click here", "→ mehr"])
def test_words_that_do_not_say_where_a_link_leads_are_warned_of(words: str) -> None:
    announcement = an_announcement(html=f'<p><a href="https://www.musterstadt.de/a">{words}</a></p>')
    assert codes(announcement) == ["link-text-empty"]


def test_words_that_say_it_pass() -> None:
    html = '<p><a href="https://www.musterstadt.de/a">Anmeldung <strong>hier</strong> im Rathaus</a></p>'
    assert codes(an_announcement(html=html)) == []


def test_every_link_is_found_once_whole_and_without_the_full_stop_behind_it() -> None:
    announcement = an_announcement(
        "Unter https://a.de/x. Oder (https://b.de/y), auch „https://c.de“!",
        link="https://a.de/x",
        html='<p><a href="https://d.de/?a=1&amp;b=2">D</a> <a name="x">ohne</a></p>',
    )
    assert [link.url for link in links_of(announcement)] == [
        "https://a.de/x",
        "https://d.de/?a=1&b=2",
        "https://b.de/y",
        "https://c.de",
    ]


@pytest.mark.parametrize(
    "url", ["https://musterstadt.example/x", "http://localhost", "http://10.0.0.1", "https://x.test"]
)
def test_inner_names_and_those_made_for_examples_are_not_asked(url: str) -> None:
    assert not may_be_looked_at(url)


def looked(answer: LinkAnswer) -> list[str]:
    announcement = an_announcement(link="https://www.musterstadt.de/a")
    about = Examination(now=NOW, zone=ZONE, pictures_need_alt=True, links={"https://www.musterstadt.de/a": answer})
    return [f"{finding.code} {remark(finding, 'de')}" for finding in examine(announcement, about)]


def test_who_does_not_answer_is_told_with_the_reason() -> None:
    (told,) = looked(LinkAnswer(reached=False, said="404"))
    assert told.startswith("link-unreachable")
    assert "(404)" in told


def test_a_redirect_to_another_house_is_told_and_one_within_the_house_is_not() -> None:
    (told,) = looked(LinkAnswer(reached=True, final="https://parking.com/a"))
    assert told.startswith("link-redirects-elsewhere")
    assert "parking.com" in told
    assert looked(LinkAnswer(reached=True, final="https://musterstadt.de/b")) == []


def test_an_address_that_leads_inside_is_told_as_such() -> None:
    (told,) = looked(LinkAnswer(reached=False, inside=True))
    assert told.startswith("link-intranet")


def test_what_was_not_looked_at_is_not_judged() -> None:
    assert codes(an_announcement(link="https://www.musterstadt.de/a")) == []
    assert findings(an_announcement()) == ()


@pytest.mark.parametrize("place", ["file:///C:/Presse/kita.docx", r"\\server01\Presse\kita.docx"])
def test_a_place_on_the_offices_own_disks_is_no_link_for_readers(place: str) -> None:
    (finding,) = findings(an_announcement(f"Das Foto liegt unter {place} bereit."))
    assert (finding.code, finding.severity, finding.excerpt) == ("link-intranet", Severity.WARNING, place)
