"""Links are looked at beside everything else, never before the embargo; they hold only where the office says so."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from publisher.domain.announcement import Announcement
from publisher.domain.finding import Severity
from publisher.domain.link import LinkAnswer
from publisher.workflow.editorial import decisions
from publisher.workflow.intake.links import look_at_new_links
from publisher.workflow.office import Office
from publisher.workflow.overview.rows import announcement_overview
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFolder, FakePages, FakePlatform
from tests.workflow.conftest import OpenOffice

GONE = "https://www.musterstadt.de/weg"
THERE = "https://www.musterstadt.de/da"
TEXT = f"Die Brücke am Hafen ist gesperrt. Mehr unter {GONE} und {THERE}."
BRIDGE = Announcement(headline="Die Brücke ist zu", body=TEXT, contact="Presseamt")


@dataclass
class SeenPages(FakePages):
    """Pages that remember which links were looked at."""

    there: set[str] = field(default_factory=lambda: {THERE})

    def look(self, url: str) -> LinkAnswer:
        self.asked.append(url)
        return LinkAnswer(reached=url in self.there, final=url, said="" if url in self.there else "404")


@pytest.fixture
def pages() -> SeenPages:
    return SeenPages()


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    return open_office()


def strict(office: Office) -> Office:
    """The same office, where an unreachable link is an error."""
    return replace(office, config=office.config.model_copy(update={"checks": {"link-unreachable": Severity.ERROR}}))


def told(office: Office) -> list[str]:
    (row,) = announcement_overview(office)
    return [finding["code"] for finding in row["findings"]]


def test_a_dead_link_is_told_in_the_overview_and_the_status_file_and_holds_nothing(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, pages: SeenPages
) -> None:
    folder.entries["brücke.txt"] = BRIDGE
    assert one_pass(office).published == 1
    assert told(office) == ["link-unreachable"]
    assert f"„{GONE}“ ist nicht zu erreichen (404)" in folder.taken["brücke.txt"]
    assert sorted(pages.asked) == [THERE, GONE]
    one_pass(office)
    assert len(pages.asked) == 2, "once is enough"


def test_where_the_office_says_so_a_dead_link_holds_the_announcement(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, pages: SeenPages
) -> None:
    folder.entries["brücke.txt"] = BRIDGE
    done = one_pass(strict(office))
    assert (done.published, done.held, mastodon.posts) == (0, 1, [])


def test_where_the_office_says_so_a_good_link_lets_it_through(
    office: Office, folder: FakeFolder, pages: SeenPages
) -> None:
    pages.there.add(GONE)
    folder.entries["brücke.txt"] = BRIDGE
    assert one_pass(strict(office)).published == 1
    assert told(office) == []


def test_before_the_embargo_nobody_looks_and_afterwards_it_still_decides(
    office: Office, folder: FakeFolder, clock: FakeClock, pages: SeenPages
) -> None:
    folder.entries["brücke.txt"] = replace(BRIDGE, embargo=NOON + timedelta(hours=2))
    one_pass(strict(office))
    assert pages.asked == []
    clock.moment += timedelta(hours=3)
    done = one_pass(strict(office))
    assert (done.published, done.held) == (0, 1)


def test_while_everything_is_stopped_nobody_looks(office: Office, folder: FakeFolder, pages: SeenPages) -> None:
    folder.entries["brücke.txt"] = BRIDGE
    decisions.stop(office, "Falschmeldung", "Anna", everything=True)
    one_pass(office)
    assert (look_at_new_links(office), pages.asked) == (0, [])


def test_the_same_news_once_more_is_told_with_its_first_id(office: Office, folder: FakeFolder) -> None:
    words = " ".join(f"Satz {number} nennt die Straße {number * 7} und das Haus {number * 3}." for number in range(20))
    folder.entries["eins.txt"] = Announcement(headline="Haushalt beschlossen", body=words, contact="Presseamt")
    folder.entries["zwei.txt"] = Announcement(
        headline="Rat: Haushalt steht", body=f"{words} Ende.", contact="Presseamt"
    )
    one_pass(office)
    first, second = sorted(announcement_overview(office), key=lambda row: len(row["findings"]))
    assert (first["findings"], [finding["code"] for finding in second["findings"]]) == ([], ["near-duplicate"])
    assert first["id"] in second["findings"][0]["message"]
