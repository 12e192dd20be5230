"""A file or a folder with its pictures -> a draft, whatever kind of text it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from publisher.checks.leftovers import forbids_publication
from publisher.config.tables import Office
from publisher.domain.announcement import Announcement
from publisher.domain.draft import Draft, RawPicture
from publisher.domain.errors import InvalidAnnouncement, TemporaryFailure
from publisher.domain.finding import Finding, holds
from publisher.sources.characters import tidy
from publisher.sources.folder.bytes_of import read_bytes
from publisher.sources.folder.named_embargo import named_embargo
from publisher.sources.folder.names import is_left_alone
from publisher.sources.folder.pictures_beside import MOST_PICTURES, PICTURE_ENDINGS, read_pictures
from publisher.sources.manuscript.decoding import decode, decode_html, guessed_line
from publisher.sources.manuscript.embargo_line import embargo_within, unseen_mention
from publisher.sources.manuscript.fields import NO_CHANNELS, Fields, PictureNote, read_fields
from publisher.sources.manuscript.front_matter import Value, split_front_matter
from publisher.sources.manuscript.lines import Block, Manuscript, fault, paragraph, warning
from publisher.sources.manuscript.markdown import markdown_to_html
from publisher.sources.manuscript.page import read_page
from publisher.sources.manuscript.paste import unfold
from publisher.sources.manuscript.recognition import recognise
from publisher.sources.manuscript.word import read_word

MOST_BYTES = 20_000_000
"""Of a text file or Word document."""
MOST_TEXT = 200_000
"""Characters of a body: about a hundred pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What one kind of file gives: blocks, and what stands beside them."""

    blocks: tuple[Block, ...]
    title: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    pictures: tuple[RawPicture, ...] = ()
    notes: tuple[PictureNote, ...] = ()
    findings: tuple[Finding, ...] = ()


Reader: TypeAlias = Callable[[bytes], _Source]


def read_file(path: Path, office: Office, channels: Mapping[str, str] = NO_CHANNELS) -> Draft:
    """Read a file, or a folder with one text and its pictures, wherever it lies.

    `channels`: kinds by the names that front matter may use; empty leaves them unchecked. Raises InvalidAnnouncement if no
    announcement can be made of it, TemporaryFailure if it is gone or cannot be read just now.
    """
    if not path.exists():
        raise TemporaryFailure("file-not-readable", name=path.name, said="ENOENT")
    if path.is_dir():
        files = _files_below(path)
        text = _only_text(path, files)
        beside = [file for file in files if file.suffix.lower() in PICTURE_ENDINGS]
        names = (path.name, *text.relative_to(path).parent.parts, text.stem)
        return _draft(text, path, beside, names, office, channels)
    return _draft(path, path.parent, [], (path.stem,), office, channels)


def is_readable(name: str) -> bool:
    """Whether a file of this name can be a text."""
    return Path(name).suffix.lower() in _READERS


def _files_below(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.rglob("*") if path.is_file() and not is_left_alone(path.name))
    except OSError as error:
        raise TemporaryFailure("file-not-readable", name=folder.name, said=error.strerror or "") from None
    return [path for path in found if path.resolve().is_relative_to(folder.resolve())]


def _only_text(folder: Path, files: Sequence[Path]) -> Path:
    texts = [file for file in files if is_readable(file.name)]
    if not texts:
        raise InvalidAnnouncement("folder-without-text", name=folder.name)
    if len(texts) > 1:
        raise InvalidAnnouncement("folder-with-several-texts", names=", ".join(text.name for text in texts[:5]))
    return texts[0]


def _draft(
    text: Path, folder: Path, beside: Sequence[Path], names: Sequence[str], office: Office, channels: Mapping[str, str]
) -> Draft:
    """`beside`: pictures that belong to it even if the text does not name them. `names`: where an embargo may stand too."""
    ending = text.suffix.lower()
    reader = _READERS.get(ending)
    if reader is None:
        raise InvalidAnnouncement("picture-alone" if ending in PICTURE_ENDINGS else "unknown-kind", name=text.name)
    data = read_bytes(text, MOST_BYTES)
    source = reader(data)
    fields = read_fields(source.values, office.timezone, channels, source.repeated)
    manuscript = recognise(source.blocks, source.title, office.timezone, fields.content.get("headline", ""))
    manuscript = _with_named_embargo(manuscript, fields, names, office)
    notes = [*fields.pictures, *source.notes]
    pictures, findings = read_pictures(notes, folder, beside)
    return Draft(
        announcement=_announcement(manuscript, fields, office),
        pictures=(*pictures, *source.pictures)[:MOST_PICTURES],
        revises=fields.id,
        findings=(*_guessed(reader, data), *source.findings, *manuscript.findings, *fields.findings, *findings),
    )


def _guessed(reader: Reader, data: bytes) -> tuple[Finding, ...]:
    guessed = "" if reader is _read_docx else guessed_line(data)
    return (warning("encoding-mixed", guessed),) if guessed else ()


def _with_named_embargo(manuscript: Manuscript, fields: Fields, names: Sequence[str], office: Office) -> Manuscript:
    """„SPERRFRIST Haushalt.docx“ need not say until when if the text does."""
    until, said = named_embargo(names, office.timezone)
    told = [finding.code for finding in (*manuscript.findings, *fields.findings)]
    if holds(said) and (fields.content.get("embargo") or any(code.startswith("embargo-") for code in told)):
        return manuscript
    moments = [moment for moment in (manuscript.embargo, until) if moment is not None]
    return replace(manuscript, embargo=max(moments, default=None), findings=(*manuscript.findings, *said))


def _announcement(manuscript: Manuscript, fields: Fields, office: Office) -> Announcement:
    """What front matter says comes before what was recognised; of two embargoes the later counts."""
    if len(manuscript.body) > MOST_TEXT:
        raise InvalidAnnouncement("text-too-long", limit=MOST_TEXT)
    recognised = {
        "headline": manuscript.headline,
        "lead": manuscript.lead,
        "contact": manuscript.contact,
        "embargo": manuscript.embargo,
        "language": office.language,
    }
    content = recognised | fields.content
    if manuscript.lead not in ("", content["lead"]):
        manuscript = replace(manuscript, blocks=(paragraph(manuscript.lead), *manuscript.blocks))
    if manuscript.contact not in ("", content["contact"]):
        content["contact"] += f"\n{manuscript.contact}"
    if manuscript.embargo and content["embargo"]:
        content["embargo"] = max(manuscript.embargo, content["embargo"])
    if not content["headline"]:
        raise InvalidAnnouncement("no-headline" if manuscript.body else "empty-file")
    return Announcement(**content, body=manuscript.body, html=manuscript.html)


def _read_text(data: bytes) -> _Source:
    front = split_front_matter(_checked(tidy(decode(data))))
    pasted = unfold(front.text)
    return _Source(
        blocks=pasted.blocks,
        title=pasted.subject,
        values=front.values,
        repeated=front.repeated,
        findings=pasted.findings,
    )


def _read_markdown(data: bytes) -> _Source:
    front = split_front_matter(_checked(tidy(decode(data))))
    page = read_page(markdown_to_html(front.text))
    return _Source(
        blocks=page.blocks,
        values=front.values,
        repeated=front.repeated,
        notes=page.pictures,
        findings=(*page.findings, *unseen_mention(front.text, page.blocks)),
    )


def _read_html(data: bytes) -> _Source:
    html = decode_html(data)
    page = read_page(html)
    findings = (*page.findings, *unseen_mention(html, page.blocks))
    return _Source(blocks=page.blocks, title=page.title, notes=page.pictures, findings=findings)


def _read_docx(data: bytes) -> _Source:
    word = read_word(data)
    page = read_page(word.html)
    aside = [(text, "word-margin-text") for text in word.margins] + [(text, "word-text-not-read") for text in word.lost]
    embargoes = tuple(paragraph(words) for text, _ in aside if (words := embargo_within(text)))
    others = tuple(
        fault("publication-forbidden", text) if forbids_publication(text) else warning(code, text)
        for text, code in aside
        if not embargo_within(text)
    )
    return _Source(blocks=embargoes + page.blocks, pictures=word.pictures, findings=word.findings + others)


_READERS: dict[str, Reader] = {
    ".md": _read_markdown,
    ".txt": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".docx": _read_docx,
}


def _checked(text: str) -> str:
    if len(text) > 2 * MOST_TEXT:
        raise InvalidAnnouncement("text-too-long", limit=MOST_TEXT)
    return text
