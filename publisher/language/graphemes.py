"""Characters as people see them: extended grapheme clusters (Unicode Standard Annex 29), by `regex`'s \\X."""

import regex

CLUSTER = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """How many characters a reader sees: „👩‍👩‍👧“ is one, and so is „ä“ however it is written."""
    return sum(1 for _ in CLUSTER.finditer(text))
