"""How HTTP clients are made: certificates, proxies, time limits and names are decided here and nowhere else.

The office's network is honoured through the environment: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY for the way
out, SSL_CERT_FILE, REQUESTS_CA_BUNDLE or SSL_CERT_DIR for its own certificate authority. This machine itself
(loopback: the sandbox, a relay next door) is never reached through a proxy.
"""

import os
import ssl
from collections.abc import Iterator
from functools import cache

import certifi
import httpx

from publisher import __version__
from publisher.net import body
from publisher.net.addresses import LOOPBACK
from publisher.net.proxies import proxy_for

USER_AGENT = f"publisher/{__version__}"
TIMEOUT_SECONDS = 20.0
"""Shorter than a delivery's lease (30 s): an unanswered call ends before somebody else may claim its delivery."""


MOST_ANSWER_BYTES = 20_000_000
"""Answers of platforms are some kilobytes; a copied picture is a few megabytes."""


def authorities() -> str:
    """File or folder of the certificate authorities to trust: the office's own if the environment names one."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"):
        if place := os.environ.get(name):
            return place
    return certifi.where()


@cache
def _context(place: str) -> ssl.SSLContext:
    folder = os.path.isdir(place)  # noqa: PTH112 -- the place is a string of the environment, used as it is
    return ssl.create_default_context(capath=place) if folder else ssl.create_default_context(cafile=place)


def tls_context() -> ssl.SSLContext:
    """The one TLS context of this process: making it costs 25 ms, so clients share it."""
    return _context(authorities())


class _LimitedBody(httpx.SyncByteStream):
    """An answer's body, unpacked here under a cap, before httpx would unpack it without one."""

    def __init__(self, response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 -- a Client's stream always is
        self._stream = response.stream
        self._request = response.request
        self._encoding = response.headers.pop("content-encoding", "")

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from body.unpack(self._stream, self._encoding, MOST_ANSWER_BYTES)
        except (body.BodyTooLarge, body.BodyBroken) as error:
            raise httpx.DecodingError("the answer is too large or damaged", request=self._request) from error

    def close(self) -> None:
        self._stream.close()


def _limit_body(response: httpx.Response) -> None:
    response.stream = _LimitedBody(response)


def make_client(*, timeout_seconds: float = TIMEOUT_SECONDS, user_agent: str = USER_AGENT) -> httpx.Client:
    """A client for a server that config.toml names: no redirects, each read and write limited to `timeout_seconds`.

    Raises ConfigError for a proxy of a kind we do not speak. Its calls raise httpx's own errors, DecodingError for an
    answer over MOST_ANSWER_BYTES; whoever calls translates them. Safe for several threads.
    """
    for scheme in ("http", "https"):
        proxy_for(scheme, "")
    return httpx.Client(
        timeout=timeout_seconds,
        headers={"User-Agent": user_agent, "Accept-Encoding": body.ACCEPTED},
        verify=tls_context(),
        follow_redirects=False,
        event_hooks={"response": [_limit_body]},
        mounts={f"all://[{host}]" if ":" in host else f"all://{host}": None for host in LOOPBACK},
    )
