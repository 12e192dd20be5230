"""The guarded fetch against a real server with every fault we know of."""

import gzip
import time
from http.server import BaseHTTPRequestHandler

import pytest

from publisher.domain.errors import ConfigError, PermanentFailure, SendFailure, TemporaryFailure
from publisher.messages import tell
from publisher.net.fetch import Fetcher
from publisher.net.proxies import proxy_for, read_proxy
from tests.fixtures.site import Site


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def fetcher(site: Site) -> Fetcher:
    return Fetcher([site.place])


def failure(fetcher: Fetcher, url: str, *, max_bytes: int = 5_000_000, seconds: float = 10) -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        fetcher.fetch(url, max_bytes=max_bytes, seconds=seconds)
    for language in ("de", "en"):
        assert tell(caught.value, language)
    return caught.value


def test_a_page_arrives_with_its_final_address_and_headers(site: Site, fetcher: Fetcher) -> None:
    site.redirect("/alt", "/neu?a=1")
    site.page("/neu?a=1", "Grüße")
    fetched = fetcher.fetch(f"{site.url}/alt#oben")
    assert (fetched.status, fetched.url, fetched.body.decode()) == (200, f"{site.url}/neu?a=1", "Grüße")
    assert fetched.headers["content-type"] == "text/html; charset=utf-8"


def test_only_gzip_and_deflate_are_asked_for_and_unpacked(site: Site, fetcher: Fetcher) -> None:
    url = site.page("/", gzip.compress(b"Hallo"), Content_Encoding="gzip")
    assert fetcher.fetch(url).body == b"Hallo"
    assert site.asked[0].headers["accept-encoding"] == "gzip, deflate"
    assert site.asked[0].headers["user-agent"].startswith("publisher/")
    assert site.asked[0].headers["host"] == site.place


def test_not_modified_is_an_answer(site: Site, fetcher: Fetcher) -> None:
    url = site.page("/feed", b"", status=304)
    assert fetcher.fetch(url, headers={"If-None-Match": '"a"'}).status == 304
    assert site.asked[0].headers["if-none-match"] == '"a"'


def test_an_odd_etag_goes_back_as_it_came(site: Site, fetcher: Fetcher) -> None:
    url = site.page("/", "a", ETag='"ü"')
    etag = fetcher.fetch(url).headers["etag"]
    fetcher.fetch(url, headers={"If-None-Match": etag})
    assert site.asked[1].headers["if-none-match"] == '"ü"'


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.0.0.1:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_inner_addresses_are_refused_however_they_are_written(site: Site, address: str) -> None:
    site.page("/", "secret")
    assert failure(Fetcher(), address.format(port=site.port)).code == "fetch-refused-address"
    assert site.asked == []


def test_a_host_named_with_a_port_opens_no_other_port(site: Site) -> None:
    other = Fetcher(["127.0.0.1:1"])
    assert failure(other, site.page("/", "secret")).code == "fetch-refused-address"


def test_a_redirect_to_an_inner_address_is_refused(site: Site, fetcher: Fetcher) -> None:
    url = site.redirect("/", "http://127.0.0.1:1/admin")
    error = failure(fetcher, url)
    assert (type(error), error.code) == (PermanentFailure, "fetch-refused-address")


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", ""])
def test_a_redirect_to_something_else_than_the_web_is_refused(site: Site, fetcher: Fetcher, location: str) -> None:
    assert failure(fetcher, site.redirect("/", location)).code == "fetch-not-web-address"


