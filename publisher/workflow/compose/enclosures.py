"""What newsrooms get beyond the words: files that travel along, or links to them that open before anything is public."""

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence

from publisher.domain.announcement import Picture
from publisher.domain.issue import Enclosure
from publisher.domain.variant import PreparedPicture, Variant
from publisher.workflow.office import Office

MOST_ENCLOSED = 8_000_000
"""Bytes of all pictures together; beyond, many mail servers turn a mail away: they are linked."""
TOKEN = re.compile(r"([0-9a-z-]{1,60})-([0-9a-f]{64})-([0-9a-f]{32})")
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png"}


def enclosed(originals: Sequence[Picture], made: Sequence[PreparedPicture]) -> list[dict[str, str]]:
    """The files that travel along, by name, media type and hash; none if together they are too heavy."""
    if sum(picture.size for picture in made) > MOST_ENCLOSED:
        return []
    return [
        {"name": _file_name(original, one, number), "media_type": one.media_type, "sha256": one.sha256}
        for number, (original, one) in enumerate(zip(originals, made, strict=True), 1)
    ]


def enclosures_of(office: Office, variant: Variant) -> list[Enclosure]:
    """The bytes of what a variant's mail brings along."""
    files = variant.details.get("enclosed")
    found: list[Enclosure] = []
    for each in files if isinstance(files, Sequence) else ():
        kept = office.store.archive.picture(str(each["sha256"])) if isinstance(each, Mapping) else None
        if kept is not None and isinstance(each, Mapping):
            found.append(Enclosure(name=str(each["name"]), media_type=str(each["media_type"]), data=kept[1]))
    return found


def picture_link(office: Office, announcement_id: str, sha256: str) -> str:
    """The address of a prepared picture that only those know who were told."""
    seal = _seal(office, announcement_id, sha256)
    return f"{office.config.web.public_url}/press/pictures/{announcement_id}-{sha256}-{seal}"


def press_picture(office: Office, token: str) -> tuple[str, bytes] | None:
    """Media type and bytes behind a token; None if it was not given out here, or its announcement was retracted."""
    match = TOKEN.fullmatch(token)
    if match is None or not hmac.compare_digest(match[3], _seal(office, match[1], match[2])):
        return None
    dossier = office.store.archive.dossier(match[1])
    if dossier is None or dossier.standing.retracted is not None:
        return None
    return office.store.archive.picture(match[2])


def _seal(office: Office, announcement_id: str, sha256: str) -> str:
    key = office.store.notebook.keep("keys", "press-pictures", {"key": secrets.token_hex(32)})["key"]
    return hmac.digest(bytes.fromhex(str(key)), f"{announcement_id} {sha256}".encode(), "sha256").hex()[:32]


def _file_name(original: Picture, made: PreparedPicture, number: int) -> str:
    """As the office named it, if the name is harmless, with the ending of what it has become."""
    stem = re.sub(r"[^\w.-]+", "-", original.name.rpartition(".")[0] or original.name).strip("-.")[:60]
    return f"{stem or f'bild-{number}'}{ENDINGS.get(made.media_type, '')}"
