"""Every outcome of an attempt, made to happen over a real wire: what is known, and what followers see afterwards."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.channels.bluesky.channel import BlueskyChannel
from publisher.channels.mastodon.channel import MastodonChannel
from publisher.domain.errors import (
    ChannelSuspended,
    PermanentFailure,
    SendFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from publisher.ports.channels import ChannelRules
from publisher.sandbox.faults import BUSY_FOR, Fault
from publisher.sandbox.server import Sandbox
from tests.channels.conftest import (
    TEXT,
    Counterpart,
    Memory,
    PlatformChannel,
    minted,
    picture_bytes,
    prepared,
    sandboxed,
)

SEND = {"mastodon": "POST /api/v1/statuses", "bluesky": "POST /xrpc/com.atproto.repo.putRecord"}
UPLOAD = {"mastodon": "POST /api/v2/media", "bluesky": "POST /xrpc/com.atproto.repo.uploadBlob"}


@dataclass(frozen=True)
class Case:
    """A fault of the send, and what it means on a platform."""

    kind: str
    fault: Fault
    outcome: type[SendFailure]
    happened: bool


CASES = [
    Case("mastodon", Fault.LOSE_REQUEST, UncertainOutcome, happened=False),
    Case("mastodon", Fault.LOSE_REPLY, UncertainOutcome, happened=True),
    Case("mastodon", Fault.CUT, UncertainOutcome, happened=True),
    Case("mastodon", Fault.ERROR_AFTERWARDS, UncertainOutcome, happened=True),
    Case("mastodon", Fault.UNAVAILABLE, TemporaryFailure, happened=False),
    Case("mastodon", Fault.BUSY, TemporaryFailure, happened=False),
    Case("bluesky", Fault.LOSE_REQUEST, UncertainOutcome, happened=False),
    Case("bluesky", Fault.LOSE_REPLY, UncertainOutcome, happened=True),
    Case("bluesky", Fault.CUT, UncertainOutcome, happened=True),
    Case("bluesky", Fault.ERROR_AFTERWARDS, UncertainOutcome, happened=True),
    # A gateway may say 503 of what its server has done: Bluesky promises nothing else.
    Case("bluesky", Fault.UNAVAILABLE, UncertainOutcome, happened=False),
    Case("bluesky", Fault.BUSY, TemporaryFailure, happened=False),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind} {case.fault.name}")
def test_each_fault_is_one_outcome_and_a_repeat_leaves_exactly_one_post(
    case: Case, sandbox: Sandbox, tmp_path: Path
) -> None:
    counterpart = sandboxed(case.kind, sandbox, tmp_path)
    channel = counterpart.channel
    channel.verify()
    request = minted(channel)
    sandbox.faults.inject(case.kind, SEND[case.kind], case.fault)

    with pytest.raises(case.outcome) as failure:
        channel.send(request)

    assert type(failure.value) is case.outcome
    assert counterpart.texts() == ([TEXT] if case.happened else [])
    found = channel.find(request)
    assert (found is not None) == case.happened

    receipt = channel.send(request)
    assert counterpart.texts() == [TEXT]
    assert found in (None, receipt)


def test_a_platform_that_is_busy_says_until_when(faulty: Counterpart, sandbox: Sandbox) -> None:
    kind = faulty.channel.kind
    faulty.channel.verify()
    sandbox.faults.inject(kind, SEND[kind], Fault.BUSY)

    with pytest.raises(TemporaryFailure) as failure:
        faulty.channel.send(minted(faulty.channel))

    assert failure.value.retry_after is not None
    assert timedelta(seconds=60) < failure.value.retry_after <= BUSY_FOR + timedelta(seconds=2)


def test_refused_credentials_suspend_the_channel(faulty: Counterpart, sandbox: Sandbox) -> None:
    sandbox.faults.refusing.add(faulty.channel.kind)

    with pytest.raises(ChannelSuspended):
        faulty.channel.verify()
    with pytest.raises(ChannelSuspended):
        faulty.channel.send(minted(faulty.channel))
    assert faulty.texts() == []


def test_an_empty_post_is_refused_for_good(sandbox: Sandbox, tmp_path: Path) -> None:
    mastodon = sandboxed("mastodon", sandbox, tmp_path)

    with pytest.raises(PermanentFailure) as failure:
        mastodon.channel.send(minted(mastodon.channel, text=" ", link=""))
    assert failure.value.code == "platform-refuses-post"


@pytest.mark.parametrize("fault", [Fault.LOSE_REPLY, Fault.ERROR_AFTERWARDS, Fault.UNAVAILABLE, Fault.BUSY])
def test_an_upload_that_broke_may_simply_be_repeated(faulty: Counterpart, sandbox: Sandbox, fault: Fault) -> None:
    kind, data = faulty.channel.kind, picture_bytes()
    faulty.channel.verify()
    sandbox.faults.inject(kind, UPLOAD[kind], fault)

    with pytest.raises(TemporaryFailure):
        faulty.channel.upload(prepared(data), data)

    assert faulty.channel.upload(prepared(data), data)


def test_a_picture_that_the_platform_cannot_take_is_refused_for_good(faulty: Counterpart) -> None:
    data = {"mastodon": b"no picture", "bluesky": b"x" * (5 * 2**20 + 1)}[faulty.channel.kind]

    with pytest.raises(PermanentFailure):
        faulty.channel.upload(prepared(data), data)


@pytest.mark.parametrize("kind", ["mastodon", "bluesky"])
def test_no_answer_within_the_time_limit_is_uncertain(kind: str, sandbox: Sandbox) -> None:
    channel = impatient(kind, sandbox)
    channel.verify()
    request = minted(channel)
    sandbox.faults.inject(kind, SEND[kind], Fault.HANG)

    with pytest.raises(UncertainOutcome):
        channel.send(request)

    assert channel.find(request) is not None
    assert len(sandbox.state.posts(platform=kind)) == 1


def impatient(kind: str, sandbox: Sandbox) -> PlatformChannel:
    """A channel that waits a fifth of a second."""
    place, rules = sandbox.place(kind), ChannelRules(template="post.txt")
    if kind == "mastodon":
        return MastodonChannel("presse", rules, Memory(), server=place.api, token="t", timeout_seconds=0.2)
    return BlueskyChannel(
        "presse",
        rules,
        Memory(),
        server=place.api,
        site=place.site,
        handle="presse.test",
        password="p",
        timeout_seconds=0.2,
    )
