"""The announcements that checks are measured by: read from their files, examined, and counted."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from publisher.checks.desk import Examination, examine
from publisher.checks.sketches import Recent, sketch
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding
from publisher.domain.link import LinkAnswer
from tests.checks import NOW, ZONE, a_picture

CORPUS = Path(__file__).parent / "corpus"
HELD_OUT = CORPUS / "held_out"


@dataclass(frozen=True)
class Labelled:
    """An announcement, what is known beside it, and what a careful editor says of it: (code, excerpt)."""

    name: str
    announcement: Announcement
    about: Examination
    labels: tuple[tuple[str, str], ...]

    def findings(self) -> tuple[Finding, ...]:
        return examine(self.announcement, self.about)


@dataclass
class Count:
    """Of one code: labels that were found, findings without a label, labels that were not found."""

    found: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0


@dataclass
class Tally:
    """Counts by code, and in words what went wrong."""

    counts: dict[str, Count] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def of(self, code: str) -> Count:
        return self.counts.setdefault(code, Count())

    @property
    def overall(self) -> Count:
        counts = self.counts.values()
        return Count(sum(c.found for c in counts), sum(c.wrong for c in counts), sum(c.missed for c in counts))


@cache
def corpus(folder: Path) -> tuple[Labelled, ...]:
    """Every announcement of a folder, in the order of their names."""
    return tuple(_read(file) for file in sorted(folder.glob("*.txt")))


def tally(texts: Sequence[Labelled]) -> Tally:
    """Compare findings with labels: same code, and one excerpt holds the other."""
    told = Tally()
    for text in texts:
        open_labels = Counter(text.labels)
        for finding in text.findings():
            label = next((label for label in open_labels.elements() if _means(label, finding)), None)
            if label is None:
                told.of(finding.code).wrong += 1
                told.remarks.append(f"{text.name}: wrong {finding.code} {finding.excerpt!r}")
            else:
                told.of(finding.code).found += 1
                open_labels[label] -= 1
        for code, excerpt in open_labels.elements():
            told.of(code).missed += 1
            told.remarks.append(f"{text.name}: missed {code} {excerpt!r}")
    return told


def _means(label: tuple[str, str], finding: Finding) -> bool:
    code, excerpt = label
    return code == finding.code and (
        excerpt in finding.excerpt or (bool(finding.excerpt) and finding.excerpt in excerpt)
    )


def _read(file: Path) -> Labelled:
    _, head, text = file.read_text(encoding="utf-8").split("+++\n")
    known: dict[str, Any] = tomllib.loads(head)
    announcement = _announcement(known, text)
    before = known.get("taken_before")
    about = Examination(
        now=NOW,
        zone=ZONE,
        pictures_need_alt=True,
        links=dict(_answers(known.get("answer", ()))),
        recent=(_recent(file.with_name(f"{before}.txt")),) if before else (),
        versions_wanted=frozenset(known.get("languages", ())),
    )
    labels = tuple((label["code"], label["excerpt"]) for label in known.get("finding", ()))
    return Labelled(file.stem, announcement, about, labels)


def _announcement(known: Mapping[str, Any], text: str) -> Announcement:
    headline, lead, *body = text.strip().split("\n\n")
    given = {key: known[key] for key in ("link", "html", "language", "embargo", "must") if key in known}
    pictures = tuple(a_picture(**picture) for picture in known.get("picture", ()))
    contact = known.get("contact", "Pressestelle, 0201 88-0")
    return Announcement(
        headline=headline, lead=lead, body="\n\n".join(body), contact=contact, pictures=pictures, **given
    )


def _answers(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, LinkAnswer]]:
    for row in rows:
        final = row.get("final", "")
        yield row["url"], LinkAnswer(reached=row["reached"], final=final, said="" if row["reached"] else "404")


def _recent(file: Path) -> Recent:
    earlier = _read(file).announcement
    return Recent(id=file.stem, headline=earlier.headline, sketch=sketch(earlier))


def table(told: Tally) -> str:
    """The counts as a table in Markdown."""
    rows = ["| code | found | wrong | missed | precision | recall |", "|---|---:|---:|---:|---:|---:|"]
    for code, count in [*sorted(told.counts.items()), ("**all**", told.overall)]:
        numbers = f"{count.found} | {count.wrong} | {count.missed} | {count.precision:.2f} | {count.recall:.2f}"
        rows.append(f"| {code} | {numbers} |")
    return "\n".join(rows)


if __name__ == "__main__":
    for title, folder in (("Tuned on", CORPUS), ("Held out", HELD_OUT)):
        result = tally(corpus(folder))
        print(f"{title}: {len(corpus(folder))} announcements\n\n{table(result)}", *result.remarks, sep="\n", end="\n\n")
