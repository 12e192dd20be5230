"""DKIM: the office's signature over each copy (RFC 6376, RFC 8301, RFC 8463), relaxed/relaxed.

What all copies of an issue share is put into canonical form once; a copy costs its own three fields, one hash over its
body and one signature.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from publisher.domain.errors import ConfigError

if TYPE_CHECKING:
    # Imported where keys are used: an office that leaves signing to its relay does without six megabytes.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    "List-Archive", "List-Help", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type",
)  # fmt: skip
"""Both List-Unsubscribe fields must be among them (RFC 8058, section 4)."""
ONLY_ONCE = ("From", "To", "Subject", "Reply-To", "Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post")
"""Named once more than they stand there, so that nobody can add a second one (RFC 6376, section 8.15)."""
LEAST_BITS = 2048

Key: TypeAlias = "RSAPrivateKey | Ed25519PrivateKey"
Fields: TypeAlias = Mapping[str, bytes]
"""Canonical fields by their names in small letters."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for a domain under a selector. The key never shows."""

    domain: str
    selector: str
    key: Key

    def __repr__(self) -> str:
        return f"Signer({self.selector}._domainkey.{self.domain})"

    def __reduce__(self) -> tuple[Callable[..., "Signer"], tuple[str, ...]]:
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return _unpacked, (self.domain, self.selector, pem)

    def field(self, fields: Fields, body: bytes) -> bytes:
        """The DKIM-Signature field for a header and a body, both in canonical form."""
        named = [name for name in SIGNED if name.lower() in fields]
        listed = ":".join([*named, *(name for name in ONLY_ONCE if name.lower() in fields)])
        body_hash = b64encode(sha256(body).digest()).decode()
        value = (
            f"v=1; a={self._algorithm}; c=relaxed/relaxed; d={self.domain};\r\n s={self.selector};\r\n"
            f" h={_folded(listed)};\r\n bh={body_hash};\r\n b="
        )
        unsigned = relaxed_field(f"DKIM-Signature: {value}\r\n".encode())[1].removesuffix(b"\r\n")
        signature = self._sign(b"".join(fields[name.lower()] for name in named) + unsigned)
        return f"DKIM-Signature: {value}{_wrapped(b64encode(signature).decode())}\r\n".encode()

    @property
    def _algorithm(self) -> str:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"

    def _sign(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(data, PKCS1v15(), hashes.SHA256())
        return self.key.sign(sha256(data).digest())  # RFC 8463, section 3: the hash is signed


def read_key(pem: str, where: str) -> Key:
    """A private key in PEM, RSA of 2048 bits or more, or Ed25519. Raises ConfigError, which tells nothing of it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except TypeError:
        raise ConfigError("dkim-key-locked", key=where) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError("dkim-key-unreadable", key=where) from None
    match key:
        case RSAPrivateKey() if key.key_size < LEAST_BITS:
            raise ConfigError("dkim-key-short", key=where, bits=key.key_size, least=LEAST_BITS)
        case RSAPrivateKey() | Ed25519PrivateKey():
            return key
        case _:
            raise ConfigError("dkim-key-kind", key=where)


def _unpacked(domain: str, selector: str, pem: str) -> Signer:
    return Signer(domain, selector, read_key(pem, "dkim"))


def relaxed_fields(header: bytes) -> dict[str, bytes]:
    """The fields of a header, each only once in it, in canonical form."""
    return dict(relaxed_field(field + b"\r\n") for field in re.split(rb"\r\n(?![ \t])", header) if field)


def relaxed_field(field: bytes) -> tuple[str, bytes]:
    """A field's name in small letters, and its canonical form (RFC 6376, section 3.4.2)."""
    name, _, value = field.partition(b":")
    name = name.strip().lower()
    unfolded = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()
    return name.decode("ascii"), name + b":" + unfolded + b"\r\n"


def relaxed_lines(piece: bytes) -> bytes:
    """Whole lines of a body that does not end with empty ones, in canonical form (RFC 6376, section 3.4.4)."""
    return re.sub(rb" +(?=\r\n)", b"", re.sub(rb"[ \t]+", b" ", piece))


@cache
def _folded(listed: str) -> str:
    lines = [""]
    for name in listed.split(":"):
        if len(lines[-1]) + len(name) > 70:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n  ".join(lines).removesuffix(":")


def _wrapped(text: str) -> str:
    return "\r\n  ".join(text[at : at + 72] for at in range(0, len(text), 72))
