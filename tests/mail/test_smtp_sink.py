"""Postfix's own test server takes what we send."""

import email

from publisher.domain.issue import RecipientState
from tests.fixtures.smtp import Sink
from tests.mail.conftest import Desk, readers, send


def test_a_thousand_mails_arrive_once_each_and_whole(desk: Desk, smtp_sink: Sink) -> None:
    told = send(desk.newsletter(f"smtp://127.0.0.1:{smtp_sink.port}"), readers(1_000))
    assert {mailed.state for mailed in told.values()} == {RecipientState.SENT}
    arrived = set()
    for file in smtp_sink.folder.iterdir():
        message = email.message_from_bytes(file.read_bytes())
        arrived.add(str(message["To"]).strip("<>"))
        assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
    assert arrived == {reader.address for reader in readers(1_000)}
