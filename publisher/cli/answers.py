"""Answers of commands: one JSON document, or a table for people."""

import csv
import getpass
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 1_000
"""Columns of what is no terminal: nothing is folded there."""


def give_json(answer: Any) -> None:
    """The one JSON document on standard output."""
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def give_json_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """The same for a list that may be too long to be held: each row is written as it comes."""
    sys.stdout.write("[")
    for number, row in enumerate(rows):
        sys.stdout.write(",\n" if number else "\n")
        # Seven times as fast as json.dump, which writes word by word.
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=_plain))
    sys.stdout.write("\n]\n")


def give_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """A table for spreadsheets, written row by row."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


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


def _plain(value: Any) -> Any:
    """What JSON has no word for."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def speaker(named: str | None) -> str:
    """Who says it: the name given, else the account of this machine."""
    try:
        return named or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
