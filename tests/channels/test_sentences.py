"""Every failure of a channel has its sentence in both languages."""

from datetime import timedelta

import pytest

from publisher.channels.answers import garbled, judge, unanswered
from publisher.domain.errors import PublisherError, TemporaryFailure
from publisher.messages import tell

FAILURES: list[PublisherError] = [
    *(
        judge(status, "Nicht so", harmless=harmless)
        for status in (301, 401, 422, 429, 500)
        for harmless in (True, False)
    ),
    *(unanswered(before=before, harmless=harmless) for before in (True, False) for harmless in (True, False)),
    garbled(harmless=True),
    garbled(harmless=False),
]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_a_failure_can_be_told(failure: PublisherError, language: str) -> None:
    assert tell(failure, language).endswith((".", "!", "Nicht so"))


def test_a_platforms_words_are_shown_and_cut() -> None:
    told = tell(judge(422, "Der Text ist zu lang. " * 50), "de")

    assert told.startswith("Die Plattform lehnt den Beitrag ab: 422 Der Text ist zu lang.")
    assert len(told) < 300


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        (None, None),
        (timedelta(seconds=90), timedelta(seconds=90)),
        (timedelta(days=-3), timedelta(seconds=1)),
        (timedelta(days=365), timedelta(hours=24)),
    ],
)
def test_a_platforms_clock_is_believed_within_reason(told: timedelta | None, waited: timedelta | None) -> None:
    failure = judge(429, wait=told)

    assert isinstance(failure, TemporaryFailure)
    assert failure.retry_after == waited
