"""The first tables."""

import sqlalchemy as sa
from alembic import op

from publisher.store.engine.columns import Moment, Number

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From nothing."""
    _announcements()
    _deeds()
    _leases()
    _notes()
    _pictures()
    _sightings()
    _stops()
    _subscribers()
    _suppressions()
    _revisions()
    _deliveries()
    _attempts()
    _issues()
    _steps()
    _variants()
    _recipients()


def _announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("composed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("composed_at", Moment(), nullable=True),
        sa.Column("published", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("held_at", Moment(), nullable=True),
        sa.Column("retracted_by", sa.String(), nullable=True),
        sa.Column("retracted_at", Moment(), nullable=True),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.Column("released_at", Moment(), nullable=True),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_announcements_approved")),
        sa.CheckConstraint("(composed = 0) = (composed_at IS NULL)", name=op.f("ck_announcements_composed_at")),
        sa.CheckConstraint("(held_by IS NULL) = (held_at IS NULL)", name=op.f("ck_announcements_held")),
        sa.CheckConstraint("(published = 0) = (published_at IS NULL)", name=op.f("ck_announcements_published_at")),
        sa.CheckConstraint("(released_by IS NULL) = (released_at IS NULL)", name=op.f("ck_announcements_released")),
        sa.CheckConstraint("(retracted_by IS NULL) = (retracted_at IS NULL)", name=op.f("ck_announcements_retracted")),
        sa.CheckConstraint("composed BETWEEN 0 AND revision", name=op.f("ck_announcements_composed")),
        sa.CheckConstraint("published BETWEEN 0 AND composed", name=op.f("ck_announcements_published")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_announcements_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index("ix_announcements_composed_at", "announcements", ["composed_at"], unique=False)
    op.create_index("ix_announcements_published_at", "announcements", ["published_at"], unique=False)
    op.create_index("ix_announcements_source_key", "announcements", ["source", "key"], unique=False)
    op.create_index("ix_announcements_taken_at", "announcements", ["taken_at"], unique=False)
    op.create_index(
        "ix_announcements_uncomposed",
        "announcements",
        ["taken_at"],
        unique=False,
        sqlite_where=sa.text("retracted_at IS NULL AND composed < revision"),
        postgresql_where=sa.text("retracted_at IS NULL AND composed < revision"),
    )
    op.create_index("ix_announcements_updated_at", "announcements", ["updated_at"], unique=False)


def _deeds() -> None:
    op.create_table(
        "deeds",
        sa.Column("id", Number, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deeds_subject", "deeds", ["subject"], unique=False)


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "name", name=op.f("pk_notes")),
    )


def _pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_pictures_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_pictures")),
    )


def _sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_seen", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("announcement_id", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('seen', 'waiting', 'taken', 'refused', 'dropped')", name=op.f("ck_sightings_state")
        ),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_sightings")),
    )


def _stops() -> None:
    op.create_table(
        "stops",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_stops_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stops")),
    )


def _subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", Number, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("language", sa.String(), server_default="", nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("rhythm IN ('immediate', 'daily', 'weekly')", name=op.f("ck_subscribers_rhythm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("channel", "folded", name=op.f("uq_subscribers_channel_folded")),
        sa.UniqueConstraint("token", name=op.f("uq_subscribers_token")),
        sqlite_autoincrement=True,
    )


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("reason IN ('left', 'erased')", name=op.f("ck_suppressions_reason")),
        sa.PrimaryKeyConstraint("channel", "fingerprint", name=op.f("pk_suppressions")),
    )
    op.create_index("ix_suppressions_token_hash", "suppressions", ["token_hash"], unique=False)


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("announcement_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.CheckConstraint("audience IN ('public', 'press')", name=op.f("ck_revisions_audience")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revisions_number")),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcements.id"], name=op.f("fk_revisions_announcement_id")),
        sa.PrimaryKeyConstraint("announcement_id", "number", name=op.f("pk_revisions")),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("announcement_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_attempt_at", Moment(), nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("reason_detail", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("resolved_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (state IN ('queued', 'sending', 'deferred', 'uncertain'))",
            name=op.f("ck_deliveries_settled_at"),
        ),
        sa.CheckConstraint("(state = 'sent') = (receipt IS NOT NULL)", name=op.f("ck_deliveries_receipt")),
        sa.CheckConstraint(
            "lease_token IS NULL OR state IN ('queued', 'sending', 'deferred', 'uncertain')",
            name=op.f("ck_deliveries_settled_unleased"),
        ),
        sa.CheckConstraint(
            "state <> 'sending' OR (lease_token IS NOT NULL AND request IS NOT NULL)",
            name=op.f("ck_deliveries_sending"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled', 'missed', 'suppressed')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.CheckConstraint("(attempts = 0) = (last_attempt_at IS NULL)", name=op.f("ck_deliveries_attempts")),
        sa.CheckConstraint("(last_attempt_at IS NULL) = (request IS NULL)", name=op.f("ck_deliveries_attempted")),
        sa.CheckConstraint("(lease_token IS NULL) = (lease_owner IS NULL)", name=op.f("ck_deliveries_lease_owner")),
        sa.CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_deliveries_lease")),
        sa.CheckConstraint("(resolved_by IS NULL) = (resolved_at IS NULL)", name=op.f("ck_deliveries_resolved")),
        sa.ForeignKeyConstraint(
            ["announcement_id", "revision"],
            ["revisions.announcement_id", "revisions.number"],
            name=op.f("fk_deliveries_announcement_id_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "announcement_id", "revision", "channel", name=op.f("uq_deliveries_announcement_id_revision_channel")
        ),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["channel", "due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'deferred')"),
        postgresql_where=sa.text("state IN ('queued', 'deferred')"),
    )
    op.create_index(
        "ix_deliveries_sending",
        "deliveries",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_deliveries_uncertain",
        "deliveries",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'uncertain'"),
        postgresql_where=sa.text("state = 'uncertain'"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("code", sa.String(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("outcome IN ('sent', 'deferred', 'failed', 'uncertain')", name=op.f("ck_attempts_outcome")),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_attempts_ended")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempts")),
    )


def _issues() -> None:
    op.create_table(
        "issues",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("dated", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_issues_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_issues_delivery_id")),
    )


def _steps() -> None:
    op.create_table(
        "steps",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_steps_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "name", name=op.f("pk_steps")),
    )


def _variants() -> None:
    op.create_table(
        "variants",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_variants_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_variants")),
    )


def _recipients() -> None:
    op.create_table(
        "recipients",
        sa.Column("id", Number, nullable=False),
        sa.Column("issue_id", sa.String(), nullable=False),
        sa.Column("subscriber_id", Number, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("doubts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_attempt_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.CheckConstraint(
            "lease_owner IS NULL OR state IN ('queued', 'sending', 'deferred')",
            name=op.f("ck_recipients_settled_unleased"),
        ),
        sa.CheckConstraint(
            "state <> 'sending' OR (lease_owner IS NOT NULL AND attempts > 0)", name=op.f("ck_recipients_sending")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled', 'missed', 'suppressed')",
            name=op.f("ck_recipients_state"),
        ),
        sa.CheckConstraint("(attempts = 0) = (last_attempt_at IS NULL)", name=op.f("ck_recipients_attempts")),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name=op.f("ck_recipients_lease")),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_recipients_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("issue_id", "subscriber_id", name=op.f("uq_recipients_issue_id_subscriber_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_recipients_due",
        "recipients",
        ["issue_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'deferred')"),
        postgresql_where=sa.text("state IN ('queued', 'deferred')"),
    )
    op.create_index(
        "ix_recipients_sending",
        "recipients",
        ["issue_id", "lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index("ix_recipients_subscriber_id", "recipients", ["subscriber_id"], unique=False)
