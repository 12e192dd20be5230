"""A feed that gives all its old items new names, as after a move to another content system: nothing of it is news."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.laboratory import seen
from tests.laboratory.desk import Desk
from tests.laboratory.outcome import Outcome

FEED = """
[sources.rathaus]
kind = "feed"
url = "{url}/feed.xml"
every = "1 second"
settle = "0 seconds"
"""
ITEM = """<item><title>Meldung {token}: {title}</title><guid isPermaLink="false">{guid}</guid>
<link>https://musterstadt.example/{token}</link><description>Die Stadt teilt etwas mit. Es gilt ab morgen.</description></item>"""


class Feed:
    """A feed on a port of this machine; what it shows may change from look to look."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def show(self, count: int, names: str, news: str = "") -> None:
        """So many items, named anew by `names`; `news`: the token of one more on top."""
        old = [ITEM.format(token=f"OLD{n:05d}", title=f"Altes {n}", guid=f"{names}-{n}") for n in range(count)]
        self.items = [ITEM.format(token=news, title="Neues", guid=news), *old] if news else old

    @property
    def body(self) -> bytes:
        channel = f"<title>Rathaus</title><link>https://musterstadt.example</link>{''.join(self.items)}"
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{channel}</channel></rss>'.encode()


@contextmanager
def serve(feed: Feed) -> Iterator[str]:
    """Its address without a slash at the end."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(feed.body)))
            self.end_headers()
            self.wfile.write(feed.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def guids_change(desk: Desk, items: int) -> Outcome:
    """All GUIDs of a known feed change: no post, one alarm; and what is new after that is published."""
    feed = Feed()
    with serve(feed) as url:
        with desk.config.open("a", encoding="utf-8") as config:
            config.write(FEED.format(url=url))
        feed.show(items, "alt")
        desk.start().wait(120)
        feed.show(items, "neu")
        for ahead in (10.0, 20.0, 4000.0):
            desk.start(ahead=ahead).wait(120)
        posts = sum(seen.look(desk).posts.values())
        alarms = _alarms(desk)
        desk.tokens.append("LAB00000")
        feed.show(items, "neu", news="LAB00000")
        desk.start(ahead=4010.0).wait(120)
    faults = [f"{posts} posts of old news"] if posts else []
    faults += [f"{alarms} alarms instead of one"] if alarms != 1 else []
    _, found = seen.faults(desk)
    return Outcome("all GUIDs change", {"items": items, "posts": posts, "alarms": alarms}, faults + found)


def _alarms(desk: Desk) -> int:
    store = desk.store()
    try:
        return sum(deed.what == "source-moved" for deed in store.ledger.deeds("rathaus"))
    finally:
        store.close()
