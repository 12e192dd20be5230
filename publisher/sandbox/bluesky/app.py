"""A small Bluesky server (PDS): answers our XRPC calls by the real one's rules, and refuses what it refuses.

The rules are those of the lexicons com.atproto.server.*, com.atproto.repo.*, app.bsky.feed.post and app.bsky.embed.*,
and of the reference server's behaviour; its own tests run the same calls against the same expectations.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from publisher.sandbox.bluesky.rules import (
    MAX_BLOB_BYTES,
    MAX_PICTURE_BYTES,
    MAX_PICTURES,
    TID,
    Json,
    Refusal,
    blob_object,
    check_post,
    content_id,
    did_of,
    encoded,
    spans_of,
)
from publisher.sandbox.faults import Faults
from publisher.sandbox.seen import Blob, NewPost, Post
from publisher.sandbox.state import State

PLATFORM = "bluesky"
COLLECTION = "app.bsky.feed.post"
ACCESS_LIFETIME, REFRESH_LIFETIME = timedelta(minutes=120), timedelta(days=90)


def application(state: State, faults: Faults, site: str) -> Starlette:
    """The XRPC methods that a publisher calls. `site`: what the addresses of posts begin with, as people see them."""
    server = Server(state, faults, site)
    methods = [
        ("POST", "com.atproto.server.createSession", server.create_session),
        ("POST", "com.atproto.server.refreshSession", server.refresh_session),
        ("GET", "com.atproto.server.getSession", server.get_session),
        ("GET", "com.atproto.identity.resolveHandle", server.resolve_handle),
        ("POST", "com.atproto.repo.uploadBlob", server.upload_blob),
        ("POST", "com.atproto.repo.putRecord", server.put_record),
        ("GET", "com.atproto.repo.getRecord", server.get_record),
    ]
    routes = [Route(f"/xrpc/{name}", endpoint, methods=[verb]) for verb, name, endpoint in methods]
    return Starlette(routes=routes, exception_handlers={Refusal: _refuse})


def busy(reset: datetime) -> JSONResponse:
    """The answer of the rate limiter: the end of the window in seconds since 1970."""
    headers = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "0", "RateLimit-Reset": str(int(reset.timestamp()))}
    return JSONResponse({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, headers=headers)


async def _refuse(_: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return JSONResponse({"error": refusal.error, "message": refusal.message}, refusal.status)


class Server:
    """The endpoints. Any handle with any password is an account."""

    def __init__(self, state: State, faults: Faults, site: str) -> None:
        self._state, self._faults, self._site = state, faults, site

    async def create_session(self, request: Request) -> Response:
        body = await _body(request)
        handle = str(body.get("identifier", "")).lstrip("@").lower()
        if not handle or not body.get("password") or PLATFORM in self._faults.refusing:
            raise Refusal("AuthenticationRequired", "Invalid identifier or password", 401)
        self._state.note(PLATFORM, f"did:{handle}", did_of(handle))
        self._state.note(PLATFORM, f"handle:{did_of(handle)}", handle)
        return JSONResponse(self._new_session(handle))

    async def refresh_session(self, request: Request) -> Response:
        handle = self._authenticate(request, "refresh", REFRESH_LIFETIME)
        return JSONResponse(self._new_session(handle))

    async def get_session(self, request: Request) -> Response:
        handle = self._authenticate(request)
        return JSONResponse({"handle": handle, "did": did_of(handle), "active": True})

    async def resolve_handle(self, request: Request) -> Response:
        noted = self._state.noted(PLATFORM, f"did:{request.query_params.get('handle', '').lower()}")
        if noted is None:
            raise Refusal("InvalidRequest", "Unable to resolve handle")
        return JSONResponse({"did": noted[0]})

    async def upload_blob(self, request: Request) -> Response:
        handle = self._authenticate(request)
        data, media_type = await request.body(), request.headers.get("Content-Type", "")
        if len(data) > MAX_BLOB_BYTES:
            raise Refusal("PayloadTooLarge", "request entity too large", 413)
        blob = Blob(ref=content_id(data, raw=True), media_type=media_type, data=data)
        self._state.keep_blob(PLATFORM, handle, blob)
        return JSONResponse({"blob": blob_object(blob)})

    async def put_record(self, request: Request) -> Response:
        handle = self._authenticate(request)
        body = await _body(request)
        rkey, record = str(body.get("rkey", "")), body.get("record")
        if body.get("repo") not in (did_of(handle), handle) or not isinstance(record, dict):
            raise Refusal("InvalidRequest", "Input must have a repo of yours and a record")
        pictures, card = self._check(body, rkey, record)
        known = self._state.post(PLATFORM, handle, rkey)
        if known is not None and known.record == record:
            return JSONResponse(_reference(handle, known))  # a no-op: no commit, and before the swap is looked at
        if "swapRecord" not in body:
            # The real one would overwrite; here that is always a mistake of the caller.
            raise Refusal("InvalidRequest", "The sandbox only creates records: swapRecord must be null")
        if known is not None or not self._keep(handle, rkey, record, pictures, card):
            raise Refusal("InvalidSwap", "There is another record under this key")
        return self._committed(handle, rkey)

    async def get_record(self, request: Request) -> Response:
        repo, rkey = request.query_params.get("repo", ""), request.query_params.get("rkey", "")
        noted = self._state.noted(PLATFORM, f"handle:{repo}")
        handle = noted[0] if noted else repo
        post = self._state.post(PLATFORM, handle, rkey)
        if post is None:
            raise Refusal("RecordNotFound", f"Could not locate record: at://{repo}/{COLLECTION}/{rkey}")
        return JSONResponse({**_reference(handle, post), "value": post.record})

    def _new_session(self, handle: str) -> Json:
        tokens = {kind: secrets.token_urlsafe(24) for kind in ("access", "refresh")}
        for kind, token in tokens.items():
            self._state.note(PLATFORM, f"{kind}:{token}", handle)
        return {
            "did": did_of(handle),
            "handle": handle,
            "accessJwt": tokens["access"],
            "refreshJwt": tokens["refresh"],
            "active": True,
        }

    def _authenticate(self, request: Request, kind: str = "access", lifetime: timedelta = ACCESS_LIFETIME) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise Refusal("AuthMissing", "Authentication Required", 401)
        noted = self._state.noted(PLATFORM, f"{kind}:{token}")
        if noted is None or PLATFORM in self._faults.refusing:
            raise Refusal("InvalidToken", "Token could not be verified")
        if datetime.now(UTC) - noted[1] > lifetime or (kind == "access" and noted[1] <= self._faults.expired_until):
            raise Refusal("ExpiredToken", "Token has expired")
        return noted[0]

    def _check(
        self, body: Json, rkey: str, record: Json
    ) -> tuple[list[tuple[str, str]], tuple[str, str, str, str] | None]:
        if body.get("collection") != COLLECTION or record.get("$type") != COLLECTION:
            raise Refusal("InvalidRequest", f"The sandbox keeps only {COLLECTION}")
        if not TID.fullmatch(rkey):
            raise Refusal("InvalidRequest", "Invalid record key: must be a TID")
        check_post(record)
        embed = record.get("embed") or {}
        match embed.get("$type"):
            case None:
                return [], None
            case "app.bsky.embed.images":
                return self._pictures(embed), None
            case "app.bsky.embed.external":
                return [], self._card(embed)
            case other:
                raise Refusal("InvalidRequest", f"Invalid {COLLECTION} record: unknown embed {other}")

    def _pictures(self, embed: Json) -> list[tuple[str, str]]:
        images = embed.get("images") or []
        if not 0 < len(images) <= MAX_PICTURES:
            raise Refusal("InvalidRequest", "Record/embed/images must not have more than 4 elements")
        if any("alt" not in image for image in images):
            raise Refusal("InvalidRequest", 'Record/embed/images must have the property "alt"')
        return [(self._blob_ref(image.get("image")), str(image["alt"])) for image in images]

    def _card(self, embed: Json) -> tuple[str, str, str, str]:
        card = embed.get("external") or {}
        if any(not isinstance(card.get(name), str) for name in ("uri", "title", "description")):
            raise Refusal("InvalidRequest", "Record/embed/external must have uri, title and description")
        thumb = self._blob_ref(card["thumb"]) if card.get("thumb") else ""
        return card["uri"], card["title"], card["description"], thumb

    def _blob_ref(self, blob: Any) -> str:
        ref = str(blob.get("ref", {}).get("$link", "")) if isinstance(blob, dict) else ""
        kept = self._state.blob(PLATFORM, ref)
        if kept is None:
            raise Refusal("BlobNotFound", f"Could not find blob: {ref}")
        if not kept.media_type.startswith("image/"):
            raise Refusal("InvalidMimeType", "Wrong mimetype")
        if len(kept.data) > MAX_PICTURE_BYTES:
            raise Refusal("BlobTooLarge", f"This file is too large. The maximum size is {MAX_PICTURE_BYTES} bytes.")
        return ref

    def _keep(
        self,
        handle: str,
        rkey: str,
        record: Json,
        pictures: list[tuple[str, str]],
        card: tuple[str, str, str, str] | None,
    ) -> bool:
        languages = record.get("langs") or [""]
        post = NewPost(
            platform=PLATFORM,
            author=handle,
            ref=rkey,
            url=f"{self._site}/profile/{handle}/post/{rkey}",
            text=record["text"],
            spans=spans_of(record["text"], record.get("facets") or []),
            pictures=tuple(pictures),
            card=card,
            language=languages[0],
            record=record,
        )
        return self._state.keep_post(post)

    def _committed(self, handle: str, rkey: str) -> Response:
        post = self._state.post(PLATFORM, handle, rkey)
        if post is None:
            raise Refusal("InternalServerError", "Internal Server Error", 500)
        return JSONResponse({**_reference(handle, post), "commit": {"cid": post.ref, "rev": rkey}})


async def _body(request: Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise Refusal("InvalidRequest", "Unable to parse the body") from None
    return body if isinstance(body, dict) else {}


def _reference(handle: str, post: Post) -> Json:
    return {"uri": f"at://{did_of(handle)}/{COLLECTION}/{post.ref}", "cid": content_id(encoded(post.record))}
