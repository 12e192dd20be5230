"""Knows what the lines look like that content systems and mails leave around a text: one pattern or rule per kind."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

SHORT = 160
"""Characters: what is longer is text, whatever it looks like."""

_SENTENCE_END = re.compile(r"[.!?…][“”\"»«'’)]*(?:\s|$)")
_READING_TIME = re.compile(
    r"(?:lesezeit|lesedauer|reading time)?\s*[:·|–-]?\s*(?:ca\.|etwa|rund)?\s*\d{1,3}\s*"
    r"(?:min\.?|minuten?|minutes?)(?:\s*(?:lesezeit|lesedauer|lesen|read|reading time))?",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?i:von|by|autor(?:in)?|redaktion|verfasst von|erstellt von|geschrieben von|author|posted by)\s*:?\s+"
    r"[A-ZÄÖÜ][\w.-]+(?:\s+[A-ZÄÖÜ][\w.-]+){0,3}"
)
_ACCOUNT = re.compile(
    r"(?:(?:web|site|cms|system|super)?[ -]?(?:admin(?:istrator)?|redakteur(?:in)?|redaktion|editor|autor|author|master)"
    r"(?:[ -]?(?:user|account|konto|team|\d+))?|admin user|online-?redaktion|content manager)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:(?:Dr|Prof)\.\s+)?[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?(?:\s+[A-ZÄÖÜ][a-zäöüß-]+){1,2}")
_MONTH = r"(?:\d{1,2}\.|(?:jan|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-zäöü]*\.?)"
_DATE = re.compile(
    rf"(?:[\w äöüß./-]{{2,40}},?\s+)?(?:(?:den|vom|am|erstellt am|veröffentlicht am|stand:?)\s+)?"
    rf"(?:\d{{1,2}}\.\s*{_MONTH}\s*\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}})(?:,?\s*(?:um\s*)?\d{{1,2}}[:.]\d{{2}}(?:\s*uhr)?)?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?:presse|medien)(?:mitteilung|information|meldung|info|dienst)|press release|pm|pi)"
    r"(?:\s+(?:der|des|of the)\s+[\w äöüß.-]{2,50})?(?:\s*(?:nr\.?|no\.?|#)?\s*\d{1,5}(?:\s*[/-]\s*\d{2,4})?)?"
    r"(?:\s*(?:vom|,|–|-|\|)\s*\d{1,2}\.\s*(?:\d{1,2}\.|[a-zä]+)\s*\d{2,4})?\s*[:.]?"
    r"|(?:frei )?zur sofortigen (?:veröffentlichung|freigabe)|for immediate release"
    r"|(?:fließtext|haupttext)\s*:?|(?:text|inhalt)\s*:"
    r"|mit der bitte um veröffentlichung\.?|\++\s*(?:presse|medien)(?:mitteilung|information)\s*\++",
    re.IGNORECASE,
)
_LETTERHEAD = re.compile(
    r"(?:die )?(?:(?i:landeshaupt|hanse|universitäts|kreis)?(?i:stadt)|(?i:samt)?(?i:gemeinde)|(?i:land)?(?i:kreis))\s+"
    r"[A-ZÄÖÜ][\w-]+(?:\s(?:am|an der|im|in|ob der)\s[A-ZÄÖÜ]\w+)?(?:\s*[,|–-]\s*(?:Die )?(?:Presse|Medien)\w+)?"
    r"|(?:Presse|Medien)(?:stelle|amt|referat|büro)"
)
_SALUTATION = re.compile(
    r"(?:sehr geehrte|liebe kolleg|lieber kolleg|dear)\b[^.!?]{0,80}[,!]?"
    # „Hallo Welt aus der Stadtbibliothek“ is a headline: what is less formal ends like a greeting, or says nothing else.
    r"|(?:hallo|guten (?:tag|morgen)|moin)(?:\b[^.!?]{0,80}[,!]|(?: zusammen| moin| in die runde)?)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:mit (?:freundlichen|besten|herzlichen|kollegialen) grüßen|(?:viele|beste|freundliche|herzliche|schöne|liebe) grüße"
    r"|mfg|lg|vg|i\. ?a\.|kind regards|best regards)\b[^.!?]{0,40}[,.!]?",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(Über|About) ((die|den|das|the) )?[A-ZÄÖÜ][^.:!?]{1,80}(:|$)")
_END_MARK = re.compile(
    r"(?:[-–—*+#_\s\[(]*(?:ende(?: der (?:presse|medien)(?:mitteilung|information|meldung))?|schluss|end)[-–—*+#_.\s\])]*"
    r"|[-–—]\s*30\s*[-–—]|#{2,}|(?:#\s+){2,}#|\*{3,}|(?:\*\s+){2,}\*|\+{3,})",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:(?:presse|medien|redaktions)-?(?:kontakt|stelle|anfragen|rückfragen)|kontakt(?:daten)?(?: für (?:die )?"
    r"(?:presse|medien|redaktionen|rückfragen|journalist\S*))?|ansprechpartner(?::?in(?:nen)?|person)?"
    r"(?: für (?:die )?(?:presse|medien|redaktionen|rückfragen))?|ansprechperson|(?:presse)?(?:für )?rückfragen"
    r"(?: der (?:presse|medien|redaktionen))?(?: bitte)?(?: (?:beantwortet|an|unter|richten sie)\b.*)?"
    r"|(?:press|media) (?:contact|enquiries)|contact)\s*(?P<mark>:|$)",
    re.IGNORECASE,
)
_REACHABLE = re.compile(
    r"\S{1,64}@\S{1,200}\.\w|(?:tel|telefon|fon|fax|mobil|phone)\b|\+?\d[\d ()/.-]{6,}\d|https?://|www\.", re.IGNORECASE
)
_CONTACT_SENTENCE = re.compile(r"(?:für|bei) (?:rückfragen|fragen|medienanfragen|presseanfragen)\b", re.IGNORECASE)
_PICTURE = re.compile(
    r"(?:(?:das |dieses )?(?:bild|foto)(?:montage)?(?: zeigt|\s*:)|auf dem (?:bild|foto)"
    r"|(?:symbol|gruppen|luft|archiv)(?:bild|foto|aufnahme)|blick (?:auf|in|über)|porträt|nahaufnahme"
    r"|(?:außen|innen)ansicht|ein(?:e|en|em)? |(?:zwei|drei|vier|mehrere|viele|einige) "
    r"|(?:menschen|personen|kinder|männer|frauen|mann|frau|person|gebäude) |(?:a|an|two|several|people) )",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(?:vorspann\s*(?::|[–-]\s|\s|$)|(?:teaser|anreißer)\s*(?::|$))\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_TITLED = re.compile(r"(?:überschrift|headline|titel|schlagzeile)\s*:\s*(?P<rest>\S.*)", re.IGNORECASE)
_CONFIDENTIAL = re.compile(r"\b(?:vertraulich|confidential)", re.IGNORECASE)


def is_reading_time(text: str) -> bool:
    """ "2 Min.", "Lesezeit: 3 Minuten"."""
    return bool(_READING_TIME.fullmatch(text.strip()))


def is_byline(text: str) -> bool:
    """ "Admin User", "Von Erika Muster", "Webredaktion", "Erika Muster | 12.11.2025 | 2 Min."."""
    first, *others = re.split(r"\s*[|·•]\s*", text.strip()[:SHORT])
    if others and len(text) < SHORT and (is_name(first) or is_date(first) or is_byline(first)):
        return all(is_date(part) or is_reading_time(part) or is_byline(part) for part in others)
    return bool(_BYLINE.fullmatch(text.strip()) or _ACCOUNT.fullmatch(text.strip()))


def is_name(text: str) -> bool:
    """ "Erika Muster": a byline only in the company of other leftovers."""
    return bool(_NAME.fullmatch(text.strip()))


def is_date(text: str) -> bool:
    """ "12.11.2025", "Musterstadt, den 12. November 2025"."""
    return len(text) <= 80 and bool(_DATE.fullmatch(text.strip()))


def is_label(text: str) -> bool:
    """ "Pressemitteilung Nr. 12/2025", "P R E S S E I N F O", "Frei zur sofortigen Veröffentlichung", a letterhead."""
    if len(text) > 120:
        return False
    plain = re.sub(r"(?<=\b\w) (?=\w\b)", "", text.strip())
    return bool(_LABEL.fullmatch(plain) or _LETTERHEAD.fullmatch(plain))


def is_salutation(text: str) -> bool:
    """ "Sehr geehrte Damen und Herren,"."""
    return len(text) <= 100 and bool(_SALUTATION.fullmatch(text.strip()))


def is_closing(text: str) -> bool:
    """ "Mit freundlichen Grüßen"."""
    return len(text) <= 80 and bool(_CLOSING.fullmatch(text.strip()))


def is_end_mark(text: str) -> bool:
    """ "– Ende –", "###"."""
    return len(text) <= 60 and bool(_END_MARK.fullmatch(text.strip()))


def introduces(text: str) -> bool:
    """ "Über die Stadtwerke", "About the city museum": how the usual lines about an organisation begin."""
    return bool(_ABOUT.match(text.strip()))


def begins_contact(text: str) -> bool:
    """ "Pressekontakt: …", "Rückfragen an … unter 0123/45678", "Für Rückfragen steht … unter … zur Verfügung."."""
    match = _CONTACT.match(text.strip())
    if match and match["mark"]:
        return True
    begun = match is not None or _CONTACT_SENTENCE.match(text.strip()) is not None
    return begun and is_reachable(text) and len(text) <= 2 * SHORT


def after_contact_label(text: str) -> str:
    """What stands behind "Pressekontakt:"; the whole text if it is a sentence."""
    match = _CONTACT.match(text.strip())
    return text.strip()[match.end() :].strip() if match and match["mark"] else text.strip()


def continues_contact(text: str) -> bool:
    """Names, offices, addresses and numbers below a contact label; a whole sentence is text again."""
    if re.match(r"(?:weitere|mehr) info|hinweis|foto|bild|über ", text, re.IGNORECASE):
        return False
    return not (_SENTENCE_END.search(text) and len(text.split()) >= 6) and len(text) <= SHORT


def is_confidentiality_note(text: str) -> bool:
    """ "Diese E-Mail ist vertraulich. …" below a signature."""
    return bool(_CONFIDENTIAL.search(text))


def is_reachable(text: str) -> bool:
    """Whether a telephone number, a mail or a web address stands in it."""
    return bool(_REACHABLE.search(text))


def is_prose(text: str) -> bool:
    """Whether running text begins here: two sentences, or one that is long."""
    sentences = len(_SENTENCE_END.findall(text))
    return sentences >= 2 or len(text) > SHORT or (sentences == 1 and len(text) > SHORT * 2 // 3)


def describes_picture(text: str) -> bool:
    """One short sentence without figures and quotations that begins as descriptions of pictures do."""
    return is_lone_sentence(text) and bool(_PICTURE.match(text.strip()))


def is_lone_sentence(text: str) -> bool:
    """One short sentence without figures and quotations."""
    sentences = len(_SENTENCE_END.findall(text))
    return len(text) <= SHORT and sentences <= 1 and not re.search(r"\d|[„“”»«\"]", text)


def leading(text: str) -> str | None:
    """What stands behind "Vorspann" or "Teaser:"; "" if nothing does, None if it is no such paragraph."""
    match = _LEADING.fullmatch(text.strip())
    # "Vorspann und Abspann des Films …" is a sentence.
    return None if match is None or match["rest"][:1].islower() else match["rest"]


def titled(text: str) -> str | None:
    """What stands behind "Überschrift:", None if it is no such line."""
    match = _TITLED.fullmatch(text.strip())
    return match["rest"] if match and len(text) <= 2 * SHORT else None


def same_headline(one: str, other: str) -> bool:
    """Whether two lines are the same headline, perhaps in other words; a sentence does not repeat a headline."""
    if bool(_SENTENCE_END.search(one.strip())) != bool(_SENTENCE_END.search(other.strip())):
        return False
    return _likeness(_words(one), _words(other)) >= 0.65


def _words(text: str) -> Sequence[str]:
    return re.findall(r"\w+", text.casefold())


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0
