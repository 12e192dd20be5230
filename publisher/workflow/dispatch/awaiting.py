"""Posts that wait until their announcement's own page is there: the content system publishes at the same minute."""

from datetime import datetime, timedelta

import structlog

from publisher.domain.announcement import Dossier
from publisher.domain.gate import LINK_PAUSE
from publisher.workflow.office import Office

log = structlog.get_logger()

SCOPE = "link"
ALARM_AFTER = timedelta(minutes=10)
ASK_LEASE = timedelta(seconds=30)
OTHERS_ASK = timedelta(seconds=2)
"""When to look again while another lane is asking."""


def link_is_there(office: Office, dossier: Dossier) -> bool:
    """Whether nothing waits for the announcement's own link, or it has answered."""
    announcement = dossier.announcement
    if not (announcement.wait_for_link and announcement.link):
        return True
    return _noted(office, dossier).get("there") == announcement.link


def ask_for_link(office: Office, dossier: Dossier) -> datetime:
    """Ask whether the page is there, at most every ten seconds whoever asks, and remember it. When to look again: now
    if it is.

    Only for an announcement that nothing else holds back: before its embargo, nobody asks for it.
    """
    now = office.clock.now()
    with office.store.exclusive(f"link {dossier.id}", office.worker, now, ASK_LEASE) as free:
        return _ask(office, dossier, now) if free else now + OTHERS_ASK


def _ask(office: Office, dossier: Dossier, now: datetime) -> datetime:
    link, noted = dossier.announcement.link, _noted(office, dossier)
    if noted.get("there") == link:
        return now
    asked = noted.get("asked") if noted.get("link") == link else None
    again = datetime.fromisoformat(asked) + LINK_PAUSE if asked else now
    if again > now:
        return again
    kept = {"link": link, "since": noted["since"] if asked else now.isoformat(), "asked": now.isoformat()}
    there = office.pages.answers(link)
    office.store.notebook.write(SCOPE, dossier.id, kept | ({"there": link} if there else {}))
    if there:
        log.info("link is there", announcement=dossier.id)
    return now if there else now + LINK_PAUSE


def waits_too_long(office: Office, dossier: Dossier) -> bool:
    """Whether the page has not answered for ten minutes."""
    noted = _noted(office, dossier)
    since = noted.get("since") if "there" not in noted else None
    return bool(since) and office.clock.now() - datetime.fromisoformat(str(since)) >= ALARM_AFTER


def _noted(office: Office, dossier: Dossier) -> dict[str, str]:
    noted = office.store.notebook.read(SCOPE, dossier.id) or {}
    return {name: str(value) for name, value in noted.items()}
