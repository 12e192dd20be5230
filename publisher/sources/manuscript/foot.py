"""Reads what stands below a text: the end mark, whom to ask, and the signature of a mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.domain.finding import Finding
from publisher.sources.manuscript import shapes
from publisher.sources.manuscript.lines import Block, fault, warning


@dataclass(frozen=True, slots=True)
class Foot:
    """The blocks above, and what was taken off below them. `contact`: lines parted by LF."""

    blocks: tuple[Block, ...]
    contact: str = ""
    findings: tuple[Finding, ...] = ()


def take_foot(blocks: Sequence[Block]) -> Foot:
    """Take signature, contact and end mark off a text, in that order: from below."""
    unsigned = _take_signature(blocks)
    contacted = _take_contact(unsigned.blocks)
    ended = _take_end_mark(contacted.blocks)
    return Foot(ended.blocks, contacted.contact, unsigned.findings + contacted.findings + ended.findings)


def _take_signature(blocks: Sequence[Block]) -> Foot:
    # A "--" in the middle of a text may be an ornament: what reads like text below it stays.
    last_text = max((place for place, block in enumerate(blocks) if _is_text(block)), default=-1)
    for place, block in enumerate(blocks[last_text + 1 :], last_text + 1):
        if block.text == "--" or (place > 0 and shapes.is_closing(block.text)):
            rest = blocks[place + 1 :]
            contact = next((i for i, below in enumerate(rest) if shapes.begins_contact(below.text)), len(rest))
            words = " / ".join(below.text for below in (block, *rest[:contact]))
            return Foot((*blocks[:place], *rest[contact:]), findings=(warning("signature", words),))
    return Foot(tuple(blocks))


def _is_text(block: Block) -> bool:
    if shapes.is_confidentiality_note(block.text) or shapes.begins_contact(block.text):
        return False
    return shapes.is_prose(block.text) or block.level > 0


def _take_contact(blocks: Sequence[Block]) -> Foot:
    start = next((place for place, block in enumerate(blocks) if place and shapes.begins_contact(block.text)), None)
    if start is None:
        return Foot(tuple(blocks))
    end = start + 1
    while end < len(blocks) and (shapes.continues_contact(blocks[end].text) or shapes.begins_contact(blocks[end].text)):
        if shapes.is_end_mark(blocks[end].text):
            break
        end += 1
    lines = [shapes.after_contact_label(blocks[start].text), *(block.text for block in blocks[start + 1 : end])]
    contact = "\n".join(line for line in lines if line)
    if not contact:
        return Foot(tuple(blocks))
    finding = warning("contact-block", " / ".join(block.text for block in blocks[start:end]))
    return Foot((*blocks[:start], *blocks[end:]), contact, (finding,))


def _take_end_mark(blocks: Sequence[Block]) -> Foot:
    place = next((place for place, block in enumerate(blocks) if place and shapes.is_end_mark(block.text)), None)
    if place is None:
        return Foot(tuple(blocks))
    findings = [warning("leftover-end-mark", blocks[place].text)]
    below = [block for block in blocks[place + 1 :] if not shapes.is_end_mark(block.text)]
    if below:
        words = " / ".join(block.text for block in below)
        # Nobody but a person can say whether it is for readers or for newsrooms only; what an organisation says of itself is
        # for both.
        findings.append(warning("about-after-end", words) if _is_about(below) else fault("text-after-end", words))
    return Foot((*blocks[:place], *below), findings=tuple(findings))


def _is_about(below: Sequence[Block]) -> bool:
    """ "Über die Stadtwerke: …", or that as a heading above one paragraph."""
    return len(below) <= 2 and shapes.introduces(below[0].text)
