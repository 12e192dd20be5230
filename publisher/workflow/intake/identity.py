"""Which announcement a draft is: a new one, a revision of a known one, or words that were taken in already."""

from collections.abc import Iterable, Sequence

from publisher.checks.sketches import Recent, sketch
from publisher.domain.announcement import Announcement, Dossier
from publisher.domain.delivery import DeliveryState
from publisher.domain.draft import Draft
from publisher.domain.finding import Finding, Severity, holds
from publisher.domain.sighting import Sighting
from publisher.domain.standing import holding_findings
from publisher.ports.sources import Keeper, Source
from publisher.workflow.office import Office

SHINGLE = 3
SAME_TEXT = 0.5
"""Share of one text's word triples that recur in the other where it is clearly the same one reworked."""
MAYBE_SAME_TEXT = 0.2

WAITING_STILL = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.CANCELLED, DeliveryState.MISSED)


def revised_by(office: Office, source: Source, before: Dossier | None, draft: Draft) -> Dossier | None:
    """The announcement that this draft is a new revision of: the one it names, else its item's own earlier one.

    `before`: the earlier one, if there is one. In the folder a name alone proves nothing: the text must clearly be the
    same one reworked; where the earlier one has not left yet, a fifth of it is enough, since two that contradict each
    other must not go out.
    """
    named = office.store.archive.dossier(draft.revises) if draft.revises else None
    if named is None and before is not None and isinstance(source, Keeper):
        enough = MAYBE_SAME_TEXT if is_unsent(office, before.id) else SAME_TEXT
        before = before if text_shared(before.announcement, draft.announcement) >= enough else None
    found = named or before
    return None if found is None or found.standing.retracted else found


def said_already(office: Office, announcement: Announcement, recent: Iterable[Recent]) -> Dossier | None:
    """The announcement of the last 30 days that says exactly this, from whatever file or feed; None if there is none.

    One that was missed may be said again: that is how people repeat it.
    """
    drawn = sketch(announcement)
    for known in recent:
        if known.headline == announcement.headline and known.sketch == drawn:
            dossier = office.store.archive.dossier(known.id)
            if (
                dossier is not None
                and _says_the_same(dossier.announcement, announcement)
                and not _missed(office, known.id)
            ):
                return dossier
    return None


def is_freed(before: Dossier, findings: Sequence[Finding]) -> bool:
    """Whether the same words were held by their findings and would not be now: the office has changed a severity."""
    return holds(holding_findings(before)) and not holds(findings)


def original_of(office: Office, source: Source, named: str) -> str | None:
    """The ID of the announcement that a version names, by its ID or by its file's name."""
    archive = office.store.archive
    found = archive.dossier(named) or archive.by_key(source.name, named)
    return found.id if found else None


def is_unsent(office: Office, announcement_id: str) -> bool:
    """Whether nothing of an announcement has left, or may have."""
    deliveries = office.store.outbox.deliveries_of(announcement_id)
    return all(delivery.state in WAITING_STILL for delivery in deliveries)


def remarks_on_identity(
    office: Office, sighting: Sighting, draft: Draft, revised: Dossier | None, announcement: Announcement
) -> Iterable[Finding]:
    """What the office should know about what this draft replaces, or does not."""
    if draft.revises and (revised is None or revised.id != draft.revises):
        yield Finding(code="unknown-id", severity=Severity.ERROR, excerpt=draft.revises)
    lifted = revised is not None and revised.announcement.embargo is not None and announcement.embargo is None
    if revised is not None and lifted and is_unsent(office, revised.id):
        yield Finding(code="embargo-dropped", severity=Severity.ERROR, excerpt=revised.id)
    other = sighting.announcement_id
    if revised is None and other and is_unsent(office, other):
        dossier = office.store.archive.dossier(other)
        if dossier is not None and dossier.standing.retracted is None:
            yield Finding(code="same-name-waits", severity=Severity.WARNING, excerpt=other)


def _says_the_same(one: Announcement, other: Announcement) -> bool:
    def said(announcement: Announcement) -> tuple[object, ...]:
        a = announcement
        return a.headline, a.lead, a.body, a.language, a.audience, a.channels, a.embargo, a.publish, a.version_of

    return said(one) == said(other)


def _missed(office: Office, announcement_id: str) -> bool:
    deliveries = office.store.outbox.deliveries_of(announcement_id)
    return bool(deliveries) and all(delivery.state is DeliveryState.MISSED for delivery in deliveries)


def text_shared(old: Announcement, new: Announcement) -> float:
    """How much of the shorter text stands in the other, too: 0 to 1, by triples of words."""
    before, after = _shingles(old), _shingles(new)
    return len(before & after) / max(1, min(len(before), len(after)))


def _shingles(announcement: Announcement) -> set[tuple[str, ...]]:
    words = f"{announcement.headline} {announcement.lead} {announcement.body}".lower().split()
    return {tuple(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))}
