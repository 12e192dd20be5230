"""The office's templates as one part of the office: words posts and issues, and finds out whether a template is broken."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from publisher.config.tables import Office, Web
from publisher.domain.errors import ConfigError
from publisher.ports.words import IssueOrder, IssueWords, NoticeOrder, NoticeWords, PostOrder, PostWords
from publisher.rendering.environment import TemplateEnvironment
from publisher.rendering.post import word_post
from publisher.rendering.samples import FULL, issue_samples, notice_samples, post_samples


class Templates:
    """Implements `publisher.ports.words.Renderer`. `folder`: the office's own templates; what it lacks is the shipped one."""

    def __init__(self, folder: Path, office: Office, web: Web) -> None:
        self._environment = TemplateEnvironment(folder, office)
        self._office = office
        self._web = web

    def post(self, order: PostOrder) -> PostWords:
        """Word a post. Raises ConfigError with file, line and reason when the template is broken."""
        return word_post(self._environment, self._office, order)

    def issue(self, order: IssueOrder) -> IssueWords:
        """Word an issue. Raises ConfigError with file, line and reason when a template is broken."""
        # Imported where it is needed: an office without a newsletter does not load what inlines styles.
        from publisher.rendering.issue import word_issue

        return word_issue(self._environment, self._office, self._web, order)

    def notice(self, order: NoticeOrder) -> NoticeWords:
        """Word a mail to one person. Raises ConfigError with file, line and reason when a template is broken."""
        from publisher.rendering.notice import word_notice

        return word_notice(self._environment, self._office, order)

    def faults(self, templates: Sequence[str]) -> list[ConfigError]:
        """Try the named templates on made-up announcements: each thing that is wrong with them, once.

        A name with an ending is a post's template, one below `notice/` a mail's to one person, another a folder of an
        issue's.
        """
        found: dict[str, ConfigError] = {}
        for attempt in self._attempts(dict.fromkeys(templates)):
            try:
                attempt()
            except ConfigError as error:
                found.setdefault(str(error), error)
        return list(found.values())

    def _try_post(self, order: PostOrder) -> None:
        """Platforms refuse an empty post, and an announcement that has everything gives no reason for one."""
        words = self.post(order)
        if order.announcement is FULL and not words.text.strip():
            raise ConfigError("template-empty", file=order.template)

    def _attempts(self, templates: Iterable[str]) -> Iterator[Callable[[], object]]:
        for template in templates:
            if template.startswith("notice/"):
                yield from (partial(self.notice, order) for order in notice_samples(template))
            elif Path(template).suffix:
                yield from (partial(self._try_post, order) for order in post_samples(template))
            else:
                yield from (partial(self.issue, order) for order in issue_samples(template))
