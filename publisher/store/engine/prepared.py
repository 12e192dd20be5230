"""Statements of the hot path: worked out once, then run by the database's driver itself.

For a few rows at a time, SQLAlchemy's way to the driver takes several times as long as the rows (docs/newsletter.md).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Connection, Dialect, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from publisher.store.engine.columns import Numbers

Parameters: TypeAlias = "Mapping[str, Any] | list[Any]"


class Prepared:
    """A statement with named parameters, for either database."""

    def __init__(self, statement: UpdateBase) -> None:
        self._compiled = cache(partial(_compile, statement))

    def run(self, connection: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Run it within the connection's transaction; answers what it returns, as the driver reads it. Raises DBAPIError."""
        sql, written = self._compiled(connection.dialect)
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.execute(sql, written(values))
            return cursor.fetchall() if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as error:
            raise DBAPIError(None, None, error) from None


def _compile(statement: UpdateBase, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Parameters]]:
    compiled: SQLCompiler = statement.compile(dialect=dialect)
    fixed, order = compiled.params, compiled.positiontup
    of_type = {name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in fixed}

    def written(values: Mapping[str, Any]) -> Parameters:
        own = {name: write(value) if (write := of_type[name]) else value for name, value in values.items()}
        named = {**fixed, **own}
        return named if order is None else [named[name] for name in order]

    return compiled.string, written


class OneOf(ColumnElement[bool]):
    """Whether a number is among those of one parameter: the same statement for however many there are."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[int], parameter: str) -> None:
        self.column = column
        self.numbers: BindParameter[Sequence[int]] = bindparam(parameter, type_=Numbers())


@compiles(OneOf, "sqlite")
def _one_of_json(element: OneOf, compiler: SQLCompiler, **named: Any) -> str:
    column, numbers = compiler.process(element.column), compiler.process(element.numbers)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608  # both are the compiler's own words


@compiles(OneOf, "postgresql")
def _one_of_array(element: OneOf, compiler: SQLCompiler, **named: Any) -> str:
    return f"{compiler.process(element.column)} = ANY ({compiler.process(element.numbers)})"
