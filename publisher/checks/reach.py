"""What looking at the links showed: who does not answer, and who sends readers elsewhere."""

from collections.abc import Iterator

from publisher.checks.addresses import host_of, links_of
from publisher.checks.examination import Examination, excerpt
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`link-unreachable`, `link-intranet`, `link-redirects-elsewhere`: warnings, since an office may have no way out."""
    for link in links_of(announcement):
        answer = about.links.get(link.url)
        if answer is None:
            continue
        told = excerpt(link.url)
        if answer.inside:
            yield Finding(code="link-intranet", severity=Severity.WARNING, excerpt=told)
        elif not answer.reached:
            values = {"said": answer.said}
            yield Finding(code="link-unreachable", severity=Severity.WARNING, excerpt=told, values=values)
        elif _site(host_of(link.url)) != _site(host_of(answer.final)):
            values = {"host": host_of(answer.final)}
            yield Finding(code="link-redirects-elsewhere", severity=Severity.WARNING, excerpt=told, values=values)


def _site(host: str) -> str:
    """The last two names of a host: www.musterstadt.de and presse.musterstadt.de are one house."""
    return ".".join(host.split(".")[-2:])
