"""How good the checks are, on announcements with and without faults: a third of them was held back when rules were made."""

from pathlib import Path

import pytest

from publisher.domain.finding import Severity
from tests.checks.labelled import CORPUS, HELD_OUT, Labelled, corpus, table, tally

BOTH = [pytest.param(CORPUS, id="tuned on"), pytest.param(HELD_OUT, id="held out")]
ALL: tuple[Labelled, ...] = (*corpus(CORPUS), *corpus(HELD_OUT))


def test_at_least_sixty_announcements_are_looked_at_and_a_third_was_held_back() -> None:
    assert len(ALL) >= 60
    assert len(corpus(HELD_OUT)) * 3 >= len(ALL)


@pytest.mark.parametrize("folder", BOTH)
def test_an_editor_is_hardly_ever_told_in_vain_and_hardly_anything_is_missed(folder: Path) -> None:
    told = tally(corpus(folder))
    assert told.overall.recall >= 0.9, told.remarks
    assert told.overall.precision >= 0.9, told.remarks


@pytest.mark.parametrize("folder", BOTH)
def test_what_holds_an_announcement_is_right_in_nineteen_of_twenty(folder: Path) -> None:
    texts = corpus(folder)
    grave = {finding.code for text in texts for finding in text.findings() if finding.severity is Severity.ERROR}
    told = tally(texts)
    assert grave
    for code in sorted(grave):
        assert told.of(code).precision >= 0.95, told.remarks


def test_every_family_has_something_to_find() -> None:
    found = {finding.code for text in ALL for finding in text.findings()}
    labelled = {code for text in ALL for code, _ in text.labels}
    assert found == labelled


def test_the_table_in_the_handbook_is_the_measured_one() -> None:
    handbook = Path("docs/checks.md").read_text(encoding="utf-8")
    for folder in (CORPUS, HELD_OUT):
        assert table(tally(corpus(folder))) in handbook
