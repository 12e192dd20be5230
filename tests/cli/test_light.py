"""What an office does not use, it does not carry: memory is counted on the small machines where offices run."""

import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Call

UNUSED = (
    "psycopg",
    "cryptography",
    "requests",
    "mastodon",
    "trafilatura",
    "mammoth",
    "PIL",
)
PROGRAM = """
import sys
from publisher.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*(name for name in {unused!r} if name in sys.modules), file=sys.stderr)
"""


def test_an_office_on_sqlite_loads_no_driver_no_signing_and_no_platforms_library_before_it_needs_them(
    home: Path, publisher: Call
) -> None:
    publisher("announcements")  # migrates, which takes more
    command = [sys.executable, "-c", PROGRAM.format(unused=UNUSED), "--config", str(home / "config.toml"), "channels"]
    called = subprocess.run(command, capture_output=True, text=True, check=True)
    assert called.stderr.split() == []
