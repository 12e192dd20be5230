"""Real bounces: the right recipient, and hardly any soft one taken for a hard one.

Those that `tests/mail/bounces/install.sh` fetches, and where `PUBLISHER_BOUNCE_CORPUS` names a folder, those in it: mails, one
a file, and labels.json: file -> a list of recipients, each with "address" and, where it is known, "hard" (true, false) or
"temporary" (true).
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from publisher.domain.returned import Bounce, Bounced
from publisher.mail.returns.content import content_of
from publisher.mail.returns.parts import take_apart

LEAST_RIGHT = 0.95
MOST_WRONGLY_HARD = 0.02


@dataclass
class Score:
    """What became of the labelled recipients."""

    recipients: int = 0
    right: int = 0
    soft: int = 0
    soft_as_hard: int = 0
    hard: int = 0
    hard_as_hard: int = 0

    def count(self, label: Mapping[str, Any], told: Mapping[str, Bounce]) -> None:
        self.recipients += 1
        bounce = told.get(label["address"].casefold())
        self.right += bounce is not None
        weighed = bounce or (next(iter(told.values())) if len(told) == 1 else None)
        if weighed is None or not label.keys() & {"hard", "temporary"}:
            return
        if label.get("hard"):
            self.hard += 1
            self.hard_as_hard += weighed.hard
        elif label.get("temporary", True):
            self.soft += 1
            self.soft_as_hard += weighed.hard

    def __str__(self) -> str:
        return (
            f"{self.right} of {self.recipients} recipients right ({self.right / self.recipients:.1%}), "
            f"{self.soft_as_hard} of {self.soft} soft ones taken for hard ({self.soft_as_hard / self.soft:.1%}), "
            f"{self.hard_as_hard} of {self.hard} hard ones known at once ({self.hard_as_hard / max(1, self.hard):.1%})"
        )


def told_by(file: Path) -> dict[str, Bounce]:
    content = content_of(take_apart(file.read_bytes()))
    return {bounce.address.casefold(): bounce for bounce in content.bounces} if isinstance(content, Bounced) else {}


CACHE = Path(os.environ.get("PUBLISHER_TEST_CACHE") or Path(__file__).parents[2] / ".build")
NAMED = os.environ.get("PUBLISHER_BOUNCE_CORPUS")


@pytest.mark.parametrize(
    "folder", [CACHE / "bounces", *([Path(NAMED)] if NAMED else [])], ids=lambda folder: folder.name
)
def test_real_bounces_are_read_rightly(folder: Path) -> None:
    if not (folder / "labels.json").exists():
        pytest.skip("no labelled bounces there: tests/mail/bounces/install.sh fetches some")
    labels: Mapping[str, Sequence[Mapping[str, Any]]] = json.loads((folder / "labels.json").read_text())
    score = Score()
    for name, rows in labels.items():
        told = told_by(folder / name)
        for row in rows:
            score.count(row, told)
    print(score)
    assert score.right >= LEAST_RIGHT * score.recipients, score
    assert score.soft_as_hard <= MOST_WRONGLY_HARD * score.soft, score
