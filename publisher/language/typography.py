"""How words are set for readers: quotation marks, dashes, no leftovers that nobody sees, numbers kept with their units.

Mended is only what can mean one thing. Every function can be applied again without further change, and must be applied
before a text is measured: a non-breaking space is two bytes.
"""

import regex

LEFTOVERS = regex.compile(
    r"[\u00AD\u200B\u2060\uFEFF]|(?<=[\p{Latin}\p{P}\s])[\u200C-\u200F\u202A-\u202E\u2066-\u2069]+"
)
"""Soft hyphens, zero-width spaces and, in Latin text only, joiners and marks of direction: emoji and Persian need theirs."""
DASH = regex.compile(r"(?<=[^\s-]) --? (?=[^\s-])")
UNITS = (
    *("%", "‰", "€", "Euro", "EUR", "Cent", "Uhr", "Mio.", "Mrd.", "Tsd.", "Prozent", "Grad", "°C"),
    *(
        "mm",
        "cm",
        "m",
        "km",
        "km/h",
        "m²",
        "m³",
        "km²",
        "ha",
        "mg",
        "g",
        "kg",
        "t",
        "ml",
        "l",
        "kWh",
        "MWh",
        "GWh",
        "kW",
        "MW",
    ),
    *("Min.", "Std.", "MB", "GB", "a.m.", "p.m.", "million", "billion", "euros", "percent"),
)
MONTHS = (
    *("Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
UNIT = "|".join(map(regex.escape, sorted(UNITS, key=len, reverse=True)))
BOUND = regex.compile(
    rf"(?<=\p{{Nd}}) (?=(?:{UNIT})(?![\p{{L}}\p{{N}}/]))|(?<=§) (?=\p{{Nd}})|(?<=\p{{Nd}}\.) (?=(?:{'|'.join(MONTHS)})\b)"
)
"""A space that binds: between a number and its unit, a day and its month (DIN 5008)."""
NO_BREAK = "\u00a0"
QUOTATION_MARK = regex.compile(r"[\"„“”]")
PAIRS = {"de": ("„", "“", "“”"), "en": ("“", "”", "”")}
"""Opening and closing mark of a language, and what is taken for a closing one."""
MAY_STAND_BEFORE = "([{–—-/ \t\n" + NO_BREAK
MAY_STAND_AFTER = ")]}–—-/.,;:!?… \t\n" + NO_BREAK


def without_leftovers(text: str) -> str:
    """Without characters that nobody sees and that break words and links: the only mending for an editor's own words."""
    return LEFTOVERS.sub("", text)


def mended(text: str, language: str) -> str:
    """A text as a compositor would set it, in German or English; in other languages only leftovers go.

    "…" becomes „…“ in paragraphs where every mark has its mate, " - " a dash (Duden, DIN 5008); between a number and its
    unit, a day and its month, no line breaks (DIN 5008).
    """
    text = without_leftovers(text)
    pairs = PAIRS.get(language.split("-")[0].lower())
    if pairs is None:
        return text
    text = "\n".join(_with_quotation_marks(line, *pairs) for line in text.split("\n"))
    return BOUND.sub(NO_BREAK, DASH.sub(" – ", text))


def _with_quotation_marks(line: str, opening: str, closing: str, closes: str) -> str:
    """The line with the marks of the language, or as it is where one has no mate or could be something else."""
    pieces, done, is_open = [], 0, False
    for found in QUOTATION_MARK.finditer(line):
        place, mark = found.start(), found[0]
        fits = _may_close(line, place) if is_open else _may_open(line, place)
        if not fits or mark not in ('"' + (closes if is_open else opening)):
            return line
        pieces += [line[done:place], closing if is_open else opening]
        done, is_open = place + 1, not is_open
    return line if is_open else "".join([*pieces, line[done:]])


def _may_open(line: str, place: int) -> bool:
    before, after = line[place - 1 : place] if place else "", line[place + 1 : place + 2]
    return (not before or before in MAY_STAND_BEFORE) and bool(after) and not after.isspace()


def _may_close(line: str, place: int) -> bool:
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    return not before.isspace() and (not after or after in MAY_STAND_AFTER)
