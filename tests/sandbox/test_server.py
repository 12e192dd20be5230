"""The sandbox as a server: on ports of its own, for several processes at once, and nothing forgotten over a restart."""

import smtplib
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from publisher.sandbox.server import Sandbox
from tests.fixtures.sandbox import SITE


def client() -> httpx.Client:
    return httpx.Client(headers={"Authorization": "Bearer sandbox-presse"}, trust_env=False)


def test_it_listens_on_this_machine_only(sandbox: Sandbox) -> None:
    for kind in ("mastodon", "bluesky", "newsletter"):
        assert urlsplit(sandbox.place(kind).api).hostname == "127.0.0.1"


def test_what_lasts_names_no_port_of_the_sandbox(sandbox: Sandbox) -> None:
    with client() as http:
        answer = http.post(f"{sandbox.place('mastodon').api}/api/v1/statuses", data={"status": "Hallo"}).json()

    assert answer["url"].startswith(f"{SITE}/mastodon/@presse/")
    assert str(urlsplit(sandbox.api).port) not in answer["url"]


def test_posts_keys_and_sessions_outlive_a_restart(tmp_path: Path) -> None:
    refs = []
    for _ in range(2):
        running = Sandbox(tmp_path / "sandbox.db", SITE)
        running.start()
        with client() as http:
            headers = {"Idempotency-Key": "d-1"}
            url = f"{running.place('mastodon').api}/api/v1/statuses"
            refs.append(http.post(url, json={"status": "Hallo"}, headers=headers).json()["id"])
        running.stop()

    assert refs[0] == refs[1]
    assert len(running.state.posts()) == 1


def test_two_sandboxes_on_one_file_show_the_same_posts(sandbox: Sandbox, tmp_path: Path) -> None:
    second = Sandbox(tmp_path / "sandbox.db", SITE)
    second.start()
    with client() as http:
        made = http.post(f"{sandbox.place('mastodon').api}/api/v1/statuses", data={"status": "Hallo"}).json()
        read = http.get(f"{second.place('mastodon').api}/api/v1/statuses/{made['id']}").json()
    second.stop()

    assert read == made


def test_it_takes_mail_too(sandbox: Sandbox) -> None:
    place = urlsplit(sandbox.place("newsletter").api)
    with smtplib.SMTP("127.0.0.1", place.port or 0) as relay:
        relay.sendmail("presse@musterstadt.example", ["leserin@post.example"], b"Subject: Hallo\r\n\r\nGuten Tag\r\n")

    assert [mail.recipients for mail in sandbox.state.mails()] == [("leserin@post.example",)]


def test_it_may_be_ended_twice_and_says_when_it_is_not_running(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "sandbox.db", SITE)
    sandbox.start()
    sandbox.stop()
    sandbox.stop()

    with pytest.raises(RuntimeError):
        _ = sandbox.api
