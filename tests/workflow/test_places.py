"""The line of a file where a finding's words stand."""

from pathlib import Path

import pytest

from publisher.domain.finding import Finding, Severity
from publisher.workflow.editorial.places import with_lines


def line_of(path: Path, excerpt: str) -> int | None:
    (finding,) = with_lines([Finding(code="x", severity=Severity.NOTICE, excerpt=excerpt)], path)
    return finding.line


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
def test_the_first_line_that_holds_the_words_counts(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "brücke.txt"
    file.write_bytes("Die Brücke\r\n\r\nist\u00a0 gesperrt am XXX.\r\nXXX".encode(encoding))
    assert line_of(file, "Die Brücke") == 1
    assert line_of(file, "ist gesperrt am XXX") == 3
    assert line_of(file, "XXX") == 3


def test_words_that_were_cut_are_found_and_words_that_are_not_there_have_no_line(tmp_path: Path) -> None:
    file = tmp_path / "brücke.md"
    file.write_text("Titel\n\nEin Satz, der in der Datei noch viel weiter geht.\n", encoding="utf-8")
    assert line_of(file, "Ein Satz, der in der …") == 3
    assert line_of(file, "Anderswo") is None
    assert line_of(file, "") is None


def test_a_folder_is_its_only_text_and_a_word_document_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "text.md").write_text("Eins\nZwei", encoding="utf-8")
    (tmp_path / "bild.png").write_bytes(b"Zwei")
    assert line_of(tmp_path, "Zwei") == 2
    (tmp_path / "brief.docx").write_bytes(b"Zwei")
    assert line_of(tmp_path / "brief.docx", "Zwei") is None
    assert line_of(tmp_path / "unbekannt", "Zwei") is None
