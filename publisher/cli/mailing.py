"""The newsletter at the command line: newsletter test, newsletter digest."""

from typing import TYPE_CHECKING

import click

from publisher.cli.answers import give_json, give_lines
from publisher.cli.door import DONE, NEEDS_PERSON, Door, Family
from publisher.cli.spoken import told

if TYPE_CHECKING:
    from publisher.domain.digest import Digest
    from publisher.domain.subscriber import Rhythm
    from publisher.ports.channels import MailChannel
    from publisher.workflow.office import Office

newsletter_option = click.option("--newsletter", "name", help=told("help-newsletter-name"))


@click.group(cls=Family, help=told("help-newsletter"))
def newsletter() -> None:
    pass


@newsletter.command(help=told("help-newsletter-test"))
@click.argument("id")
@click.option("--to", "address", required=True, help=told("help-newsletter-test-to"))
@click.option("--anyway", is_flag=True, help=told("help-newsletter-test-anyway"))
@newsletter_option
@click.pass_obj
def test(opened: Door, id: str, address: str, anyway: bool, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.audience.subscribing import newsletter as newsletter_named
    from publisher.workflow.editorial.rehearsal import rehearse

    with open_office(opened.config(), platforms=True) as office:
        tried = rehearse(office, newsletter_named(office, name), id, address, anyway=anyway)
    if opened.as_json:
        give_json({"sent": tried.sent, "subject": tried.subject, "reason": tried.reason})
    elif tried.sent:
        give_lines([say(opened.language, "test-sent", address=address, subject=tried.subject)])
    else:
        give_lines([say(opened.language, "test-not-sent", reason=tried.reason)])
    return DONE if tried.sent else NEEDS_PERSON


@newsletter.command(help=told("help-newsletter-digest"))
@click.argument("rhythm", type=click.Choice(["daily", "weekly"]))
@newsletter_option
@click.pass_obj
def digest(opened: Door, rhythm: str, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.cli.ending import in_good_order
    from publisher.domain.subscriber import Rhythm
    from publisher.workflow.audience.subscribing import newsletter as newsletter_named
    from publisher.workflow.mailing.digest import mail_digests, make_digest_now

    with open_office(opened.config(), platforms=True) as office:
        channel = newsletter_named(office, name)
        made = make_digest_now(office, channel, Rhythm(rhythm))
        with in_good_order(office):
            mail_digests(office, channel, at_once=True)
        return _give_digest(opened, office, channel, Rhythm(rhythm), made)


def _give_digest(
    opened: Door, office: "Office", channel: "MailChannel", rhythm: "Rhythm", made: "Digest | None"
) -> int:
    """What was made; if that is nothing, what still waits of the last one."""
    from publisher.messages import say
    from publisher.workflow.mailing.digest import untold

    rows, waiting = office.store.digests.issues(), office.store.digests.open_issues()
    fresh = [each for each in rows if each.digest == made and each.issue.dated >= each.digest.moment]
    found = fresh or [each for each in waiting if (each.digest.channel, each.digest.rhythm) == (channel.name, rhythm)]
    tallies = [office.store.mailroom.tally(each.issue.id) for each in found]
    open_copies = sum(tally.open for tally in tallies)
    if opened.as_json:
        counts = {"made": made is not None, "issues": len(found), "open": open_copies}
        give_json(counts | {"sent": sum(tally.sent for tally in tallies)})
    elif not found:
        code = "digest-next-is-made" if untold(office, channel, rhythm) else "digest-nothing"
        give_lines([say(opened.language, code, channel=channel.name)])
    else:
        readers = sum(tally.candidates for tally in tallies)
        give_lines([say(opened.language, "digest-made", channel=channel.name, issues=len(found), readers=readers)])
        if open_copies:
            state = "digest-on-its-way" if office.store.outbox.stop() is None else "digest-stopped"
            give_lines([say(opened.language, state, channel=channel.name, count=open_copies)])
    return NEEDS_PERSON if open_copies else DONE
