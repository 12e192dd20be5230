"""A verifier of DKIM signatures, written from RFC 6376, RFC 8301 and RFC 8463 alone: it shares no code with the signer."""

import base64
import hashlib
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key


def tags(text: str) -> dict[str, str]:
    """tag=value lists (section 3.2)."""
    pairs = (pair.split("=", 1) for pair in text.split(";") if "=" in pair)
    return {name.strip(): re.sub(r"\s+", "", value) for name, value in pairs}


def relaxed_body(body: bytes) -> bytes:
    """Section 3.4.4, line by line."""
    lines = [b" ".join(re.split(rb"[ \t]+", line)).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def relaxed_header(name: bytes, value: bytes) -> bytes:
    """Section 3.4.2."""
    unfolded = re.sub(rb"\r\n(?=[ \t])", b"", value)
    return name.strip().lower() + b":" + b" ".join(unfolded.split()) + b"\r\n"


def fields_of(header: bytes) -> list[tuple[bytes, bytes]]:
    """Name and value of each field, the value as it stands."""
    found: list[tuple[bytes, bytes]] = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            name, value = found[-1]
            found[-1] = (name, value + b"\r\n" + line)
        elif line:
            name, _, value = line.partition(b":")
            found.append((name, value))
    return found


def verify(message: bytes, dns: Mapping[str, str]) -> dict[str, str]:
    """The tags of the message's only signature. Raises AssertionError or InvalidSignature if it does not hold."""
    header, _, body = message.partition(b"\r\n\r\n")
    fields = fields_of(header)
    [(name, value)] = [(name, value) for name, value in fields if name.lower() == b"dkim-signature"]
    found = tags(value.decode())
    assert found["v"] == "1"
    assert found["c"] == "relaxed/relaxed"
    assert base64.b64decode(found["bh"]) == hashlib.sha256(relaxed_body(body)).digest(), "the body was changed"
    signed = b""
    left = list(fields)
    for wanted in found["h"].split(":"):
        # The last of several is taken first (section 5.4.2); one that is not there counts as nothing.
        at = next((i for i in reversed(range(len(left))) if left[i][0].lower().decode() == wanted.lower()), None)
        if at is not None:
            signed += relaxed_header(*left.pop(at))
    bare = re.sub(rb"(\bb=)[^;]*$", rb"\1", value, flags=re.DOTALL)
    signed += relaxed_header(name, bare).removesuffix(b"\r\n")
    _check(tags(dns[f"{found['s']}._domainkey.{found['d']}"]), found["a"], signed, base64.b64decode(found["b"]))
    return found


def _check(record: Mapping[str, str], algorithm: str, signed: bytes, signature: bytes) -> None:
    public = base64.b64decode(record["p"])
    digest = hashlib.sha256(signed).digest()
    if algorithm == "ed25519-sha256":
        assert record["k"] == "ed25519"
        Ed25519PublicKey.from_public_bytes(public).verify(signature, digest)
        return
    key = load_der_public_key(public)
    assert algorithm == "rsa-sha256"
    assert isinstance(key, RSAPublicKey)
    key.verify(signature, signed, PKCS1v15(), SHA256())


__all__ = ["InvalidSignature", "verify"]
