"""How times and frozen data stand in a column: the only place that knows what SQLite and PostgreSQL keep differently."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from pydantic import JsonValue, TypeAdapter
from pydantic_core import to_json
from sqlalchemy import ARRAY, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from publisher.domain.delivery import Receipt
from publisher.domain.variant import Variant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Number = BigInteger().with_variant(Integer, "sqlite")
"""A row's number: 64 bits on both; only INTEGER counts up by itself on SQLite."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC time: `timestamptz` on PostgreSQL, whole microseconds since 1970 on SQLite, so that both compare."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = EPOCH + value * MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)
        return moment


class Numbers(TypeDecorator[Sequence[int]]):
    """Many rows' numbers as one value: an array on PostgreSQL, JSON text on SQLite, which has no arrays."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger()))

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return written(value) if dialect.name == "sqlite" else value


class Frozen(TypeDecorator[Any]):
    """A frozen dataclass of the domain (or plain JSON) as JSON text.

    Read back through its types, so that a field added later with a default reads older rows. Text, not JSONB: what
    comes back is what was put in, key for key.
    """

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else read(self.kind, value)


def written(value: Any) -> str:
    """Frozen data as a column keeps it."""
    return to_json(value).decode()


def read(kind: Any, text: str) -> Any:
    """The frozen data that a column's text holds. Raises pydantic's ValidationError, a ValueError."""
    kept = _reader(kind).validate_json(text)
    if kind not in _LOOSE:
        return kept
    return kind(**{known.name: getattr(kept, known.name) for known in fields(kind)})


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(_LOOSE.get(kind, kind))


# pydantic cannot follow the domain's recursive Json alias; its own JsonValue says the same.


@dataclass(frozen=True, slots=True, kw_only=True)
class _LooseVariant(Variant):
    details: dict[str, JsonValue] = field(default_factory=dict)  # type: ignore[assignment]  # the same, said for pydantic


@dataclass(frozen=True, slots=True, kw_only=True)
class _LooseReceipt(Receipt):
    details: dict[str, JsonValue] = field(default_factory=dict)  # type: ignore[assignment]  # the same, said for pydantic


_LOOSE: dict[Any, Any] = {Variant: _LooseVariant, Receipt: _LooseReceipt}

JSON_OBJECT = dict[str, JsonValue]
