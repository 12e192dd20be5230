"""The clients that channels use, against a real server."""

import gzip
from pathlib import Path

import certifi
import httpx
import pytest
import requests

from publisher.domain.errors import ConfigError
from publisher.net.clients import authorities, make_client
from publisher.net.sessions import make_session
from tests.fixtures.site import Site


@pytest.fixture
def dead_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("dead_proxy")
def test_this_machine_is_reached_without_the_proxy_and_everybody_else_through_it(site: Site) -> None:
    url = site.page("/", "da")
    with make_client() as client, make_session() as session:
        for address in (url, url.replace("127.0.0.1", "localhost")):
            assert client.get(address).text == "da"
            assert session.get(address).text == "da"
        with pytest.raises(httpx.ConnectError):
            client.get("http://stadt.invalid/")
        with pytest.raises(requests.exceptions.ProxyError):
            session.get("http://stadt.invalid/")


def test_both_say_who_they_are_and_follow_no_redirect_unasked(site: Site) -> None:
    url = site.redirect("/", "/dort")
    with make_client(user_agent="probe/1") as client, make_session(user_agent="probe/1") as session:
        assert client.get(url).status_code == 302
        session.get(url)
    assert {asked.headers["user-agent"] for asked in site.asked} == {"probe/1"}


def test_answers_are_unpacked_and_a_bomb_is_a_decoding_error(site: Site) -> None:
    small = site.page("/small", gzip.compress(b'{"a": 1}'), "application/json", Content_Encoding="gzip")
    bomb = site.page("/bomb", gzip.compress(b"\0" * 25_000_000), Content_Encoding="gzip")
    with make_client() as client:
        assert client.get(small).json() == {"a": 1}
        with pytest.raises(httpx.DecodingError):
            client.get(bomb)


def test_a_password_for_a_host_in_the_home_folder_does_not_replace_the_token(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with make_session() as session:
        session.get(site.page("/", "da"), headers={"Authorization": "Bearer token"})
    assert site.asked[0].headers["authorization"] == "Bearer token"


def test_the_offices_own_authority_is_trusted_where_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert authorities() == certifi.where()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/amt.pem")
    assert authorities() == "/etc/amt.pem"
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/stadt.pem")
    assert authorities() == "/etc/stadt.pem"


def test_a_socks_proxy_is_a_mistake_in_the_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example:1080")
    with pytest.raises(ConfigError):
        make_client()
