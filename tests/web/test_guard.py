"""What every answer carries, who may ask, and what an error tells."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
import pytest
from starlette.types import Message
from structlog.testing import capture_logs

from publisher.web.listen import serve
from publisher.web.public.app import public_app
from tests.fakes import NOON
from tests.web.newsroom import Newsroom, an_announcement


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/unsubscribe/x", "/nichts", "/static/style.css", "/healthz"])
def test_every_public_answer_carries_the_security_headers(public: httpx.Client, path: str) -> None:
    headers = public.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_the_desk_answers_under_no_foreign_name(desk: httpx.Client) -> None:
    """DNS rebinding: a site's own name that suddenly leads to this machine."""
    for host in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""):
        answer = desk.get("/", headers={"host": host})
        assert answer.status_code in (400, 421)
        assert "Brücke" not in answer.text
    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert desk.get("/", headers={"host": host}).status_code == 200


def test_the_desk_never_answers_on_the_public_listener(newsroom: Newsroom, public: httpx.Client) -> None:
    name = newsroom.take(an_announcement("Noch nicht öffentlich"))
    for path in ("/sandbox/", f"/preview/{name}", "/variants/1", f"/#{name}", "/desk"):
        answer = public.get(path)
        assert "Noch nicht öffentlich" not in answer.text
    assert public.get("/sandbox/", follow_redirects=True).status_code == 404


def test_a_database_that_is_away_is_a_page_and_a_health_answer(newsroom: Newsroom, public: httpx.Client) -> None:
    newsroom.publish(an_announcement())
    (newsroom.office.config.folder / "web.db").write_bytes(b"kein SQLite" * 1000)
    newsroom.store.close()
    answer = public.get("/")
    assert answer.status_code == 503
    assert "Gerade nicht erreichbar" in answer.text
    health = public.get("/healthz")
    assert health.status_code == 503
    assert health.json()["database"] == "failing"


def test_a_browser_that_goes_away_in_the_middle_of_a_form_is_no_failure_of_the_page(newsroom: Newsroom) -> None:
    scope = {"type": "http", "method": "POST", "path": "/subscribe", "query_string": b"", "headers": []}
    told: list[Message] = []

    async def goes_away() -> Message:
        return {"type": "http.disconnect"}

    async def tell(message: Message) -> None:
        told.append(message)

    async def visit() -> None:
        await public_app(newsroom.office)(scope, goes_away, tell)

    # In a thread of its own: the browser's tests leave a loop behind in this one.
    with capture_logs() as lines, ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, visit()).result()
    assert (lines, told) == ([], [])


def test_health_tells_the_schedulers_last_beat_and_when_it_fell_silent(newsroom: Newsroom) -> None:
    beats: list[datetime | None] = [None, NOON, NOON - timedelta(minutes=5)]
    listener = serve(public_app(newsroom.office, lambda: beats[0]), "127.0.0.1", 0)
    answers = []
    for _ in range(3):
        answers.append(httpx.get(f"{listener.address}/healthz", trust_env=False))
        beats.pop(0)
    listener.stop()
    assert [answer.status_code for answer in answers] == [200, 200, 503]
    assert answers[1].json() == {
        "status": "ok",
        "database": "ok",
        "scheduler": "ok",
        "last_beat": NOON.isoformat(),
    }
    assert answers[2].json()["scheduler"] == "failing"
