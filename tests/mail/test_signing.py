"""A long run's copies are signed beside it: the same signatures, whatever happens to the processes that make them."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from publisher.domain.errors import PermanentFailure
from publisher.domain.issue import RecipientState
from publisher.mail.letters.message import Mould
from publisher.mail.letters.signing import WORTH_SIGNERS, signed_ahead
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import ISSUE, VARIANT, Desk, readers, recipient
from tests.mail.test_dkim import ed25519_keys, signing
from tests.mail.verifier import verify

LONG = replace(ISSUE, candidates=WORTH_SIGNERS)
HALF_A_RUN = """
import sys, time
from pathlib import Path
from publisher.mail.letters.signing import signed_ahead
from tests.mail.conftest import desk_in, readers
from tests.mail.test_signing import mould_of
letters = signed_ahead(mould_of(desk_in(Path(sys.argv[1]))), readers(500), ahead=40)
next(letters)[1]()
print("half way", flush=True)
time.sleep(60)
"""


def mould_of(desk: Desk) -> Mould:
    return Mould(signing(desk).letterhead, LONG, VARIANT)


def signers_of(parent: int) -> list[int]:
    """The signing processes of a process that run now (Linux, proc(5))."""
    children = [
        int(child)
        for task in Path(f"/proc/{parent}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [
        child for child in children if b"publisher.mail.letters.signing" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def test_a_copy_signed_beside_the_run_is_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    ed25519_keys(tmp_path)
    mould = mould_of(desk)
    letters = [cast() for _, cast in signed_ahead(mould, readers(37), ahead=20)]
    assert letters == [mould.cast(reader) for reader in readers(37)]


def test_in_a_long_run_everybody_gets_one_and_each_signature_holds(
    desk: Desk, tmp_path: Path, mail_post: RunningPost
) -> None:
    keys = ed25519_keys(tmp_path)
    newsletter = signing(desk, mail_post.url)
    told = {mailed.recipient_id: mailed.state for mailed in newsletter.deliver(LONG, VARIANT, readers(60))}
    assert set(told.values()) == {RecipientState.SENT}
    assert sorted(mail_post.received()) == sorted(reader.address for reader in readers(60))
    for message in mail_post.raw():
        verify(message, keys.dns)
    assert signers_of(os.getpid()) == []


def test_signers_that_were_killed_are_done_without(desk: Desk, tmp_path: Path) -> None:
    keys = ed25519_keys(tmp_path)
    mould = mould_of(desk)
    coming = signed_ahead(mould, readers(100), ahead=20)
    signed = [next(coming)[1]()]
    for signer in signers_of(os.getpid()):
        os.kill(signer, signal.SIGKILL)
    signed += [cast() for _, cast in coming]
    assert [letter.to for letter in signed] == [reader.address for reader in readers(100)]
    for letter in signed:
        verify(letter.content, keys.dns)


def test_where_no_process_can_be_started_the_run_signs_by_itself(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ed25519_keys(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    for _, cast in signed_ahead(mould_of(desk), readers(3)):
        verify(cast().content, keys.dns)


def test_an_unusable_address_is_told_and_holds_nobody_up(desk: Desk, tmp_path: Path) -> None:
    ed25519_keys(tmp_path)
    coming = list(signed_ahead(mould_of(desk), [*readers(5), recipient(6, "ohne-at"), *readers(5)], ahead=20))
    assert len([cast() for reader, cast in coming if reader.id != 6]) == 10
    [unusable] = [cast for reader, cast in coming if reader.id == 6]
    with pytest.raises(PermanentFailure, match="address-unusable"):
        unusable()


def test_no_signer_outlives_a_run_that_is_broken_off(desk: Desk, tmp_path: Path) -> None:
    ed25519_keys(tmp_path)
    with closing(signed_ahead(mould_of(desk), readers(500), ahead=20)) as coming:
        next(coming)
        assert signers_of(os.getpid())
    assert signers_of(os.getpid()) == []


def test_no_signer_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    ed25519_keys(tmp_path)
    run = subprocess.Popen([sys.executable, "-c", HALF_A_RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with run:
        assert run.stdout is not None
        assert run.stdout.readline() == "half way\n"
        signers = signers_of(run.pid)
        run.kill()
    assert signers
    until = time.monotonic() + 10
    while any(Path(f"/proc/{signer}").exists() for signer in signers):
        assert time.monotonic() < until, "a signing process is still there"
        time.sleep(0.05)
