"""What values of config.toml look like: each as it is written -> what the program means by it.

A parser raises ValueError with the name of the kind of value it wants: `ValueError("duration")` is told by the sentence
`config-wrong-duration`.
"""

import re
from datetime import date, timedelta
from ipaddress import ip_network
from typing import Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator

from publisher.messages import catalogue

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def parse_duration(value: object) -> timedelta:
    """ "5 seconds", "15 minutes", "2 days" -> timedelta. Raises ValueError."""
    match = _matched(r"\s*(\d{1,6})\s*(second|minute|hour|day|week)s?\s*", value, "duration")
    return timedelta(seconds=int(match[1]) * UNITS[match[2]])


def parse_interval(value: object) -> timedelta:
    """The same, but longer than nothing: how often something is done. Raises ValueError."""
    interval = parse_duration(value)
    if not interval:
        raise ValueError("interval")
    return interval


def parse_rate(value: object) -> float | None:
    """ "1200 per minute" -> messages per second; "unlimited" -> None. Raises ValueError."""
    if value == "unlimited":
        return None
    match = _matched(r"\s*0*([1-9]\d{0,8}) per (second|minute|hour|day)\s*", value, "rate")
    return int(match[1]) / UNITS[match[2]]


def parse_time_span(value: object) -> tuple[int, int]:
    """ "22:00-06:00" -> minutes since midnight of begin and end, office time. Raises ValueError."""
    match = _matched(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", value, "time span")
    return int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])


def parse_period(value: object) -> tuple[date, date]:
    """ "2027-08-01/2027-09-14" -> first and last day, both included. Raises ValueError."""
    try:
        begin, end = (date.fromisoformat(part) for part in str(value).split("/"))
    except ValueError:
        raise ValueError("period") from None
    if end < begin:
        raise ValueError("period")
    return begin, end


def parse_time_zone(value: object) -> ZoneInfo:
    """ "Europe/Berlin" -> the zone. Raises ValueError."""
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("time zone") from None


def parse_address(value: object) -> tuple[str, int]:
    """ "127.0.0.1:8000" -> host and port. Raises ValueError."""
    match = _matched(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})", value, "address")
    if int(match[2]) > 65535:
        raise ValueError("address")
    return match[1].strip("[]"), int(match[2])


def parse_network(value: object) -> str:
    """ "10.0.0.0/8" or a single address -> the network. Raises ValueError."""
    try:
        return str(ip_network(str(value), strict=False))
    except ValueError:
        raise ValueError("network") from None


def parse_web_address(value: object) -> str:
    """An address of a page, without the slash at its end. Raises ValueError."""
    return _matched(r"(https?://[^/\s]+.*)", value, "web address")[1].rstrip("/")


def parse_web_origin(value: object) -> str:
    """ "https://www.musterstadt.example" -> the same in small letters. Raises ValueError."""
    # A path would do nothing there, and a space or a semicolon would end the policy that it is written into.
    return _matched(r"(https?://[A-Za-z0-9.-]+(:\d{1,5})?)/?", value, "web origin")[1].lower()


def parse_alarm_address(value: object) -> object:
    """A mail address, a web address without its signing key, or a secret that holds either. Raises ValueError."""
    if not isinstance(value, dict):
        _matched(r"[^\s@<>,;]+@[^\s@<>,;]+|https?://[^\s#]+", value, "alarm address")
    return value


def parse_name(value: object) -> str:
    """What the office calls a source or a channel: it stands in addresses and file names. Raises ValueError."""
    return _matched(r"[A-Za-z0-9_-]{1,60}", value, "name")[0]


def parse_language(value: object) -> str:
    """A language as BCP 47 writes it (RFC 5646, section 2.1), "de-simple", or "" for any. Raises ValueError."""
    return _matched(r"([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?", value, "language")[0]


def parse_remark(value: object) -> str:
    """The code of a finding, as `publisher check` shows it. Raises ValueError for one that nobody ever says."""
    if not isinstance(value, str) or value not in catalogue("de"):
        raise ValueError("remark")
    return value


def _matched(pattern: str, value: object, kind: str) -> re.Match[str]:
    match = re.fullmatch(pattern, value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(kind)
    return match


Duration: TypeAlias = Annotated[timedelta, BeforeValidator(parse_duration)]
Interval: TypeAlias = Annotated[timedelta, BeforeValidator(parse_interval)]
Rate: TypeAlias = Annotated[float | None, BeforeValidator(parse_rate)]
TimeSpan: TypeAlias = Annotated[tuple[int, int], BeforeValidator(parse_time_span)]
Period: TypeAlias = Annotated[tuple[date, date], BeforeValidator(parse_period)]
TimeZone: TypeAlias = Annotated[ZoneInfo, BeforeValidator(parse_time_zone)]
Address: TypeAlias = Annotated[tuple[str, int], BeforeValidator(parse_address)]
Network: TypeAlias = Annotated[str, BeforeValidator(parse_network)]
WebAddress: TypeAlias = Annotated[str, BeforeValidator(parse_web_address)]
WebOrigin: TypeAlias = Annotated[str, BeforeValidator(parse_web_origin)]
AlarmAddress: TypeAlias = Annotated[str | dict[str, Any], BeforeValidator(parse_alarm_address)]
Name: TypeAlias = Annotated[str, BeforeValidator(parse_name)]
Language: TypeAlias = Annotated[str, BeforeValidator(parse_language)]
Remark: TypeAlias = Annotated[str, BeforeValidator(parse_remark)]
