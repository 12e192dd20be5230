"""A mail to one person about their own subscription: what its templates are given, and that it leads somewhere."""

from html import escape

from publisher.config.tables import Office
from publisher.domain.errors import ConfigError
from publisher.messages import say
from publisher.ports.words import NoticeOrder, NoticeWords
from publisher.rendering.environment import TemplateEnvironment, fill
from publisher.rendering.issue import inlined, wrapped

LABELS = ("imprint", "privacy", "accessibility", "contact")


def word_notice(environment: TemplateEnvironment, office: Office, order: NoticeOrder) -> NoticeWords:
    """Word a notice. Raises ConfigError with file, line and reason when a template is broken."""
    given: dict[str, object] = {
        "office": office,
        "language": order.language,
        "direction": "ltr",
        "label_language": order.language,
        "link": order.link,
        "topics": order.topics,
        "rhythm": say(order.language, f"rhythm-{order.rhythm}"),
        "asked_at": order.asked_at,
        "until": order.until,
        "label": {name: say(order.language, f"issue-{name}") for name in LABELS},
    }
    subject = " ".join(fill(environment, f"{order.template}.subject.txt", **given).split())
    text = fill(environment, f"{order.template}.txt", **given)
    html = fill(environment, f"{order.template}.html", subject=subject, **given)
    for part, link, ending in ((text, order.link, "txt"), (html, escape(order.link), "html")):
        if link not in part:
            raise ConfigError("template-without-link", file=f"{order.template}.{ending}")
    return NoticeWords(subject=subject, text=wrapped(text), html=inlined(html))
