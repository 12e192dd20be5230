"""The counterparts of post channels: the sandbox's platforms and a real PDS, all behind one shape."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from PIL import Image

from publisher.channels.bluesky import channel as bluesky
from publisher.channels.mastodon import channel as mastodon
from publisher.config.tables import Config
from publisher.domain.variant import JsonObject, PreparedPicture, Variant
from publisher.ports.channels import Mint, PostChannel, Reconcilable
from publisher.sandbox.server import Sandbox
from tests.fixtures.pds import Pds
from tests.fixtures.site import Site

LINK = "https://musterstadt.example/presse/bruecke?ansicht=voll&nr=12"
TEXT = f"Die Brücke am Alten Markt ist ab Mittwoch, dem 12. November, „wieder frei“ 👩‍👩‍👧\n\n{LINK}\n\n#ÖffentlicherNahverkehr"


class PlatformChannel(PostChannel, Reconcilable, Protocol):
    """What both kinds are."""


@dataclass
class Memory:
    """A notebook that outlives a channel, as the database outlives a process."""

    kept: dict[tuple[str, str], JsonObject | None] = field(default_factory=dict)

    def read(self, scope: str, name: str) -> JsonObject | None:
        return self.kept.get((scope, name))

    def write(self, scope: str, name: str, value: JsonObject | None) -> None:
        self.kept[scope, name] = value

    def change(self, scope: str, name: str, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        changed = self.kept[scope, name] = change(self.kept.get((scope, name)) or {})
        return changed

    def keep(self, scope: str, name: str, value: JsonObject) -> JsonObject:
        found = self.kept.get((scope, name))
        if found is None:
            found = self.kept[scope, name] = value
        return found


@dataclass
class Counterpart:
    """A channel and the platform on its other side. `texts`: what followers see, newest first."""

    channel: PlatformChannel
    texts: Callable[[], list[str]]
    another_process: Callable[[], PlatformChannel]


def config(folder: Path) -> Config:
    """A config as any office has it."""
    office = {
        "name": "Stadt Musterstadt",
        "contact": "presse@musterstadt.example",
        "imprint": "https://musterstadt.example/impressum",
        "privacy": "https://musterstadt.example/datenschutz",
    }
    return Config.model_validate({"folder": folder, "office": office})


def picture_bytes(width: int = 60, height: int = 40) -> bytes:
    """A real PNG."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(target, "PNG")
    return target.getvalue()


def prepared(data: bytes, alt: str = "Die Brücke von Süden, davor zwei Radfahrende") -> PreparedPicture:
    """A picture as compose hands it over."""
    return PreparedPicture(sha256="f" * 64, media_type="image/png", width=60, height=40, size=len(data), alt=alt)


def worded(channel: PostChannel, text: str = TEXT, **more: Any) -> Variant:
    """A variant as compose makes it."""
    limits = channel.documented_limits()
    variant = Variant(
        channel=channel.name,
        kind=channel.kind,
        language=more.pop("language", "de"),
        text=text,
        length=channel.measure(text, limits),
        limit=limits.text,
        link=more.pop("link", LINK),
        **more,
    )
    return channel.finish(variant)


def minted(channel: PostChannel, delivery_id: str = "d-1", text: str = TEXT, **more: Any) -> JsonObject:
    """A final request without pictures."""
    at = more.pop("at", datetime.now(UTC))
    return channel.request(worded(channel, text, **more), [], None, Mint(delivery_id=delivery_id, at=at))


def answering(site: Site, path: str, status: int, body: object, headers: dict[str, str] | None = None) -> None:
    """Let the site answer a path so; bytes as they are, everything else as JSON."""

    def answer(exchange: BaseHTTPRequestHandler) -> None:
        exchange.rfile.read(int(exchange.headers.get("Content-Length") or 0))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        exchange.send_response(status)
        for name, value in {"Content-Type": "application/json", "Connection": "close", **(headers or {})}.items():
            exchange.send_header(name, value)
        exchange.send_header("Content-Length", str(len(content)))
        exchange.end_headers()
        exchange.wfile.write(content)

    site.answers[path] = answer


BUILDERS: dict[str, Callable[..., PlatformChannel]] = {"mastodon": mastodon.build, "bluesky": bluesky.build}


def on_sandbox(kind: str, sandbox: Sandbox, folder: Path, memory: Memory) -> PlatformChannel:
    """A channel of this kind whose platform is the sandbox."""
    return BUILDERS[kind]("presse", {"kind": kind, "server": "sandbox"}, config(folder), memory, sandbox.place(kind))


def sandboxed(kind: str, sandbox: Sandbox, folder: Path) -> Counterpart:
    """A channel and the sandbox's side of it."""
    memory = Memory()
    return Counterpart(
        channel=on_sandbox(kind, sandbox, folder, memory),
        texts=lambda: [post.text for post in sandbox.state.posts(platform=kind)],
        another_process=lambda: on_sandbox(kind, sandbox, folder, memory),
    )


def on_pds(pds: Pds, folder: Path, memory: Memory) -> PlatformChannel:
    """The bluesky channel on a real server."""
    (folder / "password").write_text(pds.password)
    table = {"kind": "bluesky", "server": pds.url, "handle": pds.handle, "password": {"file": "password"}}
    return bluesky.build("presse", table, config(folder), memory, None)


def records(pds: Pds) -> list[dict[str, Any]]:
    """Everything that the account on a real server has posted, newest first."""
    asked = {"repo": pds.did, "collection": "app.bsky.feed.post", "limit": "100"}
    answer = httpx.get(f"{pds.url}/xrpc/com.atproto.repo.listRecords", params=asked, trust_env=False)
    return [record["value"] for record in answer.json()["records"]]


SHARED = Memory()
"""The session on the real server: a login there costs half a second."""


def real(pds: Pds, folder: Path) -> Counterpart:
    """The channel and a real server, as if its account were new."""
    memory, before = SHARED, len(records(pds))
    return Counterpart(
        channel=on_pds(pds, folder, memory),
        texts=lambda: [record["text"] for record in records(pds)[: len(records(pds)) - before]],
        another_process=lambda: on_pds(pds, folder, memory),
    )


@pytest.fixture(params=["mastodon on the sandbox", "bluesky on the sandbox", "bluesky on a real server"])
def counterpart(request: pytest.FixtureRequest, tmp_path: Path) -> Counterpart:
    """Every channel with every counterpart."""
    if request.param == "bluesky on a real server":
        return real(request.getfixturevalue("pds"), tmp_path)
    return sandboxed(request.param.split()[0], request.getfixturevalue("sandbox"), tmp_path)


@pytest.fixture(params=["mastodon", "bluesky"])
def faulty(request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path: Path) -> Counterpart:
    """Every channel on the sandbox, where faults can be injected."""
    return sandboxed(request.param, sandbox, tmp_path)
