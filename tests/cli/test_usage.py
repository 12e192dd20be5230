"""How the command line is called, and what people and programs are told who call it wrongly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.cli.door import UNHEARD
from tests.cli.conftest import Call


@pytest.fixture(autouse=True)
def _german_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("stop",), "Die Option --reason fehlt"),
        (("stop", "--reason", " "), "Bitte mit --reason sagen, warum"),
        (("stop", "--reason"), "Die Option --reason ist falsch verwendet"),
        (("stop", "--al", "--reason", "x"), "Die Option --al gibt es hier nicht. Gemeint ist wohl: --all"),
        (("resolve", "x"), "Bitte genau eines angeben: --sent ADRESSE oder --not-sent."),
        (("hugo",), "Den Befehl „hugo“ gibt es nicht."),
        (("subscribers", "hugo"), "Den Befehl „hugo“ gibt es nicht."),
        ((), "Bitte einen Befehl nennen"),
        (("check",), "Die Angabe FILE_OR_ID fehlt"),
        (("check", "zwei", "Dateien"), "Das ist zu viel: Dateien."),
        (("newsletter", "digest", "hourly"), "RHYTHM kennt nur diese Werte: daily, weekly."),
        (("subscribers", "import", "nicht-da.csv"), "FILE: Diese Datei gibt es nicht"),
        (("preview", "x", "--html", "config.toml"), "--html: Das ist kein Ordner."),
    ],
)
def test_a_wrong_call_is_told_in_german_and_in_json_is_one_document(
    home: Path, publisher: Call, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(home)
    answer = publisher("--json", *words)
    assert answer.status == 2
    assert told in answer.json["error"]["message"]
    assert answer.json["error"]["code"].startswith("usage")
    assert told in answer.err
    assert publisher(*words).out == ""


def test_no_help_page_holds_a_word_of_another_language(publisher: Call) -> None:
    for words in ((), ("stop",), ("subscribers",), ("newsletter", "test")):
        page = publisher(*words, "--help").out
        assert page.startswith("Aufruf: publisher")
        assert "Diese Hilfe zeigen." in page
        for foreign in ("Usage", "Options:", "OPTIONS", "Commands", "COMMAND", "ARGS", "message", "required"):
            assert foreign not in page


def test_lists_of_commands_say_whole_sentences(publisher: Call) -> None:
    for words in ((), ("subscribers",), ("newsletter",)):
        assert "..." not in publisher(*words, "--help").out.replace("[ANGABEN]...", "")


def test_a_terminal_set_to_english_is_spoken_to_in_english(publisher: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert publisher("stop", "--help").out.startswith("Usage: publisher stop [OPTIONS]")
    assert "There is no command “hugo”." in publisher("hugo").err


def test_a_reader_who_has_seen_enough_ends_the_command_quietly(home: Path) -> None:
    command = [sys.executable, "-m", "publisher", "--config", str(home / "config.toml"), "announcements"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as called:
        assert called.stdout is not None
        assert called.stderr is not None
        called.stdout.close()
        said = called.stderr.read().decode()
        status = called.wait(60)
    assert (status, said) == (UNHEARD, "")
