"""Characters as people see them: extended grapheme clusters (Unicode Standard Annex 29), by `regex`'s \\X."""

import regex

CLUSTER = regex.compile(r"\X")
FLAG = regex.compile(r"\p{Regional_Indicator}{2}")


def graphemes(text: str) -> int:
    """How many characters a reader sees: „👩‍👩‍👧“ is one, and so is „ä“ however it is written."""
    # A long row of flags takes `regex` quadratic time, since it looks back where each pair begins; a letter stands for one.
    return sum(1 for _ in CLUSTER.finditer(FLAG.sub("x", text)))
