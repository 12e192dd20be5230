"""The gate: what may leave at a moment, what waits and until when, what never leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.domain.announcement import Announcement, Dossier, Mark, Revision, Standing
from publisher.domain.delivery import DeliveryState
from publisher.domain.finding import Finding, Severity
from publisher.domain.gate import Drop, GateRules, Go, Verdict, Wait, may_leave
from publisher.domain.stop import Stop

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
RULES = GateRules(stale_after=timedelta(days=2), zone=BERLIN)
STOP = Stop(mark=Mark("Petra", NOON), reason="Falschmeldung")
LATER = NOON + timedelta(minutes=1)


def dossier(
    announcement: Announcement | None = None, findings: tuple[Finding, ...] = (), **standing: object
) -> Dossier:
    said = Standing(
        id="bridge",
        source="queue",
        key="bridge.md",
        taken_at=NOON,
        revision=1,
        composed=1,
        needs_approval=False,
        urgent=False,
    )
    revision = Revision(
        number=1, announcement=announcement or Announcement(headline="Brücke"), findings=findings, made_at=NOON
    )
    return Dossier(standing=replace(said, **standing), current=revision)  # type: ignore[arg-type]  # keys are Standing's


def verdict(of: Dossier, now: datetime = LATER, *, stop: Stop | None = None, rules: GateRules = RULES) -> Verdict:
    return may_leave(of, 1, stop, now, rules)


def office_time(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def test_what_nothing_forbids_may_leave() -> None:
    assert verdict(dossier()) == Go()


def test_the_routine_waits_while_the_stop_holds_whatever_a_person_says_of_it() -> None:
    assert verdict(dossier(approved=Mark("Petra", LATER)), stop=STOP) == Wait("stopped", LATER + timedelta(minutes=1))


def test_an_urgent_announcement_leaves_during_the_stop_once_a_person_confirms_it() -> None:
    assert isinstance(verdict(dossier(urgent=True), stop=STOP), Wait)
    before = Mark("Petra", NOON - timedelta(minutes=1))
    assert isinstance(verdict(dossier(urgent=True, approved=before), stop=STOP), Wait)
    after = Mark("Petra", NOON + timedelta(seconds=1))
    assert verdict(dossier(urgent=True, approved=after), stop=STOP) == Go()
    assert verdict(dossier(urgent=True, released=after), stop=STOP) == Go()


def test_when_everything_is_stopped_no_confirmation_helps() -> None:
    confirmed = dossier(urgent=True, approved=Mark("Petra", LATER))
    assert verdict(confirmed, stop=replace(STOP, everything=True)) == Wait("stopped", LATER + timedelta(minutes=1))


def test_a_confirmed_urgent_announcement_still_keeps_its_embargo_and_a_persons_hold() -> None:
    said = Mark("Petra", NOON + timedelta(seconds=1))
    embargoed = Announcement(headline="Brücke", embargo=NOON + timedelta(hours=1))
    assert verdict(dossier(embargoed, urgent=True, approved=said), stop=STOP) == Wait(
        "embargoed", NOON + timedelta(hours=1)
    )
    assert isinstance(verdict(dossier(urgent=True, approved=said, held=said), stop=STOP), Wait)


def test_a_stale_one_is_missed_and_its_own_expiry_goes_before() -> None:
    late = NOON + timedelta(days=2, seconds=1)
    assert verdict(dossier(), late) == Drop("stale", DeliveryState.MISSED)
    short = Announcement(headline="Brücke", expires=NOON + timedelta(hours=1))
    assert verdict(dossier(short), NOON + timedelta(hours=1)) == Drop("expired", DeliveryState.MISSED)
    # What ends for ever is told before what only delays.
    assert verdict(dossier(short), late, stop=STOP) == Drop("expired", DeliveryState.MISSED)


def test_staleness_counts_from_the_embargo_and_from_a_persons_word() -> None:
    embargoed = Announcement(headline="Brücke", embargo=NOON + timedelta(days=3))
    assert verdict(dossier(embargoed), NOON + timedelta(days=4)) == Go()
    approved = Mark("Petra", NOON + timedelta(days=3))
    assert verdict(dossier(needs_approval=True, approved=approved), NOON + timedelta(days=4)) == Go()


def test_quiet_hours_hold_at_the_gate_too_and_not_what_is_urgent() -> None:
    rules = replace(RULES, quiet=(22 * 60, 6 * 60))
    night = office_time("2026-11-25 23:00")
    assert verdict(dossier(), night, rules=rules) == Wait("quiet-hours", office_time("2026-11-26 06:00"))
    assert verdict(dossier(urgent=True), night, rules=rules) == Go()


def test_in_an_approval_period_everything_waits_for_a_person() -> None:
    rules = replace(RULES, approval_periods=((date(2026, 11, 25), date(2026, 11, 30)),))
    assert verdict(dossier(), rules=rules) == Wait("held", LATER + timedelta(minutes=1))
    assert verdict(dossier(approved=Mark("Petra", NOON)), rules=rules) == Go()


def test_an_embargo_that_nobody_can_read_ends_with_a_persons_approval_of_this_revision() -> None:
    unreadable = (Finding(code="embargo-unreadable", severity=Severity.ERROR, excerpt="Sperrfrist: Redebeginn"),)
    assert isinstance(verdict(dossier(findings=unreadable)), Wait)
    before = Mark("Petra", NOON - timedelta(hours=1))
    assert isinstance(verdict(dossier(findings=unreadable, released=before)), Wait)
    assert verdict(dossier(findings=unreadable, approved=Mark("Petra", LATER))) == Go()
    other = (*unreadable, Finding(code="comment-open", severity=Severity.ERROR))
    assert isinstance(verdict(dossier(findings=other, approved=Mark("Petra", LATER))), Wait)


@pytest.mark.parametrize(
    "embargo",
    [
        office_time("2026-03-29 01:59"),
        office_time("2026-03-29 03:00"),
        office_time("2026-10-25 02:30"),
        office_time("2026-10-25 02:30", fold=1),
        office_time("2026-10-25 03:00"),
    ],
)
def test_an_embargo_holds_to_the_second_in_the_nights_that_change_the_clocks(embargo: datetime) -> None:
    held_until = dossier(Announcement(headline="Brücke", embargo=embargo))
    assert verdict(held_until, embargo - timedelta(seconds=1)) == Wait("embargoed", embargo)
    assert verdict(held_until, embargo) == Go()


def test_what_waits_for_its_own_link_looks_again_within_seconds() -> None:
    waits = may_leave(dossier(), 1, None, LATER, RULES, link_answers=False)
    assert waits == Wait("link-not-there", LATER + timedelta(seconds=10))
