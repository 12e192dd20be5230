"""Bounces, suspensions, and answers that wait for a person."""

import sqlalchemy as sa
from alembic import op

from publisher.store.engine.columns import Moment, Number

revision = "0005"
down_revision = "0004"

CAUSES = (
    "cause IN ('no-mailbox', 'no-domain', 'moved', 'full', 'inactive', 'temporary', 'too-large', 'policy', 'unclear')"
)


def upgrade() -> None:
    """New tables beside the old ones."""
    _bounces()
    _suspensions()
    _answers()


def _bounces() -> None:
    op.create_table(
        "bounces",
        sa.Column("subscriber_id", Number, nullable=False),
        sa.Column("copy_id", Number, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(CAUSES, name=op.f("ck_bounces_cause")),
        _of_a_subscriber("bounces"),
        sa.PrimaryKeyConstraint("subscriber_id", "copy_id", name=op.f("pk_bounces")),
    )


def _suspensions() -> None:
    op.create_table(
        "suspensions",
        sa.Column("subscriber_id", Number, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(CAUSES, name=op.f("ck_suspensions_cause")),
        _of_a_subscriber("suspensions"),
        sa.PrimaryKeyConstraint("subscriber_id", name=op.f("pk_suspensions")),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("wish", sa.Boolean(), nullable=False),
        sa.Column("subscriber_id", Number, nullable=True),
        _of_a_subscriber("answers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_folded", "answers", ["channel", "folded"], unique=False)
    op.create_index("ix_answers_subscriber_id", "answers", ["subscriber_id"], unique=False)


def _of_a_subscriber(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_subscriber_id")
    return sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name=name, ondelete="CASCADE")
