"""A small Mastodon: answers our calls as version 4.5 does, and refuses what it refuses.

The rules are those of Mastodon's documentation (docs.joinmastodon.org: methods/statuses, methods/media,
methods/instance, api/rate-limits) and of its server's behaviour.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import regex
from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from publisher.sandbox.faults import Faults
from publisher.sandbox.mastodon.answers import account, attachment, instance, iso, name_of, status
from publisher.sandbox.mastodon.rules import MAX_BYTES, Refusal, check_status, check_upload, spans_of
from publisher.sandbox.seen import Blob, NewPost, Post
from publisher.sandbox.state import State

PLATFORM = "mastodon"
KEY_LIFETIME = timedelta(hours=1)


def application(state: State, faults: Faults, site: str) -> Starlette:
    """The part of the API that a publisher calls. `site`: what the addresses of posts begin with."""
    server = Server(state, faults, site)
    routes = [
        Route("/api/v2/instance", server.instance),
        Route("/api/v2/instance/", server.instance),
        Route("/api/v1/accounts/verify_credentials", server.verify_credentials),
        Route("/api/v1/accounts/{id}/statuses", server.account_statuses),
        Route("/api/v2/media", server.upload, methods=["POST"]),
        Route("/api/v1/media/{id}", server.media),
        Route("/api/v1/statuses", server.post, methods=["POST"]),
        Route("/api/v1/statuses/{id}", server.status),
    ]
    return Starlette(routes=routes, exception_handlers={Refusal: _refuse})


def busy(reset: datetime) -> JSONResponse:
    """The answer of the rate limiter: the end of the window as an ISO time, no Retry-After."""
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": iso(reset)}
    return JSONResponse({"error": "Zu viele Anfragen"}, 429, headers=headers)


async def _refuse(_: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return JSONResponse({"error": refusal.said}, refusal.status)


class Server:
    """The endpoints. Any token is an account: "sandbox-presse" is @presse."""

    def __init__(self, state: State, faults: Faults, site: str) -> None:
        self._state, self._faults, self._site = state, faults, site

    async def instance(self, _: Request) -> Response:
        return JSONResponse(instance(self._faults.mastodon_version))

    async def verify_credentials(self, request: Request) -> Response:
        return JSONResponse(account(self._authenticate(request), self._site))

    async def upload(self, request: Request) -> Response:
        author = self._authenticate(request)
        async with request.form(max_part_size=MAX_BYTES * 2) as form:
            data, media_type, alt = await _read_upload(form)
        check_upload(data, media_type, alt)
        blob = Blob(ref=_new_id(), media_type=media_type, data=data, alt=alt)
        self._state.keep_blob(PLATFORM, author, blob)
        waits = self._faults.polls_until_processed
        self._state.note(PLATFORM, f"processing:{blob.ref}", str(waits))
        return JSONResponse(attachment(blob, ready=not waits), 202 if waits else 200)

    async def media(self, request: Request) -> Response:
        author, ref = self._authenticate(request), request.path_params["id"]
        blob = self._state.blob(PLATFORM, ref, author)
        if blob is None:
            raise Refusal(404, "Record not found")
        waits = self._waits(ref)
        self._state.note(PLATFORM, f"processing:{ref}", str(max(0, waits - 1)))
        return JSONResponse(attachment(blob, ready=not waits), 206 if waits else 200)

    async def post(self, request: Request) -> Response:
        author, key = self._authenticate(request), request.headers.get("Idempotency-Key", "")
        fields = await _read_fields(request)
        if (known := self._known(author, key)) is not None:
            return JSONResponse(status(known, self._site))
        pictures = self._pictures(author, fields["media_ids"])
        text, visibility, language = fields["status"], fields["visibility"] or "public", fields["language"] or "de"
        check_status(text, visibility, pictures)
        await asyncio.sleep(self._faults.thinking_seconds)
        post = self._keep(author, text, pictures, visibility, language)
        if key:
            self._state.note(PLATFORM, f"key:{author}:{key}", post.ref)
        return JSONResponse(status(post, self._site))

    async def status(self, request: Request) -> Response:
        author = self._authenticate(request)
        post = self._state.post(PLATFORM, author, request.path_params["id"])
        if post is None:
            raise Refusal(404, "Record not found")
        return JSONResponse(status(post, self._site))

    async def account_statuses(self, request: Request) -> Response:
        self._authenticate(request)
        author = name_of(request.path_params["id"])
        limit = min(int(request.query_params.get("limit", "20")), 40)
        newest = self._state.post(PLATFORM, author, request.query_params.get("max_id", ""))
        posts = self._state.posts(platform=PLATFORM, author=author, limit=limit, before=newest.id if newest else None)
        return JSONResponse([status(post, self._site) for post in posts])

    def _authenticate(self, request: Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token or PLATFORM in self._faults.refusing:
            raise Refusal(401, "The access token is invalid")
        return token.removeprefix("sandbox-")

    def _known(self, author: str, key: str) -> Post | None:
        """The post made with this key within the last hour; the body is not compared."""
        noted = self._state.noted(PLATFORM, f"key:{author}:{key}") if key else None
        if noted is None or datetime.now(UTC) - noted[1] > KEY_LIFETIME:
            return None
        if regex.match(r"4\.6\.[0-5]\b", self._faults.mastodon_version):
            raise Refusal(500, "Internal Server Error")
        return self._state.post(PLATFORM, author, noted[0])

    def _waits(self, ref: str) -> int:
        noted = self._state.noted(PLATFORM, f"processing:{ref}")
        return int(noted[0]) if noted else 0

    def _pictures(self, author: str, refs: Sequence[str]) -> list[Blob]:
        blobs = [self._state.blob(PLATFORM, ref, author) for ref in refs]
        if None in blobs or any(self._waits(ref) or self._state.noted(PLATFORM, f"attached:{ref}") for ref in refs):
            raise Refusal(422, "Validation failed: Media not found, still processed or already attached")
        return [blob for blob in blobs if blob]

    def _keep(self, author: str, text: str, pictures: list[Blob], visibility: str, language: str) -> Post:
        ref = _new_id()
        new = NewPost(
            platform=PLATFORM,
            author=author,
            ref=ref,
            url=f"{self._site}/@{author}/{ref}",
            text=text,
            spans=spans_of(text, self._site),
            pictures=tuple((blob.ref, blob.alt) for blob in pictures),
            visibility=visibility,
            # An unknown language silently becomes the account's own; a region is dropped.
            language=language.split("-")[0],
            record={},
        )
        self._state.keep_post(new)
        for blob in pictures:
            self._state.note(PLATFORM, f"attached:{blob.ref}", ref)
        post = self._state.post(PLATFORM, author, ref)
        if post is None:
            raise Refusal(503, "Service unavailable")
        return post


def _new_id() -> str:
    """Milliseconds above 16 random bits, as Mastodon's own ids."""
    return str((time.time_ns() // 1_000_000 << 16) + secrets.randbits(16))


async def _read_upload(form: FormData) -> tuple[bytes, str, str]:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Refusal(400, "Required parameter file is missing or invalid")
    return await file.read(), file.content_type or "", str(form.get("description") or "")


async def _read_fields(request: Request) -> dict[str, Any]:
    """Mastodon reads JSON and forms alike."""
    if request.headers.get("Content-Type", "").startswith("application/json"):
        body = await request.json()
        fields: Mapping[str, Any] = body if isinstance(body, dict) else {}
        media = [str(ref) for ref in fields.get("media_ids") or []]
    else:
        async with request.form() as form:
            fields = {name: str(value) for name, value in form.items()}
            media = [str(ref) for ref in form.getlist("media_ids[]")]
    wanted = ("status", "visibility", "language")
    return {name: str(fields.get(name) or "") for name in wanted} | {"media_ids": media}
