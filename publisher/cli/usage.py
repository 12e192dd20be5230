"""What click would say by itself, in the catalogue's words: help pages, and complaints about how a command was called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from publisher.cli.spoken import told

# click's own words in a usage line and in a list of options, and the codes of ours.
METAVARS = {"[OPTIONS]": "usage-options", "COMMAND": "usage-command", "[ARGS]...": "usage-arguments"}
HEADINGS = {"Options": "help-options", "Commands": "help-commands"}
HELP_OPTION = "Show this message and exit."
REQUIRED = "[required]"
TOO_MANY = "Got unexpected extra argument"


class HelpPage(click.HelpFormatter):
    """A help page without a word of click's own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        words = [told(METAVARS[word]) if word in METAVARS else word for word in args.split()]
        super().write_usage(prog, " ".join(words), prefix or f"{told('usage-title')} ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(told(HEADINGS[heading]) if heading in HEADINGS else heading)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(term, _in_our_words(text)) for term, text in rows], col_max, col_spacing)


def _in_our_words(text: str) -> str:
    if text == HELP_OPTION:
        return told("help-help")
    return text.replace(REQUIRED, f"[{told('usage-required')}]")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a call: a code for programs, a sentence for people."""

    code: str
    sentence: str


def complaint(misuse: click.ClickException) -> Complaint:
    """click's complaint as ours; what has no words of its own, such as our own complaints, is taken as it stands."""
    match misuse:
        case click.NoSuchOption(option_name=name, possibilities=near):
            return _near("usage-no-such-option", name, near)
        case click.BadParameter(param=click.Parameter() as parameter):
            return _about(misuse, parameter)
        case click.BadOptionUsage(option_name=name):
            return _ours("usage-wrong-option", name=name)
        case click.UsageError() if hasattr(misuse, "command_name"):  # NoSuchCommand, since click 8.4
            return _ours("usage-no-such-command", name=misuse.command_name)
        case click.exceptions.NoArgsIsHelpError() | click.UsageError(message="Missing command."):
            return _ours("usage-no-command")
        case click.UsageError(message=said) if said.startswith(TOO_MANY):
            return _ours("usage-too-many", said=said.partition("(")[2].removesuffix(")"))
    return Complaint("usage", misuse.format_message())


def _about(misuse: click.BadParameter, parameter: click.Parameter) -> Complaint:
    """A value that is missing or does not fit."""
    name = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
    if isinstance(misuse, click.MissingParameter):
        is_option = isinstance(parameter, click.Option)
        return _ours("usage-missing-option" if is_option else "usage-missing-argument", name=name)
    match parameter.type:
        case click.Choice(choices=choices):
            return _ours("usage-wrong-choice", name=name, known=", ".join(map(str, choices)))
        case click.Path(dir_okay=False):
            return _ours("usage-no-such-file", name=name)
        case click.Path(file_okay=False):
            return _ours("usage-no-such-folder", name=name)
        case _:
            return _ours("usage-wrong-value", name=name)


def whole_complaint(misuse: click.ClickException) -> list[str]:
    """The lines for people: how the command is called, what is wrong, where help is."""
    context = misuse.ctx if isinstance(misuse, click.UsageError) else None
    if context is None:
        return [complaint(misuse).sentence]
    if isinstance(misuse, click.exceptions.NoArgsIsHelpError):
        return [misuse.message]
    return [context.get_usage(), complaint(misuse).sentence, told("usage-help", command=context.command_path)]


def _ours(code: str, **values: Any) -> Complaint:
    return Complaint(code, told(code, **values))


def _near(code: str, name: str, near: Sequence[str] | None) -> Complaint:
    likely = f" {told('usage-near', near=', '.join(near))}" if near else ""
    return Complaint(code, told(code, name=name) + likely)
