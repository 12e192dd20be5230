"""What a template or a first draft left behind: words that were to be replaced and were not."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, excerpt, lines
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

PLACEHOLDER = re.compile(
    r"""
    \[ \s* (?:name|vorname|nachname|datum|uhrzeit|ort|titel|straße|betrag|anzahl|telefonnummer|date|time|place) \s* \]
  | \[ \s* (?:name|vorname|titel|funktion|amt|datum|ort|zahl)\ (?:der|des|von|of)\ (?![^\]\n]{0,40}\bbekannt) [^\]\[\n]{1,40} \]
  | \[ [^\]\[\n]{0,60}? \b(?:platzhalter|placeholder|einfügen|einsetzen|ergänzen|eintragen|nachtragen
        |bitte\ ausfüllen|folg(?:t|en)\ noch|insert|to\ be\ added) \b [^\]\[\n]{0,60} \]
  | \[ (?!\s*(?:fortsetzung|weiteres?|mehr)\b) [^\]\[\n]{1,60}? \b(?:folgt|folgen|tbd|tba) \W{0,3} \]
  | \{\{ [^{}\n]{0,80} (?:\}\})? | \}\} | \{% [^{}\n]{0,80} %\} | \$\{ \w{1,40} \} | %% \w{1,40} %% | << \w[^<>\n]{0,40} >>
  | \blorem\ ipsum\b | \b(?:ein|als)\ (?:blind|platzhalter|beispiel)text\b
  | (?<![\w./@-]) x{2,4} \. x{2,4} \. (?:x{2,4}|\d{2,4})
  | (?<![\w./@-]) x{2,6} (?=\ (?:uhr|euro|€|prozent|personen|jahre|meter|kilometer)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
IN_CAPITALS = re.compile(r"(?<![\w./@-])(?:X{3,}|TODO)(?![\w/@-])|^\s*x{3,}\s*$")
_ORDINAL = re.compile(r"\b(?:de[rmns]|die|das|zu[mr]?|beim|im)\s$", re.IGNORECASE)


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`placeholder` (error) for each residue."""
    for line in lines(announcement):
        for match in PLACEHOLDER.finditer(line):
            yield _placeholder(match)
        for match in IN_CAPITALS.finditer(line):
            if not _is_thirtieth(match):
                yield _placeholder(match)


def _placeholder(match: re.Match[str]) -> Finding:
    return Finding(code="placeholder", severity=Severity.ERROR, excerpt=excerpt(match[0]))


def _is_thirtieth(match: re.Match[str]) -> bool:
    """„die XXX. Olympischen Spiele“ counts in Roman numerals."""
    before, after = match.string[max(0, match.start() - 8) : match.start()], match.string[match.end() : match.end() + 3]
    return match[0] == "XXX" and bool(_ORDINAL.search(before)) and bool(re.match(r"\.\s[A-ZÄÖÜ]", after))
