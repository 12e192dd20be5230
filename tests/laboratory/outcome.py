"""What came of a scenario: its figures, and whatever was not as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """`faults` is empty when all is well."""

    scenario: str
    figures: Mapping[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """For a person, on one line."""
        told = ", ".join(f"{round(value, 1):g} {name}" for name, value in self.figures.items())
        verdict = "well" if not self.faults else f"{len(self.faults)} FAULTS: " + "; ".join(self.faults[:5])
        return f"{self.scenario}: {told}: {verdict}"
