"""What is put into the queue: announcements that are all different, each known by a token in its headline."""

import random
from collections.abc import Sequence

WORDS = (
    *("Brücke", "Rathaus", "Hafen", "Schule", "Markt", "Straße", "Bibliothek", "Museum", "Feuerwehr", "Haushalt"),
    *("Radweg", "Theater", "Stadtrat", "Grünfläche", "Baustelle", "Fähre", "Bürgerbüro", "Schwimmbad", "Kindergarten"),
)


def announcement(token: str, *, urgent: bool = False, channels: Sequence[str] = ()) -> str:
    """A file with front matter; the same words for the same token."""
    dice = random.Random(token)  # noqa: S311 -- nothing secret
    first, second, third, fourth = dice.sample(WORDS, 4)
    head = [f"headline: 'Meldung {token}: {first} und {second}'"]
    head += ["urgent: yes"] if urgent else []
    head += [f"channels: [{', '.join(channels)}]"] if channels else []
    body = f"Die Stadt plant mit {third} und {fourth}. Beginn ist um {dice.randrange(7, 19)} Uhr."
    return "\n".join(["---", *head, "---", "", body, ""])
