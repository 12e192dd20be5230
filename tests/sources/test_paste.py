"""What people really paste: each file of pastes/ with what a reader expects of it beside it."""

import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.domain.finding import holds
from publisher.messages import remark
from publisher.sources.folder.reading import read_file
from publisher.sources.manuscript.decoding import decode
from publisher.sources.manuscript.paste import unfold
from tests.sources.desk import OFFICE

PASTES = sorted((Path(__file__).parent / "pastes").glob("*.txt"))


@pytest.mark.parametrize("paste", PASTES, ids=lambda path: path.stem)
def test_a_paste_becomes_what_its_author_meant(paste: Path) -> None:
    expected = tomllib.loads(paste.with_suffix(".expected.toml").read_text(encoding="utf-8"))
    draft = read_file(paste, OFFICE)
    told = draft.announcement
    assert told.headline == expected["headline"]
    assert told.lead == expected["lead"]
    assert told.body == expected["body"]
    assert told.contact == expected.get("contact", "")
    assert told.embargo == expected.get("embargo")
    assert Counter(f"{f.severity} {f.code}" for f in draft.findings) == Counter(expected["findings"])


@pytest.mark.parametrize("paste", PASTES, ids=lambda path: path.stem)
def test_every_remark_can_be_read_in_both_languages(paste: Path) -> None:
    for finding in read_file(paste, OFFICE).findings:
        for language in ("de", "en"):
            assert finding.excerpt in remark(finding, language)


@pytest.mark.parametrize("paste", PASTES, ids=lambda path: path.stem)
def test_no_word_of_a_paste_is_lost_without_a_remark(paste: Path) -> None:
    draft = read_file(paste, OFFICE)
    told = draft.announcement
    kept = f"{told.headline} {told.lead} {told.body} {told.contact} {' '.join(f.excerpt for f in draft.findings)}"
    blocks = unfold(decode(paste.read_bytes())).blocks
    lost = set(_words(" ".join(block.text for block in blocks))) - set(_words(kept))
    # Excerpts are cut, and mail addresses are not repeated: what is missing stands in a signature.
    lost.discard("überschrift")  # the label of the line that became the headline
    assert not lost or any(f.code in ("signature", "mail-header") for f in draft.findings), lost


def _words(text: str) -> list[str]:
    return [word.strip(".,:;!?„“\"'()").lower() for word in text.split() if word.strip(".,:;!?„“\"'()–-•#")]


def test_the_page_from_a_content_system_is_published_with_warnings_only() -> None:
    page = next(path for path in PASTES if path.stem == "seite_aus_dem_redaktionssystem")
    draft = read_file(page, OFFICE)
    assert not holds(draft.findings)
    everything = f"{draft.announcement.headline}{draft.announcement.lead}{draft.announcement.body}"
    for leftover in ("Admin User", "3 Min.", "Backsteinfassade", "Vorspann"):
        assert leftover not in everything


@pytest.mark.parametrize(
    "description",
    [
        "Menschen stehen vor einem Rathaus.",
        "Blick auf den Marktplatz mit Brunnen.",
        "Zwei Frauen und ein Mann schneiden ein Band durch",
        "Porträt der Bürgermeisterin.",
        "Ufer, Weiden, ein Steg.",
    ],
)
def test_the_description_of_the_page_picture_goes_where_content_systems_put_it(
    tmp_path: Path, description: str
) -> None:
    page = tmp_path / "seite.txt"
    headline = "Bürgermeisterin eröffnet die neue Brücke in Musterstadt"
    page.write_text(
        f"{headline}\n\nWeb Redaktion\n1 Min.\n{description}\n\n{headline}\n\nDie Brücke ist auf. Alle fahren."
    )
    draft = read_file(page, OFFICE)
    assert draft.announcement.body == "Die Brücke ist auf. Alle fahren."
    assert "leftover-image-description" in {f.code for f in draft.findings}


