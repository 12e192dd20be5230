"""The tables of issues and their readers. An address stands in one of them only."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from publisher.store.columns import Frozen, Moment, Number
from publisher.store.constraints import OPEN, SENDING, STATES, among, metadata, together, where
from publisher.store.tables import deliveries

issues = Table(
    "issues",
    metadata,
    Column("id", String, primary_key=True),
    Column("delivery_id", String, ForeignKey(deliveries.c.id), nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("dated", Moment, nullable=False),
)

# No reference to subscribers, and no address: who leaves takes the address along, the copy stays as a number.
recipients = Table(
    "recipients",
    metadata,
    Column("id", Number, primary_key=True),
    Column("issue_id", String, ForeignKey(issues.c.id), nullable=False),
    Column("subscriber_id", Number, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("doubts", Integer, nullable=False, server_default="0"),
    Column("last_attempt_at", Moment),
    Column("reason", Text, nullable=False, server_default=""),
    Column("lease_owner", String),
    Column("lease_until", Moment),
    UniqueConstraint("issue_id", "subscriber_id"),
    among("state", STATES),
    together("lease", "lease_owner", "lease_until"),
    CheckConstraint("(attempts = 0) = (last_attempt_at IS NULL)", name="attempts"),
    CheckConstraint("state <> 'sending' OR (lease_owner IS NOT NULL AND attempts > 0)", name="sending"),
    CheckConstraint("lease_owner IS NULL OR state IN ('queued', 'sending', 'deferred')", name="settled_unleased"),
    Index("ix_recipients_subscriber_id", "subscriber_id"),
    Index("ix_recipients_due", "issue_id", "due_at", **where(OPEN)),
    Index("ix_recipients_sending", "issue_id", "lease_until", **where(SENDING)),
    sqlite_autoincrement=True,
)

# Numbers are never given twice (AUTOINCREMENT): a copy of an old issue must not find a new reader.
subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Number, primary_key=True),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("folded", String, nullable=False),
    Column("token", String, nullable=False, unique=True),
    Column("topics", Frozen(tuple[str, ...]), nullable=False),
    Column("rhythm", String, nullable=False),
    Column("language", String, nullable=False, server_default=""),
    Column("confirmed_at", Moment),
    Column("evidence", Text, nullable=False, server_default=""),
    UniqueConstraint("channel", "folded"),
    among("rhythm", "'immediate', 'daily', 'weekly'"),
    sqlite_autoincrement=True,
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("channel", String, primary_key=True),
    Column("fingerprint", String, primary_key=True),
    Column("token_hash", String),
    Column("reason", String, nullable=False),
    Column("at", Moment, nullable=False),
    among("reason", "'left', 'erased'"),
    Index("ix_suppressions_token_hash", "token_hash"),
)
