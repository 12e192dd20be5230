"""Digests at the command line: seen, taken back, made by hand."""

from datetime import date
from pathlib import Path

from publisher.domain.digest import Digest, Gathered
from publisher.domain.issue import Entry
from publisher.domain.subscriber import Rhythm
from publisher.store.database import open_store
from tests.cli.conftest import BRIDGE, Call


def test_a_digest_is_seen_before_it_leaves_and_taken_back(home: Path, publisher: Call) -> None:
    publisher("subscribers", "add", "dora@leser.example", "--rhythm", "daily")
    (home / "queue" / "bruecke.md").write_text(BRIDGE, encoding="utf-8")
    publisher("run", "--once")
    issue = make_a_digest(home)
    [shown] = publisher("--json", "preview", issue).json["variants"]
    assert "Brücke" in shown["subject"]
    held = publisher("--json", "hold", issue)
    assert (held.status, held.json["cancelled"]) == (0, 1)
    assert "hinaus oder zurückgenommen" in publisher("hold", issue).out
    assert publisher("--json", "newsletter", "digest", "daily").json == {
        "made": True,
        "issues": 1,
        "open": 0,
        "sent": 1,
    }


def test_during_a_stop_a_digest_by_hand_says_why_none_leaves_and_resume_lets_none_out_by_itself(
    home: Path, publisher: Call
) -> None:
    publisher("subscribers", "add", "dora@leser.example", "--rhythm", "daily")
    (home / "queue" / "bruecke.md").write_text(BRIDGE, encoding="utf-8")
    publisher("run", "--once")
    publisher("stop", "--reason", "Probe")
    issue = make_a_digest(home)
    assert "der Not-Halt hält sie zurück" in publisher("newsletter", "digest", "daily").out
    resumed = publisher("resume").out
    assert "Keine Meldung hat gewartet." in resumed
    assert issue in resumed
    publisher("run", "--once")
    assert publisher("--json", "newsletter", "digest", "daily").json["sent"] == 1


def test_a_second_digest_by_hand_says_that_what_appeared_since_waits_for_the_next(home: Path, publisher: Call) -> None:
    publisher("subscribers", "add", "dora@leser.example", "--rhythm", "daily")
    (home / "queue" / "bruecke.md").write_text(BRIDGE, encoding="utf-8")
    publisher("run", "--once")
    assert publisher("--json", "newsletter", "digest", "daily").json["sent"] == 1
    assert "nichts Neues" in publisher("newsletter", "digest", "daily").out
    (home / "queue" / "rat.md").write_text(BRIDGE.replace("Brücke", "Schleuse"), encoding="utf-8")
    publisher("run", "--once")
    assert "Was seither erschien, kommt in die nächste" in publisher("newsletter", "digest", "daily").out


def make_a_digest(home: Path) -> str:
    """The daily digest as the clock makes it, long ago: it waits to be sent."""
    store = open_store("sqlite:///var/publisher.db", home)
    now = store.database.now()
    [dossier] = store.archive.dossiers()
    told = Gathered(entry=Entry(announcement_id=dossier.id, revision=1), topics=(), sent_at=now)
    digest = Digest(channel="newsletter", rhythm=Rhythm.DAILY, day=date(2026, 1, 1), moment=now)
    store.digests.make(digest, [told], now, now)
    [issue] = store.digests.issues()
    store.close()
    return issue.issue.id
