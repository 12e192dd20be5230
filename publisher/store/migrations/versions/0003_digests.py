"""Digests, what each issue tells, and issues that settle."""

import sqlalchemy as sa
from alembic import op

from publisher.store.engine.columns import Moment

revision = "0003"
down_revision = "0002"

UNENDED = sa.text("settled_at IS NULL")
UNSETTLED = sa.text("settled_as = ''")


def upgrade() -> None:
    """New tables, and what is known of the issues that are there."""
    _digests()
    _gathered()
    _issues()
    _entries()
    _digest_issues()
    _fill()


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("moment", Moment(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('made', 'empty', 'missed')", name=op.f("ck_digests_outcome")),
        sa.CheckConstraint("rhythm IN ('daily', 'weekly')", name=op.f("ck_digests_rhythm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("channel", "rhythm", "day", name=op.f("uq_digests_channel_rhythm_day")),
    )


def _gathered() -> None:
    op.create_table(
        "gathered",
        sa.Column("digest_id", sa.String(), nullable=False),
        sa.Column("announcement_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_gathered_digest_id")),
        sa.PrimaryKeyConstraint("digest_id", "announcement_id", "revision", name=op.f("pk_gathered")),
    )
    op.create_index("ix_gathered_announcement_id", "gathered", ["announcement_id"])


def _issues() -> None:
    with op.batch_alter_table("issues") as issues:
        issues.alter_column("delivery_id", nullable=True)
        issues.add_column(sa.Column("kind", sa.String(), server_default="immediate", nullable=False))
        issues.add_column(sa.Column("candidates", sa.Integer(), server_default="0", nullable=False))
        issues.add_column(sa.Column("settled_at", Moment(), nullable=True))
        issues.add_column(sa.Column("counts", sa.Text(), nullable=True))
        issues.add_column(sa.Column("copies_gone", sa.Boolean(), server_default=sa.false(), nullable=False))
        issues.create_check_constraint(op.f("ck_issues_kind"), "kind IN ('immediate', 'daily', 'weekly')")
        issues.create_check_constraint(op.f("ck_issues_delivery"), "(kind = 'immediate') = (delivery_id IS NOT NULL)")
        issues.create_check_constraint(op.f("ck_issues_counts"), "counts IS NULL OR settled_at IS NOT NULL")
        issues.create_check_constraint(op.f("ck_issues_copies_gone"), "NOT copies_gone OR counts IS NOT NULL")
    op.create_index("ix_issues_dated", "issues", ["channel", "dated"])
    op.create_index("ix_issues_open", "issues", ["channel"], sqlite_where=UNENDED, postgresql_where=UNENDED)


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("issue_id", sa.String(), nullable=False),
        sa.Column("announcement_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_entries_issue_id")),
        sa.PrimaryKeyConstraint("issue_id", "announcement_id", "revision", name=op.f("pk_entries")),
    )
    op.create_index("ix_entries_announcement_id", "entries", ["announcement_id", "revision"])


def _digest_issues() -> None:
    op.create_table(
        "digest_issues",
        sa.Column("issue_id", sa.String(), nullable=False),
        sa.Column("digest_id", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("settled_as", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.CheckConstraint("settled_as <> 'sent' OR content IS NOT NULL", name=op.f("ck_digest_issues_content")),
        sa.CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_digest_issues_lease")),
        sa.CheckConstraint("(lease_token IS NULL) = (lease_owner IS NULL)", name=op.f("ck_digest_issues_lease_owner")),
        sa.CheckConstraint(
            "settled_as IN ('', 'sent', 'cancelled', 'missed')", name=op.f("ck_digest_issues_settled_as")
        ),
        sa.CheckConstraint("lease_token IS NULL OR settled_as = ''", name=op.f("ck_digest_issues_settled_unleased")),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_digest_issues_digest_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_digest_issues_issue_id")),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_digest_issues")),
    )
    op.create_index("ix_digest_issues_digest_id", "digest_issues", ["digest_id"])
    op.create_index(
        "ix_digest_issues_due", "digest_issues", ["due_at"], sqlite_where=UNSETTLED, postgresql_where=UNSETTLED
    )


def _fill() -> None:
    """What the issues so far told, how many they were for, and whether they are over."""
    op.execute(
        "INSERT INTO entries (issue_id, announcement_id, revision) "
        "SELECT issues.id, deliveries.announcement_id, deliveries.revision FROM issues "
        "JOIN deliveries ON deliveries.id = issues.delivery_id"
    )
    op.execute(
        "UPDATE issues SET candidates = (SELECT count(*) FROM recipients WHERE recipients.issue_id = issues.id), "
        "settled_at = (SELECT deliveries.settled_at FROM deliveries WHERE deliveries.id = issues.delivery_id)"
    )
