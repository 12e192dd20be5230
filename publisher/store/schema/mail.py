"""The tables of issues and their readers. An address stands in one of them only."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from publisher.domain.issue import Tally
from publisher.domain.variant import Variant
from publisher.store.engine.columns import Frozen, Moment, Number
from publisher.store.schema.constraints import (
    OPEN,
    SENDING,
    STATES,
    UNENDED,
    UNSETTLED_DIGEST,
    among,
    metadata,
    together,
    where,
)
from publisher.store.schema.desk import deliveries

# One row per channel, rhythm and office day: whoever comes second makes no second digest.
digests = Table(
    "digests",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("rhythm", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("moment", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("outcome", String, nullable=False),
    UniqueConstraint("channel", "rhythm", "day"),
    among("rhythm", "'daily', 'weekly'"),
    among("outcome", "'made', 'empty', 'missed'"),
)

# What a rhythm's digests have taken up: no later one tells it again.
gathered = Table(
    "gathered",
    metadata,
    Column("digest_id", String, ForeignKey(digests.c.id), primary_key=True),
    Column("announcement_id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Index("ix_gathered_announcement_id", "announcement_id"),
)

# `counts`: the copies by state as they were settled; when `copies_gone`, all that is left of them.
issues = Table(
    "issues",
    metadata,
    Column("id", String, primary_key=True),
    Column("delivery_id", String, ForeignKey(deliveries.c.id), unique=True),
    Column("channel", String, nullable=False),
    Column("dated", Moment, nullable=False),
    Column("kind", String, nullable=False, server_default="immediate"),
    Column("candidates", Integer, nullable=False, server_default="0"),
    Column("settled_at", Moment),
    Column("counts", Frozen(Tally)),
    Column("copies_gone", Boolean, nullable=False, server_default=false()),
    among("kind", "'immediate', 'daily', 'weekly'"),
    CheckConstraint("(kind = 'immediate') = (delivery_id IS NOT NULL)", name="delivery"),
    CheckConstraint("counts IS NULL OR settled_at IS NOT NULL", name="counts"),
    CheckConstraint("NOT copies_gone OR counts IS NOT NULL", name="copies_gone"),
    Index("ix_issues_dated", "channel", "dated"),
    Index("ix_issues_open", "channel", **where(UNENDED)),
)

# What an issue tells: with its copies, who got which revision.
entries = Table(
    "entries",
    metadata,
    Column("issue_id", String, ForeignKey(issues.c.id), primary_key=True),
    Column("announcement_id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("place", Integer, nullable=False, server_default="0"),
    Index("ix_entries_announcement_id", "announcement_id", "revision"),
)

# A digest's issue on its way: worded by whoever takes it first. An issue with a delivery needs none of this.
digest_issues = Table(
    "digest_issues",
    metadata,
    Column("issue_id", String, ForeignKey(issues.c.id), primary_key=True),
    Column("digest_id", String, ForeignKey(digests.c.id), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("settled_as", String, nullable=False, server_default=""),
    Column("reason", String, nullable=False, server_default=""),
    Column("content", Frozen(Variant)),
    Column("lease_owner", String),
    Column("lease_token", String),
    Column("lease_until", Moment),
    among("settled_as", "'', 'sent', 'cancelled', 'missed'"),
    together("lease", "lease_token", "lease_until"),
    together("lease_owner", "lease_token", "lease_owner"),
    CheckConstraint("settled_as <> 'sent' OR content IS NOT NULL", name="content"),
    CheckConstraint("lease_token IS NULL OR settled_as = ''", name="settled_unleased"),
    Index("ix_digest_issues_digest_id", "digest_id"),
    Index("ix_digest_issues_due", "due_at", **where(UNSETTLED_DIGEST)),
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

# Whoever changes the rhythm still gets from a digest of the old one what was sent out until then.
former_rhythms = Table(
    "former_rhythms",
    metadata,
    Column("subscriber_id", Number, ForeignKey(subscribers.c.id, ondelete="CASCADE"), primary_key=True),
    Column("rhythm", String, primary_key=True),
    Column("until", Moment, nullable=False),
    among("rhythm", "'daily', 'weekly'"),
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
