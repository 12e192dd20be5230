"""What a database can complain of, as codes that tell a person what to do. No address and no value gets through."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from publisher.domain.errors import StoreError

SQLITE_CODES = {
    "SQLITE_BUSY": "store-locked",
    "SQLITE_LOCKED": "store-locked",
    "SQLITE_FULL": "store-disk-full",
    "SQLITE_READONLY": "store-read-only",
    "SQLITE_CANTOPEN": "store-not-opened",
    "SQLITE_PERM": "store-not-opened",
    "SQLITE_AUTH": "store-not-opened",
    "SQLITE_IOERR": "store-disk-trouble",
    "SQLITE_CORRUPT": "store-damaged",
    "SQLITE_NOTADB": "store-damaged",
}
"""By the first two words of SQLite's extended result codes (sqlite.org/rescode.html)."""

POSTGRES_CODES = {
    "53100": "store-disk-full",
    "25006": "store-read-only",
    "55P03": "store-locked",
    "40P01": "store-locked",
    "28": "store-not-admitted",
    "3D": "store-not-opened",
    "42501": "store-not-admitted",
    "08": "store-away",
    "53": "store-away",
    "57": "store-away",
}
"""By SQLSTATE or its class (PostgreSQL, appendix A)."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what SQLAlchemy raises into a StoreError.

    The foreign error is dropped: its text may hold the values of a row, mail addresses among them.
    """
    try:
        yield
    except DBAPIError as error:
        raise _fault(error) from None
    except PoolTimeout:
        raise StoreError("store-locked") from None
    except (StatementError, UnicodeEncodeError) as error:
        raise StoreError("store-refused", said=type(error.__cause__ or error).__name__) from None
    except SQLAlchemyError as error:
        raise StoreError("store-refused", said=type(error).__name__) from None


def _fault(error: DBAPIError) -> StoreError:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", None) or ""
        code = SQLITE_CODES.get("_".join(name.split("_")[:2]), "store-refused")
        return _told(code, name)
    if type(cause).__module__.partition(".")[0] == "psycopg":  # not imported for a check: SQLite users need none of it
        state: str = getattr(cause, "sqlstate", None) or ""
        # A connection that could not be made or broke has no SQLSTATE.
        fallback = "store-away" if error.connection_invalidated or not state else "store-refused"
        return _told(POSTGRES_CODES.get(state, POSTGRES_CODES.get(state[:2], fallback)), state)
    return StoreError("store-refused", said=type(cause).__name__)


def _told(code: str, said: str) -> StoreError:
    return StoreError(code, said=said) if code == "store-refused" else StoreError(code)
