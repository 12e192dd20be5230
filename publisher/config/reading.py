"""config.toml -> a frozen Config. Every mistake is a ConfigError whose values name the key and what would be right."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from publisher.config.mistakes import explain
from publisher.config.secrets import holds_password, read_secret
from publisher.config.tables import Config, FolderSource
from publisher.domain.errors import ConfigError

TableType = TypeVar("TableType", bound=BaseModel)


def read_table(model: type[TableType], raw: Mapping[str, object], where: str) -> TableType:
    """Validate one table; the first mistake becomes a ConfigError that names its key below `where`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise explain(error, model, where) from None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError("config-not-found", file=str(file)) from None
    except UnicodeDecodeError:
        raise ConfigError("config-not-utf8", file=str(file)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("config-not-toml", file=str(file), said=str(error)) from None
    except OSError as error:
        raise ConfigError("config-not-readable", file=str(file), said=error.strerror or "") from None


def load_config(file: Path) -> Config:
    """Read config.toml. Raises ConfigError."""
    raw = _read_toml(file)
    if "folder" in raw:  # ours to fill in, not a key of the file
        raise ConfigError("config-unknown-key", key="folder", known="office")
    folder = file.resolve().parent
    database = raw["storage"].get("database") if isinstance(raw.get("storage"), dict) else None
    if isinstance(database, dict):
        raw["storage"] |= {"database": read_secret(database, "storage.database", folder)}
    elif isinstance(database, str) and holds_password(database):
        raise ConfigError("secret-in-address", key="storage.database")
    config = read_table(Config, raw | {"folder": folder}, "")
    _folders_are_no_files(config)
    return config


def _folders_are_no_files(config: Config) -> None:
    for name, source in config.sources.items():
        if isinstance(source, FolderSource) and config.path(source.path).is_file():
            raise ConfigError("config-folder-is-file", key=f"sources.{name}.path", path=source.path)
