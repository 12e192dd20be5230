"""What came back, at the command line: who is suspended, who is restored, and the answers that wait for a person."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from publisher.cli.answers import give_json, give_json_rows, give_lines, speaker
from publisher.cli.door import DONE, NEEDS_PERSON, Door
from publisher.cli.spoken import told

if TYPE_CHECKING:
    from publisher.domain.returned import Suspension, WaitingAnswer
    from publisher.domain.subscriber import Subscriber
    from publisher.workflow.office import Office

of_newsletter = click.option("--newsletter", "name", help=told("help-newsletter-name"))


@click.command(help=told("help-subscribers-suspended"))
@of_newsletter
@click.pass_obj
def suspended(opened: Door, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.audience.returns import every_suspended
    from publisher.workflow.audience.subscribing import newsletter

    with open_office(opened.config(), platforms=False) as office:
        found = every_suspended(office, newsletter(office, name).name)
        rows = (_suspension(opened.language, reader, suspension) for reader, suspension in found)
        if opened.as_json:
            give_json_rows(rows)
            return DONE
        lines = (say(opened.language, "suspended-row", **in_office_time(row, "since", office)) for row in rows)
        give_lines(chain([next(lines, said(opened, "suspended-none"))], lines))
    return DONE


@click.command(help=told("help-subscribers-restore"))
@click.argument("address")
@of_newsletter
@click.pass_obj
def restore(opened: Door, address: str, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.workflow.audience import returns
    from publisher.workflow.audience.subscribing import newsletter

    with open_office(opened.config(), platforms=False) as office:
        restored = returns.restore(office, newsletter(office, name).name, address, speaker(None))
    return _give_done(opened, "restored", restored, said(opened, "restored" if restored else "restored-none"))


@click.command(help=told("help-subscribers-answers"))
@of_newsletter
@click.pass_obj
def answers(opened: Door, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.workflow.audience.subscribing import newsletter

    with open_office(opened.config(), platforms=False) as office:
        waiting = office.store.returns.answers(newsletter(office, name).name)
        wishes_first = sorted(waiting, key=lambda each: not each.answer.wish)
        if opened.as_json:
            give_json([_answer(each) for each in wishes_first])
        else:
            give_lines([_answer_line(office, each) for each in wishes_first] or [said(opened, "answers-none")])
    return NEEDS_PERSON if waiting else DONE


@click.command(help=told("help-subscribers-answered"))
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@of_newsletter
@click.pass_obj
def answered(opened: Door, ids: Sequence[str], name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.audience.returns import settle_answer
    from publisher.workflow.audience.subscribing import newsletter

    with open_office(opened.config(), platforms=False) as office:
        channel = newsletter(office, name).name
        settled = {each: settle_answer(office, channel, each, speaker(None)) for each in ids}
    codes = {True: "answer-dropped", False: "answer-unknown"}
    lines = "\n".join(say(opened.language, codes[done], id=each) for each, done in settled.items())
    return _give_done(opened, "answered", all(settled.values()), lines)


def said(opened: Door, code: str) -> str:
    """A sentence in the office's language."""
    from publisher.messages import say

    return say(opened.language, code)


def in_office_time(row: dict[str, Any], key: str, office: "Office") -> dict[str, Any]:
    """A row with one of its moments as people write it."""
    from publisher.language.dates import office_moment

    told_in = office.config.office
    return {**row, key: office_moment(datetime.fromisoformat(row[key]), told_in.timezone, told_in.language)}


def _give_done(opened: Door, what: str, done: bool, sentence: str) -> int:
    if opened.as_json:
        give_json({what: done})
    else:
        give_lines([sentence])
    return DONE if done else NEEDS_PERSON


def _suspension(language: str, reader: "Subscriber", suspension: "Suspension") -> dict[str, Any]:
    from publisher.workflow.overview.words import suspension_in_words

    return {
        "address": reader.address,
        "since": suspension.at.isoformat(timespec="seconds"),
        "cause": str(suspension.cause),
        "repeated": suspension.repeated,
        "why": suspension_in_words(suspension, language),
    }


def _answer(waiting: "WaitingAnswer") -> dict[str, Any]:
    return {
        "id": waiting.id,
        "at": waiting.at.isoformat(timespec="seconds"),
        "sender": waiting.answer.sender,
        "subscriber": waiting.subscriber,
        "subject": waiting.answer.subject,
        "excerpt": waiting.answer.excerpt,
        "wish": waiting.answer.wish,
    }


def _answer_line(office: "Office", waiting: "WaitingAnswer") -> str:
    from publisher.messages import say

    language = office.config.office.language
    told = in_office_time(_answer(waiting), "at", office)
    if waiting.subscriber not in ("", waiting.answer.sender):
        told["sender"] = say(language, "answer-other-address", **told)
    row = say(language, "answer-row", **told)
    return f"{say(language, 'answer-wish')} {row}" if waiting.answer.wish else row
