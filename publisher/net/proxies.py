"""Which of the office's proxies, if any, a fetch goes through: read from the environment at each fetch."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from publisher.domain.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy's address without credentials, and these apart."""

    url: str
    credentials: tuple[str, str] | None


def proxy_for(scheme: str, host: str) -> Proxy | None:
    """The proxy for a host, None for none (NO_PROXY). Raises ConfigError if it is of a kind we do not speak."""
    if host in ("localhost", "::1") or host.startswith("127.") or proxy_bypass(host):
        return None
    known = getproxies()
    address = known.get(scheme) or known.get("all")
    return read_proxy(address) if address else None


def read_proxy(address: str) -> Proxy:
    """ "http://user:password@proxy:3128" -> Proxy. Raises ConfigError, which does not name the password."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("proxy-unusable", scheme=parts.scheme)
    credentials = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Proxy(f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}", credentials)
