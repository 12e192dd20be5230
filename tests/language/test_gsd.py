"""The splitter on sentences that others wrote and marked; `tests.language.gsd` says how it is measured."""

import pytest

from tests.language.gsd import compare, local_copy, measure

COPY = local_copy()
needs_copy = pytest.mark.skipif(COPY is None, reason="PUBLISHER_GSD names no copy of UD German-GSD")


@needs_copy
def test_whole_sentences_are_cut_wrongly_twice_and_missed_six_times_at_most() -> None:
    assert COPY is not None
    outcome = measure(COPY, whole=True)
    assert outcome.sentences >= 1487
    assert len(outcome.wrong) <= 2, outcome.wrong
    assert len(outcome.missed) <= 6, outcome.missed


@needs_copy
def test_no_more_is_cut_wrongly_among_headings_and_fragments() -> None:
    assert COPY is not None
    assert len(measure(COPY, whole=False).wrong) <= 2


def test_wrong_and_missed_cuts_are_told_apart() -> None:
    outcome = compare(["Das ist. Gut.", "Ja", "Nein."])
    assert (outcome.sentences, len(outcome.wrong), len(outcome.missed)) == (3, 1, 1)
    assert outcome.wrong == ("Das ist. ⏎ Gut. Ja Nein.",)
