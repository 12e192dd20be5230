"""Knows how people put it that a text must not go out yet, and tells it from what they write about closed roads."""

import re
from difflib import SequenceMatcher

from publisher.checks.release_lines import adds_a_release, speaks_only_of_release

_WORD = (
    r"(?:(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:mo|di|mi|do|fr|sa|so)|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day|(?:jan|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez|mar|may|oct|dec)[a-zä]{0,6}|heute|morgen|übermorgen|today"
    r"|tomorrow|uhr|h|bis|zum|am|dem|den|der|des|kommende[nmr]?|nächste[nmr]?|ab|um|at|on|until|till|mittags?|abends?|vormittags?"
    r"|nachmittags?|morgens|früh|nachts?|halb|mitternacht|noon|midnight|ortszeit|mez|mesz|cet|[ap]\.?m|eins|zwei|drei|vier|fünf"
    r"|sechs|sieben|acht|neun|zehn|elf|zwölf|\d{1,4}(?:h|st|nd|rd|th)?|[\d-]{10}t\d\d)(?!\w)"
)
_MOMENT = re.compile(rf"(?:{_WORD}|[\s,.;/:()!+*–—-])+", re.IGNORECASE)
_DATED = re.compile(r"\d|tag\b|mittwoch|sonnabend|day\b|heute|morgen|tomorrow|today|\b(?:mo|di|mi|do|fr|sa|so)\b", re.I)
_RANGE = re.compile(r"\d\s*(?:uhr)?\s*(?:bis|–|-)\s*\d{1,2}\s*(?:uhr|h|:)", re.IGNORECASE)

