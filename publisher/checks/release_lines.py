"""Knows a line that speaks of nothing else than when a text may go out, in words that nobody has listed as a phrase.

It is told by its words: each is a time, one of publishing, or a small one in between. News has others: who, what, where.
"""

import re

LONGEST = 160
"""Characters: what says more is a text."""

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ])")
_ONLY_THEN = re.compile(r"\W*(?:(?:achtung|bitte|hinweis|wichtig)\W+)?(?:erst|frühestens|nicht\s+vor)\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"\d\.\s?\d{1,2}\.|\d[/-]\d|\d:\d\d|\d\s?(?:uhr|h|[ap]\.?m)\b|(?:ab|bis|vor|nach|um|at)\s\d", re.IGNORECASE
)
"""A date, or an hour: „Release 2.0“ is neither."""
_AFTERTHOUGHT = re.compile(r"[(\[]([^()\[\]\n]{3,80})[)\]]\s*$|\s[–—|-]\s([^–—|\n]{3,80})$")
_ASKING = re.compile(r"\b(?:bitte|bitten|kannst|könntest|könnten|please)\b", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PUBLISHING = _words(
    """abdruck abdrucken berichten berichterstattung embargo embargoed freigabe freigeben freigegeben freischalten
    freischaltung onlinestellung pressefrei pressesperre publication publikation publish publizieren rausgeben rausschicken
    release sendefrei sendesperre sperrdatum sperrfrist sperrfristende sperrtermin vertraulich veröffentlichen
    veröffentlichung veröffentlichungsdatum veröffentlichungstermin veröffentlichungszeitpunkt vö"""
)
"""By themselves these are about publishing."""
_NEWS = _words("abdruck berichten freigabe freigeben freigegeben release")
_PERHAPS = _words(
    """abstimmung bringen drucken erscheinen frei gesperrt nutzung online posten publiziert raus released senden sperre
    teilen verbreiten veröffentlicht versand versenden verwenden verwendung"""
)
"""These are about other things too: only where something beside them asks for patience."""
_PATIENCE = _words(
    """ausgabe ausgaben beachten bitte bitten darf einhalten erst frühestens früheste frühester gehen hold info
    information kannst könntest könnten lifts meldung mitteilung morgenausgabe morgenausgaben nicht noch pm pressemeldung
    pressemitteilung redaktion redaktionen stellen stellung strictly text until warten zitat zitate"""
)
_WHEN = _words(
    """montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so januar februar märz april
    mai juni juli august september oktober november dezember jan feb mär mrz apr jun jul aug sep sept okt nov dez monday
    tuesday wednesday thursday friday saturday sunday january february march june july october december heute morgen
    übermorgen früh abend mittag mitternacht nachmittag vormittag abends morgens mittags nachts today tomorrow noon midnight"""
)
_EVENTS = _words("beschlossen beschluss pressekonferenz ratssitzung rede redebeginn rücksprache sitzung")
_BETWEEN = _words(
    """a ab achtung after am an and are at auf aus be before beginn behandeln beigeordneten beitrag bild bilder bis
    bürgermeister cet dank danke das date datum dem den der des dezernenten die diese diesem dieser dieses do du durch
    ein eine eines ende es fehlt for foto fotos für geplant geplante gilt gmt gruß h hallo hat hinweis im in ist is kann
    kenntnis kommende kommenden könnte können lg m mesz mez mit nach not nur nächsten ob oberbürgermeister oder of on or
    p presse print rat rates rats sie sind soll stadtrats steht stichtag termin the this to uhr um und vg vielen vom von
    vor vorab wenn werden wichtig wir wird wurde zeitpunkt zu zum zur"""
)
_ALL = _PUBLISHING | _PERHAPS | _PATIENCE | _WHEN | _EVENTS | _BETWEEN
_UP_TO = _words("ab bis erst nach")


def speaks_only_of_release(line: str) -> bool:
    """Whether a line, or a sentence of it that asks for something, is only about when a text may go out."""
    text = line.strip()
    asking = (part for part in _SENTENCES.split(text) if _ASKING.search(part))
    return any(_is_only_that(part) for part in (text, *asking))


def adds_a_release(headline: str) -> bool:
    """Whether what stands in brackets or behind a dash at a headline's end is only about publishing: „… (VÖ 12.12., 18 Uhr)“.

    „… – Freigabe am Freitag“ and „… – online ab Freitag“ are news.
    """
    found = _AFTERTHOUGHT.search(headline)
    words = set(_words_of(found[1] or found[2])) if found else set()
    return found is not None and bool(words & _PUBLISHING - _NEWS) and _is_only_that(found[1] or found[2])


def _words_of(text: str) -> list[str]:
    return _WORD.findall(re.sub(r"\bv\.\s?ö\.", "vö", text.casefold()))


def _is_only_that(text: str) -> bool:
    if len(text) > LONGEST:
        return False
    words = set(_words_of(text))
    if not words <= _ALL:
        return False
    timed = bool(words & _WHEN or _CLOCK.search(text))
    after = bool(words & _EVENTS and words & _UP_TO)
    missing = "noch" in words and bool(words & {"fehlt", "aus", "warten"})
    if words & _PUBLISHING:
        return timed or after or missing
    if words & _PERHAPS:
        return after or missing or (timed and (bool(words & _PATIENCE) or {"online", "ab"} <= words))
    return (timed or after) and bool(_ONLY_THEN.match(text))
