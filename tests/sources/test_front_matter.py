"""Front matter: German or English keys, values as people write them, and no YAML bomb."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.domain.announcement import Audience, Grade
from publisher.domain.draft import Draft
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Severity, holds
from publisher.sources.folder.reading import read_file
from publisher.sources.manuscript.times import read_moment
from tests.sources.desk import OFFICE

BERLIN = ZoneInfo("Europe/Berlin")


def draft_of(folder: Path, front: str, text: str = "Der Text.", name: str = "meldung.md") -> Draft:
    file = folder / name
    file.write_text(f"---\n{front}\n---\n{text}\n", encoding="utf-8")
    return read_file(file, OFFICE)


def codes(draft: Draft) -> set[tuple[str, str]]:
    return {(finding.severity.value, finding.code) for finding in draft.findings}


def test_german_and_english_keys_mean_the_same(tmp_path: Path) -> None:
    german = draft_of(
        tmp_path,
        "Überschrift: Bad öffnet\nvorspann: Ab Montag.\nkurztext: Kurz.\nkurztext.bluesky: Blau.\npflichtsatz: Muss.\n"
        "sprache: Leichte Sprache\nsperrfrist: 12.11.2025 18:00\nveroeffentlichen: 12. November 2025, 19 Uhr\n"
        "gültig bis: 30.11.2025\neilmeldung: ja\nzielgruppe: presse\nthemen: kultur, verkehr\nschlagworte: [Bad, '#Sport']\n"
        "kontakt: Jana Vogt\nkanäle: mastodon\nfolgt auf: a-1\nfassung_von: b-2\nart: Berichtigung\nid: 2025-11-12-abc234",
    )
    english = draft_of(
        tmp_path,
        "headline: Bad öffnet\nlead: Ab Montag.\nshort: {alle: Kurz., bluesky: Blau.}\nmust: Muss.\n"
        "language: de-simple\nembargo: 2025-11-12T17:00Z\npublish: 2025-11-12 19:00\nexpires: 2025-11-30\nurgent: true\n"
        "audience: press\ntopics:\n- kultur\n- verkehr\ntags: Bad, Sport\ncontact: Jana Vogt\nchannels: [mastodon]\n"
        "follows: a-1\nversion-of: b-2\ngrade: correction\nid: 2025-11-12-abc234",
    )
    assert german == english
    told = german.announcement
    assert told.short == {"": "Kurz.", "bluesky": "Blau."}
    assert (told.audience, told.grade, told.urgent) == (Audience.PRESS, Grade.CORRECTION, True)
    assert told.embargo == datetime(2025, 11, 12, 17, tzinfo=UTC)
    assert told.expires == datetime(2025, 11, 30, 23, tzinfo=UTC)
    assert (told.tags, told.topics, told.language) == (("Bad", "Sport"), ("kultur", "verkehr"), "de-simple")
    assert (german.revises, german.findings) == ("2025-11-12-abc234", ())


def test_values_stay_what_was_written(tmp_path: Path) -> None:
    told = draft_of(tmp_path, "headline: 01234\nlead: 12:30\nshort: NO\nmust: ~").announcement
    assert (told.headline, told.lead, told.short, told.must) == ("01234", "12:30", {"": "NO"}, "~")


def test_a_colon_or_quotation_in_a_value_is_no_mistake(tmp_path: Path) -> None:
    told = draft_of(
        tmp_path, 'headline: Vogt: „Wir bauen“: bald\nlead: "Bald" sagt sie\nmust: @stadt & *alle*'
    ).announcement
    assert told.headline == "Vogt: „Wir bauen“: bald"
    assert told.lead == '"Bald" sagt sie'


def test_byte_order_mark_and_windows_line_ends_do_not_hide_it(tmp_path: Path) -> None:
    file = tmp_path / "meldung.md"
    file.write_bytes(b"\xef\xbb\xbf---\r\nheadline: Bad\r\n---\r\n\r\nText.\r\n")
    assert read_file(file, OFFICE).announcement.headline == "Bad"


def test_text_files_may_have_it_too(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "überschrift: Bad öffnet", "Bad öffnet\n\nDas Bad ist auf. Alle da.", "meldung.txt")
    assert draft.announcement.headline == "Bad öffnet"
    assert draft.announcement.body == "Das Bad ist auf. Alle da."


def test_a_given_headline_takes_no_sentence_from_the_text(tmp_path: Path) -> None:
    assert (
        draft_of(tmp_path, "headline: Bad", "Kurzer Satz.\n\nNoch einer.").announcement.body
        == "Kurzer Satz.\n\nNoch einer."
    )


def test_a_given_lead_does_not_swallow_the_one_in_the_text(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "headline: Bad\nlead: Neu.", "Vorspann: Alt, aber da.\n\nText folgt. Ja.")
    assert draft.announcement.lead == "Neu."
    assert draft.announcement.body == "Alt, aber da.\n\nText folgt. Ja."


@pytest.mark.parametrize(
    "front",
    [
        "sperrfrist: 31.02.2025 18:00",
        "sperrfrist: Dienstag, 12. November 2025, 18 Uhr",  # it was a Wednesday
        "sperrfrist: 12.11.2025",
        "veröffentlichen: bald",
        "zielgruppe: alle und keiner",
        "id: ../../etc",
        "Sperfrist: 12.11.2025 18:00",
    ],
)
def test_a_value_that_cannot_be_read_holds_and_says_what_would_be_right(tmp_path: Path, front: str) -> None:
    draft = draft_of(tmp_path, f"headline: Bad\n{front}")
    assert holds(draft.findings)
    (finding,) = draft.findings
    assert finding.excerpt.casefold().startswith(front.partition(":")[0].casefold())


@pytest.mark.parametrize(
    "front",
    ["eilmeldung: vielleicht", "art: groß", "link: keine Adresse", "sprache: Klingonisch!", "sprache: [de]"],
)
def test_a_value_that_does_no_harm_when_it_is_left_out_is_only_warned_of(tmp_path: Path, front: str) -> None:
    draft = draft_of(tmp_path, f"headline: Bad\n{front}")
    (finding,) = draft.findings
    assert (finding.code, finding.severity) == ("value-unreadable", Severity.WARNING)
    assert finding.excerpt.casefold().startswith(front.partition(":")[0].casefold())


def test_an_embargo_without_an_hour_lasts_all_day_while_it_is_mended(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "headline: Bad\nembargo: 12.11.2025")
    assert draft.announcement.embargo == datetime(2025, 11, 12, 23, tzinfo=UTC)
    assert holds(draft.findings)


def test_of_two_embargoes_the_later_counts(tmp_path: Path) -> None:
    draft = draft_of(
        tmp_path, "headline: Bad\nembargo: 12.11.2025 18:00", "Sperrfrist: 13.11.2025, 6 Uhr\n\nText. Text."
    )
    assert draft.announcement.embargo == datetime(2025, 11, 13, 5, tzinfo=UTC)


def test_an_unknown_key_names_the_nearest_known_one(tmp_path: Path) -> None:
    (finding,) = draft_of(tmp_path, "headline: Bad\nschlagwrote: a").findings
    assert (finding.severity, finding.code, finding.values["nearest"]) == (
        Severity.WARNING,
        "unknown-key",
        "schlagworte",
    )


@pytest.mark.parametrize("front", ["sperfrist: 1.12.2025", "zielgrupe: presse", "veröffentlichung: 1.12.2025 18:00"])
def test_a_mistyped_key_that_was_to_keep_something_back_holds(tmp_path: Path, front: str) -> None:
    assert codes(draft_of(tmp_path, f"headline: Bad\n{front}")) == {("error", "unknown-key")}


def test_more_than_fifty_tags_hold_until_somebody_has_chosen(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "headline: Bad\ntags: [" + ",".join(f"t{number}" for number in range(10_000)) + "]")
    assert len(draft.announcement.tags) == 50
    assert codes(draft) == {("error", "too-many-tags")}


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "front-matter-refers-to-itself"),
        ("a: " + "[" * 400 + "]" * 400, "front-matter-too-nested"),
        ("a: " + "x" * 300_000, "front-matter-too-large"),
        ("- nur\n- eine Liste", "front-matter-unreadable"),
        ("headline: [offen\n- x: {", "front-matter-unreadable"),
        ("a: !!python/object/apply:os.system [ls]\n- b", "front-matter-unreadable"),
    ],
    ids=["bomb", "deep", "large", "list", "broken", "code"],
)
def test_hostile_or_broken_front_matter_is_refused(tmp_path: Path, front: str, code: str) -> None:
    with pytest.raises(InvalidAnnouncement, match=code):
        draft_of(tmp_path, front)


def test_a_forgotten_closing_line_is_refused_with_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "meldung.md"
    file.write_text("---\nheadline: Bad\n\nText.")
    with pytest.raises(InvalidAnnouncement, match="front-matter-unclosed"):
        read_file(file, OFFICE)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2025-11-12T18:00", "2025-11-12 17:00"),
        ("2025-11-12T18:00:00Z", "2025-11-12 18:00"),
        ("2025-11-12 18:00 +02:00", "2025-11-12 16:00"),
        ("12.11.2025 18:00", "2025-11-12 17:00"),
        ("12.11.25, 18 Uhr", "2025-11-12 17:00"),
        ("12. November 2025, 18 Uhr", "2025-11-12 17:00"),
        ("Mittwoch, 12. November 2025, 10.30 Uhr", "2025-11-12 09:30"),
        ("Mi., 12. Nov. 2025 um 18 Uhr 15", "2025-11-12 17:15"),
        ("1. Juli 2026, 24 Uhr", "2026-07-01 22:00"),
        ("12 November 2025, 18:00", "2025-11-12 17:00"),
        ("26.10.2025 02:30", "2025-10-26 01:30"),  # exists twice: the later one
        ("29.03.2026 02:30", "2026-03-29 01:30"),  # does not exist: 3.30 summer time
    ],
)
def test_times_are_read_as_the_office_means_them(written: str, utc: str) -> None:
    assert f"{read_moment(written, BERLIN).at:%Y-%m-%d %H:%M}" == utc


@pytest.mark.parametrize(
    "written", ["", "morgen", "18 Uhr", "12.11. 18 Uhr", "12.11.2025 18", "32.1.2025", "1.1.1900 8 Uhr"]
)
def test_what_is_no_time_is_not_guessed(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_moment(written, BERLIN)


def test_an_hour_in_which_the_clocks_change_is_told(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "headline: Bad\nembargo: 26.10.2025 02:30")
    assert codes(draft) == {("warning", "time-at-clock-change")}


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("12. November ist der Tag.\nDann öffnet das Bad.", "12. November ist der Tag. Dann öffnet das Bad."),
        ("1. FC Musterstadt gewinnt.", "1. FC Musterstadt gewinnt."),
        ("Mitarbeiter*innen und Kolleg*innen", "Mitarbeiter*innen und Kolleg*innen"),
        ("1. Erst\n2. Dann", "1) Erst\n\n2) Dann"),
        ("Ein **fettes** Wort, ein *schräges*", "Ein fettes Wort, ein schräges"),
        ("Absatz\n---\nnoch einer", "Absatz\n\nnoch einer"),
        ("    eingerückt", "eingerückt"),
    ],
)
def test_markdown_reads_german(tmp_path: Path, text: str, body: str) -> None:
    assert draft_of(tmp_path, "headline: Bad", text).announcement.body == body


def test_a_list_that_was_not_finished_is_no_headline(tmp_path: Path) -> None:
    with pytest.raises(InvalidAnnouncement, match="front-matter-unreadable"):
        draft_of(tmp_path, "überschrift: [a, b")
    assert draft_of(tmp_path, "überschrift: [Neu] Bad öffnet").announcement.headline == "[Neu] Bad öffnet"


@pytest.mark.parametrize(
    ("front", "severity"),
    [
        ("überschrift: Bad\nüberschrift: Hallenbad", Severity.WARNING),
        ("überschrift: Bad\nheadline: Hallenbad", Severity.WARNING),
        ("überschrift: Hallenbad\nsperrfrist: 13.11.2025 18:00\nsperrfrist: 12.11.2025 18:00", Severity.ERROR),
        ("überschrift: Hallenbad\nschlagworte: a\nschlagworte: b", Severity.WARNING),
    ],
)
def test_a_key_that_stands_there_twice_is_told(tmp_path: Path, front: str, severity: Severity) -> None:
    draft = draft_of(tmp_path, front)
    (finding,) = draft.findings
    assert (finding.code, finding.severity) == ("key-repeated", severity)
    assert draft.announcement.headline == "Hallenbad"


def test_words_for_a_channel_that_does_not_exist_are_told(tmp_path: Path) -> None:
    file = tmp_path / "meldung.md"
    file.write_text("---\nheadline: Bad\nkurztext.quatsch: a\nkurztext.mastodon: b\nkurztext.stadt: c\n---\nText.\n")
    (finding,) = read_file(file, OFFICE, {"stadt": "mastodon"}).findings
    assert (finding.code, finding.severity, finding.excerpt) == (
        "unknown-channel",
        Severity.WARNING,
        "kurztext.quatsch",
    )
    assert finding.values == {"known": "stadt, mastodon"}


def test_a_list_of_no_channels_is_told_since_it_means_all(tmp_path: Path) -> None:
    for empty in ("", " []", " ,", " ''"):
        assert codes(draft_of(tmp_path, f"headline: Bad\nkanäle:{empty}")) == {("warning", "channels-empty")}


@pytest.mark.parametrize("break_", ["\\r\\n", "\\n", "\\x0b", "\\u2028"])
def test_a_headline_of_several_lines_holds_since_it_may_be_aimed_at_mail_headers(tmp_path: Path, break_: str) -> None:
    draft = draft_of(tmp_path, f'headline: "Bad öffnet{break_}Bcc: opfer@boese.example"')
    assert codes(draft) == {("error", "headline-of-many-lines")}
    assert draft.announcement.headline == "Bad öffnet Bcc: opfer@boese.example"


def test_a_headline_that_yaml_folds_is_one_line(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "headline: >\n  Bad öffnet\n  am Montag\nlead: |\n  Eins\n  Zwei")
    assert draft.announcement.headline == "Bad öffnet am Montag"
    assert draft.findings == ()
