"""Sessions of requests, for the libraries that speak no httpx; apart from the clients, since few offices need requests."""

from typing import Any
from urllib.parse import urlsplit

import requests

from publisher.net.addresses import LOOPBACK
from publisher.net.clients import TIMEOUT_SECONDS, USER_AGENT, authorities


class _Session(requests.Session):
    """requests, except that this machine is never reached through a proxy and no call waits for ever."""

    def __init__(self, timeout_seconds: float, user_agent: str) -> None:
        super().__init__()
        self.timeout_seconds = timeout_seconds
        self.headers["User-Agent"] = user_agent
        self.verify = authorities()
        # Set, so that ~/.netrc cannot put another password over the token of config.toml.
        self.auth = lambda request: request

    def merge_environment_settings(
        self, url: str, proxies: dict[str, str] | None, stream: bool | None, verify: Any, cert: Any
    ) -> dict[str, Any]:
        settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return settings | {"proxies": {}} if urlsplit(url).hostname in LOOPBACK else settings

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout_seconds
        return super().send(request, **kwargs)


def make_session(*, timeout_seconds: float = TIMEOUT_SECONDS, user_agent: str = USER_AGENT) -> requests.Session:
    """A session of requests, for libraries that speak no httpx (Mastodon.py). Raises requests' own errors."""
    return _Session(timeout_seconds, user_agent)
