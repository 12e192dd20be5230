"""Which sentences lean on the one before them: „Dieser …“, „Dort …“, „Er betonte …“, „…“, sagte sie.

Only grammar is asked, never sense. When in doubt a sentence leans: then it is left out together with the other.
"""

import regex

from publisher.language.lexicon import Lexicon, lexicon

FIRST_WORDS = regex.compile(r"^[^\p{L}\p{N}„“‚\"»«]*+([\p{L}\p{M}-]+)(?:\s+([\p{L}\p{M}-]+))?(?:\s+([\p{L}\p{M}-]+))?")
FIRST_CLAUSE = regex.compile(r"^[^,:;!?„“”‚»«\"(]*")
AFTER_SPEECH = regex.compile(r"[“”‘’\"»«],?\s+((?:\p{Ll}+\s+){0,3}\p{Ll}+)")
ARTICLES = frozenset(("das", "der", "die", "den", "dem"))


def leans(sentence: str, language: str) -> bool:
    """Whether a sentence needs the one before it, in the language of a BCP 47 tag."""
    words = lexicon(language)
    clauses = [FIRST_CLAUSE.match(sentence), *AFTER_SPEECH.finditer(sentence)]
    if any(clause and not words.stands_for.isdisjoint(clause[0].split()) for clause in clauses):
        return True
    found = FIRST_WORDS.match(sentence)
    return found is not None and _lean(found[1], found[2] or "", found[3] or "", words)


def _lean(first: str, second: str, third: str, words: Lexicon) -> bool:
    small = first.lower()
    if small in words.leans:
        return second.lower() not in words.calendar
    if small in ARTICLES:
        return second in words.verbs_after_articles
    if small in words.before_leaning:
        # „Wenn Sie kommen“ speaks to the reader, „wenn sie kommt“ of somebody: so its case is looked at.
        return second in words.leans and third.lower() not in words.calendar
    return False
