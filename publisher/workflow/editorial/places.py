"""Finds where in a file the words of a finding stand, so that an editor need not search."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from publisher.domain.finding import Finding

TEXTS = (".txt", ".md", ".html", ".htm")
MOST_BYTES = 2_000_000
ENOUGH = 60
"""Characters of an excerpt that are looked for: findings are cut, and lines end."""
INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\ufeff]")


def with_lines(findings: Iterable[Finding], path: Path) -> tuple[Finding, ...]:
    """The findings, each with the first line of the file that holds its excerpt; as they are where the file has no lines."""
    lines = [_plain(line) for line in _lines(path)]
    return tuple(replace(finding, line=finding.line or _place(finding.excerpt, lines)) for finding in findings)


def _place(excerpt: str, lines: list[str]) -> int | None:
    wanted = _plain(excerpt.split("\n")[0].removesuffix(" …").split("…@…")[0])[:ENOUGH]
    if not wanted:
        return None
    return next((number for number, line in enumerate(lines, 1) if wanted in line), None)


def _lines(path: Path) -> list[str]:
    if path.is_dir():
        texts = [file for file in sorted(path.iterdir()) if file.suffix.lower() in TEXTS]
        return _lines(texts[0]) if len(texts) == 1 else []
    if path.suffix.lower() not in TEXTS:
        return []
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES)
    try:
        return data.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").splitlines()


def _plain(text: str) -> str:
    return " ".join(INVISIBLE.sub("", text).split())
