"""The press office's tables: what may stand in them at all. CHECK constraints keep out what no code should ever write."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from publisher.domain.announcement import Announcement
from publisher.domain.delivery import Receipt
from publisher.domain.finding import Finding
from publisher.domain.variant import Variant
from publisher.store.engine.columns import JSON_OBJECT, Frozen, Moment, Number
from publisher.store.schema.constraints import (
    FAILED,
    OPEN,
    SENDING,
    STATES,
    UNCERTAIN,
    UNCOMPOSED,
    UNSETTLED,
    among,
    metadata,
    together,
    where,
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("key", String, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("composed", Integer, nullable=False, server_default="0"),
    Column("composed_at", Moment),
    Column("published", Integer, nullable=False, server_default="0"),
    Column("published_at", Moment),
    Column("needs_approval", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("approved_by", String),
    Column("approved_at", Moment),
    Column("held_by", String),
    Column("held_at", Moment),
    Column("retracted_by", String),
    Column("retracted_at", Moment),
    Column("released_by", String),
    Column("released_at", Moment),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("composed BETWEEN 0 AND revision", name="composed"),
    CheckConstraint("(composed = 0) = (composed_at IS NULL)", name="composed_at"),
    CheckConstraint("published BETWEEN 0 AND composed", name="published"),
    CheckConstraint("(published = 0) = (published_at IS NULL)", name="published_at"),
    together("approved", "approved_by", "approved_at"),
    together("held", "held_by", "held_at"),
    together("retracted", "retracted_by", "retracted_at"),
    together("released", "released_by", "released_at"),
    Index("ix_announcements_taken_at", "taken_at"),
    Index("ix_announcements_updated_at", "updated_at"),
    Index("ix_announcements_composed_at", "composed_at"),
    Index("ix_announcements_published_at", "published_at"),
    Index("ix_announcements_source_key", "source", "key"),
    Index("ix_announcements_uncomposed", "taken_at", **where(UNCOMPOSED)),
)

revisions = Table(
    "revisions",
    metadata,
    Column("announcement_id", String, ForeignKey(announcements.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("audience", String, nullable=False),
    Column("content", Frozen(Announcement), nullable=False),
    Column("findings", Frozen(tuple[Finding, ...]), nullable=False),
    Column("made_at", Moment, nullable=False),
    CheckConstraint("number >= 1", name="number"),
    among("audience", "'public', 'press'"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("announcement_id", String, nullable=False, server_default=""),
    among("state", "'seen', 'waiting', 'taken', 'refused', 'dropped'"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("announcement_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_attempt_at", Moment),
    Column("settled_at", Moment),
    Column("request", Frozen(JSON_OBJECT)),
    Column("receipt", Frozen(Receipt)),
    Column("reason", String, nullable=False, server_default=""),
    Column("reason_detail", Text, nullable=False, server_default=""),
    Column("lease_owner", String),
    Column("lease_token", String),
    Column("lease_until", Moment),
    Column("resolved_by", String),
    Column("resolved_at", Moment),
    ForeignKeyConstraint(["announcement_id", "revision"], ["revisions.announcement_id", "revisions.number"]),
    UniqueConstraint("announcement_id", "revision", "channel"),
    among("state", STATES),
    together("lease", "lease_token", "lease_until"),
    together("lease_owner", "lease_token", "lease_owner"),
    together("attempted", "last_attempt_at", "request"),
    together("resolved", "resolved_by", "resolved_at"),
    CheckConstraint("(attempts = 0) = (last_attempt_at IS NULL)", name="attempts"),
    CheckConstraint(f"(settled_at IS NULL) = (state IN ({UNSETTLED}))", name="settled_at"),
    CheckConstraint("(state = 'sent') = (receipt IS NOT NULL)", name="receipt"),
    CheckConstraint("state <> 'sending' OR (lease_token IS NOT NULL AND request IS NOT NULL)", name="sending"),
    CheckConstraint(f"lease_token IS NULL OR state IN ({UNSETTLED})", name="settled_unleased"),
    Index("ix_deliveries_due", "channel", "due_at", **where(OPEN)),
    Index("ix_deliveries_sending", "lease_until", **where(SENDING)),
    Index("ix_deliveries_uncertain", "due_at", **where(UNCERTAIN)),
    Index("ix_deliveries_failed", "announcement_id", **where(FAILED)),
)

variants = Table(
    "variants",
    metadata,
    Column("delivery_id", String, ForeignKey(deliveries.c.id), primary_key=True),
    Column("content", Frozen(Variant), nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", String, ForeignKey(deliveries.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", String),
    Column("code", String, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    among("outcome", "'sent', 'deferred', 'failed', 'uncertain'"),
    together("ended", "ended_at", "outcome"),
)

steps = Table(
    "steps",
    metadata,
    Column("delivery_id", String, ForeignKey(deliveries.c.id), primary_key=True),
    Column("name", String, primary_key=True),
    Column("result", Frozen(JSON_OBJECT), nullable=False),
)

parts = Table(
    "parts",
    metadata,
    Column("delivery_id", String, ForeignKey(deliveries.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("request", Frozen(JSON_OBJECT), nullable=False),
    Column("receipt", Frozen(Receipt), nullable=False),
    Column("sent_at", Moment, nullable=False),
    CheckConstraint("number >= 1", name="number"),
)

alarms = Table(
    "alarms",
    metadata,
    Column("subject", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("told_values", Frozen(JSON_OBJECT), nullable=False),
    Column("lasting", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
    Column("over", Boolean, nullable=False),
    Column("told", String, nullable=False),
    Column("told_at", Moment),
    among("told", "'nothing', 'raised', 'over'"),
    CheckConstraint("(told = 'nothing') = (told_at IS NULL)", name="told_at"),
)

stops = Table(
    "stops",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("everything", Boolean, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

deeds = Table(
    "deeds",
    metadata,
    Column("id", Number, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_deeds_subject", "subject"),
    sqlite_autoincrement=True,
)

notes = Table(
    "notes",
    metadata,
    Column("scope", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Frozen(JSON_OBJECT), nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("token", String, nullable=False),
    Column("until", Moment, nullable=False),
)
