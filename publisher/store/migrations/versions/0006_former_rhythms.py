"""Who changed the rhythm, and until when they had the old one."""

import sqlalchemy as sa
from alembic import op

from publisher.store.engine.columns import Moment, Number

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """A new table. Of changes made before, nothing is known."""
    op.create_table(
        "former_rhythms",
        sa.Column("subscriber_id", Number, nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.CheckConstraint("rhythm IN ('daily', 'weekly')", name=op.f("ck_former_rhythms_rhythm")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_former_rhythms_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "rhythm", name=op.f("pk_former_rhythms")),
    )
