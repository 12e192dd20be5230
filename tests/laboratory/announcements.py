"""What is put into the queue: announcements that are all different, each known by a token in its headline."""

import io
import random
from collections.abc import Sequence

from PIL import Image

WORDS = (
    *("Brücke", "Rathaus", "Hafen", "Schule", "Markt", "Straße", "Bibliothek", "Museum", "Feuerwehr", "Haushalt"),
    *("Radweg", "Theater", "Stadtrat", "Grünfläche", "Baustelle", "Fähre", "Bürgerbüro", "Schwimmbad", "Kindergarten"),
)


PICTURE = "bild.jpg"


def announcement(token: str, *, urgent: bool = False, channels: Sequence[str] = (), pictured: bool = False) -> str:
    """A file with front matter; the same words for the same token. `pictured`: a picture lies beside it."""
    dice = random.Random(token)  # noqa: S311 -- nothing secret
    first, second, third, fourth = dice.sample(WORDS, 4)
    head = [f"headline: 'Meldung {token}: {first} und {second}'"]
    head += ["urgent: yes"] if urgent else []
    head += [f"channels: [{', '.join(channels)}]"] if channels else []
    head += [f"image: {PICTURE}", f"alt: 'Blick auf {third}'", "credit: Stadt Musterstadt"] if pictured else []
    body = f"Die Stadt plant mit {third} und {fourth}. Beginn ist um {dice.randrange(7, 19)} Uhr."
    return "\n".join(["---", *head, "---", "", body, ""])


def picture() -> bytes:
    """A small photograph, so to speak."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(file, "JPEG")
    return file.getvalue()
