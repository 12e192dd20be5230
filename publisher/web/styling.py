"""The style sheet and what else browsers load beside a page, from our own folder only."""

from pathlib import Path

from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"


def static_files() -> StaticFiles:
    """The app that serves `/static`."""
    return StaticFiles(directory=STATIC)
