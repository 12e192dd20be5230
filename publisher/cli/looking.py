"""Commands that only look: check, preview, announcements, audit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from publisher.cli.answers import give_json, give_lines, give_table
from publisher.cli.door import DONE, NEEDS_PERSON, Door
from publisher.cli.spoken import told

if TYPE_CHECKING:
    from publisher.domain.finding import Finding, Severity
    from publisher.domain.variant import Variant
    from publisher.ports.ledger import Deed
    from publisher.workflow.compose.subject import Worded
    from publisher.workflow.office import Office
    from publisher.workflow.overview.rows import AnnouncementRow


@click.command(help=told("help-check"))
@click.argument("file_or_id")
@click.pass_obj
def check(opened: Door, file_or_id: str) -> int:
    from publisher.assembly import open_office
    from publisher.domain.finding import holds
    from publisher.workflow.editorial.places import with_lines
    from publisher.workflow.editorial.trying import try_links, try_out, try_words
    from publisher.workflow.intake.examining import losses

    with open_office(opened.config(), platforms=False) as office:
        tried = try_out(office, file_or_id)
        variants = [worded.variant for worded in try_words(office, tried)]
        told = [*tried.findings, *try_links(office, tried), *losses(office, tried.announcement, variants)]
    findings = with_lines(_once(told), Path(file_or_id))
    if opened.as_json:
        give_json({"findings": [_finding_row(finding, opened.language) for finding in findings]})
    else:
        give_lines(_findings_for_people(file_or_id, findings, opened.language, opened.config().checks))
    return NEEDS_PERSON if holds(findings) else DONE


def _once(findings: "Sequence[Finding]") -> "list[Finding]":
    """The gravest first. Two channels may say the same: once is enough."""
    from publisher.domain.finding import Severity

    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return sorted(kept, key=lambda finding: tuple(Severity).index(finding.severity))


def _finding_row(finding: "Finding", language: str) -> dict[str, Any]:
    from publisher.workflow.overview.rows import finding_row

    return {**finding_row(finding, language), "line": finding.line}


def _findings_for_people(
    name: str, findings: "Sequence[Finding]", language: str, decided: "Mapping[str, Severity]"
) -> list[str]:
    """File, line, severity, message; below it the excerpt, underlined. `decided`: severities that the office set."""
    from publisher.messages import remark, say

    if not findings:
        return [say(language, "nothing-to-remark", name=name)]
    lines: list[str] = []
    for finding in findings:
        place = f"{name}:{finding.line}" if finding.line else name
        severity = say(language, f"severity-{finding.severity}")
        if finding.code in decided:
            severity = say(language, "severity-by-office", severity=severity)
        lines.append(f"{place}: {severity}: {remark(finding, language)} [{finding.code}]")
        if finding.excerpt:
            lines += [f"    {finding.excerpt}", f"    {'~' * min(len(finding.excerpt), 100)}"]
    return lines


@click.command(help=told("help-preview"))
@click.argument("file_or_id")
@click.option("--channel", help=told("help-preview-channel"))
@click.option("--html", "folder", type=click.Path(path_type=Path, file_okay=False), help=told("help-preview-html"))
@click.pass_obj
def preview(opened: Door, file_or_id: str, channel: str | None, folder: Path | None) -> int:
    from publisher.assembly import open_office
    from publisher.domain.finding import holds
    from publisher.workflow.editorial.trying import try_out, try_words
    from publisher.workflow.mailing.digest_undo import words_of

    with open_office(opened.config(), platforms=False) as office:
        digest = words_of(office, file_or_id)
        worded = [digest] if digest else try_words(office, try_out(office, file_or_id), channel)
        worded = [replace(one, variant=_as_received(one.variant, office)) for one in worded]
        if folder is not None:
            _write_html(office, folder, worded)
    variants = [one.variant for one in worded]
    if opened.as_json:
        give_json({"variants": [_variant_row(variant, opened.language) for variant in variants]})
    else:
        for variant in variants:
            give_lines(_variant_for_people(variant, opened.language))
    return NEEDS_PERSON if holds([f for variant in variants for f in variant.findings]) else DONE


def _as_received(variant: "Variant", office: "Office") -> "Variant":
    from publisher.web.frames import as_received

    web = office.config.web
    return replace(variant, text=as_received(variant.text, web), html=as_received(variant.html, web))


def _variant_row(variant: "Variant", language: str) -> dict[str, Any]:
    return {
        "channel": variant.channel,
        "kind": variant.kind,
        "text": variant.text,
        "more": list(variant.more),
        "length": variant.length,
        "limit": variant.limit,
        "html": variant.html,
        "subject": variant.subject,
        "images": [
            {"alt": picture.alt, "media_type": picture.media_type, "width": picture.width, "height": picture.height}
            for picture in variant.pictures
        ],
        "link": variant.link,
        "card": asdict(variant.card) if variant.card else None,
        "language": variant.language,
        "findings": [_finding_row(finding, language) for finding in variant.findings],
    }


def _variant_for_people(variant: "Variant", language: str) -> list[str]:
    from publisher.messages import remark, say

    size = f"{variant.length}/{variant.limit}" if variant.limit is not None else f"{variant.length}"
    subject = [say(language, "preview-subject", subject=variant.subject), ""] if variant.subject else []
    pictures = [
        f"[{picture.media_type} {picture.width}×{picture.height}] {picture.alt}" for picture in variant.pictures
    ]
    remarks = [f"! {remark(finding, language)}" for finding in variant.findings]
    head = f"── {variant.channel} ({variant.kind}, {size})"
    return [head, "", *subject, variant.text, *pictures, *_further(variant), *remarks, ""]


def _further(variant: "Variant") -> list[str]:
    """The further posts of a thread, numbered."""
    count = len(variant.more) + 1
    return [line for number, text in enumerate(variant.more, 2) for line in ("", f"── {number}/{count}", "", text)]


def _write_html(office: "Office", folder: Path, worded: "Sequence[Worded]") -> None:
    """One HTML file per mail, its pictures beside it, so that it can be looked at offline."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in worded:
        html = one.variant.html
        if not html:
            (folder / f"{one.variant.channel}.txt").write_text(one.variant.text, encoding="utf-8")
            continue
        for sha256, read in one.pictures.items():
            name = f"{sha256[:16]}.{read.media_type.partition('/')[2]}"
            (folder / name).write_bytes(read.data)
            html = html.replace(office.config.web.picture_of(sha256), name)
        (folder / f"{one.variant.channel}.html").write_text(html, encoding="utf-8")


