"""Blocks -> manuscript: what is headline, lead, body, contact and embargo of a text that nobody marked up."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from publisher.checks.leftovers import forbids_publication
from publisher.checks.release_lines import speaks_only_of_release
from publisher.domain.finding import Finding
from publisher.language.fitting import is_item
from publisher.sources.manuscript import shapes
from publisher.sources.manuscript.embargo_line import take_embargo
from publisher.sources.manuscript.foot import take_foot
from publisher.sources.manuscript.head import take_head
from publisher.sources.manuscript.lines import Block, Manuscript, fault, paragraph, warning

LONGEST_LEAD = 600
"""Characters: a paragraph that is longer and marked "Vorspann" is a whole text that lost its line breaks."""


def recognise(blocks: Sequence[Block], title: str, zone: tzinfo, given: str = "") -> Manuscript:
    """Read a text from the outside to the inside.

    `title`: of its page or mail, "" if it has none. `given`: the headline that front matter names, "" if it does not.
    """
    embargo = take_embargo(_split_at_vorspann(blocks), zone)
    foot = take_foot(embargo.blocks)
    head = take_head(foot.blocks, title, given)
    lead, below, marked = take_lead(head.blocks)
    kept = {head.headline, lead, *(block.text for block in below)}
    # What says not to publish, or not yet, is no leftover, wherever it stood.
    gone = [block.text for block in blocks if block.text not in kept and forbids_publication(block.text)]
    later = [block.text for block in embargo.blocks if block.text not in kept and speaks_only_of_release(block.text)]
    return Manuscript(
        headline=head.headline,
        lead=lead,
        blocks=tuple(_rejoined(below)),
        contact=foot.contact,
        embargo=embargo.until,
        findings=(
            *embargo.findings,
            *head.findings,
            *marked,
            *foot.findings,
            *(fault("publication-forbidden", text) for text in gone),
            *(fault("embargo-mentioned", text) for text in later),
        ),
    )


def _split_at_vorspann(blocks: Sequence[Block]) -> Sequence[Block]:
    """A page that came as one line: its "Vorspann" still shows where the headline ends."""
    if len(blocks) != 1:
        return blocks
    above, mark, below = blocks[0].text.partition(" Vorspann ")
    return [paragraph(above), paragraph(f"Vorspann {below}")] if mark and below[:1].isupper() else blocks


def take_lead(blocks: Sequence[Block]) -> tuple[str, tuple[Block, ...], tuple[Finding, ...]]:
    """The paragraph that is marked as the lead, without its mark; the blocks without it; what was done."""
    for place, block in enumerate(blocks):
        words = shapes.leading(block.text)
        if words is None:
            continue
        finding = warning("leftover-vorspann", block.text)
        after = list(blocks[place + 1 :])
        if not words and after and "\n\n" not in after[0].text:
            words = after.pop(0).text
        if len(words) > LONGEST_LEAD:
            return "", (*blocks[:place], paragraph(words), *after), (finding,)
        return " ".join(words.split()), (*blocks[:place], *after), (finding,)
    return "", tuple(blocks), ()


def _rejoined(blocks: Sequence[Block]) -> list[Block]:
    """Short lines that stood directly below each other (an address, opening hours) are one paragraph with line breaks."""
    joined: list[Block] = []
    for block in blocks:
        if (
            block.glued
            and joined
            and len(joined[-1].text) < LONGEST_LEAD
            and _is_short_line(joined[-1].text.rsplit("\n", 1)[-1])
            and _is_short_line(block.text)
        ):
            joined[-1] = replace(paragraph(f"{joined[-1].text}\n{block.text}"), glued=joined[-1].glued)
        else:
            joined.append(block)
    return joined


def _is_short_line(text: str) -> bool:
    return len(text) <= 60 and not is_item(text) and not re.search(r"[.!?…][“”\"»«'’)]*$", text)
