"""What the doctor says before it is too late."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from publisher.domain.finding import Severity
from publisher.domain.subscriber import SubscriberEntry
from publisher.workflow.doctor import examine_office
from publisher.workflow.office import Office
from tests.fakes import NOON, FakeNewsletter, FakePlatform


@dataclass
class ClockTower(FakePlatform):
    """A platform that says what time it is."""

    time: datetime = NOON

    def told_time(self) -> datetime:
        return self.time


def test_a_clock_that_is_wrong_is_told_since_embargoes_end_by_it(office: Office) -> None:
    office = replace(office, channels={"mastodon": ClockTower(time=NOON + timedelta(minutes=75))})
    (told,) = [one for one in examine_office(office) if one.subject == "clock"]
    assert told.severity is Severity.ERROR
    assert "25.11.2026 12:00:00" in told.message
    assert "25.11.2026 13:15:00" in told.message


def test_a_clock_that_is_right_to_the_second_is_well(office: Office) -> None:
    office = replace(office, channels={"mastodon": ClockTower(time=NOON + timedelta(seconds=3))})
    assert [one.severity for one in examine_office(office) if one.subject == "clock"] == [None]


def test_a_topic_that_readers_chose_and_the_newsletter_no_longer_has_is_told(office: Office) -> None:
    newsletter = FakeNewsletter(topics={"mobil": "Mobilität", "kultur": "Kultur"})
    office = replace(office, channels={newsletter.name: newsletter})
    readers = {"ada": ("verkehr",), "ben": ("kultur", "verkehr"), "cleo": ("kultur",), "dora": ()}
    entries = [
        SubscriberEntry(address=f"{name}@leser.example", topics=topics, confirmed_at=NOON, evidence="Formular")
        for name, topics in readers.items()
    ]
    office.store.audience.add(newsletter.name, entries)
    (told,) = [one for one in examine_office(office) if one.subject == f"channels.{newsletter.name}.topics"]
    assert told.severity is Severity.WARNING
    assert "„verkehr“" in told.message
    assert "Abonnements dafür: 2" in told.message
