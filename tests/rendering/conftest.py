"""An office with a templates folder of its own, and orders for posts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.config.tables import Office, Web
from publisher.rendering.templates import Templates


@pytest.fixture
def office() -> Office:
    return Office(
        name="Stadt Musterstadt",
        contact="presse@musterstadt.example",
        imprint="https://musterstadt.example/impressum",
        privacy="https://musterstadt.example/datenschutz",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    (folder / "post").mkdir(parents=True)
    return folder


@pytest.fixture
def templates(folder: Path, office: Office) -> Templates:
    return Templates(folder, office, Web())


@pytest.fixture
def write(folder: Path) -> Callable[[str], None]:
    """Write the office's own post/own.txt."""

    def write(text: str) -> None:
        (folder / "post" / "own.txt").write_text(text, encoding="utf-8")

    return write
