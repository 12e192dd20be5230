"""Looks at the links of announcements: after they were taken in, never before their embargo, and nobody waits for it.

Only where the office made an unreachable link an error, wording waits until its links were looked at.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic

import structlog

from publisher.checks import reach
from publisher.checks.addresses import links_of, may_be_looked_at
from publisher.checks.examination import Examination
from publisher.domain.announcement import Announcement, Dossier
from publisher.domain.finding import Finding, Severity, with_severities
from publisher.domain.link import LinkAnswer
from publisher.domain.standing import awaits_a_word
from publisher.domain.timing import release_moment
from publisher.workflow.office import Office

log = structlog.get_logger()

MOST_LINKS = 20
PATIENCE_SECONDS = 5.0
"""For all links of an announcement together."""
UNANSWERED = LinkAnswer(reached=False, said="> 5 s")
LATELY = timedelta(minutes=10)
RUN_LEASE = timedelta(minutes=5)
MOST_PER_RUN = 20
CODES = ("link-unreachable", "link-intranet", "link-redirects-elsewhere")
SCOPE = "links"


def look_at_new_links(office: Office) -> int:
    """Look at the links of what was taken in and may leave by now, and add what was found; answers how many had links."""
    now = office.clock.now()
    waiting = [dossier for dossier in _candidates(office, now) if not were_looked_at(office, dossier, now)]
    if not waiting:
        return 0
    with office.store.exclusive(SCOPE, office.worker, now, RUN_LEASE) as free:
        for dossier in waiting[:MOST_PER_RUN] if free else ():
            if office.closing.is_set():
                break
            add_link_findings(office, dossier)
    return len(waiting) if free else 0


def _candidates(office: Office, now: datetime) -> list[Dossier]:
    """What is not worded yet, and what changed lately: an embargo that ended shows as a change."""
    archive = office.store.archive
    found = [*archive.open_dossiers(), *archive.changed_since(now - LATELY)]
    return list({dossier.id: dossier for dossier in found if dossier.standing.retracted is None}.values())


def were_looked_at(office: Office, dossier: Dossier, now: datetime) -> bool:
    """Whether nothing is left to look at for the time being: no links, not yet, or done already."""
    if awaits_a_word(dossier) or not _addresses(dossier.announcement):
        return True
    if not may_look(office, dossier.announcement, now):
        return True
    return _is_done(office, dossier)


def links_decide(office: Office) -> bool:
    """Whether the office holds back announcements whose links are broken."""
    return any(office.config.checks.get(code) is Severity.ERROR for code in CODES)


def must_wait(office: Office, dossier: Dossier) -> bool:
    """Whether wording has to wait for a look at the links."""
    return links_decide(office) and bool(_addresses(dossier.announcement)) and not _is_done(office, dossier)


def may_look(office: Office, announcement: Announcement, now: datetime) -> bool:
    """Not before the embargo or publish time, and not while everything is stopped."""
    return release_moment(announcement, now) <= now and office.store.outbox.stop() is None


def add_link_findings(office: Office, dossier: Dossier) -> None:
    """Look at the links of an announcement and add what was found to its findings. Raises StoreError."""
    now, announcement = office.clock.now(), dossier.announcement
    if awaits_a_word(dossier) or not may_look(office, announcement, now):
        return
    found = link_findings(office, announcement, now)
    office.store.archive.amend_findings(dossier.id, dossier.standing.revision, add=found, drop=(), now=now)
    office.store.notebook.write(SCOPE, dossier.id, {"revision": dossier.standing.revision})
    log.info("links looked at", announcement=dossier.id, findings=len(found))


def link_findings(office: Office, announcement: Announcement, now: datetime) -> tuple[Finding, ...]:
    """What looking at the links shows, in at most PATIENCE_SECONDS; the caller has asked whether it may."""
    about = Examination(
        now=now,
        zone=office.config.office.timezone,
        pictures_need_alt=False,
        links=_look(office, _addresses(announcement)),
    )
    return with_severities(reach.check(announcement, about), office.config.checks)


def _addresses(announcement: Announcement) -> list[str]:
    return [link.url for link in links_of(announcement) if may_be_looked_at(link.url)][:MOST_LINKS]


def _is_done(office: Office, dossier: Dossier) -> bool:
    looked = office.store.notebook.read(SCOPE, dossier.id)
    return looked is not None and looked.get("revision") == dossier.standing.revision


def _look(office: Office, addresses: list[str]) -> Mapping[str, LinkAnswer]:
    """All at once. Not in a pool: nobody waits, not even at the end of the process, for a name server that is silent."""
    answers: dict[str, LinkAnswer] = {}

    def look(url: str) -> None:
        answers[url] = office.pages.look(url)

    threads = [Thread(target=look, args=(url,), daemon=True, name="link") for url in addresses]
    for thread in threads:
        thread.start()
    end = monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return {url: answers.get(url, UNANSWERED) for url in addresses}
