"""The Jinja2 environment that posts and issues share: where templates lie, what they may do, how a broken one is told.

The sandbox keeps templates away from Python; counting keeps an editor's slip (a loop in a loop in a loop) from standing
the service still. Templates come from the office's own disk: this guards against mistakes, not against an enemy there.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.config.tables import Office
from publisher.domain.errors import ConfigError, PublisherError
from publisher.rendering.filters import filters

PACKAGE = Path(__file__).parents[1]
MOST_STEPS = 100_000
"""Rounds of loops and calls that one text may take; a long newsletter takes some hundreds."""
MOST_CHARACTERS = 2_000_000
PART = "#"
WITHHELD_FILTERS = frozenset({"truncate", "center", "format", "indent", "batch", "slice", "attr", "random", "pprint"})
"""`truncate` breaks sentences, which no post of ours may do; the others make texts of any size, or a different one each time."""
WIDENING_METHODS = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})

_steps_left: ContextVar[int] = ContextVar("steps_left")


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2 with templates looked up in the office's folder first, then among the shipped ones."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, folder: Path, office: Office) -> None:
        self.roots = (folder, shipped_templates())
        super().__init__(
            loader=PartLoader(self.roots, encoding="utf-8-sig"),
            undefined=StrictUndefined,
            autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=False),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.filters = {name: done for name, done in self.filters.items() if name not in WITHHELD_FILTERS}
        self.filters |= filters(office) | {"_counted": _counted}
        del self.globals["lipsum"]  # nothing is invented

    def parts(self, name: str) -> list[str]:
        """The names of a template's parts: its own alone, or "name#1", "name#2" where lines of only `---` part it.

        A template that cannot be read has one part, which tells why when it is filled.
        """
        try:
            source = PartLoader(self.roots, encoding="utf-8-sig").get_source(self, name)[0]
        except (TemplateNotFound, TemplateSyntaxError):
            return [name]
        breaks = sum(_is_break(line) for line in source.split("\n"))
        return [f"{name}{PART}{number}" for number in range(1, breaks + 2)] if breaks else [name]

    def tree(self, name: str) -> nodes.Template:
        """A template as Jinja reads it, not filled."""
        return self.parse(PartLoader(self.roots, encoding="utf-8-sig").get_source(self, name)[0], name)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Let every loop count its rounds."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return tree

    def call(self, context: Context, callee: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Let every call count: macros can call themselves."""
        _count_step()
        return super().call(context, callee, *args, **kwargs)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Jinja's own rule, without the methods that make a text of any width."""
        return super().is_safe_attribute(obj, attr, value) and attr not in WIDENING_METHODS

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiplying and remainders are for plain numbers, not for making texts of any length."""
        if operator == "**" or not all(isinstance(side, int | float) and abs(side) < 1e9 for side in (left, right)):
            raise SecurityError(f"{operator} is only for numbers")
        return super().call_binop(context, operator, left, right)


class PartLoader(FileSystemLoader):
    """Loads a template, or one part of it with the lines before it left empty, so that mistakes are told with their line."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """As Jinja's own, for "name" and for "name#2". One in another encoding is broken in that line, whoever asks for it;
        a shipped one is out of date as soon as the office has its own.
        """
        name, _, part = template.partition(PART)
        try:
            source, file, unchanged = super().get_source(environment, name)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise TemplateSyntaxError(f"not UTF-8: {error.reason}", line, name) from error
        own = Path(self.searchpath[0], name)
        is_own = own == Path(file)
        return (_only(int(part), source) if part else source), file, lambda: unchanged() and own.is_file() == is_own


def _only(part: int, source: str) -> str:
    lines, number = [], 1
    for line in source.split("\n"):
        number += _is_break(line)
        lines.append(line if number == part and not _is_break(line) else "")
    return "\n".join(lines)


def _is_break(line: str) -> bool:
    return line.strip() == "---"


def shipped_templates() -> Path:
    """The templates that came with the program: in the wheel inside the package, in a checkout beside it."""
    in_wheel = PACKAGE / "shipped_templates"
    return in_wheel if in_wheel.is_dir() else PACKAGE.parent / "templates"


def fill(environment: TemplateEnvironment, name: str, /, **words: object) -> str:
    """Render the template of this name (a path below templates/). Raises ConfigError `template-missing` or
    `template-broken`.

    The latter's values: `file` relative to templates/, `line` (from 1), `said` (Jinja's reason).
    """
    left = _steps_left.set(MOST_STEPS)
    try:
        template = environment.get_template(name)
        text = _gathered(template.generate(**words))
        if template.blocks:
            _all_placed(environment, name)
        return text
    except PublisherError:
        raise
    except TemplateSyntaxError as error:
        raise _broken((error.name or name).partition(PART)[0], error.lineno, error.message or "") from error
    except TemplateNotFound as error:
        if error.name == name:
            raise ConfigError("template-missing", file=name.partition(PART)[0]) from error
        raise _broken(*_place(environment, error.__traceback__, name), f"no template {error.name}") from error
    except Exception as error:  # whatever breaks in a template is the template's fault, and is told with its line
        raise _broken(*_place(environment, error.__traceback__, name), str(error) or type(error).__name__) from error
    finally:
        _steps_left.reset(left)


def _gathered(pieces: Iterable[str]) -> str:
    text, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > MOST_CHARACTERS:
            raise TemplateRuntimeError(f"more than {MOST_CHARACTERS} characters")
        text.append(piece)
    return "".join(text)


def _all_placed(environment: TemplateEnvironment, name: str) -> None:
    """Raise ConfigError `template-broken` where a template fills a block that its frame has no place for.

    Jinja would drop it unseen, with the way off the list or the embargo in it. To blame is whichever file is the office's.
    """
    filled: dict[str, tuple[str, int]] = {}
    places: set[str] = set()
    tree = environment.tree(name)
    while (frame := tree.find(nodes.Extends)) is not None and isinstance(frame.template, nodes.Const):
        own = [block for block in tree.body if isinstance(block, nodes.Block)]
        places |= {block.name for block in tree.find_all(nodes.Block)} - {block.name for block in own}
        filled |= {block.name: (name, block.lineno) for block in own}
        name = frame.template.value
        tree = environment.tree(name)
    places |= {block.name for block in tree.find_all(nodes.Block)}
    for block, (file, line) in filled.items():
        if block not in places:
            is_own = (environment.roots[0] / file).is_file()
            raise _broken(*((file, line) if is_own else (name, 1)), f"no place for block '{block}' in {name}")


def _count_step() -> None:
    left = _steps_left.get(MOST_STEPS) - 1
    if left < 0:
        raise TemplateRuntimeError(f"more than {MOST_STEPS} steps: does a loop run in a loop?")
    _steps_left.set(left)


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        _count_step()
        yield item


def _place(environment: TemplateEnvironment, trace: TracebackType | None, name: str) -> tuple[str, int]:
    """File and line of the innermost template in a traceback: Jinja rewrites these frames to the template's own lines."""
    place = (name.partition(PART)[0], 1)
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        for root in environment.roots:
            if file.is_relative_to(root) and file.suffix != ".py":
                place = (file.relative_to(root).as_posix(), trace.tb_lineno)
        trace = trace.tb_next
    return place


def _broken(file: str, line: int, said: str) -> ConfigError:
    return ConfigError("template-broken", file=file, line=line, said=" ".join(said.split())[:300].rstrip("."))
