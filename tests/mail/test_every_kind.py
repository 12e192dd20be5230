"""Each kind of mail that the program makes, as strangers' programs judge it: Python's parser and SpamAssassin."""

import email
import email.policy
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from publisher.domain.issue import Enclosure
from publisher.domain.sign_up import Notice
from publisher.domain.variant import Variant
from publisher.mail.alarm import MailBell
from publisher.ports.words import IssueWords, NoticeWords
from publisher.rendering.templates import Templates
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import ISSUE, Desk, recipient
from tests.mail.test_press import PHOTO, press
from tests.net.test_webhook import NOTE
from tests.rendering.kinds import ENCLOSED, issues, notices

RECEIVED = (
    b"Return-Path: <newsletter@musterstadt.example>\r\n"
    b"Received: from mail.musterstadt.example (mail.musterstadt.example [192.88.99.5])\r\n"
    b"\tby mx.leserpost.example (Postfix) with ESMTPS id 4ABCDE12345\r\n"
    b"\tfor <leser1@leserpost.example>; Wed, 25 Nov 2026 10:30:02 +0100 (CET)\r\n"
)
"""What the reader's mail server writes on top: without it, a mail counts as one that never travelled."""
LOCAL_RULES = (
    *("--local", "--nocreate-prefs"),
    *(
        f"--cf={line}"
        for line in ("use_bayes 0", "clear_headers", "add_header all Judged _HEADER(X-Kind)_ _SCORE_ _TESTSSCORES(,)_")
    ),
)
KINDS = ("single", "digest", "press", "confirm", "known", "alarm")
"""In the order in which they are sent."""

Mails = dict[str, bytes]


@pytest.fixture
def mails(desk: Desk, tmp_path: Path, mail_post: RunningPost) -> Mails:
    """Each kind as it arrived at a mail server."""
    templates = Templates(tmp_path / "templates", desk.config.office, desk.config.web)
    newsletter, press_list = desk.newsletter(mail_post.url), press(desk.config, mail_post.url)
    listed = issues(templates)
    photo = Enclosure(name=ENCLOSED, media_type=PHOTO.media_type, data=PHOTO.data)
    for channel, kind, enclosed in (
        (newsletter, "single", []),
        (newsletter, "digest", []),
        (press_list, "press", [photo]),
    ):
        list(channel.deliver(ISSUE, _variant(channel.name, listed[kind]), [recipient(1)], enclosed))
    for kind, words in notices(templates).items():
        newsletter.send_notice(_notice(kind, words))
    MailBell(relay=newsletter.relay, sender=newsletter.letterhead.sender, to=[newsletter.letterhead.contact]).ring(NOTE)
    return dict(zip(KINDS, mail_post.raw(), strict=True))


def _variant(channel: str, words: IssueWords) -> Variant:
    return Variant(
        channel=channel,
        kind="newsletter",
        language="de",
        subject=words.subject,
        text=words.text,
        html=words.html,
        length=len(words.text),
        limit=None,
        link="https://www.musterstadt.example/aktuelles/brunnen",
    )


def _notice(name: str, words: NoticeWords) -> Notice:
    return Notice(
        id=name,
        to="leser1@leserpost.example",
        subject=words.subject,
        text=words.text,
        html=words.html,
        language="de",
        dated=ISSUE.dated,
    )


def test_every_kind_of_mail_is_parsed_without_a_defect(mails: Mails) -> None:
    for kind, raw in mails.items():
        message = email.message_from_bytes(raw, policy=email.policy.default)
        for part in message.walk():
            defects = [*part.defects, *(defect for header in part.values() for defect in header.defects)]
            assert (kind, part.get_content_type(), defects) == (kind, part.get_content_type(), [])
    assert "SPERRFRIST" in str(email.message_from_bytes(mails["press"], policy=email.policy.default)["Subject"])


def test_spamassassin_takes_no_kind_of_mail_for_spam(mails: Mails, tmp_path: Path) -> None:
    judged = spam_scores(mails, tmp_path)
    assert set(judged) == set(mails)
    assert {kind: told for kind, told in judged.items() if told[0] >= 1.0} == {}


def test_spamassassin_would_see_what_is_spam(mails: Mails, tmp_path: Path) -> None:
    test_line = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    [(score, rules)] = spam_scores({"alarm": mails["alarm"] + test_line + b"\r\n"}, tmp_path).values()
    assert score > 900
    assert "GTUBE" in rules


def spam_scores(mails: Mails, folder: Path) -> dict[str, tuple[float, str]]:
    """Score and rules that fired, by kind. One start for all: reading the rules takes most of its time."""
    spamassassin = shutil.which("spamassassin")
    if not spamassassin:
        pytest.skip("SpamAssassin is not installed: apt-get install spamassassin")
    mailbox = folder / "mailbox"
    mailbox.write_bytes(b"".join(_arrived(kind, raw) for kind, raw in mails.items()))
    judged = subprocess.run(
        [spamassassin, *LOCAL_RULES, "--mbox", str(mailbox)],
        check=True,
        capture_output=True,
        env=os.environ | {"HOME": str(folder)},
    )
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", judged.stdout).decode("latin-1")
    told = re.findall(r"^X-Spam-Judged: (\S+) +(\S+) +(\S+)", unfolded, re.MULTILINE)
    return {kind: (float(score), rules) for kind, score, rules in told}


def _arrived(kind: str, raw: bytes) -> bytes:
    """As it lies in a mailbox; its kind is written on it, because SpamAssassin reads a mailbox in an order of its own."""
    return b"From - Wed Nov 25 10:30:02 2026\r\nX-Kind: " + kind.encode() + b"\r\n" + RECEIVED + raw
