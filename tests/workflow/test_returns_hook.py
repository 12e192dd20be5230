"""The hook for mail servers, over real HTTP: whoever knows the secret hands returned mails in, nobody else does."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from publisher.config.tables import Config
from publisher.domain.returned import Ticket
from publisher.domain.subscriber import SubscriberEntry
from publisher.mail.newsletter import Newsletter, build
from publisher.mail.returns.tickets import open_tickets
from publisher.web.listen import serve
from publisher.web.public.app import public_app
from publisher.workflow.office import Office
from tests.fakes import NOON
from tests.fixtures.returned import answer, dsn

SECRET = "ein-langes-Geheimnis"
WHERE = "/hooks/returns/newsletter"
KNOWN = {"authorization": f"Bearer {SECRET}"}


@dataclass
class Hooked:
    """A public listener whose newsletter takes returned mails by the hook."""

    office: Office
    client: httpx.Client

    def readers(self) -> list[str]:
        gone = {reader.address for reader, _ in self.office.store.returns.suspended("newsletter", 100)}
        return [r.address for r in self.office.store.audience.subscribers("newsletter") if r.address not in gone]

    def path(self) -> str:
        """The return path of Ada's copy."""
        [ada, *_] = self.office.store.audience.subscribers("newsletter")
        ticket = open_tickets(self.office.store.notebook).write(Ticket(copy_id=1, subscriber_id=ada.id))
        return f"bounces+{ticket}@musterstadt.example"


def newsletter_of(office: Office, table: dict[str, object]) -> tuple[Config, Newsletter]:
    config = office.config.model_copy(update={"channels": {"newsletter": table}})
    return config, build("newsletter", table, config, office.store.notebook, None)


@pytest.fixture
def hooked(office: Office, tmp_path: Path) -> Iterator[Hooked]:
    (tmp_path / "hook").write_text(SECRET)
    table: dict[str, object] = {
        "kind": "newsletter",
        "sender": "newsletter@musterstadt.example",
        "smtp": "smtp://127.0.0.1:25",
        "bounces": "mailto:bounces@musterstadt.example",
        "bounces_hook": {"file": "hook"},
    }
    config, newsletter = newsletter_of(office, table)
    office.store.audience.add(
        "newsletter", [SubscriberEntry(address="ada@leserpost.example", confirmed_at=NOON, evidence="Brief")]
    )
    hooked = replace(office, config=config, channels={"newsletter": newsletter})
    listener = serve(public_app(hooked), "127.0.0.1", 0)
    with httpx.Client(base_url=listener.address) as client:
        yield Hooked(hooked, client)
    listener.stop()


def test_a_report_that_is_handed_in_counts(hooked: Hooked) -> None:
    told = hooked.client.post(WHERE, content=dsn(path=hooked.path()), headers=KNOWN)
    assert told.status_code == 204
    assert hooked.readers() == []


def test_what_a_person_must_read_is_taken_too(hooked: Hooked) -> None:
    assert hooked.client.post(WHERE, content=answer("Wann geht es weiter?"), headers=KNOWN).status_code == 202
    assert len(hooked.office.store.returns.answers("newsletter")) == 1


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer falsch", SECRET, f"Basic {SECRET}"])
def test_nobody_without_the_secret_hands_anything_in(hooked: Hooked, shown: str) -> None:
    headers = {"authorization": shown} if shown else {}
    assert hooked.client.post(WHERE, content=dsn(path=hooked.path()), headers=headers).status_code == 404
    assert hooked.client.get(WHERE, headers=KNOWN).status_code == 405
    assert hooked.client.post("/hooks/returns/presse", content=b"", headers=KNOWN).status_code == 404
    assert len(hooked.readers()) == 1


def test_a_body_without_end_is_cut_off(hooked: Hooked) -> None:
    report = dsn(path=hooked.path()) + b"x" * 3_000_000
    assert hooked.client.post(WHERE, content=report, headers=KNOWN).status_code == 204
    assert hooked.readers() == []


def test_rubbish_is_put_aside(hooked: Hooked) -> None:
    assert hooked.client.post(WHERE, content=bytes(range(256)), headers=KNOWN).status_code == 202
    assert len(hooked.readers()) == 1


def test_without_a_secret_in_the_config_there_is_no_hook(office: Office) -> None:
    listener = serve(public_app(office), "127.0.0.1", 0)
    try:
        assert httpx.post(f"{listener.address}{WHERE}", content=b"", headers=KNOWN).status_code == 404
    finally:
        listener.stop()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_what_the_documentation_has_postfix_call_keeps_the_mail_while_nobody_listens(tmp_path: Path) -> None:
    told = (Path(__file__).parents[2] / "docs" / "newsletter.md").read_text(encoding="utf-8")
    found = re.search(r"argv=/bin/sh -c \{ (.*?) \}\n", told, re.DOTALL)
    assert found is not None
    (tmp_path / "hook").write_text(f"Authorization: Bearer {SECRET}\n")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        here = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        command = found[1].replace("/etc/postfix/publisher-hook", str(tmp_path / "hook"))
        command = command.replace("https://news.musterstadt.example/", here).replace("\n", " ")
        done = subprocess.run(["/bin/sh", "-c", command], input=dsn(), capture_output=True, check=False)
    assert done.returncode == os.EX_TEMPFAIL, done.stderr
