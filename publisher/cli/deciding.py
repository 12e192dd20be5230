"""Commands by which a person decides: approve, hold, release, reconcile, resolve, stop, resume."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from publisher.cli.answers import give_json, give_lines, speaker
from publisher.cli.door import DONE, NEEDS_PERSON, Door
from publisher.cli.spoken import told

if TYPE_CHECKING:
    from publisher.workflow.office import Office

by_option = click.option("--by", help=told("help-by"))


def _decide(opened: Door, id: str, by: str | None, decision: "Callable[[Office, str, str], None]") -> int:
    """Carry out one decision about one announcement, and show how it stands then."""
    from publisher.assembly import open_office
    from publisher.domain.standing import State
    from publisher.messages import say
    from publisher.workflow.editorial.decisions import word_under_stop
    from publisher.workflow.editorial.effect import consequence, decide
    from publisher.workflow.overview.rows import announcement_overview
    from publisher.workflow.overview.words import state_code

    with open_office(opened.config(), platforms=False) as office:
        changed = decide(office, id, speaker(by), decision)
        row = announcement_overview(office, id)[0]
        hints = consequence(office, id, changed=changed)
        if under_stop := word_under_stop(office, id):
            hints.append(say(opened.language, under_stop))
    if opened.as_json:
        give_json({**row, "changed": changed})
    else:
        give_lines([f"{row['id']}: {say(opened.language, state_code(State(row['state'])))}", *hints])
    return DONE


@click.command(help=told("help-approve"))
@click.argument("id")
@by_option
@click.pass_obj
def approve(opened: Door, id: str, by: str | None) -> int:
    from publisher.workflow.editorial import decisions

    return _decide(opened, id, by, decisions.approve)


@click.command(help=told("help-hold"))
@click.argument("id")
@by_option
@click.pass_obj
def hold(opened: Door, id: str, by: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.workflow.editorial import decisions
    from publisher.workflow.mailing.digest_undo import take_back

    with open_office(opened.config(), platforms=False) as office:
        cancelled = take_back(office, id, speaker(by))
    return _decide(opened, id, by, decisions.hold) if cancelled is None else _give_back(opened, id, cancelled)


def _give_back(opened: Door, id: str, cancelled: int) -> int:
    """A digest that was taken back, or was out already."""
    from publisher.messages import say

    if opened.as_json:
        give_json({"id": id, "cancelled": cancelled, "changed": cancelled > 0})
    else:
        give_lines(
            [say(opened.language, "digest-taken-back" if cancelled else "digest-is-out", id=id, count=cancelled)]
        )
    return DONE


@click.command(help=told("help-release"))
@click.argument("id")
@by_option
@click.pass_obj
def release(opened: Door, id: str, by: str | None) -> int:
    from publisher.workflow.editorial import decisions

    return _decide(opened, id, by, decisions.release)


@click.command(help=told("help-reconcile"))
@click.pass_obj
def reconcile(opened: Door) -> int:
    from publisher.assembly import open_office
    from publisher.domain.delivery import DeliveryState
    from publisher.messages import say
    from publisher.workflow.dispatch.reconcile import reconcile_now

    with open_office(opened.config(), platforms=True) as office:
        looked = reconcile_now(office)
        open_rows = office.store.outbox.open_deliveries()
    uncertain = [delivery.id for delivery in open_rows if delivery.state is DeliveryState.UNCERTAIN]
    if opened.as_json:
        give_json({"looked_at": looked, "uncertain": uncertain})
    else:
        give_lines([say(opened.language, "reconciled", looked=looked, left=len(uncertain)), *uncertain])
    return NEEDS_PERSON if uncertain else DONE


@click.command(help=told("help-resolve"))
@click.argument("delivery")
@click.option("--sent", "url", help=told("help-resolve-sent"))
@click.option("--not-sent", is_flag=True, help=told("help-resolve-not-sent"))
@by_option
@click.pass_obj
def resolve(opened: Door, delivery: str, url: str | None, not_sent: bool, by: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.editorial import decisions
    from publisher.workflow.overview.words import delivery_code

    if (url is None) is not not_sent:
        raise click.UsageError(told("resolve-needs-one"))
    with open_office(opened.config(), platforms=False) as office:
        decisions.resolve(office, delivery, speaker(by), url)
        settled = office.store.outbox.delivery(delivery)
    if opened.as_json:
        give_json({"id": delivery, "state": str(settled.state) if settled else ""})
    elif settled:
        give_lines([f"{delivery}: {say(opened.language, delivery_code(settled.state))}"])
    return DONE


@click.command(help=told("help-stop"))
@click.option("--all", "everything", is_flag=True, help=told("help-stop-all"))
@click.option("--reason", required=True, help=told("help-stop-reason"))
@by_option
@click.pass_obj
def stop(opened: Door, everything: bool, reason: str, by: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.editorial import decisions

    if not reason.strip():
        raise click.UsageError(told("stop-needs-reason"))
    with open_office(opened.config(), platforms=False) as office:
        said = decisions.stop(office, reason, speaker(by), everything=everything)
    if opened.as_json:
        give_json({"stopped": True, "everything": everything, "reason": reason, "by": said.mark.by})
    else:
        give_lines([say(opened.language, "stopped-now", by=said.mark.by, reason=reason)])
    return DONE


@click.command(help=told("help-resume"))
@by_option
@click.pass_obj
def resume(opened: Door, by: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.editorial import decisions

    with open_office(opened.config(), platforms=False) as office:
        resumed = decisions.resume(office, speaker(by))
    waiting = [{"id": dossier.id, "headline": dossier.announcement.headline} for dossier in resumed.waiting]
    digests = [each.issue.id for each in resumed.digests]
    if opened.as_json:
        give_json({"resumed": resumed.lifted, "waiting": waiting, "digests": digests})
        return DONE
    lifted = "resumed-now" if waiting else "resumed-nothing-waited"
    give_lines([say(opened.language, lifted if resumed.lifted else "was-not-stopped")])
    give_lines(f"  {row['id']}  {row['headline']}" for row in waiting)
    if digests:
        give_lines([say(opened.language, "resumed-digests", ids=", ".join(digests))])
    return DONE
