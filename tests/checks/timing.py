"""Measures what the checks cost, family by family: `python -m tests.checks.timing`."""

from collections.abc import Callable
from functools import partial
from time import process_time

from publisher.checks.desk import FAMILIES, Examination, examine
from publisher.checks.examination import Check, told_sentences
from publisher.checks.sketches import Recent
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding
from tests.checks import NOW, ZONE, an_announcement
from tests.checks.labelled import CORPUS, corpus

CHARACTERS = 5_000
RECENT = 500
TIMES = 20


def main() -> None:
    """Print milliseconds of processor time for an announcement of CHARACTERS characters."""
    body = "\n\n".join(text.announcement.body for text in corpus(CORPUS))[:CHARACTERS]
    announcement = an_announcement(body)
    recent = tuple(
        Recent(id=str(number), headline="", sketch=frozenset(range(number * 100, number * 100 + 128)))
        for number in range(RECENT)
    )
    about = Examination(now=NOW, zone=ZONE, pictures_need_alt=True, recent=recent)

    examine(announcement, about)
    print(f"{'all':<16}{_milliseconds(partial(_afresh, announcement, about)):6.2f} ms")
    for family in FAMILIES:
        name = family.__module__.rsplit(".", 1)[1]
        print(f"{name:<16}{_milliseconds(partial(_all_of, family, announcement, about)):6.2f} ms")


def _afresh(announcement: Announcement, about: Examination) -> None:
    """As for an announcement that was never seen."""
    told_sentences.cache_clear()
    examine(announcement, about)


def _all_of(family: Check, announcement: Announcement, about: Examination) -> list[Finding]:
    return list(family(announcement, about))


def _milliseconds(work: Callable[[], object]) -> float:
    begin = process_time()
    for _ in range(TIMES):
        work()
    return (process_time() - begin) / TIMES * 1_000


if __name__ == "__main__":
    main()
