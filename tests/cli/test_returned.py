"""What came back, as the office asks for it: who rests and why, who gets mails again, what waits for a person."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.domain.returned import Answer, Cause, Suspension, WaitingAnswer
from publisher.ports.ledger import Deed
from publisher.store.database import open_store
from tests.cli.conftest import Call

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@pytest.fixture
def returned(publisher: Call, home: Path) -> Call:
    """A program whose reader Ada is suspended, and to whom Cem has written."""
    publisher("subscribers", "add", "ada@leserpost.example")
    store = open_store("sqlite:///var/publisher.db", home)
    [ada] = store.audience.subscribers("newsletter")
    store.returns.suspend(ada.id, Suspension(at=NOON, cause=Cause.FULL, repeated=True, words="552 Mailbox full"))
    answer = Answer(sender="cem@leserpost.example", subject="Re: Brunnen", excerpt="Bitte abmelden", wish=True)
    store.returns.keep_answer(WaitingAnswer(id="abc123", channel="newsletter", at=NOON, answer=answer), None)
    store.close()
    return publisher


def test_the_office_reads_why_somebody_gets_no_mails(returned: Call) -> None:
    told = returned("subscribers", "suspended")
    assert told.status == 0
    assert "ada@leserpost.example" in told.out
    assert "Das Postfach ist voll. (mehrmals an verschiedenen Tagen)" in told.out
    assert "552 Mailbox full" in told.out
    assert "seit Mittwoch, 25. November 2026, 12:00 Uhr" in told.out
    [row] = returned("subscribers", "suspended", "--json").json
    assert (row["address"], row["cause"], row["repeated"]) == ("ada@leserpost.example", "full", True)


def test_it_undoes_that_once(returned: Call) -> None:
    assert returned("subscribers", "restore", "Ada@leserpost.example").status == 0
    again = returned("subscribers", "restore", "ada@leserpost.example")
    assert (again.status, "nicht ausgesetzt" in again.out) == (1, True)
    assert "Niemand" in returned("subscribers", "suspended").out


def test_answers_wait_until_somebody_says_that_they_are_dealt_with(returned: Call) -> None:
    waiting = returned("subscribers", "answers")
    assert waiting.status == 1, "it needs a person"
    assert "Klingt nach einer Abmeldung" in waiting.out
    assert "Mittwoch, 25. November 2026, 12:00 Uhr" in waiting.out
    [row] = returned("subscribers", "answers", "--json").json
    assert (row["sender"], row["excerpt"], row["wish"]) == ("cem@leserpost.example", "Bitte abmelden", True)
    assert returned("subscribers", "answered", row["id"]).status == 0
    assert returned("subscribers", "answered", row["id"]).status == 1
    done = returned("subscribers", "answers")
    assert (done.status, done.out.strip()) == (0, "Keine Antwort wartet.")


def test_a_heap_of_answers_is_dealt_with_at_once(returned: Call, home: Path) -> None:
    store = open_store("sqlite:///var/publisher.db", home)
    for name in ("spam1", "spam2"):
        answer = Answer(sender="x@werbung.example", subject="Angebot", excerpt="Kaufen Sie!", wish=False)
        store.returns.keep_answer(WaitingAnswer(id=name, channel="newsletter", at=NOON, answer=answer), None)
    store.close()
    half = returned("subscribers", "answered", "spam1", "nix")
    assert (half.status, half.out) == (1, "Erledigt: spam1\nEine Antwort mit der Nummer nix wartet nicht.\n")
    assert returned("subscribers", "answered", "spam2", "abc123").status == 0
    assert returned("subscribers", "answers").out.strip() == "Keine Antwort wartet."


def test_who_answers_from_another_address_is_told_as_the_reader_they_are(returned: Call, home: Path) -> None:
    store = open_store("sqlite:///var/publisher.db", home)
    [ada] = store.audience.subscribers("newsletter")
    answer = Answer(sender="ada@privat.example", subject="Re: Brunnen", excerpt="Bitte abmelden", wish=True)
    store.returns.keep_answer(WaitingAnswer(id="def456", channel="newsletter", at=NOON, answer=answer), ada.id)
    store.close()
    told = returned("subscribers", "answers").out
    assert "ada@privat.example (eingetragen als ada@leserpost.example)" in told
    assert "· cem@leserpost.example ·" in told


@pytest.mark.parametrize("what", ["complained", "left-by-mail"])
def test_the_audit_says_in_words_how_a_reader_left(returned: Call, home: Path, what: str) -> None:
    store = open_store("sqlite:///var/publisher.db", home)
    store.ledger.note(Deed(at=NOON, who="readership", what=what, subject="newsletter"))
    store.close()
    assert what not in returned("audit").out


def test_the_count_of_readers_tells_who_rests_apart(returned: Call) -> None:
    returned("subscribers", "add", "ben@leserpost.example")
    told = returned("subscribers", "stats").out
    assert "Aktiv: 1\n" in told
    assert "Ausgesetzt (Mails kamen zurück): 1\n" in told
