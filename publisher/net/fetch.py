"""Fetching from addresses that strangers wrote: guarded against inner networks, bombs, and servers that never end.

Without a proxy, the name is resolved here, each of its addresses is judged, and the connection goes to exactly these.
With the office's proxy, the proxy resolves: what can be judged here is refused here, the rest is the proxy's to refuse.
"""

import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import httpcore
import httpx

from publisher.domain.errors import PermanentFailure, TemporaryFailure
from publisher.net import body
from publisher.net.addresses import all_public, is_named, looks_internal
from publisher.net.clients import USER_AGENT, tls_context
from publisher.net.failures import status_failure, translated
from publisher.net.proxies import proxy_for
from publisher.net.wire import Deadline, PinnedBackend

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
PRIVATE_HEADERS = ("authorization", "cookie", "proxy-authorization")
TIMEOUTS = {"connect": 10.0, "read": 15.0, "write": 10.0, "pool": 5.0}
"""Seconds; the time limit of the whole fetch shortens them further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whole and unpacked: status 2xx or 304, the address it came from in the end, names of headers in
    lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """`allowed_hosts`: hosts ("intranet", "10.0.0.5") and hosts with ports ("127.0.0.1:8080") that config.toml names:
    the only ones that may lie inside. Safe for several threads; nothing is kept between fetches."""

    allowed_hosts: Collection[str] = ()

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = 5_000_000,
        accept: str = "*/*",
        seconds: float = 30.0,
        headers_only: bool = False,
    ) -> Fetched:
        """GET an http(s) address. `seconds` limits everything together, `max_bytes` the body packed and unpacked.

        `headers_only`: hang up before the body. (Not HEAD: many servers answer that with errors.)

        Raises TemporaryFailure (fetch-timeout, fetch-unreachable, fetch-unknown-host, fetch-certificate, fetch-cut-off,
        fetch-http-status) or PermanentFailure (fetch-not-web-address, fetch-refused-address, fetch-too-large,
        fetch-too-many-redirects, fetch-http-status). No address in them is longer than the host's name.
        """
        deadline = Deadline(seconds)
        target = _parse(url)
        sent = {name.lower(): value for name, value in (headers or {}).items()} | {"accept": accept}
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(target, sent, 0 if headers_only else max_bytes, deadline)
            if answer.status not in REDIRECTS:
                if failure := status_failure(target.host, answer.status, answer.headers):
                    raise failure
                return Fetched(status=answer.status, url=str(target), headers=answer.headers, body=answer.body)
            onward = _parse(answer.headers.get("location", ""), target)
            sent = _without_secrets(sent) if _origin(onward) != _origin(target) else sent
            target = onward
        raise PermanentFailure("fetch-too-many-redirects", host=target.host)

    def _ask(self, target: httpx.URL, sent: dict[str, str], max_bytes: int, deadline: Deadline) -> _Answer:
        with translated(target.host, max_bytes, deadline.seconds), self._way_to(target, deadline) as pool:
            head = {"host": target.netloc.decode("ascii"), "user-agent": USER_AGENT, "accept-encoding": body.ACCEPTED}
            # An ETag may hold any byte of Latin-1 (RFC 9110, 8.8.3), and goes back as it came.
            headers = [
                (name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in (head | sent).items()
            ]
            with pool.stream("GET", _for_wire(target), headers=headers, extensions={"timeout": TIMEOUTS}) as response:
                return _read(response, max_bytes)

    def _way_to(self, target: httpx.URL, deadline: Deadline) -> httpcore.ConnectionPool:
        """A pool for one request: nobody else's connection, opened under another name, is ever used again."""
        host, port = target.raw_host.decode("ascii"), _port(target)
        named = is_named(host, port, self.allowed_hosts)
        proxy = proxy_for(target.scheme, host)
        if proxy is None:
            backend = PinnedBackend(_addresses(host, port, named), deadline)
            return httpcore.ConnectionPool(ssl_context=tls_context(), network_backend=backend)
        if not named:
            _judge_for_proxy(host, port)
        return httpcore.HTTPProxy(
            proxy.url,
            proxy_auth=proxy.credentials,
            ssl_context=tls_context(),
            network_backend=PinnedBackend(None, deadline),
        )


def _read(response: httpcore.Response, max_bytes: int) -> _Answer:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status >= 300 or not max_bytes:
        return _Answer(response.status, headers, b"")
    if int(headers.get("content-length", "0")) > max_bytes:
        raise body.BodyTooLarge
    chunks = body.unpack(response.iter_stream(), headers.get("content-encoding", ""), max_bytes)
    return _Answer(response.status, headers, b"".join(chunks))


def _parse(url: str, relative_to: httpx.URL | None = None) -> httpx.URL:
    """An absolute http(s) address. Credentials in it are dropped: a stranger's link logs in nowhere."""
    try:
        parsed = relative_to.join(url) if relative_to is not None else httpx.URL(url)
        parsed = parsed.copy_with(username=None, password=None, fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise PermanentFailure("fetch-not-web-address") from error
    if parsed.scheme not in ("http", "https") or not parsed.host or (relative_to is not None and not url):
        raise PermanentFailure("fetch-not-web-address")
    return parsed


def _for_wire(target: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)


def _port(target: httpx.URL) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _origin(target: httpx.URL) -> tuple[str, str, int]:
    return target.scheme, target.host, _port(target)


def _without_secrets(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in PRIVATE_HEADERS}


def _addresses(host: str, port: int, named: bool) -> list[str]:
    """Where a name leads at this moment, all of it judged. Raises PermanentFailure and TemporaryFailure."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TemporaryFailure("fetch-unknown-host", host=host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not named and not all_public(addresses):
        raise PermanentFailure("fetch-refused-address", host=host)
    return addresses


def _judge_for_proxy(host: str, port: int) -> None:
    """Refuse what can be known here to lie inside; a name that only the proxy can resolve is left to the proxy."""
    if looks_internal(host):
        raise PermanentFailure("fetch-refused-address", host=host)
    try:
        _addresses(host, port, named=False)
    except TemporaryFailure:
        return
