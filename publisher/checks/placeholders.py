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
  | (?<![\w./@-]) (?:tt\.mm\. (?:jj(?:jj)?)? | dd\.mm\.yy(?:yy)? | hh[:.]mm) (?!\w) | % [A-ZÄÖÜ_]{3,40} %
  | < (?:name|vorname|nachname|datum|uhrzeit|ort|titel) >
  | \b(?:klicken\ (?:oder\ tippen\ )?sie\ hier,?\ um|click\ (?:or\ tap\ )?here\ to)\ [^\n.]{0,30}\b(?:einzugeben|text)\b
  | \bhier\ (?:text|zitat|bild|foto|namen?|zahl)\ (?:einfügen|einsetzen|ergänzen|eintragen)\b
  | \b(?:fehler!\ (?:verweisquelle|textmarke)|error!\ (?:reference\ source|bookmark)) [^\n.]{0,40}
  | (?<![\w./@?-]) (?:x{2,6}|\?{2,6}|_{2,20}) (?=\ (?:uhr|euro|€|prozent|personen|jahre|meter|kilometer)\b)
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
    """„die XXX. Olympischen Spiele“ counts in Roman numerals, and so does „XXX. Kulturnacht lockt Tausende“."""
    before, after = match.string[max(0, match.start() - 8) : match.start()], match.string[match.end() : match.end() + 9]
    counts = bool(_ORDINAL.search(before)) or not before.strip()
    return match[0] == "XXX" and counts and bool(re.match(r"\.\s(?!Bitte\b)[A-ZÄÖÜ]", after))
