"""One catalogue in two languages: nothing that the program says is missing in either, or said in the wrong tone."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from publisher.domain.finding import Finding, Severity
from publisher.messages import catalogue, remark

PACKAGE = Path("publisher")
RAISED = {
    *("PublisherError", "InvalidAnnouncement", "ConfigError", "StoreError", "TemporaryFailure", "PermanentFailure"),
    *("UncertainOutcome", "ChannelSuspended", "NotYet", "Never", "Unknown", "Wait", "Drop"),
}
"""Classes whose first argument is a code."""


def texts(node: ast.expr) -> Iterator[str]:
    """The strings that an expression may be: literals, and both sides of a choice."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts(body)
            yield from texts(orelse)


def codes_of(call: ast.Call) -> Iterator[str]:
    """The codes that a call names."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in RAISED and call.args:
        yield from texts(call.args[0])
    elif name == "say" and len(call.args) > 1:
        yield from texts(call.args[1])
    elif name in ("Finding", *RAISED):
        for keyword in call.keywords:
            if keyword.arg == "code":
                yield from texts(keyword.value)


def spoken_in_the_source() -> Iterator[tuple[str, str]]:
    """Every place and the code that it names."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for code in codes_of(node):
                    yield f"{file}:{node.lineno}", code


def slots(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_german_and_english_say_the_same_things() -> None:
    assert catalogue("de").keys() == catalogue("en").keys()


def test_every_room_has_its_file_in_both_languages() -> None:
    names = [{file.name for file in (PACKAGE / "messages" / language).glob("*.toml")} for language in ("de", "en")]
    assert names[0] == names[1]


def test_a_sentence_is_filled_with_the_same_values_in_both_languages() -> None:
    german, english = catalogue("de"), catalogue("en")
    assert {code for code in german if slots(german[code]) != slots(english.get(code, ""))} == set()


def test_everything_that_is_raised_or_found_has_its_sentence() -> None:
    missing = [f"{place} {code}" for place, code in spoken_in_the_source() if code not in catalogue("de")]
    assert missing == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_codes_are_kebab_case_and_sentences_are_not_empty(language: str) -> None:
    for code, sentence in catalogue(language).items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code), code
        assert sentence.strip() == sentence != "", code


def test_people_are_addressed_formally() -> None:
    familiar = re.compile(r"\b(?:du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE)
    assert [code for code, sentence in catalogue("de").items() if familiar.search(sentence)] == []


def test_german_quotation_marks_are_german() -> None:
    """Straight quotes stand for what is typed into config.toml; quoted words of people get „…“."""
    for code, sentence in catalogue("de").items():
        assert "“" not in sentence or "„" in sentence, code
        assert sentence.count("„") == sentence.count("“"), code


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_code_stands_in_the_files_of_two_rooms(language: str) -> None:
    rooms: dict[str, list[str]] = {}
    for file in sorted((PACKAGE / "messages" / language).glob("*.toml")):
        for code in tomllib.loads(file.read_text(encoding="utf-8")):
            rooms.setdefault(code, []).append(file.name)
    assert {code: files for code, files in rooms.items() if len(files) > 1} == {}


@pytest.mark.parametrize("code", ["a-remark-of-an-older-version", "alt-cut"])
def test_a_remark_that_was_kept_and_has_no_sentence_any_more_is_told_by_its_code(code: str) -> None:
    """The second has a sentence, but not the value that it asks for."""
    assert remark(Finding(code=code, severity=Severity.WARNING), "de") == code
