"""Foreign documents and pictures, served so that they can do nothing: mails in a frame, pictures as pictures only."""

import re
from base64 import b64encode
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from publisher.config.tables import Web
from publisher.domain.issue import UNSUBSCRIBE_SLOT
from publisher.web.guard import FRAMED_POLICY

Kept = tuple[str, bytes]
"""Media type and bytes."""


def framed(html: str, web: Web, picture: Callable[[str], Kept | None]) -> Response:
    """A mail's HTML part for a frame of our own: pictures inside, scripts and calls to the outside impossible."""
    if not html:
        raise HTTPException(404)
    linked = re.compile(re.escape(web.picture_of("")) + r"([0-9a-f]{64})")

    def inside(found: re.Match[str]) -> str:
        kept = picture(found[1])
        return found[0] if kept is None else data_address(kept)

    return HTMLResponse(linked.sub(inside, as_received(html, web)), headers={"content-security-policy": FRAMED_POLICY})


def as_received(words: str, web: Web) -> str:
    """A mail's part as a reader gets it: with an unsubscribe address of one's own, here nobody's."""
    return words.replace(UNSUBSCRIBE_SLOT, web.unsubscribe_page("…"))


def data_address(kept: Kept) -> str:
    """A picture as an address that needs no request."""
    media_type, data = kept
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def picture_response(kept: Kept | None) -> Response:
    """A picture, or 404; never as anything that a browser would run."""
    if kept is None or not kept[0].startswith("image/") or "svg" in kept[0]:
        raise HTTPException(404)
    return Response(kept[1], media_type=kept[0])
