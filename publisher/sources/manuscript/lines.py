"""A text between what came in and what becomes of it: its paragraphs, and what was recognised in them."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from publisher.domain.finding import Finding, Severity
from publisher.sources.characters import one_line

_ADDRESS = re.compile(r"[^\s<>\"]+@[^\s<>\"]+")
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list or table. `text` as `Announcement.body` has it, `html` clean.

    `level`: of a heading, 1 to 3, else 0. `glued`: no empty line stood before it.
    """

    text: str
    html: str
    level: int = 0
    glued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """What was recognised in a text. `embargo` is aware UTC."""

    headline: str = ""
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    contact: str = ""
    embargo: datetime | None = None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def body(self) -> str:
        """As `Announcement.body` has it."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def html(self) -> str:
        """As `Announcement.html` has it."""
        return "\n".join(block.html for block in self.blocks)


def paragraph(text: str, *, glued: bool = False) -> Block:
    """A block of plain text."""
    return Block(text, f"<p>{escape(text, quote=False).replace(chr(10), '<br>')}</p>", glued=glued)


def excerpt(text: str) -> str:
    """The words that a finding is about, on one line, cut between words; without mail addresses: findings get around."""
    line = _ADDRESS.sub("…@…", one_line(text[: 4 * EXCERPT]))
    return line if len(line) <= EXCERPT and len(text) <= 4 * EXCERPT else line[:EXCERPT].rsplit(" ", 1)[0] + " …"


def warning(code: str, about: str, **values: str) -> Finding:
    """Something that was put right and that a person should know of."""
    return Finding(code=code, severity=Severity.WARNING, excerpt=excerpt(about), values=values)


def fault(code: str, about: str, **values: str) -> Finding:
    """Something that only a person can put right: it holds the announcement."""
    return Finding(code=code, severity=Severity.ERROR, excerpt=excerpt(about), values=values)
