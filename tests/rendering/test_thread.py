"""Threads: a template that lines of only `---` part makes several posts, each within the limit."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from publisher.domain.errors import ConfigError
from publisher.domain.finding import holds
from publisher.rendering.templates import Templates
from tests.rendering.test_post import BRIDGE, LINK, order

THREAD = """{{ headline }}

{{ fit(lead, body) }}

{{ must }}
---
{{ fit(lead, body) }}
---
{{ more }} {{ link }}
{{ hashtags }}
"""


def test_each_part_goes_on_where_the_one_before_stopped(templates: Templates, write: Callable[[str], None]) -> None:
    write(THREAD)
    words = templates.post(order(limit=200, template="post/own.txt"))
    first, second = words.text, words.more[0]
    assert first.startswith(BRIDGE.headline)
    assert first.endswith("Sie kostete 3,5\u00a0Mio. Euro.")
    assert second.startswith("Die Brücke verbindet Altstadt und Hafen.")
    assert words.more[1] == f"Mehr: {LINK}\n#ÖffentlicherNahverkehr #StadtFest"
    assert all(len(text) <= 200 for text in (words.text, *words.more))
    assert not holds(words.findings)


def test_a_part_that_has_nothing_left_to_say_is_left_out(templates: Templates, write: Callable[[str], None]) -> None:
    write(THREAD)
    words = templates.post(order(limit=1_000, template="post/own.txt"))
    assert words.more == (f"Mehr: {LINK}\n#ÖffentlicherNahverkehr #StadtFest",)


def test_the_must_sentence_stands_in_the_first_part_alone(templates: Templates, write: Callable[[str], None]) -> None:
    write(THREAD)
    words = templates.post(order(replace(BRIDGE, must="Bitte absteigen."), limit=200, template="post/own.txt"))
    assert "Bitte absteigen." in words.text
    assert not any("Bitte absteigen." in text for text in words.more)


def test_a_part_that_is_too_long_holds_the_variant(templates: Templates, write: Callable[[str], None]) -> None:
    write("{{ headline }}\n---\n{{ body }}\n")
    assert holds(templates.post(order(limit=60, template="post/own.txt")).findings)


def test_a_mistake_in_a_later_part_is_told_with_its_line(templates: Templates, write: Callable[[str], None]) -> None:
    write("{{ headline }}\n---\n{{ nothing }}\n")
    with pytest.raises(ConfigError, match="template-broken") as broken:
        templates.post(order(template="post/own.txt"))
    assert (broken.value.values["file"], broken.value.values["line"]) == ("post/own.txt", 3)
    write("{{ headline }}\n---\n\n{% if %}\n")
    (fault,) = templates.faults(["post/own.txt"])
    assert (fault.values["file"], fault.values["line"]) == ("post/own.txt", 4)


def test_the_shipped_templates_make_one_post(templates: Templates) -> None:
    assert templates.post(order()).more == ()