@pytest.mark.parametrize("address", ["", "feed.xml", "file:///etc/passwd", "http://", "gopher://x.example"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    assert failure(Fetcher(), address).code == "fetch-not-web-address"


def test_five_redirects_are_followed_and_a_circle_is_not(site: Site, fetcher: Fetcher) -> None:
    for number in range(5):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.page("/5", "da")
    assert fetcher.fetch(f"{site.url}/0").body == b"da"
    assert failure(fetcher, site.redirect("/kreis", "/kreis")).code == "fetch-too-many-redirects"


def test_credentials_do_not_travel_to_another_host(site: Site) -> None:
    site.redirect("/", f"http://user:password@localhost:{site.port}/dort")
    site.page("/dort", "da")
    Fetcher([site.place, "localhost"]).fetch(
        f"{site.url}/", headers={"Authorization": "Bearer x", "If-None-Match": "a"}
    )
    assert site.asked[0].headers["authorization"] == "Bearer x"
    assert "authorization" not in site.asked[1].headers
    assert site.asked[1].headers["if-none-match"] == "a"


def test_a_gzip_bomb_is_refused(site: Site, fetcher: Fetcher) -> None:
    url = site.page("/", gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")
    error = failure(fetcher, url, max_bytes=1_000_000)
    assert (error.code, error.values["megabytes"]) == ("fetch-too-large", "1")


def test_a_body_is_refused_by_its_announced_length_and_by_what_comes(site: Site, fetcher: Fetcher) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65_536)

    assert failure(fetcher, site.at("/endless", endless), max_bytes=500_000).code == "fetch-too-large"
    assert failure(fetcher, site.page("/large", b"x" * 600_000), max_bytes=500_000).code == "fetch-too-large"


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_is_left_when_the_time_is_over(site: Site, fetcher: Fetcher, part: str) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        if part == "body":
            request.send_response(200)
            request.end_headers()
        else:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            request.wfile.write(b"x")
            time.sleep(0.02)

    error = failure(fetcher, site.at("/", drip), seconds=0.3)
    assert (type(error), error.code) == (TemporaryFailure, "fetch-timeout")


def test_endless_headers_are_not_collected(site: Site, fetcher: Fetcher) -> None:
    def chatter(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            request.wfile.write(b"X-More: " + b"x" * 8_000 + b"\r\n")

    assert failure(fetcher, site.at("/", chatter)).code in ("fetch-cut-off", "fetch-unreachable")


def test_a_body_shorter_than_announced_is_cut_off(site: Site, fetcher: Fetcher) -> None:
    url = site.page("/", b"half", Content_Length="100")
    error = failure(fetcher, url)
    assert (type(error), error.code) == (TemporaryFailure, "fetch-cut-off")


@pytest.mark.parametrize(
    ("status", "kind"), [(404, PermanentFailure), (403, PermanentFailure), (500, TemporaryFailure)]
)
def test_a_status_says_whether_to_try_again(site: Site, fetcher: Fetcher, status: int, kind: type[SendFailure]) -> None:
    error = failure(fetcher, site.page("/", "Fehler", status=status))
    assert (type(error), error.code, error.values["status"]) == (kind, "fetch-http-status", status)


def test_a_busy_server_says_how_long_to_wait(site: Site, fetcher: Fetcher) -> None:
    error = failure(fetcher, site.page("/", "", status=429, Retry_After="120"))
    assert isinstance(error, TemporaryFailure)
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 120


def test_a_closed_port_and_an_unknown_name_are_temporary(site: Site) -> None:
    assert failure(Fetcher(["127.0.0.1"]), "http://127.0.0.1:1/").code == "fetch-unreachable"
    assert failure(Fetcher(), "http://gibt-es-nicht.invalid/").code == "fetch-unknown-host"


def test_errors_name_the_host_and_never_the_whole_address(site: Site, fetcher: Fetcher) -> None:
    error = failure(fetcher, f"{site.url}/feed?token=geheim")
    assert "geheim" not in str(error) + repr(error.values) + tell(error, "de")


def test_with_a_proxy_the_proxy_is_asked_and_inner_names_are_still_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", site.url)
    site.page("http://stadt.invalid/presse", "vom Proxy")
    assert Fetcher().fetch("http://stadt.invalid/presse").body == b"vom Proxy"
    for inside in ("http://10.0.0.1/", "http://intranet/", "http://drucker.local/", "http://3232235777/"):
        assert failure(Fetcher(), inside).code == "fetch-refused-address"


def test_no_proxy_is_honoured_and_a_proxys_password_stays_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://amt:ge%40heim@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "musterstadt.example")
    proxy = proxy_for("https", "social.example")
    assert proxy is not None
    assert (proxy.url, proxy.credentials) == ("http://proxy.example:3128", ("amt", "ge@heim"))
    assert proxy_for("https", "www.musterstadt.example") is None
    assert proxy_for("https", "127.0.0.1") is None


def test_a_socks_proxy_is_refused_in_words() -> None:
    with pytest.raises(ConfigError) as caught:
        read_proxy("socks5://user:geheim@proxy:1080")
    assert "geheim" not in tell(caught.value, "de")
