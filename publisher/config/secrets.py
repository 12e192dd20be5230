"""Secrets that config.toml names and never holds: read from the environment or from a file."""

import os
import re
from pathlib import Path

from publisher.domain.errors import ConfigError


def read_secret(value: object, key: str, folder: Path) -> str:
    """`{ env = "NAME" }` or `{ file = "path" }` -> the secret. Raises ConfigError, never naming the secret itself."""
    match value:
        case {"env": str(name), **rest} if not rest:
            secret = os.environ.get(name, "")
            if not secret:
                raise ConfigError("secret-env-missing", key=key, name=name)
            return secret
        case {"file": str(name), **rest} if not rest:
            try:
                secret = (folder / name).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise ConfigError("secret-file-missing", key=key, name=name) from None
            if not secret:
                raise ConfigError("secret-file-missing", key=key, name=name)
            return secret
        case _:
            raise ConfigError("secret-in-config", key=key)


def holds_password(address: str) -> bool:
    """Whether a database's address has a password in it."""
    userinfo, at, _ = address.partition("://")[2].partition("/")[0].rpartition("@")
    return bool(at and userinfo.partition(":")[2]) or bool(re.search(r"[?&]password=.", address))
