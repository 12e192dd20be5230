"""The tables of what came back. Whoever leaves takes all of it along, except what a person has not read yet."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, exists

from publisher.store.engine.columns import Moment, Number
from publisher.store.schema.constraints import among, metadata
from publisher.store.schema.mail import subscribers

CAUSES = "'no-mailbox', 'no-domain', 'moved', 'full', 'inactive', 'temporary', 'too-large', 'policy', 'unclear'"

# The copy is a bare number: its row becomes a count after a while.
bounces = Table(
    "bounces",
    metadata,
    Column("subscriber_id", Number, ForeignKey(subscribers.c.id, ondelete="CASCADE"), primary_key=True),
    Column("copy_id", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("cause", String, nullable=False),
    Column("hard", Boolean, nullable=False),
    Column("status", String, nullable=False),
    Column("words", Text, nullable=False),
    among("cause", CAUSES),
)

suspensions = Table(
    "suspensions",
    metadata,
    Column(
        "subscriber_id",
        Number,
        ForeignKey(subscribers.c.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("at", Moment, nullable=False),
    Column("cause", String, nullable=False),
    Column("repeated", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    among("cause", CAUSES),
)

# The only place beside `subscribers` and `sign_ups` where an address stands: that of who wrote, until a person has read it.
answers = Table(
    "answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("sender", String, nullable=False),
    Column("folded", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("wish", Boolean, nullable=False),
    Column("subscriber_id", Number, ForeignKey(subscribers.c.id, ondelete="CASCADE")),
    Index("ix_answers_folded", "channel", "folded"),
    Index("ix_answers_subscriber_id", "subscriber_id"),
)

IS_SUSPENDED = exists().where(suspensions.c.subscriber_id == subscribers.c.id)
"""Of a subscriber: gets no issue for now."""
