"""The way to the relay is protected, and nobody between can pretend to be it."""

import pytest

from publisher.domain.errors import ConfigError, TemporaryFailure
from publisher.domain.issue import RecipientState
from publisher.messages import tell
from publisher.sandbox.mail import Temper
from tests.fixtures.smtp import Certified, RunningPost
from tests.mail.conftest import Desk, readers, send

protected = pytest.mark.parametrize(("scheme", "at_once"), [("smtps", True), ("smtp+starttls", False)])


@protected
def test_mails_and_password_go_through_tls(
    desk: Desk,
    mail_post: RunningPost,
    certified: Certified,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    at_once: bool,
) -> None:
    mail_post.post.temper = Temper(tls=certified.server, tls_at_once=at_once, login=("news", "made-up"))
    monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
    monkeypatch.setenv("SMTP_PASSWORD", "made-up")
    url = f"{scheme}://127.0.0.1:{mail_post.port}"
    newsletter = desk.newsletter(url, username="news", password={"env": "SMTP_PASSWORD"})
    told = send(newsletter, readers(40))
    assert {mailed.state for mailed in told.values()} == {RecipientState.SENT}
    assert len(mail_post.received()) == 40


@protected
def test_a_certificate_that_nobody_vouches_for_is_refused(
    desk: Desk, mail_post: RunningPost, certified: Certified, scheme: str, at_once: bool
) -> None:
    mail_post.post.temper = Temper(tls=certified.server, tls_at_once=at_once)
    newsletter = desk.newsletter(f"{scheme}://127.0.0.1:{mail_post.port}")
    with pytest.raises(TemporaryFailure, match="smtp-tls-failed") as caught:
        send(newsletter, readers(1))
    assert "Zertifikat" in tell(caught.value, "de")
    assert mail_post.received() == []


def test_a_relay_that_suddenly_offers_no_tls_gets_nothing(desk: Desk, mail_post: RunningPost) -> None:
    newsletter = desk.newsletter(f"smtp+starttls://127.0.0.1:{mail_post.port}")
    with pytest.raises(TemporaryFailure, match="smtp-not-offered"):
        send(newsletter, readers(1))
    assert mail_post.received() == []


def test_a_password_never_crosses_the_network_in_the_open(desk: Desk) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.newsletter("smtp://mail.musterstadt.example", username="news", password={"env": "SMTP_PASSWORD"})
    assert "smtps://" in tell(caught.value, "de")
