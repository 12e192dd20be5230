"""Posts that wait until their announcement's own page is there: the content system publishes at the same minute."""

from datetime import datetime, timedelta

import structlog

from publisher.domain.announcement import Dossier
from publisher.domain.gate import LINK_PAUSE
from publisher.workflow.office import Office

log = structlog.get_logger()

SCOPE = "link"
ALARM_AFTER = timedelta(minutes=10)


def link_is_there(office: Office, dossier: Dossier) -> bool:
    """Whether nothing waits for the announcement's own link, or it has answered."""
    announcement = dossier.announcement
    if not (announcement.wait_for_link and announcement.link):
        return True
    return _noted(office, dossier).get("there") == announcement.link


def ask_for_link(office: Office, dossier: Dossier) -> bool:
    """Ask once whether the page is there, at most every ten seconds whoever asks, and remember it.

    Only for an announcement that nothing else holds back: before its embargo, nobody asks for it.
    """
    link, now = dossier.announcement.link, office.clock.now()
    noted = _noted(office, dossier)
    asked = noted.get("asked") if noted.get("link") == link else None
    if asked and now - datetime.fromisoformat(asked) < LINK_PAUSE:
        return False
    since = noted.get("since", "") if asked else now.isoformat()
    kept = {"link": link, "since": since, "asked": now.isoformat()}
    # Written first: five lanes must not ask five times at once.
    office.store.notebook.write(SCOPE, dossier.id, kept)
    there = office.pages.answers(link)
    if there:
        office.store.notebook.write(SCOPE, dossier.id, kept | {"there": link})
        log.info("link is there", announcement=dossier.id)
    return there


def waits_too_long(office: Office, dossier: Dossier) -> bool:
    """Whether the page has not answered for ten minutes."""
    noted = _noted(office, dossier)
    since = noted.get("since") if "there" not in noted else None
    return bool(since) and office.clock.now() - datetime.fromisoformat(str(since)) >= ALARM_AFTER


def _noted(office: Office, dossier: Dossier) -> dict[str, str]:
    noted = office.store.notebook.read(SCOPE, dossier.id) or {}
    return {name: str(value) for name, value in noted.items()}
