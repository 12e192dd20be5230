"""A newsletter with one issue, ready to be sent to a mail server of the test's choice."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config.tables import Config, Office, Web
from publisher.domain.issue import UNSUBSCRIBE_SLOT, Issue, Mailed, Recipient
from publisher.domain.variant import JsonObject, Variant
from publisher.mail.newsletter import Newsletter, build
from publisher.ports.channels import SandboxPlace


@dataclass
class Pad:
    """A notebook (ports.store.Notebook) on one sheet."""

    sheet: dict[tuple[str, str], JsonObject] = field(default_factory=dict)

    def read(self, scope: str, name: str) -> JsonObject | None:
        return self.sheet.get((scope, name))

    def keep(self, scope: str, name: str, value: JsonObject) -> JsonObject:
        return self.sheet.setdefault((scope, name), value)

    def change(self, scope: str, name: str, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        changed = self.sheet[scope, name] = change(self.sheet.get((scope, name), {}))
        return changed

    def write(self, scope: str, name: str, value: JsonObject | None) -> None:
        if value is None:
            self.sheet.pop((scope, name), None)
        else:
            self.sheet[scope, name] = value


ISSUE = Issue(id="i7", delivery_id="d1", channel="newsletter", dated=datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
VARIANT = Variant(
    channel="newsletter",
    kind="newsletter",
    language="de",
    subject="Der Brunnen läuft wieder",
    text=f"Der Brunnen läuft wieder\n\nSeit Mittwoch fließt Wasser.\n\nAbbestellen:\n{UNSUBSCRIBE_SLOT}\n",
    html=f'<p>Seit Mittwoch fließt Wasser.</p>\n<p><a href="{UNSUBSCRIBE_SLOT}">Abbestellen</a></p>\n',
    length=80,
    limit=None,
    link="https://musterstadt.example/brunnen",
)


def recipient(number: int, address: str = "", token: str = "", attempts: int = 0) -> Recipient:
    return Recipient(
        id=number,
        issue_id=ISSUE.id,
        subscriber_id=number,
        address=address or f"leser{number}@leserpost.example",
        token=token or f"token-{number}",
        attempts=attempts,
    )


def readers(count: int) -> list[Recipient]:
    """leser1 to leser<count>."""
    return [recipient(number) for number in range(1, count + 1)]


@dataclass
class Desk:
    """Builds newsletters and sends the issue with them."""

    config: Config
    pad: Pad = field(default_factory=Pad)

    def newsletter(self, smtp: str, **keys: object) -> Newsletter:
        table: Mapping[str, object] = {
            "kind": "newsletter",
            "sender": "Stadt Musterstadt <newsletter@musterstadt.example>",
            "smtp": smtp,
            "rate": "unlimited",
        }
        return build("newsletter", {**table, **keys}, self.config, self.pad, None)

    def sandboxed(self, api: str) -> Newsletter:
        table = {"kind": "newsletter", "sender": "newsletter@musterstadt.example", "smtp": "sandbox"}
        place = SandboxPlace(api=api, site="http://127.0.0.1:8000/sandbox/newsletter")
        return build("newsletter", table, self.config, self.pad, place)


def send(newsletter: Newsletter, recipients: Iterable[Recipient]) -> dict[int, Mailed]:
    """What became of each copy, by recipient."""
    answered = list(newsletter.deliver(ISSUE, VARIANT, recipients))
    told = {mailed.recipient_id: mailed for mailed in answered}
    assert len(told) == len(answered), "a copy was answered twice"
    return told


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path)


def desk_in(folder: Path) -> Desk:
    """A desk whose secrets lie in this folder."""
    office = Office(
        name="Stadt Musterstadt",
        contact="presse@musterstadt.example",
        imprint="https://musterstadt.example/impressum",
        privacy="https://musterstadt.example/datenschutz",
    )
    return Desk(Config(folder=folder, office=office, web=Web(public_url="https://news.musterstadt.example")))
