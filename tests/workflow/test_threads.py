"""Threads of posts: part by part, and after a crash from where it stopped."""

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.errors import TemporaryFailure
from publisher.workflow.dispatch.lane import LEASE
from publisher.workflow.editorial import decisions
from publisher.workflow.editorial.trying import try_out, try_words
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeFolder, FakePlatform
from tests.workflow.test_passing import BRIDGE, deliveries

THREAD = "{{ headline }}\n---\n{{ fit(lead) }}\n---\n{{ fit(body) }}\n\n{{ more }} {{ link }}\n"


@pytest.fixture(autouse=True)
def thread(tmp_path: Path) -> None:
    """The template makes three parts."""
    (tmp_path / "templates" / "post").mkdir(parents=True)
    (tmp_path / "templates" / "post" / "mastodon.txt").write_text(THREAD, encoding="utf-8")


def texts(mastodon: FakePlatform) -> list[str]:
    return [str(post["text"]) for post in mastodon.posts]


def of_mastodon(office: Office) -> Delivery:
    return deliveries(office)["mastodon"]


ALL = [
    "Brücke am Hafen gesperrt",
    "Die Brücke am Hafen ist ab Dienstag gesperrt.",
    "Der Bus fährt eine Umleitung. Fußgänger nehmen den Steg.\n\nMehr: https://musterstadt.example/bruecke",
]


def test_each_part_answers_the_one_before(office: Office, folder: FakeFolder, mastodon: FakePlatform) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    assert one_pass(office).published == 1
    assert texts(mastodon) == ALL
    assert [(post.get("root"), post.get("to")) for post in mastodon.posts] == [(None, None), ("1", "1"), ("1", "2")]
    delivery = of_mastodon(office)
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 3)
    assert delivery.receipt is not None
    assert delivery.receipt.url.endswith("/1")
    assert [part["ref"] for part in delivery.receipt.details["parts"]] == ["1", "2", "3"]  # type: ignore[union-attr,index,call-overload]


def test_the_preview_shows_every_part(office: Office, folder: FakeFolder, mastodon: FakePlatform) -> None:
    mastodon.faults = [TemporaryFailure("server-busy") for _ in range(50)]
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    (worded,) = try_words(office, try_out(office, dossier.id), "mastodon")
    assert [worded.variant.text, *worded.variant.more] == ALL


@pytest.mark.parametrize("posts", [1, 2, 3])
def test_after_a_crash_the_thread_goes_on_where_it_stopped(
    posts: int, office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    mastodon.dies_after = posts
    folder.entries["bruecke.md"] = BRIDGE
    with pytest.raises(KeyboardInterrupt):
        one_pass(office)
    assert len(mastodon.posts) == posts
    clock.moment += LEASE
    one_pass(office)
    one_pass(office)
    assert texts(mastodon) == ALL
    assert of_mastodon(office).state is DeliveryState.SENT


def test_lost_replies_double_no_part(office: Office, folder: FakeFolder, mastodon: FakePlatform) -> None:
    mastodon.lose_replies = 3
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert texts(mastodon) == ALL
    assert of_mastodon(office).state is DeliveryState.SENT


def test_a_part_that_fails_for_now_is_tried_again_and_those_before_it_are_not(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["bruecke.md"] = BRIDGE

    def falters() -> None:
        if len(mastodon.posts) == 1:
            mastodon.faults.append(TemporaryFailure("server-busy"))

    mastodon.after_send = falters
    one_pass(office)
    assert texts(mastodon) == ALL
    assert of_mastodon(office).attempts == 4


def test_a_stop_in_the_middle_keeps_back_the_rest_of_the_thread(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    mastodon.after_send = lambda: decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert texts(mastodon) == ALL[:1]
    mastodon.after_send = None
    decisions.resume(office, "Petra")
    (dossier,) = office.store.archive.dossiers()
    decisions.release(office, dossier.id, "Petra")
    clock.moment += timedelta(minutes=1)
    one_pass(office)
    assert texts(mastodon) == ALL
