"""Sign-ups that wait for their confirmation, brakes, and the links of older mails."""

import sqlalchemy as sa
from alembic import op

from publisher.store.engine.columns import Moment, Number

revision = "0004"
down_revision = "0003"

WAITING = sa.text("notice IN ('due', 'sending')")


def upgrade() -> None:
    """New tables beside the old ones."""
    _sign_ups()
    op.create_table(
        "brakes",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_brakes_count")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_brakes")),
    )
    op.create_table(
        "former_tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("subscriber_id", Number, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_former_tokens")),
    )
    op.create_index("ix_former_tokens_subscriber_id", "former_tokens", ["subscriber_id"], unique=False)


def _sign_ups() -> None:
    op.create_table(
        "sign_ups",
        sa.Column("id", Number, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.CheckConstraint("rhythm IN ('immediate', 'daily', 'weekly')", name=op.f("ck_sign_ups_rhythm")),
        sa.CheckConstraint(
            "notice IN ('due', 'sending', 'sent', 'uncertain', 'refused')", name=op.f("ck_sign_ups_notice")
        ),
        sa.CheckConstraint("notice = 'due' OR attempts > 0", name=op.f("ck_sign_ups_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("channel", "folded", name=op.f("uq_sign_ups_channel_folded")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_ups_token")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_ups_asked_at", "sign_ups", ["asked_at"], unique=False)
    op.create_index("ix_sign_ups_waiting", "sign_ups", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING)
