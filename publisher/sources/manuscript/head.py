"""Reads what stands above a text: the headline among its repetitions, and what a content system put between them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.domain.finding import Finding
from publisher.language.fitting import is_item
from publisher.sources.characters import one_line
from publisher.sources.manuscript import shapes
from publisher.sources.manuscript.lines import Block, paragraph, warning

MOST_HEAD_BLOCKS = 14
LONGEST_HEADLINE = 200
"""Characters: a longer first line is text that came without a headline."""

_FIRST_SENTENCE = re.compile(
    r".{20,}?(?<!\d)(?<!\b[A-Za-z])(?<!\b[A-Z][a-z])[.!?][“”\"»«'’)]*(?=\s+[„“\"»A-ZÄÖÜ0-9])", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Head:
    """`blocks`: the text below the headline, with what stood above it and may be a sentence of it."""

    headline: str
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()


def take_head(blocks: Sequence[Block], title: str, given: str = "") -> Head:
    """Find the headline and take leftovers away.

    `title`: of the page or mail, for a text that has no headline. `given`: the headline that front matter names; then
    no line of the text is taken for one, and repetitions of it go.
    """
    labelled = _take_labels(blocks)
    # As a first line, the given headline makes its repetitions found.
    whole = (Block(given, "", level=1), *labelled.blocks) if given else labelled.blocks
    end = _end_of_head(whole)
    above, below = whole[:end], whole[end:]
    places = _headline_places(above, given=bool(given))
    if not places:
        return _without_headline(above, below, title, labelled.findings)
    headline = given or _titled(above[places[-1]])
    kept: list[Block] = []
    findings = list(labelled.findings)
    for place, block in enumerate(above):
        # What front matter gives may stand over the text once more, as in most Markdown files.
        if block.text == given if given else place == places[-1]:
            continue
        code = "repeated-headline" if place in places else _leftover(above, place, places)
        if code:
            findings.append(warning(code, block.text))
        else:
            kept.append(block)
    return Head(one_line(headline), (*kept, *below), tuple(findings))


def _take_labels(blocks: Sequence[Block]) -> Head:
    """Labels and greetings go first, wherever in the head they stand: they are nobody's headline."""
    kept: list[Block] = []
    findings: list[Finding] = []
    greeted = False
    for place, block in enumerate(blocks):
        greets = shapes.is_salutation(block.text) and not block.level
        if place < MOST_HEAD_BLOCKS and shapes.is_label(block.text):
            findings.append(warning("leftover-label", block.text))
        elif place < MOST_HEAD_BLOCKS and greets:
            findings.append(warning("leftover-salutation", block.text))
        else:
            kept.append(_capitalised(block) if greeted else block)
        greeted = greets
    return Head("", tuple(kept), tuple(findings))


def _capitalised(block: Block) -> Block:
    """Behind „Sehr geehrte Damen und Herren,“ the text began with a small letter; without it, it begins a text."""
    if not block.text[:1].islower():
        return block
    html = re.sub(r"^(<p>)(\w)", lambda match: match[1] + match[2].upper(), block.html)
    return replace(block, text=block.text[0].upper() + block.text[1:], html=html)


def _end_of_head(blocks: Sequence[Block]) -> int:
    """Where the text begins: at the first running text, but below the last repetition of the first headline."""
    near = blocks[:MOST_HEAD_BLOCKS]
    text = next((place for place, block in enumerate(near) if _begins_text(block)), len(near))
    first = next((block for block in near[:text] if _may_be_headline(block)), None)
    repeats = [place for place, block in enumerate(near) if first and _repeats(block, first)]
    return max([text, *(place + 1 for place in repeats)])


def _begins_text(block: Block) -> bool:
    if shapes.leading(block.text) is not None:
        return True
    listed = is_item(block.text) or "\n\n" in block.text
    return not block.level and (listed or shapes.is_prose(block.text))


def _may_be_headline(block: Block) -> bool:
    text = block.text
    if len(text) > LONGEST_HEADLINE or is_item(text) or "\n\n" in text:
        return False
    return not (shapes.is_reading_time(text) or shapes.is_byline(text) or shapes.is_date(text))


def _repeats(block: Block, headline: Block) -> bool:
    return _may_be_headline(block) and shapes.same_headline(_titled(block), _titled(headline))


def _titled(block: Block) -> str:
    return shapes.titled(block.text) or block.text


def _headline_places(above: Sequence[Block], *, given: bool) -> list[int]:
    """Places of the headline and its repetitions; the last is the edited one.

    A line labelled "Überschrift:" and a heading of the highest level come before a plain first line.
    """
    candidates = [place for place, block in enumerate(above) if _may_be_headline(block)]
    if given or not candidates:
        return [0, *(place for place in candidates if place and _repeats(above[place], above[0]))] if given else []
    highest = min((above[place].level for place in candidates if above[place].level), default=0)
    first = next(
        (place for place in candidates if shapes.titled(above[place].text)),
        next((place for place in candidates if above[place].level == highest), candidates[0]),
    )
    return [place for place in candidates if place == first or _repeats(above[place], above[first])]


def _leftover(above: Sequence[Block], place: int, places: Sequence[int]) -> str:
    """The code of what a line in the head is left over from, "" if it may be a sentence of the text."""
    text = above[place].text
    if shapes.is_reading_time(text):
        return "leftover-reading-time"
    if shapes.is_byline(text):
        return "leftover-byline"
    if shapes.is_date(text):
        return "leftover-date"
    between = places[0] < place < places[-1]
    beside = [above[near].text for near in (place - 1, place + 1) if 0 <= near < len(above)]
    from_page = any(map(shapes.is_reading_time, beside)) or any(map(shapes.is_date, beside))
    if shapes.is_name(text) and (from_page or between):
        return "leftover-byline"
    before = above[place - 1].text if place else ""
    marked = shapes.is_reading_time(before) or shapes.is_byline(before) or shapes.is_date(before)
    # Content systems put the description of the main picture below the byline and above the headline.
    by_place = marked and between and place + 1 in places and shapes.is_lone_sentence(text)
    if by_place or ((marked or between) and shapes.describes_picture(text)):
        return "leftover-image-description"
    return ""


def _without_headline(
    above: Sequence[Block], below: Sequence[Block], title: str, findings: tuple[Finding, ...]
) -> Head:
    """Running text from the first line on: the title serves, else its first sentence."""
    kept = [block for place, block in enumerate(above) if not (code := _leftover(above, place, [0, 0]))]
    gone = [(block, code) for place, block in enumerate(above) if (code := _leftover(above, place, [0, 0]))]
    findings += tuple(warning(code, block.text) for block, code in gone)
    blocks = (*kept, *below)
    if title.strip():
        return Head(one_line(title), blocks, findings)
    if not blocks:
        return Head("", (), findings)
    return _from_first_sentence(blocks, findings)


def _from_first_sentence(blocks: tuple[Block, ...], findings: tuple[Finding, ...]) -> Head:
    first = blocks[0]
    match = _FIRST_SENTENCE.match(first.text)
    sentence = one_line(match[0] if match else first.text)
    if len(sentence) > LONGEST_HEADLINE or shapes.leading(first.text) is not None:
        return Head("", blocks, findings)
    rest = first.text[match.end() :].strip() if match else ""
    kept = (paragraph(rest), *blocks[1:]) if rest else blocks[1:]
    return Head(sentence, kept, (*findings, warning("headline-from-first-sentence", sentence)))
