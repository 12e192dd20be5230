"""A session is made once and kept: posts cost no logins, and what is kept at rest cannot be read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.channels.bluesky.session import own_server
from publisher.domain.errors import ChannelSuspended
from publisher.sandbox.server import Sandbox
from tests.channels.conftest import Memory, minted, on_pds, on_sandbox
from tests.fixtures.pds import Pds

LOGIN = ("bluesky", "POST /xrpc/com.atproto.server.createSession")
REFRESH = ("bluesky", "POST /xrpc/com.atproto.server.refreshSession")
PUT = ("bluesky", "POST /xrpc/com.atproto.repo.putRecord")


def test_five_posts_of_two_processes_cost_one_login(sandbox: Sandbox, tmp_path: Path) -> None:
    memory = Memory()
    for number in range(5):
        channel = on_sandbox("bluesky", sandbox, tmp_path, memory)
        channel.send(minted(channel, f"d-{number}"))

    assert sandbox.faults.calls[LOGIN] == 1
    assert sandbox.faults.calls[PUT] == 5


def test_another_process_reads_the_session_from_the_notebook(sandbox: Sandbox, tmp_path: Path) -> None:
    memory = Memory()
    on_sandbox("bluesky", sandbox, tmp_path, memory).verify()
    noted = memory.kept["session", "presse"]
    script = """
import json, sys
from pathlib import Path
from publisher.ports.channels import SandboxPlace
from tests.channels.conftest import BUILDERS, Memory, config
noted, api, folder = sys.argv[1:]
memory = Memory({("session", "presse"): json.loads(noted)})
table = {"kind": "bluesky", "server": "sandbox"}
print(BUILDERS["bluesky"]("presse", table, config(Path(folder)), memory, SandboxPlace(api=api, site=api)).verify().name)
"""

    place = sandbox.place("bluesky").api
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(noted), place, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "@presse.test"
    assert sandbox.faults.calls[LOGIN] == 1


def test_an_expired_token_is_refreshed_without_a_login(sandbox: Sandbox, tmp_path: Path) -> None:
    channel = on_sandbox("bluesky", sandbox, tmp_path, Memory())
    channel.verify()
    sandbox.faults.expire_sessions()

    channel.send(minted(channel))

    assert len(sandbox.state.posts()) == 1
    assert sandbox.faults.calls[LOGIN] == 1
    assert sandbox.faults.calls[REFRESH] == 1


def test_two_processes_with_one_expired_token_refresh_it_once(sandbox: Sandbox, tmp_path: Path) -> None:
    memory = Memory()
    first, second = (on_sandbox("bluesky", sandbox, tmp_path, memory) for _ in range(2))
    first.verify()
    second.verify()
    sandbox.faults.expire_sessions()

    first.send(minted(first, "d-1"))
    second.send(minted(second, "d-2"))

    assert sandbox.faults.calls[REFRESH] == 1
    assert sandbox.faults.calls[LOGIN] == 1


def test_a_session_that_nobody_knows_any_more_is_made_anew(sandbox: Sandbox, tmp_path: Path) -> None:
    memory = Memory()
    on_sandbox("bluesky", sandbox, tmp_path, memory).verify()
    fresh = Sandbox(tmp_path / "fresh.db", "http://127.0.0.1:8000/sandbox")
    fresh.start()
    try:
        channel = on_sandbox("bluesky", fresh, tmp_path, memory)
        channel.send(minted(channel))
        assert fresh.faults.calls[LOGIN] == 1
        assert len(fresh.state.posts()) == 1
    finally:
        fresh.stop()


def test_a_refused_refresh_and_a_refused_login_suspend_the_channel(sandbox: Sandbox, tmp_path: Path) -> None:
    channel = on_sandbox("bluesky", sandbox, tmp_path, Memory())
    channel.verify()
    sandbox.faults.refusing.add("bluesky")

    with pytest.raises(ChannelSuspended):
        channel.send(minted(channel))

    assert sandbox.faults.calls[LOGIN] == 2
    assert sandbox.state.posts() == []


def test_at_rest_the_session_cannot_be_read(pds: Pds, tmp_path: Path) -> None:
    memory = Memory()
    on_pds(pds, tmp_path, memory).verify()

    kept = json.dumps(memory.kept["session", "presse"])

    assert pds.password not in kept
    assert pds.did not in kept
    assert "eyJ" not in kept.split('"sealed"')[0]


def test_a_wrong_password_suspends_the_channel(pds: Pds, tmp_path: Path) -> None:
    wrong = Pds(url=pds.url, did=pds.did, password="falsch")

    with pytest.raises(ChannelSuspended) as failure:
        on_pds(wrong, tmp_path, Memory()).verify()

    assert "falsch" not in str(failure.value)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("https://pds.example", "https://pds.example"),
        ("http://pds.example", "https://bsky.social"),
        ("https://127.0.0.1:3000", "https://bsky.social"),
        (17, "https://bsky.social"),
    ],
)
def test_posts_go_to_the_accounts_own_server_if_it_is_a_sensible_one(place: object, expected: str) -> None:
    document = {"service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": place}]}

    assert own_server(document, "https://bsky.social") == expected
    assert own_server(document, "http://127.0.0.1:2583") == "http://127.0.0.1:2583"
