"""Reads a file's bytes under a cap, and tells what a person must mend from what the next look may find mended."""

import errno
from pathlib import Path

from publisher.domain.errors import InvalidAnnouncement, TemporaryFailure


def read_bytes(path: Path, most: int) -> bytes:
    """The whole file, at most `most` bytes.

    Raises InvalidAnnouncement if it is empty, larger or forbidden, TemporaryFailure if it is gone or held by another.
    """
    try:
        if path.stat().st_size > most:
            raise InvalidAnnouncement("file-too-large", name=path.name, limit=most // 1_000_000)
        data = path.read_bytes()
    except PermissionError:
        raise InvalidAnnouncement("file-not-permitted", name=path.name) from None
    except OSError as error:
        # Gone, or held by the program that still writes it: the next look will tell.
        raise TemporaryFailure(
            "file-not-readable", name=path.name, said=errno.errorcode.get(error.errno or 0, "")
        ) from None
    if not data.strip(b"\x00 \t\r\n"):
        raise InvalidAnnouncement("empty-file")
    return data
