"""Turns what pydantic has against a table of config.toml into one sentence's code: the key, and what would be right.

A validator that raises ValueError names the kind of value it wants: `ValueError("duration")` is told by the sentence
`config-wrong-duration`, in whichever room's catalogue that stands.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from publisher.domain.errors import ConfigError
from publisher.messages import catalogue

SHAPES = {
    "bool_type": "config-wrong-switch",
    "bool_parsing": "config-wrong-switch",
    "int_type": "config-wrong-number",
    "int_parsing": "config-wrong-number",
    "int_from_float": "config-wrong-number",
    "string_type": "config-wrong-text",
    "string_too_short": "config-empty-text",
    "tuple_type": "config-wrong-list",
    "list_type": "config-wrong-list",
    "dict_type": "config-wrong-table",
    "model_type": "config-wrong-table",
    "model_attributes_type": "config-wrong-table",
}


def explain(error: ValidationError, model: type[BaseModel], where: str) -> ConfigError:
    """The first mistake in a table that stands at `where` ("" for the whole file)."""
    first = _gravest(error)
    steps = _steps(first["loc"])
    # pydantic puts the kind of a source into the path, after its name: it is no key of the file.
    named = steps[:2] + steps[3:] if not where and steps[0] == "sources" else steps
    key = ".".join([where, *named] if where else named)
    context = first.get("ctx", {})
    match first["type"]:
        case "extra_forbidden":
            return _unknown_key(key, _known_keys(model, steps))
        case "missing":
            return ConfigError("config-missing-key", key=key)
        case "union_tag_not_found":
            return ConfigError("config-missing-key", key=f"{key}.kind")
        case "union_tag_invalid":
            return ConfigError("config-unknown-kind", key=f"{key}.kind", known=_choices(context["expected_tags"]))
        case "literal_error" | "enum":
            return ConfigError("config-wrong-choice", key=key, known=_choices(context["expected"]))
        case "greater_than_equal":
            return ConfigError("config-number-too-small", key=key, least=context["ge"])
        case "less_than_equal":
            return ConfigError("config-number-too-large", key=key, most=context["le"])
        case kind if kind in SHAPES:
            return ConfigError(SHAPES[kind], key=key)
        case _:
            return _wrong_value(key, first["msg"].removeprefix("Value error, "))


def _gravest(error: ValidationError) -> ErrorDetails:
    """The mistake to tell: a mistyped key before the missing one it explains, the wide choice before the narrow."""
    mistakes = error.errors(include_url=False, include_input=False)
    first = next((mistake for mistake in mistakes if mistake["type"] == "extra_forbidden"), mistakes[0])
    if first["type"] != "literal_error":
        return first
    # "sandbox" or an address: each part of the union complains, and the address is what most people meant.
    alike = (mistake for mistake in mistakes if _steps(mistake["loc"]) == _steps(first["loc"]))
    return next((mistake for mistake in alike if mistake["type"] == "value_error"), first)


def _steps(place: Sequence[str | int]) -> list[str]:
    """The path without pydantic's names for the parts of a union, such as "literal['sandbox']"."""
    return [str(step) for step in place if not re.search(r"[\[(]", str(step))]


def _unknown_key(key: str, known: Sequence[str]) -> ConfigError:
    near = get_close_matches(key.rsplit(".", 1)[-1], known, n=1)
    if near:
        return ConfigError("config-unknown-key-near", key=key, near=near[0])
    return ConfigError("config-unknown-key", key=key, known=", ".join(sorted(known)))


def _wrong_value(key: str, said: str) -> ConfigError:
    code = f"config-wrong-{said.replace(' ', '-')}"
    if said == "remark" and (near := get_close_matches(key.rpartition(".")[2], catalogue("de"), n=1)):
        return ConfigError("config-unknown-key-near", key=key, near=near[0])
    if code in catalogue("de"):
        return ConfigError(code, key=key)
    return ConfigError("config-wrong-value", key=key, wanted=said)


def _choices(expected: str) -> str:
    """pydantic's "'a', 'b' or 'c'" as a list without a word of any language."""
    return expected.replace("'", "").replace(" or ", ", ")


def _known_keys(model: type[BaseModel], steps: Sequence[str]) -> list[str]:
    """The keys that may stand beside the unknown one at the end of the path."""
    place: Any = model
    for step in steps[:-1]:
        place = _inside(place, step)
    return list(place.model_fields.keys() - {"folder"}) if _is_model(place) else []


def _inside(place: Any, step: str) -> Any:
    """The type that a step of the path leads to: a field of a table, the tables of a mapping, a kind of source."""
    place = _bare(place)
    if _is_model(place):
        return _bare(place.model_fields[step].annotation) if step in place.model_fields else None
    if get_origin(place) in (dict, Mapping):
        return _bare(get_args(place)[1])
    kinds = [kind for kind in get_args(place) if _is_model(kind) and "kind" in kind.model_fields]
    return next((kind for kind in kinds if step in get_args(kind.model_fields["kind"].annotation)), None)


def _bare(annotation: Any) -> Any:
    """An annotation without Annotated and "or None"."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    tables = [part for part in get_args(annotation) if _is_model(part)]
    return tables[0] if get_origin(annotation) in (Union, UnionType) and len(tables) == 1 else annotation


def _is_model(place: Any) -> bool:
    return isinstance(place, type) and issubclass(place, BaseModel)
