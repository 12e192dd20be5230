"""The words in which people read how an announcement stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.domain.announcement import Announcement, Dossier, Mark, Revision, Standing
from publisher.domain.delivery import Delivery, DeliveryState, Receipt
from publisher.domain.finding import Finding, Severity
from publisher.domain.standing import State, state_of
from publisher.domain.stop import Stop
from publisher.messages import catalogue, say
from publisher.workflow.overview.rows import announcement_row
from publisher.workflow.overview.status import status_text, waiting_until
from publisher.workflow.overview.words import delivery_code, reason_in_words, severity_code, state_code

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def a_dossier(
    *,
    embargo: datetime | None = None,
    findings: tuple[Finding, ...] = (),
    composed: int = 1,
    needs_approval: bool = False,
    held: Mark | None = None,
    retracted: Mark | None = None,
) -> Dossier:
    announcement = Announcement(headline="Brücke am Hafen gesperrt", embargo=embargo)
    standing = Standing(
        id="a1",
        source="queue",
        key="bruecke.md",
        taken_at=NOW,
        revision=1,
        composed=composed,
        needs_approval=needs_approval,
        urgent=False,
        held=held,
        retracted=retracted,
    )
    return Dossier(
        standing=standing,
        current=Revision(number=1, announcement=announcement, findings=findings, made_at=NOW),
    )


def a_delivery(
    state: DeliveryState, *, url: str = "", reason: str = "", detail: str = "", due_at: datetime = NOW
) -> Delivery:
    return Delivery(
        id="d1",
        announcement_id="a1",
        revision=1,
        channel="mastodon",
        state=state,
        urgent=False,
        due_at=due_at,
        receipt=Receipt(ref="1", url=url) if url else None,
        reason=reason,
        reason_detail=detail,
    )


def told(dossier: Dossier, deliveries: Sequence[Delivery] = (), language: str = "de") -> str:
    return status_text(dossier, deliveries, NOW, language, BERLIN)


def test_a_published_announcement_shows_where_it_can_be_read() -> None:
    text = told(a_dossier(), [a_delivery(DeliveryState.SENT, url="https://social.example/@stadt/1")])
    assert text.startswith("Veröffentlicht.\n")
    assert "- mastodon: veröffentlicht – https://social.example/@stadt/1" in text


def test_the_status_carries_the_id_that_a_new_version_of_the_file_needs() -> None:
    assert "\nid: a1\n" in told(a_dossier())


def test_a_held_announcement_names_each_error_and_what_to_do() -> None:
    fault = Finding(code="no-such-code", severity=Severity.ERROR, excerpt="am Mitwoch", line=3)
    text = told(a_dossier(findings=(fault,), composed=0))
    assert text.startswith("Zurückgehalten: Bitte beheben Sie erst die Fehler unten.")
    assert "- Fehler, Zeile 3: no-such-code – am Mitwoch" in text


def test_a_missing_approval_and_a_persons_hold_are_both_told() -> None:
    text = told(a_dossier(needs_approval=True, held=Mark("Kim", NOW), composed=0))
    assert "publisher approve a1" in text
    assert "Zurückgehalten von Kim (Mittwoch, 25. November 2026, 10:00 Uhr)" in text


def test_the_embargo_is_told_in_office_time() -> None:
    dossier = a_dossier(embargo=datetime(2026, 11, 27, 17, 0, tzinfo=UTC), composed=0)
    assert "Wartet bis Freitag, 27. November 2026, 18:00 Uhr." in told(dossier)
    assert "It waits until Friday, 27 November 2026, 18:00." in told(dossier, language="en")


def test_a_deferred_delivery_says_when_it_is_tried_again() -> None:
    later = NOW + timedelta(minutes=2)
    text = told(a_dossier(), [a_delivery(DeliveryState.DEFERRED, due_at=later, reason="away", detail="HTTP 503")])
    assert "mastodon: aufgeschoben – nächster Versuch Mittwoch, 25. November 2026, 10:02 Uhr – away (HTTP 503)" in text


def test_nothing_that_failed_is_called_published() -> None:
    text = told(a_dossier(), [a_delivery(DeliveryState.FAILED, reason="gone", detail="HTTP 422")])
    assert text.startswith("Auf keinem Kanal angekommen")
    assert "mastodon: fehlgeschlagen – gone (HTTP 422)" in text


def test_without_any_channel_the_status_says_that_nothing_went_out() -> None:
    assert told(a_dossier()).startswith("Aufgenommen, aber kein Kanal ist dafür bestimmt")


def test_a_retraction_names_who_and_when() -> None:
    assert told(a_dossier(retracted=Mark("Kim", NOW))).startswith("Zurückgezogen von Kim (Mittwoch, 25. November")


def test_the_status_does_not_change_by_the_passing_of_time_alone() -> None:
    dossier, sent = a_dossier(), [a_delivery(DeliveryState.SENT, url="https://social.example/1")]
    assert status_text(dossier, sent, NOW, "de", BERLIN) == status_text(
        dossier, sent, NOW + timedelta(days=1), "de", BERLIN
    )


def test_waiting_ends_at_the_first_open_delivery_and_only_if_it_lies_ahead() -> None:
    soon, later = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)
    queued = [a_delivery(DeliveryState.QUEUED, due_at=later), a_delivery(DeliveryState.QUEUED, due_at=soon)]
    assert waiting_until(a_dossier(), queued, NOW) == soon
    assert waiting_until(a_dossier(), [a_delivery(DeliveryState.SENT)], NOW) is None
    assert waiting_until(a_dossier(composed=0), [], NOW) is None


def test_what_newsrooms_get_ahead_does_not_hide_the_embargo() -> None:
    soon, embargo = NOW + timedelta(minutes=1), datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    dossier = a_dossier(embargo=embargo)
    ahead, public = (a_delivery(DeliveryState.QUEUED, due_at=due) for due in (soon, embargo))
    assert "Wartet bis Freitag, 27. November 2026, 18:00 Uhr." in told(dossier, [ahead, public])
    assert "Wartet bis Mittwoch, 25. November 2026, 10:01 Uhr." in told(dossier, [ahead]), "nobody else gets it"


def test_a_row_has_the_keys_of_the_contract_and_empty_strings_where_there_is_nothing() -> None:
    row = announcement_row(a_dossier(), [a_delivery(DeliveryState.QUEUED)], NOW, "de")
    assert list(row) == ["id", "source", "headline", "state", "revision", "findings", "deliveries"]
    assert row["state"] == "publishing"
    assert row["deliveries"] == [
        {"id": "d1", "channel": "mastodon", "state": "queued", "url": "", "attempts": 0, "reason": "", "copies": {}}
    ]


def test_a_reason_that_the_catalogue_no_longer_knows_is_shown_as_it_was_written() -> None:
    assert reason_in_words(a_delivery(DeliveryState.FAILED, reason="old-code", detail="{x}"), "de") == "old-code ({x})"


def test_a_reason_that_was_told_in_words_is_not_told_twice() -> None:
    told_then = say("de", "platform-refuses-post", detail="Text zu lang")
    delivery = a_delivery(DeliveryState.FAILED, reason="platform-refuses-post", detail=told_then)
    assert reason_in_words(delivery, "de") == told_then
    bare = a_delivery(DeliveryState.FAILED, reason="platform-refuses-post", detail="Text zu lang")
    assert reason_in_words(bare, "de") == told_then


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_state_and_severity_has_its_word(language: str) -> None:
    words = catalogue(language)
    assert all(state_code(state) in words for state in State)
    assert all(delivery_code(state) in words for state in DeliveryState)
    assert all(severity_code(severity) in words for severity in Severity)


def test_what_is_held_although_a_channel_has_it_already_says_how_it_goes_on() -> None:
    held = a_dossier(held=Mark("Petra", NOW))
    sent = a_delivery(DeliveryState.SENT, url="https://x.example/1")
    deliveries = [sent, replace(sent, state=DeliveryState.DEFERRED, channel="bluesky", receipt=None)]
    assert state_of(held, deliveries, NOW) is State.PARTLY
    told = status_text(held, deliveries, NOW, "de", BERLIN)
    assert told.startswith("Zurückgehalten von Petra")
    assert "publisher release a1" in told
    assert "mastodon: veröffentlicht – https://x.example/1" in told


@pytest.mark.parametrize("lifted", [True, False])
def test_what_is_held_or_stopped_promises_no_next_try(lifted: bool) -> None:
    mark, waiting = Mark("Petra", NOW), a_delivery(DeliveryState.DEFERRED, due_at=NOW, reason="copies-open")
    held, stop = (a_dossier(held=mark), None) if lifted else (a_dossier(), Stop(mark=mark, reason="Fehler im Text"))
    told = status_text(held, [waiting], NOW, "de", BERLIN, stop)
    assert "mastodon: aufgeschoben" in told
    assert "nächster Versuch" not in told


def test_what_a_broken_template_keeps_back_is_not_said_to_appear_shortly() -> None:
    values = {"file": "newsletter/issue.txt", "line": "49", "said": "'headlien' is undefined"}
    broken = Finding(code="template-broken", severity=Severity.WARNING, values=values)
    told = status_text(a_dossier(findings=(broken,), composed=0), [], NOW, "de", BERLIN)
    assert told.startswith("Noch nicht veröffentlicht: Eine Vorlage ist nicht in Ordnung.")


def test_what_waits_for_its_page_says_so_and_not_when_it_is_asked_for_again() -> None:
    waiting = a_delivery(DeliveryState.QUEUED, reason="link-not-there", due_at=NOW + timedelta(seconds=10))
    told = status_text(a_dossier(), [waiting], NOW, "de", BERLIN)
    assert told.startswith("Die Seite der Meldung antwortet noch nicht")


def test_a_delivery_of_a_suspended_channel_names_what_to_do_and_no_next_try() -> None:
    detail = "Die Plattform weist das Konto ab (401)."
    refused = a_delivery(
        DeliveryState.DEFERRED, reason="channel-suspended", detail=detail, due_at=NOW + timedelta(minutes=1)
    )
    told = status_text(a_dossier(), [refused], NOW, "de", BERLIN)
    assert "nächster Versuch" not in told
    assert "publisher channels --test" in told
