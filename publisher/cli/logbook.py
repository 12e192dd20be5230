"""Logs: one structured line per event on standard error, without secrets."""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = ("token", "password", "secret", "authorization", "key", "address", "recipient")


def open_logbook(level: int) -> None:
    """Log to standard error from this level up: readable on a terminal, else one JSON object a line."""
    for_people = os.isatty(sys.stderr.fileno())
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _hide,
            *([] if for_people else [structlog.processors.format_exc_info]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up at each line: whoever hands the program another standard error gets what follows.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log what they were asked for, addresses included: only their warnings are let through.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _hide(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Values whose name sounds like a secret or a person are never written, whoever put them there."""
    for name in event:
        if any(part in name.lower() for part in HIDDEN):
            event[name] = "…"
    return event
