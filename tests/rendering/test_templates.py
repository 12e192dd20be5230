"""The shipped templates are in order, and every way of breaking one is found before anything is published."""

from collections.abc import Callable

import pytest

from publisher.messages import tell
from publisher.rendering.templates import Templates

POSTS = ["post/mastodon.txt", "post/bluesky.txt"]


def test_the_shipped_post_templates_have_no_faults(templates: Templates) -> None:
    assert templates.faults(POSTS) == []


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ headline }", "Zeile 1"),
        ("\n{{ headlien }}", "Zeile 2 nicht in Ordnung: 'headlien' is undefined"),
        ("{{ headline }}{% if short %}\n{{ shrot }}{% endif %}", "Zeile 2"),
        ("{% if credit %}\n\n{{ credit.name }}{% endif %}", "Zeile 3"),
        ("{{ headline }}{% if not lead %}{{ fitt(lead) }}{% endif %}", "'fitt' is undefined"),
    ],
)
def test_a_fault_is_found_whatever_announcement_it_takes_to_see_it(
    templates: Templates, write: Callable[[str], None], template: str, told: str
) -> None:
    write(template)
    faults = templates.faults([*POSTS, "post/own.txt"])
    assert len(faults) == 1
    assert told in tell(faults[0], "de")


@pytest.mark.parametrize("template", ["", " \n\n", "{% if false %}{{ headline }}{% endif %}"])
def test_a_template_that_says_nothing_is_a_fault(
    templates: Templates, write: Callable[[str], None], template: str
) -> None:
    write(template)
    assert [fault.code for fault in templates.faults(["post/own.txt"])] == ["template-empty"]


def test_a_template_that_is_not_there_is_a_fault(templates: Templates) -> None:
    assert [fault.code for fault in templates.faults(["post/none.txt"])] == ["template-missing"]
