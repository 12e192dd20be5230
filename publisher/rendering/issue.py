"""An issue of the newsletter: what its templates are given, and what is done with what they make.

The templates are the editors'; what must not depend on them happens here: clean HTML, an outline without gaps, styles
where mail programs read them, lines of a readable length, a way off the list in both parts.
"""

import textwrap
from dataclasses import replace
from datetime import datetime

import css_inline

from publisher.config.tables import Office, Web
from publisher.domain.errors import ConfigError
from publisher.domain.issue import UNSUBSCRIBE_SLOT
from publisher.language.dates import clock_time, long_date
from publisher.language.fitting import is_item
from publisher.messages import say
from publisher.ports.words import IssueOrder, IssueWords
from publisher.rendering.articles import Article, article_of
from publisher.rendering.environment import TemplateEnvironment, fill
from publisher.rendering.mending import well_set

LARGEST_HTML = 100_000
"""Bytes: Gmail cuts a mail off behind 102 KB, and the way off the list stands at its end."""
COLUMNS = 72
LABELS = (
    *("more", "photo", "picture", "contents", "imprint", "privacy", "accessibility", "leave", "contact"),
    *("questions", "enclosed", "download", "leave-press", "choices"),
)
CHOICES = f"{UNSUBSCRIBE_SLOT}?choices"
"""The reader's own page: the way out leads on to it (publisher.web.public.app), so a copy needs one address only."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def word_issue(environment: TemplateEnvironment, office: Office, web: Web, order: IssueOrder) -> IssueWords:
    """Word an issue. Raises ConfigError with file, line and reason when a template is broken.

    Where the HTML grew too large to arrive whole, both parts keep headlines, leads, pictures and links only.
    """
    order = replace(order, entries=[replace(one, announcement=well_set(one.announcement)) for one in order.entries])
    words = _filled(environment, office, web, order, whole=True)
    if len(words.html.encode()) > LARGEST_HTML:
        words = _filled(environment, office, web, order, whole=False)
    return words


def _filled(
    environment: TemplateEnvironment, office: Office, web: Web, order: IssueOrder, *, whole: bool
) -> IssueWords:
    level = 2 if len(order.entries) == 1 else 3
    table = say(_label_language(office, order), "words-table")
    articles = [
        article_of(entry, number, level, table=table, whole=whole) for number, entry in enumerate(order.entries, 1)
    ]
    given = _given(office, web, order, articles)
    subject = " ".join(fill(environment, f"{order.template}/subject.txt", **given).split())
    text = fill(environment, f"{order.template}/issue.txt", subject=subject, **given)
    html = fill(environment, f"{order.template}/issue.html", subject=subject, **given)
    for name, part in (("issue.txt", text), ("issue.html", html)):
        if UNSUBSCRIBE_SLOT not in part.replace(CHOICES, ""):
            raise ConfigError("template-without-unsubscribe", file=f"{order.template}/{name}")
    for name, part in (("subject.txt", subject), ("issue.txt", text), ("issue.html", html)):
        if str(given["embargo"]) not in part:
            raise ConfigError("template-without-embargo", file=f"{order.template}/{name}")
    return IssueWords(subject=subject, text=wrapped(text), html=inlined(html))


def _given(office: Office, web: Web, order: IssueOrder, articles: list[Article]) -> dict[str, object]:
    """What templates may use, by the names that templates/README.md explains."""
    ours = _label_language(office, order)
    return {
        "office": office,
        "language": order.language,
        "direction": "rtl" if order.language.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
        "label": {name: say(ours, f"issue-{name}") for name in LABELS} | _digest_labels(ours, order),
        "label_language": ours,
        "articles": articles,
        "digest": order.digest,
        "day": long_date(order.dated, office.timezone, ours) if order.dated else "",
        "embargo": _embargo(office, ours, order.embargo),
        "enclosed": list(order.enclosed),
        "browser": articles[0].page if len(articles) == 1 else f"{web.public_url}/",
        "unsubscribe": UNSUBSCRIBE_SLOT,
        "choices": CHOICES,
    }


def _label_language(office: Office, order: IssueOrder) -> str:
    spoken = order.language.partition("-")[0]
    return spoken if spoken in ("de", "en") else office.language


def _digest_labels(language: str, order: IssueOrder) -> dict[str, str]:
    """What a digest calls itself, how many announcements follow the first, and what is to be seen in the browser."""
    others = len(order.entries) - 1
    counted = "issue-others-one" if others == 1 else "issue-others"
    return {
        "digest": say(language, f"issue-digest-{order.digest}") if order.digest else "",
        "others": say(language, counted, count=others) if others else "",
        "browser": say(language, "issue-archive" if others else "issue-browser"),
    }


def _embargo(office: Office, language: str, moment: datetime | None) -> str:
    """The line that newsrooms must not overlook; "" without an embargo ahead."""
    if moment is None:
        return ""
    zone = office.timezone
    day, hour = long_date(moment, zone, language), clock_time(moment, zone, language)
    return say(language, "issue-embargo", day=day, time=hour)


def wrapped(text: str) -> str:
    """Long lines broken between words; addresses stay whole, at most one empty line stands between paragraphs."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines += _wrapped_line(line)
    return "\n".join(lines) + "\n"


def _wrapped_line(line: str) -> list[str]:
    indent = "  " if is_item(line) or line.startswith(("- ", "* ")) else ""
    return textwrap.wrap(
        line,
        COLUMNS,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    ) or [""]


def inlined(html: str) -> str:
    """Styles moved to where every mail program reads them; those for dark mode and small screens stay in the head."""
    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(html)
