"""The tables of sign-ups that wait for their confirmation, and of what keeps them from being abused."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint

from publisher.store.engine.columns import Frozen, Moment, Number
from publisher.store.schema.constraints import among, metadata, where

WAITING = "notice IN ('due', 'sending')"

sign_ups = Table(
    "sign_ups",
    metadata,
    Column("id", Number, primary_key=True),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("folded", String, nullable=False),
    Column("token", String, nullable=False, unique=True),
    Column("topics", Frozen(tuple[str, ...]), nullable=False),
    Column("rhythm", String, nullable=False),
    Column("language", String, nullable=False),
    Column("wording", Text, nullable=False),
    Column("form", String, nullable=False),
    Column("ip", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("notice", String, nullable=False),
    Column("notice_id", String, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),
    UniqueConstraint("channel", "folded"),
    among("rhythm", "'immediate', 'daily', 'weekly'"),
    among("notice", "'due', 'sending', 'sent', 'uncertain', 'refused'"),
    CheckConstraint("notice = 'due' OR attempts > 0", name="attempts"),
    Index("ix_sign_ups_asked_at", "asked_at"),
    Index("ix_sign_ups_waiting", "due_at", **where(WAITING)),
    sqlite_autoincrement=True,
)

# Names are keyed hashes: who signed up from where cannot be read from them.
brakes = Table(
    "brakes",
    metadata,
    Column("name", String, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    CheckConstraint("count >= 1", name="count"),
)

# Hashes of links in older mails: whoever subscribes again can still leave, or change, by them.
former_tokens = Table(
    "former_tokens",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("subscriber_id", Number, nullable=False),
    Index("ix_former_tokens_subscriber_id", "subscriber_id"),
)
