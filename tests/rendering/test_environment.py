"""What templates may do, and how a broken one is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config.tables import Office
from publisher.domain.errors import ConfigError
from publisher.messages import tell
from publisher.rendering.environment import TemplateEnvironment, fill

MOMENT = datetime(2025, 11, 12, 17, 30, tzinfo=UTC)
Write = Callable[[str], None]


@pytest.fixture
def environment(folder: Path, office: Office) -> TemplateEnvironment:
    return TemplateEnvironment(folder, office)


def test_dates_and_hashtags_are_written_as_an_editor_would(environment: TemplateEnvironment, write: Write) -> None:
    write("{{ day|date }}, {{ day|time }}, {{ 'öffentlicher Nahverkehr'|hashtag }}")
    told = fill(environment, "post/own.txt", day=MOMENT)
    assert told == "Mittwoch, 12. November 2025, 18:30 Uhr, #ÖffentlicherNahverkehr"


def test_dates_follow_the_language_of_what_is_written(environment: TemplateEnvironment, write: Write) -> None:
    write("{{ day|date }}, {{ day|time }}")
    assert fill(environment, "post/own.txt", day=MOMENT, language="en") == "Wednesday, 12 November 2025, 18:30"


def test_the_offices_own_template_wins_over_the_shipped_one(environment: TemplateEnvironment, folder: Path) -> None:
    (folder / "post" / "mastodon.txt").write_text("Eigene Worte", encoding="utf-8")
    assert fill(environment, "post/mastodon.txt") == "Eigene Worte"


def test_the_offices_first_own_template_is_used_at_once(environment: TemplateEnvironment, folder: Path) -> None:
    shipped = fill(environment, "notice/confirm.subject.txt", language="de", office={"name": "Musterstadt"})
    own = folder / "notice" / "confirm.subject.txt"
    own.parent.mkdir()
    own.write_text("Eigene Worte", encoding="utf-8")
    assert fill(environment, "notice/confirm.subject.txt") == "Eigene Worte"
    own.unlink()
    assert fill(environment, "notice/confirm.subject.txt", language="de", office={"name": "Musterstadt"}) == shipped


def test_a_changed_template_is_used_at_once(environment: TemplateEnvironment, write: Write) -> None:
    write("alt")
    assert fill(environment, "post/own.txt") == "alt"
    write("neu und länger")
    assert fill(environment, "post/own.txt") == "neu und länger"


def test_only_html_is_escaped(environment: TemplateEnvironment, folder: Path, write: Write) -> None:
    write("{{ word }}")
    (folder / "own.html").write_text("{{ word }}", encoding="utf-8")
    assert fill(environment, "post/own.txt", word="A & B") == "A & B"
    assert fill(environment, "own.html", word="A & B") == "A &amp; B"


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("a\n{% if true %}", 2, "Unexpected end of template"),
        ("a\n\n{{ headlien }}", 3, "'headlien' is undefined"),
        ("a\n{{ 'x'|truncate(3) }}", 2, "truncate"),
        ("a\n{{ ''.__class__.__mro__ }}", 2, "unsafe"),
        ("a\n{{ 1/0 }}", 2, "division by zero"),
        ("a\n{{ 'a' * 10000000000 }}", 2, "only for numbers"),
        ("a\n{{ 9 ** 999999999 }}", 2, "only for numbers"),
        ("a\n{% include 'post/none.txt' %}", 2, "no template post/none.txt"),
        ("a\n{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", 2, "recursion"),
        (
            "{% for a in range(999) %}\n{% for b in range(999) %}{% for c in range(999) %}{% endfor %}{% endfor %}{% endfor %}",
            2,
            "steps",
        ),
        ("{% for a in range(90000) %}Das ist eine viel zu lange Vorlage.{% endfor %}", 1, "characters"),
    ],
)
def test_a_broken_template_is_told_with_file_line_and_reason(
    environment: TemplateEnvironment, write: Write, template: str, line: int, said: str
) -> None:
    write(template)
    with pytest.raises(ConfigError) as caught:
        fill(environment, "post/own.txt")
    assert caught.value.code == "template-broken"
    assert caught.value.values["file"] == "post/own.txt"
    assert caught.value.values["line"] == line
    assert said in str(caught.value.values["said"])
    assert not str(caught.value.values["said"]).endswith("."), "the sentence that tells it ends by itself"


def test_an_error_in_an_included_template_is_told_where_it_is(
    environment: TemplateEnvironment, folder: Path, write: Write
) -> None:
    (folder / "foot.txt").write_text("a\n{{ nope }}", encoding="utf-8")
    write("a\n\n\n{% include 'foot.txt' %}")
    with pytest.raises(ConfigError) as caught:
        fill(environment, "post/own.txt")
    assert "templates/foot.txt ist in Zeile 2 nicht in Ordnung" in tell(caught.value, "de")


def test_a_template_in_an_old_encoding_is_told_with_its_line(environment: TemplateEnvironment, folder: Path) -> None:
    (folder / "post" / "own.txt").write_bytes(b"Sch\xc3\xb6ne\nGr\xfc\xdfe")
    with pytest.raises(ConfigError, match=r"line=2, said=not UTF-8"):
        fill(environment, "post/own.txt")


def test_a_byte_order_mark_does_not_show(environment: TemplateEnvironment, folder: Path) -> None:
    (folder / "post" / "own.txt").write_bytes(b"\xef\xbb\xbfGuten Tag\r\n")
    assert fill(environment, "post/own.txt").strip() == "Guten Tag"


@pytest.mark.parametrize("name", ["post/none.txt", "../config.toml", "/etc/hostname"])
def test_a_template_that_is_not_in_the_folder_is_missing(environment: TemplateEnvironment, name: str) -> None:
    with pytest.raises(ConfigError, match="template-missing"):
        fill(environment, name)
