"""A small Mastodon: answers our calls as version 4.5 does, and refuses what it refuses.

The rules are those of Mastodon's documentation (docs.joinmastodon.org: methods/statuses, methods/media,
methods/instance, api/rate-limits) and of its server's behaviour; our own counting is not used, so that it is checked.
"""

import html
import io
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import regex
from PIL import Image, UnidentifiedImageError
from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from publisher.sandbox.faults import Faults
from publisher.sandbox.state import Blob, NewPost, Post, Span, State

PLATFORM = "mastodon"
MAX_CHARACTERS, MAX_PICTURES, LINK_LENGTH, MAX_ALT = 500, 4, 23, 1_500
MAX_BYTES, MAX_PIXELS = 16 * 2**20, 33_177_600
MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
KEY_LIFETIME = timedelta(hours=1)
LINK = regex.compile(r"(?<!\w)https?://[^\s<>]*[^\s<>.,;:!?)\"'“”]")
HASHTAG = regex.compile(r"(?<![\w/#])#(\w*\p{L}\w*)")
VISIBILITIES = ("public", "unlisted", "private", "direct")


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
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": _iso(reset)}
    return JSONResponse({"error": "Zu viele Anfragen"}, 429, headers=headers)


class Refusal(Exception):
    """An error answer: `{"error": "..."}` and nothing more, as Mastodon gives it."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


async def _refuse(_: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return JSONResponse({"error": refusal.said}, refusal.status)


class Server:
    """The endpoints. Any token is an account: "sandbox-presse" is @presse."""

    def __init__(self, state: State, faults: Faults, site: str) -> None:
        self._state, self._faults, self._site = state, faults, site

    async def instance(self, _: Request) -> Response:
        return JSONResponse(_instance(self._faults.mastodon_version))

    async def verify_credentials(self, request: Request) -> Response:
        return JSONResponse(self._account(self._authenticate(request)))

    async def upload(self, request: Request) -> Response:
        author = self._authenticate(request)
        async with request.form(max_part_size=MAX_BYTES * 2) as form:
            data, media_type, alt = await _read_upload(form)
        _check_upload(data, media_type, alt)
        blob = Blob(ref=_new_id(), media_type=media_type, data=data, alt=alt)
        self._state.keep_blob(PLATFORM, author, blob)
        waits = self._faults.polls_until_processed
        self._state.note(PLATFORM, f"processing:{blob.ref}", str(waits))
        return JSONResponse(_attachment(blob, ready=not waits), 202 if waits else 200)

    async def media(self, request: Request) -> Response:
        author, ref = self._authenticate(request), request.path_params["id"]
        blob = self._state.blob(PLATFORM, ref, author)
        if blob is None:
            raise Refusal(404, "Record not found")
        waits = self._waits(ref)
        self._state.note(PLATFORM, f"processing:{ref}", str(max(0, waits - 1)))
        return JSONResponse(_attachment(blob, ready=not waits), 206 if waits else 200)

    async def post(self, request: Request) -> Response:
        author, key = self._authenticate(request), request.headers.get("Idempotency-Key", "")
        fields = await _read_fields(request)
        if (known := self._known(author, key)) is not None:
            return JSONResponse(self._status(known))
        pictures = self._pictures(author, fields["media_ids"])
        text, visibility, language = fields["status"], fields["visibility"] or "public", fields["language"] or "de"
        _check_status(text, visibility, pictures)
        post = self._keep(author, text, pictures, visibility, language)
        if key:
            self._state.note(PLATFORM, f"key:{author}:{key}", post.ref)
        return JSONResponse(self._status(post))

    async def status(self, request: Request) -> Response:
        author = self._authenticate(request)
        post = self._state.post(PLATFORM, author, request.path_params["id"])
        if post is None:
            raise Refusal(404, "Record not found")
        return JSONResponse(self._status(post))

    async def account_statuses(self, request: Request) -> Response:
        self._authenticate(request)
        author = _name_of(request.path_params["id"])
        limit = min(int(request.query_params.get("limit", "20")), 40)
        posts = self._state.posts(platform=PLATFORM, author=author, limit=limit)
        return JSONResponse([self._status(post) for post in posts])

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
            spans=_spans(text, self._site),
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

    def _account(self, author: str) -> dict[str, Any]:
        return {
            "id": _id_of(author),
            "username": author,
            "acct": author,
            "display_name": author,
            "url": f"{self._site}/@{author}",
            "source": {"privacy": "public", "language": "de"},
        }

    def _status(self, post: Post) -> dict[str, Any]:
        return {
            "id": post.ref,
            "created_at": _iso(post.at),
            "sensitive": False,
            "spoiler_text": "",
            "visibility": post.visibility,
            "language": post.language,
            "uri": post.url,
            "url": post.url,
            "content": _content(post.text, post.spans),
            "account": self._account(post.author),
            "media_attachments": [_attachment(blob, ready=True) for blob in post.pictures],
            "application": {"name": "publisher"},
            "mentions": [],
            "tags": [],
            "emojis": [],
        }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _new_id() -> str:
    """Milliseconds above 16 random bits, as Mastodon's own ids."""
    return str((time.time_ns() // 1_000_000 << 16) + secrets.randbits(16))


def _id_of(author: str) -> str:
    return str(int.from_bytes(author.encode()))


def _name_of(id: str) -> str:
    number = int(id) if id.isdigit() else 0
    return number.to_bytes((number.bit_length() + 7) // 8).decode(errors="replace")


def _instance(version: str) -> dict[str, Any]:
    return {
        "domain": "sandbox.invalid",
        "title": "Sandbox",
        "version": version,
        "source_url": "https://github.com/mastodon/mastodon",
        "configuration": {
            "statuses": {
                "max_characters": MAX_CHARACTERS,
                "max_media_attachments": MAX_PICTURES,
                "characters_reserved_per_url": LINK_LENGTH,
            },
            "media_attachments": {
                "supported_mime_types": list(MEDIA_TYPES),
                "description_limit": MAX_ALT,
                "image_size_limit": MAX_BYTES,
                "image_matrix_limit": MAX_PIXELS,
            },
        },
        "api_versions": {"mastodon": 7},
    }


async def _read_upload(form: FormData) -> tuple[bytes, str, str]:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Refusal(400, "Required parameter file is missing or invalid")
    return await file.read(), file.content_type or "", str(form.get("description") or "")


def _check_upload(data: bytes, media_type: str, alt: str) -> None:
    if media_type not in MEDIA_TYPES:
        raise Refusal(422, "Validation failed: File content type is invalid")
    if len(data) > MAX_BYTES:
        raise Refusal(422, "Validation failed: File file size must be less than 16 MB")
    if len(alt) > MAX_ALT:
        raise Refusal(422, f"Validation failed: Description is too long (maximum is {MAX_ALT} characters)")
    try:
        with Image.open(io.BytesIO(data)) as picture:
            pixels = picture.width * picture.height
    except (UnidentifiedImageError, OSError, ValueError):
        raise Refusal(422, "Error processing thumbnail for uploaded media") from None
    if pixels > MAX_PIXELS:
        raise Refusal(422, "Validation failed: File dimensions are too large")


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


def _check_status(text: str, visibility: str, pictures: list[Blob]) -> None:
    if visibility not in VISIBILITIES:
        raise Refusal(422, "Validation failed: Visibility is not included in the list")
    if not text.strip() and not pictures:
        raise Refusal(422, "Validation failed: Text can't be blank")
    if len(pictures) > MAX_PICTURES:
        raise Refusal(422, f"Cannot attach more than {MAX_PICTURES} files")
    if len(regex.findall(r"\X", LINK.sub("x" * LINK_LENGTH, text))) > MAX_CHARACTERS:
        raise Refusal(422, f"Validation failed: Text character limit of {MAX_CHARACTERS} exceeded")


def _attachment(blob: Blob, *, ready: bool) -> dict[str, Any]:
    url = f"/media/{blob.ref}" if ready else None
    return {"id": blob.ref, "type": "image", "url": url, "preview_url": url, "description": blob.alt}


def _spans(text: str, site: str) -> tuple[Span, ...]:
    """What the server makes clickable: addresses with a scheme, and hashtags that have a letter."""
    links = [Span(start=found.start(), end=found.end(), url=found[0]) for found in LINK.finditer(text)]
    tags = [
        Span(start=found.start(), end=found.end(), url=f"{site}/tags/{found[1]}")
        for found in HASHTAG.finditer(text)
        if not any(link.start <= found.start() < link.end for link in links)
    ]
    return tuple(sorted(links + tags, key=lambda span: span.start))


def _content(text: str, spans: Sequence[Span]) -> str:
    """HTML as Mastodon serves it: paragraphs, and long addresses shown shortened by invisible parts."""
    parts, done = [], 0
    for span in spans:
        shown = text[span.start : span.end]
        scheme = len(shown) - len(regex.sub(r"^https?://(www\.)?", "", shown))
        inner = f'<span class="invisible">{html.escape(shown[:scheme])}</span>{html.escape(shown[scheme:])}'
        parts += [html.escape(text[done : span.start]), f'<a href="{html.escape(span.url)}">{inner}</a>']
        done = span.end
    parts.append(html.escape(text[done:]))
    paragraphs = regex.split(r"\n{2,}", "".join(parts))
    return "".join(f"<p>{paragraph.replace(chr(10), '<br />')}</p>" for paragraph in paragraphs)
