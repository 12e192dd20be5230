"""What all tables share: how constraints are named, and the conditions that partial indexes are made for."""

from typing import Any

from sqlalchemy import CheckConstraint, MetaData, text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Written out in SQL wherever they are asked for: a bound value would hide the partial indexes from the planners.
OPEN = "state IN ('queued', 'deferred')"
SENDING = "state = 'sending'"
UNCERTAIN = "state = 'uncertain'"
FAILED = "state = 'failed'"
UNENDED = "settled_at IS NULL"
UNSETTLED_DIGEST = "settled_as = ''"
UNCOMPOSED = "retracted_at IS NULL AND composed < revision"

UNSETTLED = "'queued', 'sending', 'deferred', 'uncertain'"
STATES = "'queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled', 'missed', 'suppressed'"


def together(name: str, first: str, second: str) -> CheckConstraint:
    return CheckConstraint(f"({first} IS NULL) = ({second} IS NULL)", name=name)


def among(column: str, values: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({values})", name=column)


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
