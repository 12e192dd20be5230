"""Parts of threads, and alarms."""

import sqlalchemy as sa
from alembic import op

from publisher.store.engine.columns import Moment

revision = "0002"
down_revision = "0001"

FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    """New tables beside the old ones, and an index for what failed."""
    _parts()
    _alarms()
    op.create_index(
        "ix_deliveries_failed", "deliveries", ["announcement_id"], sqlite_where=FAILED, postgresql_where=FAILED
    )


def _parts() -> None:
    op.create_table(
        "parts",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_parts_number")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_parts_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_parts")),
    )


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("told_values", sa.Text(), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("told_at", Moment(), nullable=True),
        sa.CheckConstraint("(told = 'nothing') = (told_at IS NULL)", name=op.f("ck_alarms_told_at")),
        sa.CheckConstraint("told IN ('nothing', 'raised', 'over')", name=op.f("ck_alarms_told")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_alarms")),
    )
