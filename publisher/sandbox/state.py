"""What the sandbox's platforms hold: one SQLite file, so that posts and mails outlive the process that made them.

Several processes may use the file at once; every method is one transaction. Times are aware UTC, by the platforms' own clock.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from publisher.sandbox.seen import Blob, Mail, NewPost, Post, SeenCard, Span

SCHEMA = """
CREATE TABLE IF NOT EXISTS post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT NOT NULL, author TEXT NOT NULL, ref TEXT NOT NULL, url TEXT NOT NULL, text TEXT NOT NULL,
    spans TEXT NOT NULL, blobs TEXT NOT NULL, card TEXT, language TEXT NOT NULL, visibility TEXT NOT NULL,
    record TEXT NOT NULL, at TEXT NOT NULL,
    UNIQUE (platform, author, ref)
);
CREATE TABLE IF NOT EXISTS blob (
    platform TEXT NOT NULL, ref TEXT NOT NULL, author TEXT NOT NULL, media_type TEXT NOT NULL, alt TEXT NOT NULL,
    data BLOB NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (platform, ref)
);
CREATE TABLE IF NOT EXISTS note (
    platform TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (platform, name)
);
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    envelope_from TEXT NOT NULL, recipients TEXT NOT NULL, raw BLOB NOT NULL, at TEXT NOT NULL
);
"""


class State:
    """The file. Safe for any number of threads and processes."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        with closing(self._connect()) as connection:
            with suppress(sqlite3.OperationalError):  # another process is just doing it: SQLite does not wait for that
                connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)

    def keep_post(self, post: NewPost) -> bool:
        """Keep a post; False, and nothing changes, if its author already has one of that ref."""
        row = (
            *(post.platform, post.author, post.ref, post.url, post.text),
            json.dumps([[span.start, span.end, span.url] for span in post.spans]),
            json.dumps(post.pictures),
            json.dumps(post.card) if post.card else None,
            *(post.language, post.visibility, json.dumps(post.record), _now()),
        )
        with self._writing() as connection:
            made = connection.execute(
                "INSERT OR IGNORE INTO post (platform, author, ref, url, text, spans, blobs, card, language, visibility,"
                " record, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return made.rowcount == 1

    def posts(self, *, platform: str = "", author: str = "", limit: int = 200, before: int | None = None) -> list[Post]:
        """Newest first; of one platform or author, and older than the post of an id, where given."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT * FROM post WHERE (? = '' OR platform = ?) AND (? = '' OR author = ?) AND (? IS NULL OR id < ?)"
                " ORDER BY id DESC LIMIT ?",
                (platform, platform, author, author, before, before, limit),
            ).fetchall()
            return [_read_post(connection, row) for row in rows]

    def post(self, platform: str, author: str, ref: str) -> Post | None:
        """One post by its platform's own name for it."""
        with closing(self._connect()) as connection:
            row = connection.execute(
                "SELECT * FROM post WHERE platform = ? AND author = ? AND ref = ?", (platform, author, ref)
            ).fetchone()
            return _read_post(connection, row) if row else None

    def keep_blob(self, platform: str, author: str, blob: Blob) -> None:
        """Keep an uploaded picture; harmless to repeat."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO blob (platform, ref, author, media_type, alt, data, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (platform, blob.ref, author, blob.media_type, blob.alt, blob.data, _now()),
            )

    def blob(self, platform: str, ref: str, author: str = "") -> Blob | None:
        """An uploaded picture, of one author where given."""
        with closing(self._connect()) as connection:
            return _read_blob(connection, platform, ref, author)

    def note(self, platform: str, name: str, value: str) -> None:
        """Remember a small thing of a platform: an idempotency key, a session."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO note (platform, name, value, at) VALUES (?, ?, ?, ?)",
                (platform, name, value, _now()),
            )

    def noted(self, platform: str, name: str) -> tuple[str, datetime] | None:
        """What was remembered under a name, and when."""
        with closing(self._connect()) as connection:
            row = connection.execute(
                "SELECT value, at FROM note WHERE platform = ? AND name = ?", (platform, name)
            ).fetchone()
            return (row["value"], datetime.fromisoformat(row["at"])) if row else None

    def keep_mail(self, envelope_from: str, recipients: Sequence[str], raw: bytes) -> None:
        """Keep an accepted mail. The same mail sent twice is kept twice: that is what a reader would see."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO mail (envelope_from, recipients, raw, at) VALUES (?, ?, ?, ?)",
                (envelope_from, json.dumps(list(recipients)), raw, _now()),
            )

    def mails(self, *, limit: int = 200) -> list[Mail]:
        """Newest first."""
        with closing(self._connect()) as connection:
            rows = connection.execute("SELECT * FROM mail ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
            return [_read_mail(row) for row in rows]

    def mail(self, id: int) -> Mail | None:
        """One mail."""
        with closing(self._connect()) as connection:
            row = connection.execute("SELECT * FROM mail WHERE id = ?", (id,)).fetchone()
            return _read_mail(row) if row else None

    def mail_count(self) -> int:
        """How many mails were accepted so far."""
        with closing(self._connect()) as connection:
            return int(connection.execute("SELECT count(*) FROM mail").fetchone()[0])

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        # A lost sandbox post costs nothing; thousands of sandbox mails should not wait for the disk.
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _read_post(connection: sqlite3.Connection, row: sqlite3.Row) -> Post:
    platform = row["platform"]
    pictures = [(_read_blob(connection, platform, ref), alt) for ref, alt in json.loads(row["blobs"])]
    return Post(
        id=row["id"],
        platform=platform,
        author=row["author"],
        ref=row["ref"],
        url=row["url"],
        text=row["text"],
        spans=tuple(Span(start=start, end=end, url=url) for start, end, url in json.loads(row["spans"])),
        pictures=tuple(
            Blob(ref=blob.ref, media_type=blob.media_type, data=blob.data, alt=alt) for blob, alt in pictures if blob
        ),
        card=_read_card(connection, platform, row["card"]),
        language=row["language"],
        visibility=row["visibility"],
        record=json.loads(row["record"]),
        at=datetime.fromisoformat(row["at"]),
    )


def _read_card(connection: sqlite3.Connection, platform: str, stored: str | None) -> SeenCard | None:
    if stored is None:
        return None
    url, title, description, ref = json.loads(stored)
    picture = _read_blob(connection, platform, ref) if ref else None
    return SeenCard(url=url, title=title, description=description, picture=picture)


def _read_blob(connection: sqlite3.Connection, platform: str, ref: str, author: str = "") -> Blob | None:
    row = connection.execute(
        "SELECT * FROM blob WHERE platform = ? AND ref = ? AND (? = '' OR author = ?)", (platform, ref, author, author)
    ).fetchone()
    return Blob(ref=ref, media_type=row["media_type"], data=row["data"], alt=row["alt"]) if row else None


def _read_mail(row: sqlite3.Row) -> Mail:
    return Mail(
        id=row["id"],
        envelope_from=row["envelope_from"],
        recipients=tuple(json.loads(row["recipients"])),
        raw=row["raw"],
        at=datetime.fromisoformat(row["at"]),
    )
