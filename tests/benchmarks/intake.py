"""How long a feed of many items takes: first contact with 1,000, then 500 changed ones taken in."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from publisher.assembly import open_office
from publisher.config.reading import load_config
from publisher.workflow.intake.looking import look_at
from publisher.workflow.intake.taking import take_settled
from publisher.workflow.office import Office
from tests.benchmarks.offices import office_folder

FEED = """
[sources.rathaus]
kind = "feed"
url = "http://127.0.0.1:{port}/presse.rss"
settle = "0 seconds"
backlog = {backlog}
"""


def main(arguments: Sequence[str]) -> int:
    """Print seconds of wall clock for each step."""
    with _served() as (site, port):
        site.body = _feed(1_000, "")
        with office_folder(FEED.format(port=port, backlog=0)) as folder, _office(folder) as office:
            print(f"first contact with 1,000 items: {_seconds(office):.2f} s, taken in: {_taken(office)} (wanted: 0)")
        site.body = _feed(500, "")
        with office_folder(FEED.format(port=port, backlog=500)) as folder, _office(folder) as office:
            print(f"500 new items taken in: {_seconds(office):.2f} s, taken in: {_taken(office)}")
            site.body = _feed(500, " Nachtrag: Es bleibt dabei.")
            print(
                f"500 changed items taken in: {_seconds(office):.2f} s (wanted: under 1), announcements: {_taken(office)}"
            )
    return 0


def _seconds(office: Office) -> float:
    source = office.sources["rathaus"]
    begun = time.perf_counter()
    look_at(office, source)
    take_settled(office, source)
    return time.perf_counter() - begun


def _taken(office: Office) -> int:
    return len(office.store.archive.dossiers(limit=10_000))


def _feed(count: int, more: str) -> bytes:
    item = (
        "<item><title>Meldung {n} aus dem Rathaus</title><guid>https://musterstadt.example/{n}</guid>"
        "<link>https://musterstadt.example/{n}</link><category>Verkehr</category><description><![CDATA[<p>Dies ist die "
        "Meldung {n}. Sie hat mehrere Sätze. Am Dienstag beginnt die Arbeit.{more}</p>]]></description></item>"
    )
    items = "".join(item.format(n=number, more=more) for number in range(count))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Presse</title>{items}</channel></rss>'.encode()


class _Site(ThreadingHTTPServer):
    body = b""


class _Answer(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _served() -> Iterator[tuple[_Site, int]]:
    site = _Site(("127.0.0.1", 0), _Answer)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield site, site.server_address[1]
    finally:
        site.shutdown()


@contextmanager
def _office(folder: Path) -> Iterator[Office]:
    with open_office(load_config(folder / "config.toml"), platforms=False) as office:
        yield office
