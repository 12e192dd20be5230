"""What went wrong on the way, told as the errors of the house: the one place that knows httpcore's exceptions."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import httpcore

from publisher.domain.errors import PermanentFailure, SendFailure, TemporaryFailure
from publisher.net.body import BodyBroken, BodyTooLarge

TRY_AGAIN = (408, 421, 425, 429)
LONGEST_WAIT = timedelta(days=1)


@contextmanager
def translated(host: str, max_bytes: int, seconds: float) -> Iterator[None]:
    """Turn what httpcore and our own unpacking raise into SendFailures that name the host and nothing more."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise TemporaryFailure("fetch-timeout", host=host, seconds=round(seconds)) from error
    except BodyTooLarge as error:
        raise PermanentFailure("fetch-too-large", host=host, megabytes=f"{max_bytes / 1e6:g}") from error
    except (BodyBroken, httpcore.RemoteProtocolError, httpcore.ReadError) as error:
        raise TemporaryFailure("fetch-cut-off", host=host) from error
    except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
        raise PermanentFailure("fetch-not-web-address") from error
    except (httpcore.NetworkError, httpcore.ProxyError) as error:
        refused = _comes_from(error, ssl.SSLCertVerificationError)
        raise TemporaryFailure("fetch-certificate" if refused else "fetch-unreachable", host=host) from error


def _comes_from(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error is not None


def status_failure(host: str, status: int, headers: Mapping[str, str]) -> SendFailure | None:
    """What a status means for whoever asked; None for 2xx and 304, which are answers."""
    if 200 <= status < 300 or status == 304:
        return None
    if status in TRY_AGAIN or status >= 500:
        return TemporaryFailure("fetch-http-status", _wait(headers.get("retry-after", "")), host=host, status=status)
    return PermanentFailure("fetch-http-status", host=host, status=status)


def _wait(told: str) -> timedelta | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); its other form, a date, is left to our own pauses."""
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        return None
    return min(timedelta(seconds=int(told)), LONGEST_WAIT)
