"""Answers of commands: one JSON document, or a table for people."""

import getpass
import json
import os
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 1_000
"""Columns of what is no terminal: nothing is folded there."""


def give_json(answer: Any) -> None:
    """The one JSON document on standard output."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))


def give_lines(lines: Iterable[str]) -> None:
    """Plain sentences on standard output."""
    for line in lines:
        click.echo(line)


def give_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on standard output; texts of announcements are shown as they are, never read as markup.

    Only a terminal that is too narrow folds addresses.
    """
    table = Table(title=Text(title), title_justify="left", header_style="bold", expand=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(width=None if os.isatty(1) else WIDE, highlight=False)
    console.print(table)


def speaker(named: str | None) -> str:
    """Who says it: the name given, else the account of this machine."""
    try:
        return named or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
