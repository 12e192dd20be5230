"""The HTML part in a real browser: on a small phone and a large screen, in the light and in the dark."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from publisher.ports.words import IssuePicture
from publisher.rendering.templates import Templates
from tests.rendering.test_issue import FOUNTAIN, ROAD, entry, order

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
WIDE = IssuePicture(url=PIXEL, width=1200, height=800, alt="Ein Brunnen.", credit="Kim Muster", caption="")
WIDE_TABLE = f"<table><tr>{''.join(f'<th>Straßenabschnitt{n}</th>' for n in range(8))}</tr></table>"
LONG_WORD = "https://musterstadt.example/donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen/2026/november"

CONTRASTS = """() => {
  const luminance = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
      .map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backdrop = element => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" && element.parentElement ? backdrop(element.parentElement) : colour;
  };
  const shown = [...document.querySelectorAll("body *")].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) && element.offsetParent);
  return shown.map(element => {
    const [one, other] = [luminance(getComputedStyle(element).color), luminance(backdrop(element))];
    return [element.textContent.trim().slice(0, 40), (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
  });
}"""


@pytest.fixture
def issue_file(tmp_path: Path, templates: Templates) -> Path:
    told = replace(FOUNTAIN, html=FOUNTAIN.html + WIDE_TABLE)
    made = templates.issue(order(entry(told, WIDE), entry(ROAD)))
    file = tmp_path / "issue.html"
    file.write_text(made.html.replace("Pumpe und Filter", LONG_WORD), encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_an_issue_can_be_read_at_any_width_in_any_light(
    chromium: Browser, issue_file: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(issue_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nobody has to scroll sideways"
    assert _is_dark(page) == (scheme == "dark")
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 10
    assert [told for told in contrasts if told[1] < 4.5] == [], "WCAG 2.2, 1.4.3"
    targets = page.evaluate("[...document.querySelectorAll('.foot a')].map(a => a.getBoundingClientRect().height)")
    assert min(targets) >= 24, "WCAG 2.2, 2.5.8"
    context.close()


def _is_dark(page: Page) -> bool:
    colour = page.evaluate("getComputedStyle(document.querySelector('.content')).backgroundColor")
    return bool(colour == "rgb(28, 32, 36)")
