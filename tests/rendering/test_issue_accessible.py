"""axe finds nothing on what goes to lists, in light and dark, as wide as a small telephone and as a desk."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from publisher.rendering.templates import Templates
from tests.fixtures.axe import WIDTHS, Axe
from tests.rendering.kinds import issues
from tests.rendering.test_issue import PICTURE
from tests.rendering.test_issue_looks import PIXEL


@pytest.mark.parametrize("kind", ["single", "digest", "press"])
def test_axe_finds_nothing_on_an_issue(templates: Templates, scripted_page: Page, axe: Axe, kind: str) -> None:
    scripted_page.set_content(issues(templates, replace(PICTURE, url=PIXEL))[kind].html)
    assert axe(scripted_page) == []
    for width in WIDTHS:
        scripted_page.set_viewport_size({"width": width, "height": 800})
        assert scripted_page.evaluate("document.documentElement.scrollWidth") <= width, "nobody scrolls sideways"
