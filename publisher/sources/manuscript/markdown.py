"""Markdown -> HTML, with the rules off that take German sentences for something else."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_inline import StateInline

NEAR = 5_000
"""Characters below a 1 in which its 2 has to stand."""

_NUMBERED = re.compile(r"\s{0,3}(\d{1,9})[.)]\s")
_SECOND = re.compile(r"^\s{0,3}2[.)]\s", re.MULTILINE)


def markdown_to_html(text: str) -> str:
    """The HTML of a Markdown text, not yet cleaned: HTML within it comes through as it is."""
    parser = MarkdownIt("commonmark").enable("table")
    # A line of dashes below a paragraph is a rule or a signature here, and indented text is no program.
    parser.disable(["lheading", "code"])
    parser.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.before("emphasis", "gender_star", _gender_star)
    html: str = parser.render(text)
    return html


def _list(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A numbered list has a 1 and a 2; „12. November“ and „1. FC Musterstadt“ begin sentences."""
    begin, end = state.bMarks[start_line], state.eMarks[start_line]
    numbered = _NUMBERED.match(state.src[begin + state.tShift[start_line] :][:20])
    next_item = silent and state.listIndent >= 0
    if numbered and not next_item and not (numbered[1] == "1" and _SECOND.search(state.src, end, end + NEAR)):
        return False
    return list_block(state, start_line, end_line, silent)


def _gender_star(state: StateInline, silent: bool) -> bool:
    """„Mitarbeiter*innen“: a star between two letters is a character of the word."""
    place, text = state.pos, state.src
    if text[place] != "*" or not 0 < place < len(text) - 1:
        return False
    if not (text[place - 1].isalpha() and text[place + 1].isalpha()):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True
