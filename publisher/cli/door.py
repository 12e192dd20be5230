"""The entrance: options that every command shares, and what errors look like on the way out."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from publisher.cli.spoken import spoken, told
from publisher.cli.usage import HelpPage, complaint, whole_complaint
from publisher.domain.errors import PublisherError

if TYPE_CHECKING:
    from publisher.config.tables import Config

DONE, NEEDS_PERSON, WRONG_USE = 0, 1, 2
INTERRUPTED, UNHEARD = 130, 141
"""As shells tell of Ctrl-C and of a reader that left: `publisher announcements | head`."""

# The language is the terminal's, for every command alike.
click.Context.formatter_class = HelpPage

# Where each command lives: its module is imported only when it is called, so that the door opens quickly.
COMMANDS = {
    "run": "running",
    "check": "looking",
    "preview": "looking",
    "announcements": "looking",
    "audit": "looking",
    "approve": "deciding",
    "hold": "deciding",
    "release": "deciding",
    "reconcile": "deciding",
    "resolve": "deciding",
    "stop": "deciding",
    "resume": "deciding",
    "channels": "caring",
    "doctor": "caring",
    "subscribers": "readers",
    "newsletter": "mailing",
}


@dataclass(slots=True)
class Door:
    """What the options said. `language` becomes the office's once its config is read."""

    config_file: Path
    as_json: bool
    language: str

    def config(self) -> "Config":
        """The office's config. Raises ConfigError."""
        from publisher.config.reading import load_config

        config = load_config(self.config_file)
        self.language = config.office.language
        return config


class Family(click.Group):
    """Commands under one name, listed with their whole sentences: click cuts them to one line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(told("help-commands")):
            formatter.write_dl([(name, command.help or "") for name, command in sorted(self.commands.items())])


class Commands(click.Group):
    """The commands, found by name and imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"publisher.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands from the catalogue alone: no command is imported for it."""
        with formatter.section(told("help-commands")):
            formatter.write_dl([(name, told(f"help-{name}")) for name in COMMANDS])


@click.group(cls=Commands, help=told("help-publisher"), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, readable=False),  # what cannot be read is told by whoever reads it
    default="config.toml",
    help=told("help-config"),
)
@click.option("--json", "as_json", is_flag=True, help=told("help-json"))
@click.pass_context
def door(ctx: click.Context, config_file: Path, as_json: bool) -> None:
    ctx.obj = Door(config_file=config_file, as_json=as_json, language=spoken())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command; the exit status is 0 done, 1 done but something needs a person, 2 wrong usage or config."""
    try:
        status = _obey(_json_first(list(sys.argv[1:] if arguments is None else arguments)))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has seen enough. What is still unwritten goes nowhere, or the interpreter complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = UNHEARD
    sys.exit(status)


def _obey(words: Sequence[str]) -> int:
    """The exit status of a command."""
    opened = Door(Path("config.toml"), "--json" in words, spoken())
    try:
        with door.make_context("publisher", list(words)) as ctx:
            opened = ctx.obj if isinstance(ctx.obj, Door) else opened
            status = door.invoke(ctx)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as misuse:
        return _say_misuse(opened, misuse)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except PublisherError as error:
        return _say_error(opened, error)
    return status if isinstance(status, int) else DONE


def _json_first(words: list[str]) -> list[str]:
    """`publisher check FILE --json` means the same as `publisher --json check FILE`."""
    if "--json" not in words:
        return words
    return ["--json", *(word for word in words if word != "--json")]


def _say_error(opened: Door, error: PublisherError) -> int:
    from publisher.messages import tell

    sentence = tell(error, opened.language)
    click.echo(sentence, err=True)
    return _give_error(opened, error.code, sentence)


def _say_misuse(opened: Door, misuse: click.ClickException) -> int:
    for line in whole_complaint(misuse):
        click.echo(line, err=True)
    said = complaint(misuse)
    return _give_error(opened, said.code, said.sentence)


def _give_error(opened: Door, code: str, message: str) -> int:
    if opened.as_json:
        click.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
    return WRONG_USE
