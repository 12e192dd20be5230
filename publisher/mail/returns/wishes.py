"""Whether somebody asks to get no more newsletters, in German or English, in whatever words.

A sentence counts if it names leaving, or an end to mails that come in. Talk about other things that end, questions how
it is done for others, thanks for mails, and refusals to leave ("nicht abmelden") do not. Only a person acts on it, so a
doubtful one may count.
"""

import re

from publisher.mail.returns.phrases import phrases

MOST_SENTENCES = 12
LONGEST = 400

OPENING = r"^\W*(?:bitte|please|pls|ich will|ich möchte|hallo|guten tag|danke)?\W*{}"
CLOSING = r"\W*(?:bitte|please|danke|thanks|me|mich|sofort|now)?\W*$"


def wants_to_leave(subject: str, words: str) -> bool:
    """Whether the subject or one of the first sentences of an answer, quotes left out, asks to be taken off."""
    own = re.sub(r"(?i)^\s*(?:(?:re|aw|antw?|fwd?|wg)\s*:\s*)+.*", "", subject)
    return any(_is_wish(sentence) for sentence in [own, *_sentences(words)])


def _sentences(words: str) -> list[str]:
    pieces = re.split(r"(?<=[.!?])\s+|\n\s*\n|\n(?=[A-ZÄÖÜ])", words)
    return [" ".join(piece.split())[:LONGEST] for piece in pieces if piece.strip()][:MOST_SENTENCES]


def _is_wish(sentence: str) -> bool:
    if phrases("wish-alone", OPENING + CLOSING).search(sentence):
        return True
    asked = phrases("wish-leaving").search(sentence) or phrases("wish-ending").search(sentence)
    return bool(asked) and not phrases("wish-not").search(sentence)
