"""Which endings make a word with a dot an address: the top-level domains, read from the list that a dependency ships.

The Public Suffix List comes with `tld` (a part of trafilatura) and is read where it lies, never copied. Where it is not,
any ending of two or more letters counts as one, and `known` is false: then links must not be counted shorter than they are.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import regex

LIST = Path("res/effective_tld_names.dat.txt")


@dataclass(frozen=True, slots=True)
class TopLevelDomains:
    """`ending` matches one at the place where a label begins. `known`: whether it stands on a list or on a guess."""

    ending: regex.Pattern[str]
    known: bool


@cache
def top_level_domains() -> TopLevelDomains:
    """The list, read once."""
    return from_list(_list_file())


def from_list(file: Path | None) -> TopLevelDomains:
    """From a file in the Public Suffix List's format, or by guess without one. Neither ends inside an ASCII word."""
    if file is None:
        return TopLevelDomains(_ending(r"[a-z]{2,63}"), known=False)
    lines = file.read_text(encoding="utf-8").split("\n")
    names = {line.strip().split(".")[-1] for line in lines if line.strip() and not line.startswith("//")}
    return TopLevelDomains(_ending("|".join(sorted(map(regex.escape, names), reverse=True))), known=True)


def _ending(name: str) -> regex.Pattern[str]:
    return regex.compile(rf"(?:{name}|xn--[-0-9a-z]+)(?![0-9a-zA-Z@+-])", regex.IGNORECASE)


def _list_file() -> Path | None:
    spec = find_spec("tld")
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / LIST
    return file if file.is_file() else None
