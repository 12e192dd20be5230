"""Every copy is signed so that anybody can check it, and nobody can add to it."""

import json
import os
import re
import stat
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.domain.errors import ConfigError
from publisher.domain.issue import UNSUBSCRIBE_SLOT, Recipient, RecipientState
from publisher.mail.letters.message import Mould
from publisher.mail.newsletter import Newsletter
from publisher.messages import tell
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import ISSUE, VARIANT, Desk, readers, recipient, send
from tests.mail.verifier import InvalidSignature, verify

PLACE = "news._domainkey.musterstadt.example"


@dataclass(frozen=True)
class Keys:
    """A private key's file, and what stands in the DNS about it."""

    file: Path
    dns: dict[str, str]


def written(folder: Path, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> Path:
    file = folder / "dkim.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    file.chmod(stat.S_IRUSR)
    return file


def rsa_keys(folder: Path) -> Keys:
    key = _rsa_key()
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Keys(written(folder, key), {PLACE: f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"})


@cache
def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ed25519_keys(folder: Path) -> Keys:
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return Keys(written(folder, key), {PLACE: f"v=DKIM1; k=ed25519; p={b64encode(public).decode()}"})


@pytest.fixture(params=[rsa_keys, ed25519_keys], ids=["rsa", "ed25519"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Keys:
    make: Callable[[Path], Keys] = request.param
    return make(tmp_path)


def signing(desk: Desk, smtp: str = "smtp://127.0.0.1:25", **more: object) -> Newsletter:
    dkim = {"domain": "musterstadt.example", "selector": "news", "key": {"file": "dkim.pem"}}
    return desk.newsletter(smtp, dkim=dkim, **more)


def cast(newsletter: Newsletter, text: str = VARIANT.text, number: int = 1) -> bytes:
    variant = replace(VARIANT, text=text, html=text)
    return Mould(newsletter.letterhead, ISSUE, variant).cast(recipient(number)).content


def test_signed_letters_go_to_everybody_once_each_and_whole(desk: Desk, keys: Keys, mail_post: RunningPost) -> None:
    told = send(signing(desk, mail_post.url), [*readers(60), recipient(61, "ohne-at")])
    assert [number for number, mailed in told.items() if mailed.state is not RecipientState.SENT] == [61]
    assert sorted(mail_post.received()) == sorted(reader.address for reader in readers(60))
    for message in mail_post.raw():
        verify(message, keys.dns)


def test_a_rate_keeps_letters_from_being_signed_long_before_they_leave(
    desk: Desk, keys: Keys, mail_post: RunningPost
) -> None:
    pulled: list[int] = []

    def outgoing() -> Iterator[Recipient]:
        for reader in readers(20):
            pulled.append(reader.id)
            yield reader

    newsletter = signing(desk, mail_post.url, connections=1, rate="6000 per minute")
    ahead = [len(pulled) - answered for answered, _ in enumerate(newsletter.deliver(ISSUE, VARIANT, outgoing()), 1)]
    assert max(ahead) <= 2


def test_what_arrives_bears_a_signature_that_holds(desk: Desk, keys: Keys, mail_post: RunningPost) -> None:
    send(signing(desk, mail_post.url), readers(3))
    arrived = mail_post.raw()
    assert len(arrived) == 3
    for message in arrived:
        found = verify(message, keys.dns)
        assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(found["h"].lower().split(":")), "RFC 8058, 4"
        assert found["h"].lower().split(":").count("from") == 2, "nobody can add a second From"


DKIMPY = """
import dkim, json, sys
asked = json.load(sys.stdin)
records = {f"{name}.".encode(): text.encode() for name, text in asked["dns"].items()}
verifier = dkim.DKIM(asked["message"].encode("latin-1"))
good = verifier.verify(dnsfunc=lambda name, timeout=5: records[name])
print(json.dumps({"good": good, "signed": verifier.signature_fields[b"h"].decode().lower().split(":")}))
"""
SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, which has Debian's dkimpy: on the package index it is source only, and only wheels are locked here."""


def test_dkimpy_finds_the_signature_good_too(desk: Desk, keys: Keys) -> None:
    has_dkimpy = subprocess.run([SYSTEM_PYTHON, "-c", "import dkim"], check=False, capture_output=True)
    if has_dkimpy.returncode:
        pytest.skip("dkimpy is not installed: apt-get install python3-dkim")
    asked = json.dumps({"message": cast(signing(desk)).decode("latin-1"), "dns": keys.dns})
    answer = subprocess.run([SYSTEM_PYTHON, "-c", DKIMPY], check=True, capture_output=True, input=asked, text=True)
    found = json.loads(answer.stdout)
    assert found["good"]
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= {name.strip() for name in found["signed"]}


def test_each_copy_is_the_same_bytes_again(desk: Desk, keys: Keys) -> None:
    newsletter = signing(desk)
    assert cast(newsletter) == cast(newsletter)
    assert cast(newsletter, number=1) != cast(newsletter, number=2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Seit Mittwoch", b"Seit Montag"),
        (b"Subject: =?utf-8?q?Der", b"Subject: =?utf-8?q?Ein"),
        (b"List-Unsubscribe: <https://news", b"List-Unsubscribe: <https://evil"),
        (b"From: Stadt", b"From: Dorf"),
        (b"\r\nReply-To:", b"\r\nFrom: Boese <b@boese.example>\r\nReply-To:"),
        (b"\r\nReply-To:", b"\r\nSubject: Gewinn\r\nReply-To:"),
    ],
)
def test_whatever_is_changed_or_added_breaks_it(desk: Desk, keys: Keys, old: bytes, new: bytes) -> None:
    message = cast(signing(desk))
    assert old in message
    with pytest.raises((InvalidSignature, AssertionError)):
        verify(message.replace(old, new, 1), keys.dns)


def test_what_relays_may_do_to_spaces_and_folds_does_not_break_it(desk: Desk, keys: Keys) -> None:
    message = cast(signing(desk))
    refolded = re.sub(rb"List-Archive: <", rb"LIST-ARCHIVE:  \r\n\t<", message, count=1)
    assert refolded != message
    verify(refolded.replace(b"Seit Mittwoch", b"Seit  \tMittwoch"), keys.dns)


awkward = st.text(alphabet=st.sampled_from("aä= .\n\t–🎉<>&'-"), max_size=150)


@given(pieces=st.lists(awkward, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_whatever_an_issue_says_its_signature_holds(pieces: list[str]) -> None:
    message = cast(PREPARED.newsletter, UNSUBSCRIBE_SLOT.join(pieces))
    verify(message, PREPARED.keys.dns)


class _Prepared:
    """One signing newsletter for all examples."""

    keys: Keys
    newsletter: Newsletter


PREPARED = _Prepared()


@pytest.fixture(autouse=True)
def prepared(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "prepared"
    folder.mkdir()
    PREPARED.keys = ed25519_keys(folder)
    dkim = {"domain": "musterstadt.example", "selector": "news", "key": {"file": "prepared/dkim.pem"}}
    PREPARED.newsletter = desk.newsletter("smtp://127.0.0.1:25", dkim=dkim)


def test_a_key_from_the_environment_serves_too(desk: Desk, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "DKIM_KEY", keys.file.read_text())
    dkim = {"domain": "musterstadt.example", "selector": "news", "key": {"env": "DKIM_KEY"}}
    verify(cast(desk.newsletter("smtp://127.0.0.1:25", dkim=dkim)), keys.dns)


@pytest.mark.parametrize(
    ("pem", "code", "told"),
    [
        ("kein Schlüssel", "dkim-key-unreadable", "openssl"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "dkim-key-unreadable", "PEM"),
        ("short", "dkim-key-short", "1024 Bit"),
        ("curve", "dkim-key-kind", "RSA"),
        ("locked", "dkim-key-locked", "Passwort"),
    ],
)
def test_a_key_that_will_not_do_is_told_in_plain_words(
    desk: Desk, tmp_path: Path, pem: str, code: str, told: str
) -> None:
    file = tmp_path / "dkim.pem"
    match pem:
        case "short":
            written(tmp_path, rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505 - the case
        case "curve":
            written(tmp_path, ec.generate_private_key(ec.SECP256R1()))
        case "locked":
            secret = serialization.BestAvailableEncryption(b"geheim")
            form = serialization.PrivateFormat.PKCS8
            file.write_bytes(_rsa_key().private_bytes(serialization.Encoding.PEM, form, secret))
        case _:
            file.write_text(pem)
    with pytest.raises(ConfigError, match=code) as caught:
        signing(desk)
    sentence = tell(caught.value, "de")
    assert told in sentence
    assert "channels.newsletter.dkim.key" in sentence
    assert "BEGIN" not in sentence


def test_a_key_never_shows(desk: Desk, keys: Keys) -> None:
    newsletter = signing(desk)
    secret = keys.file.read_text().splitlines()[1]
    assert secret not in repr(newsletter.letterhead)
    assert secret not in repr(vars(newsletter))


@pytest.mark.parametrize("name", ["muster stadt", "a;b", "a\r\nb", "ä.example", ""])
def test_names_that_no_dns_knows_are_refused(desk: Desk, keys: Keys, name: str) -> None:
    dkim = {"domain": name, "selector": "news", "key": {"file": "dkim.pem"}}
    with pytest.raises(ConfigError, match=r"config-wrong-dkim-name .*dkim\.domain"):
        desk.newsletter("smtp://127.0.0.1:25", dkim=dkim)
