"""The audience at the command line: subscribers import, export, add, show, erase, stats."""

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli import returned
from publisher.cli.answers import give_csv, give_json, give_json_rows, give_lines
from publisher.cli.door import DONE, NEEDS_PERSON, Door, Family
from publisher.cli.spoken import told

if TYPE_CHECKING:
    from publisher.workflow.audience.subscribing import ImportReport

PIECE = 1_000_000
RHYTHMS = ("immediate", "daily", "weekly")
newsletter_option = click.option("--newsletter", "name", help=told("help-newsletter-name"))


@click.group(cls=Family, help=told("help-subscribers"))
def subscribers() -> None:
    pass


@subscribers.command("import", help=told("help-subscribers-import"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@newsletter_option
@click.pass_obj
def import_(opened: Door, file: Path, name: str | None) -> int:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from publisher.assembly import open_office
    from publisher.workflow.audience.subscribing import ImportReport, import_subscribers, newsletter

    report = ImportReport()
    shown = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    with (
        open_office(opened.config(), platforms=False) as office,
        file.open(encoding=_encoding(file), newline="", errors="replace") as lines,
        Progress(*shown, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress,
    ):
        bar = progress.add_task(str(file.name), total=None)
        for report in import_subscribers(office, newsletter(office, name), lines):
            progress.update(bar, completed=report.imported + report.known + report.suppressed + len(report.refused))
    _give_import(opened, report)
    return NEEDS_PERSON if report.refused else DONE


def _encoding(file: Path) -> str:
    """What spreadsheets save in: UTF-16 with its mark ("Unicode text"), UTF-8, else windows-1252."""
    with file.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    try:
        with file.open(encoding="utf-8") as text:
            while text.read(PIECE):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _give_import(opened: Door, report: "ImportReport") -> None:
    from publisher.messages import say

    if opened.as_json:
        give_json({name: getattr(report, name) for name in ("imported", "known", "suppressed", "refused")})
        return
    counted = say(
        opened.language,
        "imported-counts",
        imported=report.imported,
        known=report.known,
        suppressed=report.suppressed,
        refused=len(report.refused),
    )
    give_lines([counted])
    give_lines(say(opened.language, "import-line", line=each.line, reason=each.reason) for each in report.refused)
    if report.suppressed:
        give_lines([say(opened.language, "suppressed-way-back", form=opened.config().web.sign_up_page())])


@subscribers.command(help=told("help-subscribers-add"))
@click.argument("address")
@click.option("--topic", "topics", multiple=True, help=told("help-subscribers-topic"))
@click.option("--rhythm", default=RHYTHMS[0], type=click.Choice(RHYTHMS), help=told("help-subscribers-rhythm"))
@click.option("--evidence", default="", help=told("help-subscribers-evidence"))
@newsletter_option
@click.pass_obj
def add(opened: Door, address: str, topics: tuple[str, ...], rhythm: str, evidence: str, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.domain.subscriber import Rhythm
    from publisher.workflow.audience.subscribing import add_subscriber, newsletter

    with open_office(opened.config(), platforms=False) as office:
        report = add_subscriber(office, newsletter(office, name), address, topics, evidence, Rhythm(rhythm))
    _give_import(opened, report)
    return NEEDS_PERSON if report.suppressed else DONE


@subscribers.command(help=told("help-subscribers-erase"))
@click.argument("address")
@click.option("--newsletter", "name", help=told("help-subscribers-erase-newsletter"))
@click.pass_obj
def erase(opened: Door, address: str, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.audience.subscribing import erase_subscriber, mail_lists

    with open_office(opened.config(), platforms=False) as office:
        knew = erase_subscriber(office, name, address)
        asked = [name] if name else mail_lists(office)
    if opened.as_json:
        give_json({"erased": bool(knew)})
    else:
        give_lines([say(opened.language, "erased" if knew else "not-known", lists=", ".join(knew or asked))])
    return DONE


@subscribers.command(help=told("help-subscribers-show"))
@click.argument("address")
@click.pass_obj
def show(opened: Door, address: str) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.audience.preferences import personal_data

    with open_office(opened.config(), platforms=False) as office:
        kept = [personal_data(office, each) for each in office.store.audience.subscriptions(address)]
    if kept or opened.as_json:
        give_json(kept)
    else:
        give_lines([say(opened.language, "on-no-list")])
    return DONE


@subscribers.command(help=told("help-subscribers-export"))
@newsletter_option
@click.pass_obj
def export(opened: Door, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.workflow.audience.subscribing import EXPORT_COLUMNS, every_subscriber, export_rows, newsletter

    with open_office(opened.config(), platforms=False) as office:
        rows = export_rows(every_subscriber(office, newsletter(office, name)))
        if opened.as_json:
            give_json_rows(rows)
        else:
            give_csv(EXPORT_COLUMNS, rows)
    return DONE


@subscribers.command(help=told("help-subscribers-stats"))
@newsletter_option
@click.pass_obj
def stats(opened: Door, name: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.messages import say
    from publisher.workflow.audience.subscribing import newsletter

    with open_office(opened.config(), platforms=False) as office:
        counts = dict(office.store.audience.stats(newsletter(office, name).name))
    if opened.as_json:
        give_json(counts)
    else:
        give_lines(f"{say(opened.language, f'stats-{key}')}: {value}" for key, value in counts.items())
    return DONE


for _command in (returned.suspended, returned.restore, returned.answers, returned.answered):
    subscribers.add_command(_command)
