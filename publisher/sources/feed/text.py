"""What of a feed's texts is headline, lead and body, and what is a leftover of the feed. Pure decisions on blocks."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml.html import tostring

from publisher.domain.finding import Finding, Severity
from publisher.language.sentences import sentences
from publisher.sources.characters import one_line
from publisher.sources.feed.illustrations import without_figures
from publisher.sources.markup import clean_html, parse, plain_text

SHORT = 500
"""Characters: a text below this is taken for a teaser where the office asked for whole articles."""
LONGEST_LEAD = 1_000

READ_ON = re.compile(
    r"(?:[\s\[(»›>…–—-]|\.\.\.)*\b(?:weiterlesen|weiter lesen|mehr lesen|mehr erfahren|lesen sie mehr|zum artikel|read more"
    r"|continue reading|mehr|weiter)\b[\s\])»›>→…:.]*$",
    re.IGNORECASE,
)
MARKED = re.compile(r"[\[(»›>→…]|\.\.\.")
"""Signs that make a word like „mehr“ at the end a pointer onwards, and not a part of the sentence."""
ELLIPSIS = re.compile(r"\s*[\[(]?(?:…|\.\.\.+|&hellip;)[\])]?\s*$")
SENTENCE_END = re.compile(r"[.!?:][“”\"'»«’)\]]*$")
TRAILER = re.compile(
    r"(?:der beitrag|the post|l'article) .{1,300} (?:erschien zuerst|appeared first) (?:auf|on) .{1,200}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list or table: as clean HTML and as plain text."""

    html: str
    text: str

    @property
    def is_paragraph(self) -> bool:
        return self.html.startswith("<p>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A text put in its parts, with what was left out of it. `cut`: it broke off, the rest stands elsewhere."""

    lead: str = ""
    blocks: tuple[Block, ...] = ()
    findings: tuple[Finding, ...] = ()
    cut: bool = False

    @property
    def body(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def html(self) -> str:
        return "".join(block.html for block in self.blocks)


def headline_of(title: str, is_html: bool) -> str:
    """The title as one line of plain text."""
    return one_line(plain_text(title) if is_html else title)


def blocks_of(foreign: str, base_url: str) -> tuple[Block, ...]:
    """Foreign HTML as clean blocks, empty ones and pictures gone. Raises InvalidAnnouncement as `markup.parse` does."""
    clean = clean_html(without_figures(foreign), base_url) if foreign.strip() else ""
    if not clean:
        return ()
    body = parse(clean).find("body")
    pieces = [tostring(child, encoding="unicode", with_tail=False) for child in body]
    return tuple(Block(piece, text) for piece in pieces if (text := plain_text(piece)))


def tell_story(headline: str, summary: Sequence[Block], content: Sequence[Block], language: str) -> Story:
    """Put an entry's texts in their places.

    The lead is the summary where that says something of its own, else the first paragraph; nothing is said twice, and
    a sentence that the feed cut off in the middle is left out.
    """
    whole = _whole(_without_headline(content, headline), language)
    teaser = _whole(_without_headline(summary, headline), language)
    if not whole.blocks:
        return _first_as_lead(teaser)
    if not teaser.blocks or _repeats(teaser.blocks, whole.blocks) or len(_joined(teaser.blocks)) > LONGEST_LEAD:
        return _first_as_lead(whole)
    return replace(whole, lead=one_line(_joined(teaser.blocks)), findings=(*whole.findings, *teaser.findings))


def is_teaser(story: Story) -> bool:
    """Whether the feed seems to hold only the beginning of the text."""
    return story.cut or len(story.lead) + len(story.body) < SHORT


def first_sentence(story: Story, language: str) -> str:
    """What stands in for a missing title; "" if there are no words at all."""
    text = story.lead or next((block.text for block in story.blocks), "")
    return one_line(next(iter(sentences(text, language)), ""))


def _first_as_lead(story: Story) -> Story:
    if not story.blocks or not story.blocks[0].is_paragraph or len(story.blocks[0].text) > LONGEST_LEAD:
        return story
    return replace(story, lead=one_line(story.blocks[0].text), blocks=story.blocks[1:])


def _without_headline(blocks: Sequence[Block], headline: str) -> Sequence[Block]:
    """A text that begins with its own headline says it twice."""
    return blocks[1:] if blocks and _letters(blocks[0].text) == _letters(headline) else blocks


def _whole(blocks: Sequence[Block], language: str) -> Story:
    """The blocks without the feed's trailer and without a broken end."""
    kept = [block for block in blocks if not TRAILER.fullmatch(block.text)]
    trailers = [block.text for block in blocks if TRAILER.fullmatch(block.text)]
    findings = tuple(_left_out("feed-trailer-left-out", Severity.NOTICE, text) for text in trailers)
    if not kept:
        return Story(findings=findings)
    last = kept[-1]
    text, dropped, cut = mend_end(last.text, language)
    if text != last.text:
        kept[-1:] = [Block(f"<p>{html.escape(text, quote=False)}</p>", text)] if text else []
    if dropped:
        findings += (_left_out("feed-cut-sentence-left-out", Severity.WARNING, dropped),)
    return Story(blocks=tuple(kept), findings=findings, cut=cut)


def mend_end(text: str, language: str) -> tuple[str, str, bool]:
    """The text up to its last whole sentence, the broken sentence after it, and whether the text was cut off.

    A text is cut off if it ends with an ellipsis or with a pointer to the rest ("[weiterlesen]").
    """
    bare = _without_pointer(text)
    open_end = ELLIPSIS.sub("", bare)
    if open_end == text:
        return text, "", False
    found = sentences(open_end, language)
    if not found or _is_finished(open_end, language):
        return open_end.rstrip(), "", True
    broken = found[-1]
    return open_end.rstrip()[: -len(broken)].rstrip() if open_end.rstrip().endswith(broken) else "", broken, True


def _without_pointer(text: str) -> str:
    match = READ_ON.search(text[-200:])
    if match is None:
        return text
    before = text[: len(text) - len(match[0])]
    return before if MARKED.search(match[0]) or SENTENCE_END.search(before.rstrip()) else text


def _is_finished(text: str, language: str) -> bool:
    """Whether a full stop at the end is the end of a sentence, and not of „12.“ or „z. B.“: would a new one begin here?
    A month is what could follow both; where it could belong to the sentence, the sentence counts as broken."""
    stripped = text.rstrip()
    if not SENTENCE_END.search(stripped):
        return False
    probe = f"{stripped} November"
    return stripped.endswith(("!", "?")) or len(sentences(probe, language)) > len(sentences(stripped, language))


def _repeats(teaser: Sequence[Block], whole: Sequence[Block]) -> bool:
    return _letters(_joined(teaser)) in _letters(_joined(whole))


def _joined(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _left_out(code: str, severity: Severity, excerpt: str) -> Finding:
    return Finding(code=code, severity=severity, excerpt=excerpt)