def test_a_teaser_between_two_headlines_is_kept_since_it_may_be_text(tmp_path: Path) -> None:
    page = tmp_path / "seite.txt"
    page.write_text(
        "Stadt baut Brücke am Hafen\n\nDie Brücke kostet 3 Millionen Euro.\n\nStadt baut Brücke am Hafen\n\n"
        "Der Bau beginnt im März. Er dauert ein Jahr."
    )
    assert read_file(page, OFFICE).announcement.body.startswith("Die Brücke kostet 3 Millionen Euro.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Bitte beachten Sie die Sperrfrist 12.11.2025, 18 Uhr.",
        "Für diese Meldung gilt bis 12.11.2025, 18 Uhr eine Sperrfrist.",
        "SPERRFRIST 12.11.2025, 18 UHR",
    ],
)
def test_an_embargo_is_never_overlooked_however_it_is_put(tmp_path: Path, sentence: str) -> None:
    page = tmp_path / "rede.txt"
    page.write_text(f"Sehr geehrte Damen und Herren,\n\n{sentence}\n\nBad öffnet\n\nDas Bad ist auf. Alle da.")
    assert read_file(page, OFFICE).announcement.embargo == datetime(2025, 11, 12, 17, tzinfo=UTC)


def test_a_sentence_that_speaks_of_an_embargo_without_a_time_holds(tmp_path: Path) -> None:
    page = tmp_path / "rede.txt"
    page.write_text("Bad öffnet\n\nDas Bad ist auf. Die Sperrfrist endet mit dem Beginn der Rede.")
    assert holds(read_file(page, OFFICE).findings)


def test_a_letterhead_is_no_headline(tmp_path: Path) -> None:
    page = tmp_path / "brief.txt"
    page.write_text(
        "Stadt Musterstadt\nPressestelle\n\nP R E S S E M I T T E I L U N G\n\nHalteverbot in der Gartenstr. 4\n\n"
        "Erika Muster | 12.11.2025, 10:15 Uhr | Lesezeit: 2 Minuten\n\nAm Freitag gilt ein Halteverbot. Alle parken woanders."
    )
    draft = read_file(page, OFFICE)
    assert draft.announcement.headline == "Halteverbot in der Gartenstr. 4"
    assert draft.announcement.body == "Am Freitag gilt ein Halteverbot. Alle parken woanders."


def test_a_headline_that_is_repeated_word_for_word_is_told_too(tmp_path: Path) -> None:
    page = tmp_path / "seite.txt"
    page.write_text("Bad öffnet am Montag\n\nBad öffnet am Montag\n\nDas Bad ist auf. Alle da.")
    draft = read_file(page, OFFICE)
    assert draft.announcement.body == "Das Bad ist auf. Alle da."
    assert [f.code for f in draft.findings] == ["repeated-headline"]


@pytest.mark.parametrize("broken", [b"\xff\xfe\xc3\x28", b"\x81", b"\xc3"])
def test_bytes_that_are_no_letters_are_not_guessed_at(tmp_path: Path, broken: bytes) -> None:
    page = tmp_path / "bad.txt"
    page.write_bytes("Bad öffnet schöner\n\nDas Bad ist für alle auf. ".encode() + broken + b" Und mehr.\n")
    draft = read_file(page, OFFICE)
    assert "\ufffd" in draft.announcement.body
    assert [finding.code for finding in draft.findings] == ["encoding-mixed"]


def test_a_headline_is_one_line_whatever_is_put_into_it(tmp_path: Path) -> None:
    page = tmp_path / "kopf.txt"
    page.write_bytes("Ein Fest\x0b\x00\x85Bcc: alle@boese.example\u2028X-Kopf: 1\n\nText steht hier. Und da.".encode())
    headline = read_file(page, OFFICE).announcement.headline
    assert not any(character < " " or character in "\x85\u2028\u2029" for character in headline)
