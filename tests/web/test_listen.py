"""Listeners: on which address they answer, what they refuse, and that they end."""

import socket
from pathlib import Path

import httpx
import pytest

from publisher.domain.errors import ConfigError
from publisher.messages import tell
from publisher.web.desk.app import desk_app
from publisher.web.listen import serve
from publisher.web.public.app import public_app
from tests.web.newsroom import Newsroom, a_config, open_newsroom


def test_port_zero_picks_a_free_port_and_says_which(newsroom: Newsroom) -> None:
    listener = serve(public_app(newsroom.office), "127.0.0.1", 0)
    assert listener.address == f"http://127.0.0.1:{listener.port}"
    assert httpx.get(f"{listener.address}/healthz", trust_env=False).status_code == 200
    listener.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{listener.address}/healthz", trust_env=False)
    listener.stop()


def test_a_port_that_is_taken_is_told_in_one_line(newsroom: Newsroom) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as caught:
            serve(public_app(newsroom.office), "127.0.0.1", port)
    assert tell(caught.value, "de").startswith(f"127.0.0.1:{port} ist schon belegt.")


def test_an_address_of_another_machine_is_told_too(newsroom: Newsroom) -> None:
    with pytest.raises(ConfigError) as caught:
        serve(public_app(newsroom.office), "192.0.2.1", 0)
    assert "192.0.2.1" in tell(caught.value, "de")


def test_the_desk_without_a_sign_in_answers_on_this_machine_only(newsroom: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        serve(desk_app(newsroom.office, None), "0.0.0.0", 0)  # noqa: S104  # what must be refused
    assert "SSH-Tunnel" in tell(caught.value, "de")
    open_to_all = a_config(tmp_path, desk="192.0.2.1:8000")
    with open_newsroom(tmp_path / "b", open_to_all) as other, pytest.raises(ConfigError):
        desk_app(other.office, None)
