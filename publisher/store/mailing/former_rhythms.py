"""Who changed the rhythm: they are remembered for as long as a digest of the old one may still bring them something."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, literal, or_, select

from publisher.domain.digest import LOOK_BACK, Digest
from publisher.domain.subscriber import Rhythm
from publisher.store.engine.columns import Moment
from publisher.store.engine.connection import insert_into
from publisher.store.schema.mail import former_rhythms, subscribers


def remember_rhythm(connection: Connection, whose: ColumnElement[bool], chosen: Rhythm, now: datetime) -> None:
    """Note until when these subscribers had a rhythm that gathers, before they get the chosen one."""
    until = literal(now, Moment)
    theirs = select(subscribers.c.id, subscribers.c.rhythm, until)
    gathers = subscribers.c.rhythm.not_in([Rhythm.IMMEDIATE, chosen])
    names = [column.name for column in former_rhythms.c]
    note = insert_into(connection, former_rhythms).from_select(names, theirs.where(whose, gathers))
    again = {"until": note.excluded.until}
    connection.execute(note.on_conflict_do_update(index_elements=["subscriber_id", "rhythm"], set_=again))


def readers_of(digest: Digest) -> Select[tuple[int, tuple[str, ...], str, datetime | None]]:
    """Whom a digest is for: who has its rhythm, and who had it until some moment."""
    had = and_(former_rhythms.c.subscriber_id == subscribers.c.id, former_rhythms.c.rhythm == digest.rhythm)
    chosen = (subscribers.c.id, subscribers.c.topics, subscribers.c.rhythm, former_rhythms.c.until)
    joined = select(*chosen).outerjoin_from(subscribers, former_rhythms, had)
    # As an expression, so that no index on the channel is used: SQLite would sort the whole channel for each call.
    of_channel = subscribers.c.channel + "" == digest.channel
    return joined.where(of_channel, or_(subscribers.c.rhythm == digest.rhythm, former_rhythms.c.until.is_not(None)))


def forget_rhythms(connection: Connection, digest: Digest) -> None:
    """Forget who had this rhythm so long ago that digests no longer look back to it."""
    readers = select(subscribers.c.id).where(subscribers.c.channel == digest.channel)
    old = former_rhythms.c.until <= digest.moment - LOOK_BACK
    of_them = and_(former_rhythms.c.rhythm == digest.rhythm, former_rhythms.c.subscriber_id.in_(readers))
    connection.execute(delete(former_rhythms).where(old, of_them))
