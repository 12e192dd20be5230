"""What an attentive editor would say about an announcement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from publisher.domain.errors import PublisherError


class Severity(StrEnum):
    """`error` holds the announcement, `warning` shows it, `notice` informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark. `code` names its sentence in the catalogue, `values` fills it.

    `excerpt`: the words it is about, as they stand in the source. `line`: 1-based, where the source has lines.
    """

    code: str
    severity: Severity
    excerpt: str = ""
    line: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def remark_on(error: PublisherError, excerpt: str = "") -> Finding:
    """A warning in the words of an error that stopped only a part of the announcement: a picture, a template."""
    values = {name: str(value) for name, value in error.values.items()}
    return Finding(code=error.code, severity=Severity.WARNING, excerpt=excerpt, values=values)


def holds(findings: Iterable[Finding]) -> bool:
    """Whether these findings hold an announcement back."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def with_severities(findings: Iterable[Finding], wanted: Mapping[str, Severity]) -> tuple[Finding, ...]:
    """The findings with the severities that the office set for their codes (`[checks]` in config.toml)."""
    return tuple(replace(finding, severity=wanted.get(finding.code, finding.severity)) for finding in findings)
