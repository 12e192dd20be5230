"""Where a connection broke decides what is known: before a byte of the request was sent, nothing has happened."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from publisher.channels.bluesky.channel import BlueskyChannel
from publisher.channels.mastodon.channel import MastodonChannel
from publisher.domain.errors import TemporaryFailure
from publisher.ports.channels import ChannelRules
from tests.channels.conftest import Memory, PlatformChannel, minted
from tests.fixtures.site import Site

RULES = ChannelRules(template="post.txt")
CHANNELS: dict[str, Callable[[str], PlatformChannel]] = {
    "mastodon": lambda server: MastodonChannel("presse", RULES, Memory(), server=server, token="t", timeout_seconds=2),
    "bluesky": lambda server: BlueskyChannel(
        "presse", RULES, Memory(), server=server, site=server, handle="a.test", password="p", timeout_seconds=2
    ),
}


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[str]:
    """A TLS server with a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def assert_nothing_happened(kind: str, server: str) -> None:
    channel = CHANNELS[kind](server)
    for attempt in (channel.verify, lambda: channel.send(minted(channel))):
        with pytest.raises(TemporaryFailure) as failure:
            attempt()
        assert failure.value.code == "platform-unreachable"


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_refused_connection(kind: str) -> None:
    assert_nothing_happened(kind, "http://127.0.0.1:1")


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_name_that_does_not_exist(kind: str) -> None:
    assert_nothing_happened(kind, "https://gibt-es-nicht.invalid")


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_server_that_speaks_no_tls(kind: str, site: Site) -> None:
    assert_nothing_happened(kind, site.url.replace("http://", "https://"))


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_certificate_that_nobody_has_signed(kind: str, untrusted: str) -> None:
    assert_nothing_happened(kind, untrusted)
