"""The program as its users call it, in a folder of its own with sandbox channels."""

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from publisher.cli import main

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
[channels.mastodon]
kind = "mastodon"
server = "sandbox"
[channels.bluesky]
kind = "bluesky"
server = "sandbox"
handle = "stadt.test"
[channels.newsletter]
kind = "newsletter"
sender = "Stadt Musterstadt <news@musterstadt.example>"
smtp = "sandbox"
rate = "unlimited"
undo = "0 seconds"
topics = { verkehr = "Verkehr" }
"""

BRIDGE = """\
---
überschrift: Brücke am Hafen gesperrt
link: https://musterstadt.example/bruecke
kontakt: Presseamt, presse@musterstadt.example
schlagworte: [öffentlicher Nahverkehr, Hafen]
---
Die Brücke am Hafen ist ab Dienstag gesperrt. Der Bus fährt eine Umleitung.
"""


@dataclass(frozen=True)
class Answer:
    """What a call left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call: TypeAlias = Callable[..., Answer]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "queue").mkdir()
    (tmp_path / "config.toml").write_text(textwrap.dedent(CONFIG), encoding="utf-8")
    return tmp_path


@pytest.fixture
def publisher(home: Path, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls the program with the config of `home`."""

    def call(*words: str | Path) -> Answer:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["--config", str(home / "config.toml"), *map(str, words)])
        said = capfd.readouterr()
        code = left.value.code
        return Answer(status=code if isinstance(code, int) else 0, out=said.out, err=said.err)

    return call
