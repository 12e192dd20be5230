"""The hook for mail servers: returned mails come in by HTTP, from whoever knows the secret, where config.toml has one."""

import hmac
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publisher.domain.returned import Fate
from publisher.ports.mailbox import ReturnDesk
from publisher.workflow.audience.returns import desk_of, take_return
from publisher.workflow.office import Office

MOST_BYTES = 512 * 1024
"""Of one mail; the rest of it is not read."""


def hook_routes(office: Office) -> list[Route]:
    """`POST /hooks/returns/<channel>`, if any newsletter takes returned mails this way."""
    if not any("bounces_hook" in table for table in office.config.channels.values()):
        return []
    return [Route("/hooks/returns/{channel}", partial(_take, office), methods=["POST"])]


async def _take(office: Office, request: Request) -> Response:
    """Heed the mail in the body. 204: it is done with; 202: a person has to read it; 503: bring it again later."""
    name = request.path_params["channel"]
    desk = await run_in_threadpool(_desk, office, name)
    if desk is None or not _knows_secret(request, desk.hook_secret):
        raise HTTPException(404)
    raw = await _beginning(request)
    fate = await run_in_threadpool(take_return, office, name, desk, raw)
    return Response(status_code=204 if fate is Fate.DONE else 202)


def _desk(office: Office, name: str) -> ReturnDesk | None:
    return desk_of(office.channels[name]) if name in office.channels else None


def _knows_secret(request: Request, secret: str) -> bool:
    shown = request.headers.get("authorization", "")
    return bool(secret) and hmac.compare_digest(shown.encode(), f"Bearer {secret}".encode())


async def _beginning(request: Request) -> bytes:
    raw = bytearray()
    async for piece in request.stream():
        raw += piece[: MOST_BYTES - len(raw)]
        if len(raw) >= MOST_BYTES:
            break
    return bytes(raw)
