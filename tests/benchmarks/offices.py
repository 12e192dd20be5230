"""Offices for benchmarks: a folder with a config, made for one measurement."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = [sys.executable, "-m", "publisher"]

CONFIG = """
[office]
name = "Stadt Musterstadt"
contact = "presse@musterstadt.example"
imprint = "https://musterstadt.example/impressum"
privacy = "https://musterstadt.example/datenschutz"
[web]
desk = "127.0.0.1:0"
public = "127.0.0.1:0"
public_url = "https://presse.musterstadt.example"
[sources.queue]
kind = "folder"
path = "queue"
settle = "0 seconds"
"""


@contextmanager
def office_folder(more: str) -> Iterator[Path]:
    """A folder with `queue/` and a config.toml that ends in `more`."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as name:
        folder = Path(name)
        (folder / "queue").mkdir()
        (folder / "config.toml").write_text(CONFIG + more, encoding="utf-8")
        yield folder
