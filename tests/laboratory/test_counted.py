"""Each thing that is counted after a mail run is noticed when it is wrong."""

from dataclasses import replace

import pytest

from publisher.domain.delivery import DeliveryState
from publisher.domain.issue import Tally
from tests.laboratory.counted import UNKNOWN, Counted, faults

READERS = [f"leser{number}@leser.example" for number in range(10)]
MAILS = [(address, f"<{number}@stadt.example>") for number, address in enumerate(READERS[:-1])]
WELL = Counted(
    readers=[*READERS, *UNKNOWN],
    mails=[*MAILS, MAILS[0], MAILS[1]],
    gone=READERS[-1:],
    doubtful=2,
    candidates=17,
    tally=Tally(sent=8, uncertain=1, failed=7, suppressed=1),
    state=DeliveryState.SENT,
)


def test_a_run_in_which_all_is_as_it_should_be_has_no_faults() -> None:
    assert not list(faults(WELL))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(WELL, mails=MAILS[1:]), "1 readers were skipped"),
        (replace(WELL, mails=[*MAILS, (READERS[-1], "<9@stadt.example>")]), "1 got it who should not"),
        (replace(WELL, mails=[*MAILS, (UNKNOWN[0], "<9@stadt.example>")]), "1 got it who should not"),
        (replace(WELL, mails=[*MAILS, *MAILS[:3]]), "3 mails came twice, 2 are accounted for"),
        (replace(WELL, mails=[*MAILS, MAILS[0], MAILS[0]]), "1 readers got it more than twice"),
        (replace(WELL, mails=[*MAILS, (READERS[0], "<new@stadt.example>")]), "1 repeats had another Message-ID"),
        (replace(WELL, mails=[(address, "<0>") for address, _ in MAILS]), "9 readers' mails had 1 Message-IDs"),
        (replace(WELL, mails=[*MAILS[1:], (READERS[0], "")]), "9 readers' mails had 8 Message-IDs"),
        (replace(WELL, tally=Tally(sent=7, uncertain=2, failed=7, suppressed=1)), "2 are called uncertain"),
        (replace(WELL, tally=Tally(sent=9, uncertain=1, failed=6, suppressed=1)), "6 are called failed, 7 were"),
        (replace(WELL, tally=Tally(sent=8, uncertain=1, failed=7, cancelled=1)), "0 are called suppressed, 1 were"),
        (
            replace(WELL, tally=Tally(sent=7, uncertain=1, failed=7, suppressed=1, missed=1)),
            "1 are called missed, 0 were",
        ),
        (
            replace(WELL, tally=Tally(sent=8, failed=7, suppressed=1, queued=1)),
            "16 accounted for, 17 candidates, 17 readers",
        ),
        (replace(WELL, candidates=16), "17 accounted for, 16 candidates, 17 readers"),
        (replace(WELL, state=DeliveryState.DEFERRED), "the delivery is deferred in the end"),
    ],
)
def test_whatever_is_wrong_with_a_run_is_said(wrong: Counted, said: str) -> None:
    assert said in list(faults(wrong))
