"""The emergency stop in the middle of a mail run, which is looked for right before each mail."""

from collections.abc import Iterator
from time import sleep

from tests.laboratory.counted import UNKNOWN, Counted, faults
from tests.laboratory.desk import Desk
from tests.laboratory.outcome import Outcome
from tests.laboratory.sink import Sink


def stop_in_a_mail_run(desk: Desk, sink: Sink) -> Outcome:
    """A person stops everything while every connection waits for the mail server, which stands still; later they resume,
    which releases nothing by itself, and release it."""
    desk.subscribe(UNKNOWN)
    desk.drop(1, channels=["newsletter"])
    run = desk.start("program", arguments=["run", "--once"])
    while not sink.holds():
        sleep(0.005)
    sleep(0.05)
    before = len(sink.mails())
    _command(desk, "stop", "--reason", "Probe")
    sink.go_on()
    run.wait(120)
    late = len(sink.mails()) - before
    desk.start(ahead=600).wait(120)
    _command(desk, "resume")
    desk.start(ahead=1200).wait(120)
    unasked = len(sink.mails()) - before - late
    _command(desk, "release", _only(desk))
    desk.settle()
    counted = Counted.of(desk, sink.mails(), [], doubtful=0)
    figures = {"mails before the stop": before, "mails after the stop": late, **counted.figures}
    found = [*_late(late, unasked, desk.connections), *faults(counted)]
    return Outcome("stop in a mail run", figures, found)


def _late(late: int, unasked: int, connections: int) -> Iterator[str]:
    if late > connections:
        yield f"{late} mails left after the stop, over {connections} connections"
    if unasked:
        yield f"{unasked} mails left before anybody released them"


def _only(desk: Desk) -> str:
    store = desk.store()
    try:
        [dossier] = store.archive.dossiers()
        return dossier.id
    finally:
        store.close()


def _command(desk: Desk, *arguments: str) -> None:
    status = desk.start("program", arguments=list(arguments)).wait()
    assert status == 0, status
