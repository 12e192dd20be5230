"""Every copy as mail programs read it: parsed by the standard library, without a defect."""

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader, UniqueDateHeader
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.domain.errors import ConfigError
from publisher.domain.issue import UNSUBSCRIBE_SLOT
from publisher.domain.variant import Variant
from publisher.mail.letters.addresses import Mailbox
from publisher.mail.letters.fields import field
from publisher.mail.letters.message import Letterhead, Mould
from publisher.mail.newsletter import build
from tests.mail.conftest import ISSUE, VARIANT, Desk, Pad, recipient

LETTERHEAD = Letterhead(
    sender=Mailbox("newsletter@musterstadt.example", "musterstadt.example", "Stadt Musterstadt"),
    contact=Mailbox("presse@musterstadt.example", "musterstadt.example"),
    list_name="Stadt Musterstadt",
    list_id="newsletter.musterstadt.example",
    zone=ZoneInfo("Europe/Berlin"),
    archive_page="https://news.musterstadt.example/",
    unsubscribe_page="https://news.musterstadt.example/unsubscribe/{}".format,
)


def read(content: bytes) -> EmailMessage:
    """The message as the standard library reads it, every line within bounds and nothing to complain about."""
    for line in content.split(b"\r\n"):
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 998, "RFC 5322, section 2.1.1"
    _, body = content.split(b"\r\n\r\n", 1)
    assert max(len(line) for line in body.split(b"\r\n")) <= 76, "RFC 2045, section 6.7"
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
        assert [header.defects for header in part.values() if header.defects] == []
    return message


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML part, as readers get them."""
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (str(part.get_content()).replace("\r\n", "\n") for part in message.iter_parts())
    return text, html


def test_a_copy_has_every_header_that_a_newsletter_needs() -> None:
    message = read(Mould(LETTERHEAD, ISSUE, VARIANT).cast(recipient(1)).content)
    assert message["From"] == "Stadt Musterstadt <newsletter@musterstadt.example>"
    assert message["To"] == "leser1@leserpost.example"
    assert message["Reply-To"] == "presse@musterstadt.example"
    assert message["Subject"] == "Der Brunnen läuft wieder"
    assert message["Date"] == "Wed, 25 Nov 2026 10:30:00 +0100"
    assert message["Message-ID"] == "<i7.1@musterstadt.example>"
    assert message["List-Id"] == "Stadt Musterstadt <newsletter.musterstadt.example>"
    assert message["List-Unsubscribe"] == "<https://news.musterstadt.example/unsubscribe/token-1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Archive"] == "<https://news.musterstadt.example/>"
    assert message["List-Help"] == "<mailto:presse@musterstadt.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert message["MIME-Version"] == "1.0"
    assert message.get_content_type() == "multipart/alternative"
    twice = {name for name in message if len(message.get_all(name, [])) > 1}
    assert twice == set()


def test_both_parts_hold_the_words_and_the_readers_own_way_off_the_list() -> None:
    page = "https://news.musterstadt.example/unsubscribe/token-1"
    text, html = parts(read(Mould(LETTERHEAD, ISSUE, VARIANT).cast(recipient(1)).content))
    assert text == VARIANT.text.replace(UNSUBSCRIBE_SLOT, page)
    assert html == VARIANT.html.replace(UNSUBSCRIBE_SLOT, page)


def test_the_date_is_office_time_also_when_clocks_were_just_turned_back() -> None:
    turned = ISSUE.dated.replace(month=10, day=25, hour=1, minute=30)
    message = read(Mould(LETTERHEAD, replace(ISSUE, dated=turned), VARIANT).cast(recipient(1)).content)
    date = message["Date"]
    assert isinstance(date, UniqueDateHeader)
    assert str(date) == "Sun, 25 Oct 2026 02:30:00 +0100"


def test_a_very_long_token_leaves_the_unsubscribe_header_whole_and_readable() -> None:
    token = "Ab3_" * 150
    content = Mould(LETTERHEAD, ISSUE, VARIANT).cast(recipient(1, token=token)).content
    page = f"https://news.musterstadt.example/unsubscribe/{token}"
    assert f"List-Unsubscribe: <{page}>\r\n".encode() in content, "a mail program finds it without decoding anything"
    text, html = parts(read(content))
    assert page in text
    assert f'href="{page}"' in html


@pytest.mark.parametrize(
    "subject",
    [
        "Straße gesperrt 🎉",
        "Ü" * 200,
        "🏳️‍🌈👩‍👩‍👧‍👦" * 20,
        "A plain but very long headline that goes on and on, " * 6,
        "=?utf-8?q?looks_encoded?=",
        "W" * 300,
        "Komma, Punkt; „Zitat“ (Klammer) <spitz> @: \\",
    ],
)
def test_a_subject_of_any_length_and_script_arrives_as_it_was_written(subject: str) -> None:
    content = Mould(LETTERHEAD, ISSUE, replace(VARIANT, subject=subject)).cast(recipient(1)).content
    assert str(read(content)["Subject"]) == subject.strip()
    folded = re.search(rb"Subject: (.*\r\n(?: .*\r\n)*)", content)
    assert folded
    assert all(len(line) <= 76 for line in folded[0].split(b"\r\n"))


@given(text=st.text(max_size=120))
@settings(max_examples=60, deadline=None)
def test_no_text_makes_a_second_header_out_of_a_subject(text: str) -> None:
    variant = replace(VARIANT, subject=f"Ein Betreff {text}\r\nBcc: alle@leserpost.example\n\nText")
    message = read(Mould(LETTERHEAD, ISSUE, variant).cast(recipient(1)).content)
    assert message["Bcc"] is None
    assert "Bcc: alle@leserpost.example Text" in str(message["Subject"])


def test_line_breaks_in_the_config_make_no_second_header_either(desk: Desk) -> None:
    sender = "Stadt\r\nBcc: alle@leserpost.example\r\n <newsletter@musterstadt.example>"
    table = {"kind": "newsletter", "sender": sender, "smtp": "smtp://127.0.0.1:25"}
    with pytest.raises(ConfigError, match=r"channels\.newsletter\.sender"):
        build("newsletter", table, desk.config, Pad(), None)


def test_a_written_field_takes_no_line_break() -> None:
    with pytest.raises(ValueError, match="line break"):
        field("List-Help", "<mailto:a@b.example>\r\nBcc: c@d.example")


@pytest.mark.parametrize("name", ["Müllers Büro", 'Stadt "Nord", Amt 3', "=?x?q?y?=", "Amt; für: alles"])
def test_any_sender_name_arrives_as_it_was_written(desk: Desk, name: str) -> None:
    quoted = '"' + name.replace('"', r"\"") + '"'
    newsletter = desk.newsletter("smtp://127.0.0.1:25", sender=f"{quoted} <news@müsterstadt.example>")
    message = read(Mould(newsletter.letterhead, ISSUE, VARIANT).cast(recipient(1)).content)
    sender = message["From"]
    assert isinstance(sender, AddressHeader)
    assert sender.addresses[0].display_name == name
    assert sender.addresses[0].addr_spec == "news@xn--msterstadt-9db.example"
    assert str(message["Message-ID"]).endswith("@xn--msterstadt-9db.example>")


def test_a_long_sender_name_is_folded_into_encoded_words(desk: Desk) -> None:
    name = "Amt für Öffentlichkeitsarbeit und Bürgerbeteiligung der Großen Kreisstadt Müsterstadt an der Würm"
    newsletter = desk.newsletter("smtp://127.0.0.1:25", sender=f"{name} <news@musterstadt.example>")
    content = Mould(newsletter.letterhead, ISSUE, VARIANT).cast(recipient(1)).content
    # Not by the parser of addresses: in Python 3.11 it puts spaces between encoded words.
    sender = str(make_header(decode_header(str(email.message_from_bytes(content)["From"]))))
    assert sender == f"{name} <news@musterstadt.example>"


awkward = st.text(alphabet=st.sampled_from("aä= .\n\t–🎉<>&\"'#-"), max_size=200)
tokens = st.text(alphabet=st.sampled_from("abcXYZ019-_=.~&?%"), min_size=1, max_size=300)


@given(pieces=st.lists(awkward, min_size=1, max_size=5), token=tokens)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_around_the_slot_and_in_it_arrives_unchanged(pieces: list[str], token: str) -> None:
    text = UNSUBSCRIBE_SLOT.join(pieces)
    content = Mould(LETTERHEAD, ISSUE, _worded(text)).cast(recipient(1, token=token)).content
    page = f"https://news.musterstadt.example/unsubscribe/{token}"
    arrived, html = parts(read(content))
    expected = text if text.endswith("\n") else text + "\n"
    assert arrived == expected.replace(UNSUBSCRIBE_SLOT, page)
    assert html == expected.replace(UNSUBSCRIBE_SLOT, page.replace("&", "&amp;"))


def test_a_large_issue_keeps_every_line_short() -> None:
    variant = _worded("Ein langer Absatz ohne Umbruch, mit Umläuten und Wörtern. " * 800 + UNSUBSCRIBE_SLOT)
    text, _ = parts(read(Mould(LETTERHEAD, ISSUE, variant).cast(recipient(1)).content))
    assert text.count("Absatz") == 800


def test_windows_line_ends_and_lone_returns_become_plain_line_ends() -> None:
    text, _ = parts(read(Mould(LETTERHEAD, ISSUE, _worded("eins\r\nzwei\rdrei\n.\n..vier")).cast(recipient(1)).content))
    assert text == "eins\nzwei\ndrei\n.\n..vier\n"


def _worded(text: str) -> Variant:
    return replace(VARIANT, text=text, html=text)