_PREFIX = (
    r"^\W*(?:(?:achtung|wichtig|hinweis|mit|es\ gilt(?:\ eine|\ die)?|(?:bitte\ )?beachten\ sie(?:\ bitte)?(?:\ die|\ folgende)?"
    r"|bitte(?:\ die)?(?:\ beachten)?|attention|note|please\ note)\b\W*){0,2}"
)
_UNTIL = (
    r"(?:bis|ab|endet|gilt|läuft|von|until|till|ends|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|heute|morgen"
    r"|\d)"
)
_PUBLICATION = r"(?:veröffentlichung|publikation|ausstrahlung|verwendung|publication|release)"
# These words are an embargo by themselves.
_LABEL = re.compile(
    rf"""{_PREFIX}(?:
        (?:sende-?|presse-?|medien-?)? sperr-?\ ?frist (?:\s+(?:bitte\s+)?(?:beachten|einhalten)\b)?
            (?: (?=\s*[:!/|=,–—-]) | (?=\s+{_UNTIL}) | (?=\W*$)
            | (?=\s+(?!für|von|zur|gegen|bei|beim|ist|wird|wurde|hat|beginnt|bitte|beachten|einhalten)\w+(?:\s+\S+){{0,8}}\W*$) )
      | (?:presse|medien|nachrichten|sende|veröffentlichungs|publikations|redaktions)-?sperre
            (?: (?=\s*[:!–—-]) | (?=\s+{_UNTIL}) | (?=\W*$) )
      | sperrvermerk\b
      | embargo(?:ed)? (?: (?=\s*[:!/|=–—-]) | (?=\s+(?:bis|until|till|ends|\d)) | (?=\W*$) )
      | (?:strictly\s+)? under\ embargo\b
      | (?:streng\s+)? vertraulich (?=\s+bis\b) | confidential (?=\s+until\b)
      | {_PUBLICATION} \s*:?\s* (?:bitte\s+)? (?: frei\s+ab | (?:frei\s+)?(?:erst|frühestens) | nicht\s+(?:be)?vor ) \b
      | (?:frei|freigegeben) \s+ zur\s+ {_PUBLICATION} \s+ (?:erst\s+)? (?:ab|am|nach|frühestens|nicht\s+vor) \b
      | zur\s+ {_PUBLICATION} \s+ (?:frei\s+)? (?:erst|frühestens|ab|am|nicht\s+vor) \b
      | (?:nicht|keine|erst) \s+ zur\s+ {_PUBLICATION} \s+ (?:vor|ab|am|nach) \b | keine\s+ {_PUBLICATION} \s+ vor\b
      | freigabe \s*:\s* (?:erst|frühestens|nicht\s+vor) \b
      | for\ release\s+ (?=on\b|at\b|after\b|not\ before\b|\d)
      | not\ for\ (?:release|publication|broadcast|use) \s+ (?:before|until|prior) \b | hold\ (?:for\ release\ )?until\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# These begin other lines too: they are an embargo only if nothing but a point in time stands behind them.
_OPENING = re.compile(
    rf"""{_PREFIX}(?:
        freigabe (?:\s+zur\s+{_PUBLICATION}|\s+der\s+meldung|\s+des\s+textes)? \s* (?: : | (?=\s+(?:ab|erst)\b) )
      | (?:frei|freigegeben) (?:\s+erst)? \s* (?: :\s*ab | \s+(?:ab|für|zum) ) \s*:?
      | (?:{_PUBLICATION}|veröffentlichen|veröffentlichungstermin|erscheinungstermin|vö) \s* (?: : | \s+(?:ab|am)\b )
      | veröffentlichungsdatum \s* : (?=.*(?:uhr|\d:\d\d))
      | (?:frei|gesperrt) \s* :
      | (?:nicht|erst) \s+ (?:vor|ab|am) \b | not\ before\b | gesperrt (?=\s+bis\b)
      | (?:sperre|sperrzeit|karenz(?:frist|zeit)) \s* (?: : | (?=\s+bis\b) )
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LATER = r"(?:nicht\s+(?:be)?vor|erst\s+(?:ab|am|nach|um|wenn|morgen|heute|zu[rm]?|nachdem)|frühestens)"
_RELEASE = r"(?:presse|medien)?(?:meldung|mitteilung|information|info)"
_TEXT = rf"(?:text|{_RELEASE}|bericht|beitrag|material|inhalte?|zitate?|rede|fotos?|bilder)"
_PUBLISH = (
    r"(?:veröffentlich(?:en|t)|publizier(?:en|t)|ausstrahlen|freischalten|online\s+(?:stellen|gehen)"
    r"|zur\s+veröffentlichung)"
)
_TELLS = r"\b(?:will|wird|kann|soll|hat|darf|muss|werden|wollen|können|sollen|dürfen|müssen)\b"
"""Verbs of a sentence that tells what others will do."""
_USE = r"(?:verwende(?:n|t)|verbreite(?:n|t)|nutzen|senden|versenden|bringen|drucken|posten|freigeben|weitergeben)"
_REQUEST = re.compile(
    rf"""
    \bbitte\b [^!?\n]{{0,60}}? \b{_LATER}\b [^!?\n]{{0,80}}? \b{_PUBLISH}\b
  | \bbitte\b [^!?\n]{{0,30}}? \b{_TEXT}\b [^!?\n]{{0,30}}? \b{_LATER}\b [^!?\n]{{0,80}}? \b{_USE}\b
  | \b(?:bitte|bitten)\b [^!?\n]{{0,60}}? \b(?:bis|vor|erst|frühestens|nicht\ vor)\b [^!?\n]{{0,60}}?
        (?: \bnicht\s+(?:zu\s+)?{_PUBLISH} | \bzu\s+veröffentlichen | \bvertraulich\s+(?:zu\s+)?behandeln )
  | \b(?:bitte|bitten)\b [^!?\n]{{0,30}}? \b{_TEXT}\b [^!?\n]{{0,30}}? \b(?:bis|vor)\b [^!?\n]{{0,60}}?
        \bnicht\s+(?:zu\s+)?{_USE}\b
  | \b(?:bitte|bitten)\s+um\s+veröffentlichung \b [^!?\n]{{0,20}}? \b(?:erst|ab|am|nicht\s+vor|frühestens|nach)\b
  | {_PREFIX} (?:bis|vor) \b (?:(?!{_TELLS})[^!?\n]){{0,60}}? \bnicht\s+(?:zu\s+)?{_PUBLISH} \W*$
  | {_PREFIX} bis \s (?:{_WORD}|[\s,.;:])+ \bgesperrt \W*$
  | {_PREFIX} {_LATER} \b (?:(?!{_TELLS})[^!?\n]){{0,60}}? \b{_USE} \W*$
  | {_PREFIX} (?:die\s+)? veröffentlichung \b [^!?\n]{{0,20}}? \b{_LATER}\b [^!?\n]{{0,60}}?
        \b(?:gestattet|erlaubt|zulässig|frei)\b
  | (?<!der\s)(?<!eine\s) \bsperr-?frist\s*: (?=[^\n]{{0,40}}(?:\d|tag\b))
  | {_PREFIX} {_LATER} \b (?:(?!{_TELLS})[^!?\n]){{0,80}}? \b{_PUBLISH} \W*$
  | {_PREFIX} (?:diese[rs]?|die|der) \s+ (?:text|{_RELEASE}) \s+ (?:darf|ist|soll|bitte) \b
        [^!?\n]{{0,40}}? \b{_LATER}\b [^!?\n]{{0,80}}? \b(?:{_PUBLISH}|{_USE})\b
  | \bsperrfrist\s+(?:bitte\s+)?(?:beachten|einhalten)\b | \bbeachten\s+sie\s+(?:bitte\s+)?die\s+sperrfrist\b
  | \b(?:do\ not|don['’]t|not\ to\ be)\ (?:publish|release|broadcast|use)(?:ed|d)?\b [^!?\n]{{0,60}}? \b(?:before|until|prior)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCES = re.compile(r"(?<=[a-zäöüß]{3}[.!?])\s+(?=[A-ZÄÖÜ])")
_APPENDIX = re.compile(
    r"(?:[(\[]|\s[–—|-]\s)\s*(?:bitte\s+)?(?P<word>gesperrt|sperr-?frist|presse-?sperre|embargo(?:ed)?|frei)\s*:?\s*"
    r"(?P<rest>(?:bis|ab|until|\d)[^)\]\n]{0,80})[)\]]?\s*$",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){4,}[^\W\d_](?!\w)")
_FIRST = re.compile(r"^\W*(?P<word>[^\W\d_]{7,13})(?=\s*:|\s+(?:bis\b|\d|am\b))")
_ROAD_NEWS = re.compile(
    r"\W*(?:gesperrt\b|sperre\b|bis\b.*\bgesperrt\W*$|(?:die\s+)?freigabe\b(?!\s*:|\s+(?:ab|erst|der|des|zur)\b))",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"straße|str\.|\bweg\b|weg\b|gasse|allee|brücke|tunnel|platz\b|\bring\b|damm\b|ufer\b|kreuzung|\b[abl] ?\d{1,3}\b|fahrbahn"
    r"|zufahrt|durchfahrt|auffahrt|ausfahrt|parkhaus|gleis|strecke|\blinie\b|bad\b|\bpark\b|halle\b|steg\b|treppe|fahrstuhl|aufzug"
    r"|sperrung|umleitung|umgeleitet|befahrbar|baustelle|verkehr",
    re.IGNORECASE,
)


def asks_for_later(line: str) -> bool:
    """Whether a line asks to wait, in whatever words. A sentence about waiting („Die Zahlen will das Amt erst am Freitag
    veröffentlichen“) asks for nothing."""
    return labelled(line) is not None or requested(line) is not None or speaks_only_of_release(unspaced(line))


def labelled(line: str) -> str | None:
    """What stands behind „Sperrfrist:“, „Freigabe:“, „Veröffentlichung frühestens“ …; None if no such word begins the line."""
    text = unspaced(line)
    if match := _LABEL.search(text):
        return text[match.end() :]
    if match := _OPENING.search(text):
        return text[match.end() :] if _is_moment(text[match.end() :]) else None
    match = _FIRST.match(text)
    return text[match.end() :] if match and _is_misspelt(match["word"]) else None


def requested(line: str) -> str | None:
    """The sentence that asks for it („Bitte nicht vor Freitag, 12 Uhr, veröffentlichen“), None without one."""
    return next((sentence for sentence in _SENTENCES.split(unspaced(line)) if _REQUEST.search(sentence)), None)


def headline_asks(headline: str, text: str) -> bool:
    """Whether a headline carries an embargo („… – gesperrt bis Freitag, 18 Uhr“) and not the news of a closed road.

    `text`: what stands below; of a road it says that it is closed, or which way leads round it.
    """
    if adds_a_release(unspaced(headline)):
        return True
    match = _APPENDIX.search(unspaced(headline))
    if match is None:
        return False
    if match["word"].casefold() not in ("gesperrt", "frei"):
        return True
    return _is_moment(match["rest"]) and not _CLOSED.search(f"{headline[: match.start()]}\n{text}")


def is_closed_road(line: str, text: str) -> bool:
    """Whether „Gesperrt bis Freitag, 18 Uhr“ is the news of a text about a road, a bridge or a pool."""
    return bool(_ROAD_NEWS.match(line) and _CLOSED.search(text.replace(line, "")))


def unspaced(text: str) -> str:
    """ "S p e r r f r i s t : 12.12." -> "Sperrfrist : 12.12."."""
    return _SPACED.sub(lambda match: match[0].replace(" ", ""), text)


def _is_moment(rest: str) -> bool:
    """Whether a point in time stands there and nothing else, or a new beginning behind it."""
    match = _MOMENT.match(rest)
    if match is None or not _DATED.search(match[0]) or _RANGE.search(match[0]):
        return False
    return match.end() == len(rest) or match[0].rstrip()[-1:] in "–—-.!)"


def _is_misspelt(word: str) -> bool:
    return SequenceMatcher(None, word.casefold(), "sperrfrist", autojunk=False).ratio() >= 0.85
