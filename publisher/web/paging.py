"""Paging through lists by time: `?before=` names the moment that the last page ended with."""

from datetime import UTC, datetime

from starlette.requests import Request


def asked_before(request: Request) -> datetime | None:
    """The moment (aware UTC) that older entries are asked for, None for the newest and for what makes no sense."""
    try:
        moment = datetime.fromisoformat(request.query_params.get("before", ""))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
