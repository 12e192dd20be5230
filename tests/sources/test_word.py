"""Word documents: read whole, nothing in them published unseen, nothing dropped without a word."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.domain.draft import Draft
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Severity
from publisher.sources.folder.reading import read_file
from tests.sources.desk import OFFICE
from tests.sources.word_file import PIXEL, W, header, paragraph, picture, run, word_file

TEXT = paragraph("Stadt eröffnet das Hallenbad", style="Titel") + paragraph("Das Bad ist offen. Alle dürfen hinein.")


def draft_of(folder: Path, data: bytes) -> Draft:
    file = folder / "meldung.docx"
    file.write_bytes(data)
    return read_file(file, OFFICE)


def said(draft: Draft) -> set[tuple[str, str, str]]:
    return {(finding.severity.value, finding.code, finding.excerpt) for finding in draft.findings}


def test_the_title_is_the_headline_and_the_rest_the_body(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, word_file(TEXT + paragraph("Zweiter Absatz.")))
    assert draft.announcement.headline == "Stadt eröffnet das Hallenbad"
    assert draft.announcement.body == "Das Bad ist offen. Alle dürfen hinein.\n\nZweiter Absatz."
    assert draft.announcement.html == "<p>Das Bad ist offen. Alle dürfen hinein.</p>\n<p>Zweiter Absatz.</p>"
    assert said(draft) == set()


def test_without_a_title_the_first_line_is_the_headline(tmp_path: Path) -> None:
    body = paragraph("Bad ist offen") + paragraph("Das Bad ist offen. Alle dürfen hinein.")
    assert draft_of(tmp_path, word_file(body)).announcement.headline == "Bad ist offen"


def test_an_embargo_in_the_header_is_kept(tmp_path: Path) -> None:
    parts = {"word/header1.xml": header("Stadt Musterstadt | SPERRFRIST: Mittwoch, 12. November 2025, 18 Uhr")}
    draft = draft_of(tmp_path, word_file(TEXT, parts))
    assert draft.announcement.embargo == datetime(2025, 11, 12, 17, tzinfo=UTC)


def test_an_embargo_in_the_header_that_cannot_be_read_holds(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, word_file(TEXT, {"word/header1.xml": header("SPERRFRIST Redebeginn")}))
    assert ("error", "embargo-unreadable", "SPERRFRIST Redebeginn") in said(draft)


def test_other_text_in_the_margins_is_told_and_not_published(tmp_path: Path) -> None:
    parts = {"word/footer2.xml": header("Herausgegeben vom Presseamt").replace("hdr", "ftr")}
    draft = draft_of(tmp_path, word_file(TEXT, parts))
    assert ("warning", "word-margin-text", "Herausgegeben vom Presseamt") in said(draft)
    assert "Herausgegeben" not in draft.announcement.body


def test_open_changes_hold(tmp_path: Path) -> None:
    changed = (
        f'<w:p><w:ins w:id="1" w:author="A">{run("eingefügte Worte")}</w:ins>'
        '<w:del w:id="2" w:author="A"><w:r><w:delText>gestrichene Worte</w:delText></w:r></w:del></w:p>'
    )
    draft = draft_of(tmp_path, word_file(TEXT + changed))
    assert ("error", "word-tracked-changes", "eingefügte Worte") in said(draft)
    assert ("error", "word-tracked-changes", "gestrichene Worte") in said(draft)


def test_comments_hold(tmp_path: Path) -> None:
    comments = f'<w:comments {W}><w:comment w:id="0">{paragraph("Stimmt die Zahl?")}</w:comment></w:comments>'
    draft = draft_of(tmp_path, word_file(TEXT, {"word/comments.xml": comments}))
    assert ("error", "word-comment", "Stimmt die Zahl?") in said(draft)
    assert "Stimmt" not in draft.announcement.body


@pytest.mark.parametrize(
    "secret",
    [
        run("nur intern", "vanish"),
        run("nur intern").replace("<w:r>", "<w:r>" + '<w:rPr><w:rStyle w:val="Intern"/></w:rPr>'),
    ],
)
def test_hidden_text_holds_and_stays_hidden(tmp_path: Path, secret: str) -> None:
    draft = draft_of(tmp_path, word_file(TEXT + f"<w:p>{run('Sichtbar. ')}{secret}</w:p>"))
    assert ("error", "word-hidden-text", "nur intern") in said(draft)
    assert draft.announcement.body.endswith("Sichtbar.")


def test_text_that_is_marked_as_not_hidden_is_text(tmp_path: Path) -> None:
    shown = run("Doch sichtbar.", "vanish").replace("<w:vanish/>", '<w:vanish w:val="0"/>')
    draft = draft_of(tmp_path, word_file(TEXT + f"<w:p>{shown}</w:p>"))
    assert draft.announcement.body.endswith("Doch sichtbar.")
    assert said(draft) == set()


def test_struck_out_text_holds(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, word_file(TEXT + f"<w:p>{run('um 12 Uhr', 'strike')}{run(' um 13 Uhr')}</w:p>"))
    assert ("error", "word-struck-text", "um 12 Uhr") in said(draft)


def test_pictures_come_along_with_their_descriptions(tmp_path: Path) -> None:
    (found,) = draft_of(tmp_path, word_file(TEXT + picture("Ein leeres Becken"))).pictures
    assert (found.data, found.alt) == (PIXEL, "Ein leeres Becken")


def test_a_document_saved_in_mid_sentence_is_refused(tmp_path: Path) -> None:
    whole = word_file(TEXT)
    for length in (1, 50, len(whole) // 2, len(whole) - 20):
        with pytest.raises(InvalidAnnouncement, match=r"word-unreadable|not-a-text"):
            draft_of(tmp_path, whole[:length])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "word-old-or-protected"),
        (word_file(TEXT, {"word/media/luft.bin": b"\x00" * 121_000_000}), "word-not-safe"),
        (word_file(TEXT, {"word/header1.xml": '<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'}), "word-not-safe"),
        (
            word_file(TEXT, {"word/document.xml": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'}),
            "word-not-safe",
        ),
        (word_file(TEXT, {"word/document.xml": "<kaputt"}), "word-unreadable"),
        (word_file("<w:p>" * 3000 + "</w:p>" * 3000), "word-unreadable"),
    ],
    ids=["old", "zip bomb", "entities", "external entity", "broken", "too deep"],
)
def test_bombs_and_ruins_are_refused_with_a_reason(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(InvalidAnnouncement, match=code):
        draft_of(tmp_path, data)


def test_the_end_mark_and_the_contact_work_in_word_too(tmp_path: Path) -> None:
    below = paragraph("– Ende –") + paragraph("Pressekontakt: Jana Vogt, Tel. 0201 555-0100")
    draft = draft_of(tmp_path, word_file(TEXT + below))
    assert draft.announcement.contact == "Jana Vogt, Tel. 0201 555-0100"
    assert draft.announcement.body == "Das Bad ist offen. Alle dürfen hinein."
    assert all(finding.severity is Severity.WARNING for finding in draft.findings)
