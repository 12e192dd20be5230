"""Pages that were saved from a browser: what runs there is left out, and it is said."""

from pathlib import Path

import pytest

from publisher.domain.finding import holds
from publisher.sources.folder.reading import read_file
from tests.sources.desk import OFFICE


@pytest.mark.parametrize(
    "program",
    [
        "<script>document.write('böse')</script>",
        "<p onclick='x()'>Ein Satz.</p>",
        "<iframe src='https://boese.example'>böse</iframe>",
    ],
)
def test_what_runs_in_a_browser_is_left_out_and_told(tmp_path: Path, program: str) -> None:
    page = tmp_path / "seite.html"
    page.write_text(f"<html><body><h1>Bad öffnet</h1><p>Das Bad ist auf.</p>{program}</body></html>", encoding="utf-8")
    draft = read_file(page, OFFICE)
    assert [finding.code for finding in draft.findings] == ["program-left-out"]
    assert not holds(draft.findings)
    assert "böse" not in f"{draft.announcement.body}{draft.announcement.html}"
    assert "onclick" not in draft.announcement.html


def test_a_plain_page_is_read_without_a_remark(tmp_path: Path) -> None:
    page = tmp_path / "seite.html"
    page.write_text("<html><body><h1>Bad öffnet</h1><p>Das Bad ist auf. Alle da.</p></body></html>", encoding="utf-8")
    assert read_file(page, OFFICE).findings == ()
