"""How a command that sends is asked to end: the first SIGTERM or Ctrl+C lets nothing more begin, a second ends it at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.workflow.office import Office


@contextmanager
def in_good_order(office: "Office") -> Iterator[None]:
    """What is under way is finished and written down, so that no mail is left in doubt."""

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        office.closing.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
