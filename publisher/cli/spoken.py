"""The language of help and of errors before any config is read, and the catalogue's sentences in it."""

import os


def spoken() -> str:
    """German unless the terminal is set to English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.startswith("en") else "de"


def told(code: str, **values: object) -> str:
    """A sentence of the help."""
    from publisher.messages import say

    return say(spoken(), code, **values)
