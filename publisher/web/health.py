"""Whether this process can do its work, for the office's monitoring: says yes or no, and nothing about the inside."""

from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse

from publisher.domain.errors import StoreError
from publisher.workflow.office import Office

LastBeat = Callable[[], datetime | None]
"""When the scheduler last did its round (aware UTC); None before the first, or where no scheduler runs."""

SILENCE = timedelta(minutes=2)


def no_beat() -> datetime | None:
    """For pages that are served without a scheduler beside them."""
    return None


def health_page(office: Office, last_beat: LastBeat) -> Callable[[Request], JSONResponse]:
    """The endpoint `/healthz`: 200 when all is well, 503 when the database or the scheduler does not answer."""

    def healthz(_: Request) -> JSONResponse:
        now, beat = office.clock.now(), last_beat()
        database = _answers(office)
        scheduler = beat is None or now - beat < SILENCE
        told = {
            "status": "ok" if database and scheduler else "failing",
            "database": "ok" if database else "failing",
            "scheduler": "ok" if scheduler else "failing",
            "last_beat": beat.isoformat() if beat else None,
        }
        return JSONResponse(told, 200 if told["status"] == "ok" else 503, {"cache-control": "no-store"})

    return healthz


def _answers(office: Office) -> bool:
    try:
        office.store.notebook.read("web", "health")
    except StoreError:
        return False
    return True
