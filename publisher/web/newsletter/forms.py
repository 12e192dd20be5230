"""Forms of the public pages: read within limits, and known to have been shown by us with the very words that count."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import TypeAlias
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from publisher.workflow.office import Office

MOST_BYTES = 20_000
MOST_FIELDS = 100
QUICKEST = timedelta(seconds=2)
"""No person fills a form in less time; robots do."""
LONGEST = timedelta(hours=12)

Form: TypeAlias = Mapping[str, list[str]]


def posted(answer: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that reads the form and answers in a thread, as the pages do."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request, await _read(request))

    return endpoint


def token_of(request: Request) -> str:
    """The secret in a page's address, "" for what cannot be one (no database has to look at it then)."""
    token = str(request.path_params["token"])
    return token if re.fullmatch(r"[A-Za-z0-9_-]{1,200}", token) else ""


def first(form: Form, name: str) -> str:
    """A field's value, "" if it is not there."""
    return form.get(name, [""])[0]


async def _read(request: Request) -> Form:
    """What a browser sends from a plain form; nothing of what is too large or of another kind."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return {}
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}


class Shown(Enum):
    """What a stamp tells of a form that comes back."""

    FINE = "fine"
    TOO_QUICK = "too-quick"
    NOT_BY_US = "not-by-us"
    """Never stamped, stamped long ago, or with other words than we would show now."""


class Stamps:
    """Put into a form when it is shown, and looked at when it comes back. The key lives in the database."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def stamp(self, words: str) -> str:
        """For a form that shows these words now."""
        moment = str(int(self._office.clock.now().timestamp()))
        return f"{moment}.{self._seal(moment, words)}"

    def judge(self, stamp: str, words: str) -> Shown:
        """Whether it was shown, with these words, and when."""
        moment, _, seal = stamp.partition(".")
        genuine = hmac.compare_digest(seal.encode(), self._seal(moment, words).encode())
        if not (genuine and moment.isascii() and moment.isdecimal()):
            return Shown.NOT_BY_US
        age = self._office.clock.now() - datetime.fromtimestamp(int(moment), UTC)
        if age > LONGEST:
            return Shown.NOT_BY_US
        return Shown.TOO_QUICK if age < QUICKEST else Shown.FINE

    def _seal(self, moment: str, words: str) -> str:
        return hmac.new(self._key, f"{moment}\n{words}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    @cached_property
    def _key(self) -> bytes:
        kept = self._office.store.notebook.keep("keys", "forms", {"key": secrets.token_hex(32)})
        return bytes.fromhex(str(kept["key"]))