@click.command(help=told("help-announcements"))
@click.argument("id", required=False)
@click.pass_obj
def announcements(opened: Door, id: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.workflow.editorial.effect import how_it_stands
    from publisher.workflow.overview.rows import announcement_overview

    with open_office(opened.config(), platforms=False) as office:
        standing = [] if id is None else how_it_stands(office, id)
        rows = announcement_overview(office, id)
    if opened.as_json:
        give_json(rows)
    elif not rows:
        give_lines([told("no-announcements")])
    else:
        give_lines(standing)
        _show_announcements(rows, opened.language)
    return DONE


def _show_announcements(rows: "Sequence[AnnouncementRow]", language: str) -> None:
    from publisher.workflow.overview.words import copies_in_words

    columns = [told(f"column-{name}") for name in ("id", "state", "headline", "channel", "address")]
    cells: list[list[str]] = []
    for row in rows:
        cells.append([row["id"], _word(language, "state", row["state"]), row["headline"], "", ""])
        for d in row["deliveries"]:
            outcome = d["url"] or d["reason"] or copies_in_words(d["copies"], language)
            cells.append(["", "", "", f"{d['channel']}: {_word(language, 'delivery', d['state'])}", outcome])
        findings = (f"{_word(language, 'severity', f['severity'])}: {f['message']}" for f in row["findings"])
        cells += [["", "", finding, "", ""] for finding in findings]
    give_table("", columns, cells)


def _word(language: str, kind: str, name: str) -> str:
    """What people call a state or a severity."""
    from publisher.messages import say

    return say(language, f"{kind}-{name.replace(' ', '-')}")


@click.command(help=told("help-audit"))
@click.argument("id", required=False)
@click.pass_obj
def audit(opened: Door, id: str | None) -> int:
    from publisher.assembly import open_office
    from publisher.domain.errors import InvalidAnnouncement

    with open_office(opened.config(), platforms=False) as office:
        deeds = office.store.ledger.deeds(id or "")
        if id is not None and not deeds:
            raise InvalidAnnouncement("audit-nothing-known", id=id)
        zone = office.config.office.timezone
    if opened.as_json:
        give_json([asdict(deed) | {"at": deed.at.isoformat()} for deed in deeds])
    else:
        give_lines(_deed_for_people(deed, zone, opened.language) for deed in deeds)
    return DONE


def _deed_for_people(deed: "Deed", zone: tzinfo, language: str) -> str:
    """One deed in office time. Rows outlive the catalogue: one that it does not know is shown as it was written."""
    from publisher.messages import catalogue

    words = catalogue(language)
    who = words.get(f"doer-{deed.who}", deed.who)
    what = words.get(f"deed-{deed.what}", deed.what)
    at = f"{deed.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return "  ".join(part for part in (at, who, what, deed.subject, deed.detail) if part)
