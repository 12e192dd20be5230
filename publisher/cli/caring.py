"""Commands for the office's health: channels, doctor."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from publisher.cli.answers import give_json, give_lines, give_table
from publisher.cli.door import DONE, NEEDS_PERSON, Door
from publisher.cli.spoken import told

if TYPE_CHECKING:
    from publisher.workflow.office import Office


@click.command(help=told("help-channels"))
@click.option("--test", "ask", is_flag=True, help=told("help-channels-test"))
@click.pass_obj
def channels(opened: Door, ask: bool) -> int:
    from publisher.assembly import open_office

    with open_office(opened.config(), platforms=ask) as office:
        rows = [_channel_row(office, name, ask=ask) for name in office.channels]
    if opened.as_json:
        give_json(rows)
    else:
        columns = [told(f"column-{name}") for name in ("channel", "kind", "health", "account", "limit")]
        give_table(
            "", columns, [[r["channel"], r["kind"], r["health"], r["account"], str(r["limit"] or "")] for r in rows]
        )
    return DONE if all(row["ok"] for row in rows) else NEEDS_PERSON


def _channel_row(office: "Office", name: str, *, ask: bool) -> dict[str, Any]:
    """One channel: who we are there, its limits, whether it works. Asking clears a suspension that no longer holds."""
    from publisher.domain.errors import PublisherError
    from publisher.messages import say, tell
    from publisher.ports.channels import PostChannel
    from publisher.workflow.compose.limits import limits_of
    from publisher.workflow.dispatch.lane import is_suspended, resume_channel

    language = office.config.office.language
    channel = office.channels[name]
    health, account, address, ok = say(language, "channel-not-asked"), "", "", True
    if ask:
        try:
            found = channel.verify()
        except PublisherError as error:
            health, ok = tell(error, language), False
        else:
            resume_channel(office, name)
            health, account, address = say(language, "channel-answers"), found.name, found.url
    if is_suspended(office, name):
        health, ok = say(language, "channel-suspended"), False
    limits = limits_of(office, channel, ask=ask and ok) if isinstance(channel, PostChannel) else None
    return {
        "channel": name,
        "kind": channel.kind,
        "ok": ok,
        "health": health,
        "account": account,
        "url": address,
        "limit": limits.text if limits else None,
        "limits": asdict(limits) if limits else None,
    }


@click.command(help=told("help-doctor"))
@click.pass_obj
def doctor(opened: Door) -> int:
    from publisher.assembly import open_office
    from publisher.domain.finding import Severity
    from publisher.workflow.doctor import examine_office

    with open_office(opened.config(), platforms=True) as office:
        found = list(examine_office(office))
    if opened.as_json:
        give_json({"checks": [{"subject": d.subject, "severity": d.severity, "message": d.message} for d in found]})
    else:
        marks = {None: "✓", Severity.NOTICE: "·", Severity.WARNING: "!", Severity.ERROR: "✗"}
        give_lines(f"{marks[d.severity]} {d.subject}: {d.message}" for d in found)
    return NEEDS_PERSON if any(d.severity is Severity.ERROR for d in found) else DONE
