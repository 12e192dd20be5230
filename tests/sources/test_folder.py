"""The drop folder: what it shows, what it leaves alone, and where files and their status end up."""

import hashlib
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from structlog.testing import capture_logs

from publisher.domain.draft import Draft
from publisher.domain.errors import InvalidAnnouncement, PublisherError, TemporaryFailure
from publisher.domain.sighting import Item
from publisher.messages import tell
from publisher.ports.sources import Keeper, Source
from publisher.sources.folder.source import FolderSource
from tests.sources.desk import OFFICE, RULES
from tests.sources.word_file import PIXEL, paragraph, word_file

TEXT = "Bad öffnet am Montag\n\nDas Bad ist offen. Alle dürfen hinein.\n"
ONE, OTHER = "Meldung 2025-11-12-abc234: erschienen\n", "Meldung 2025-11-13-xyz987: wartet\n"


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    folder = tmp_path / "queue"
    folder.mkdir()
    return folder


@pytest.fixture
def source(queue: Path) -> FolderSource:
    return FolderSource("queue", queue, RULES, OFFICE)


def shown(source: Source) -> dict[str, Item]:
    items = source.look({}).items
    assert items is not None
    return {item.key: item for item in items}


def read_only(source: Source) -> Draft:
    (item,) = shown(source).values()
    return source.read(item)


def everything_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_it_is_a_source_and_a_keeper(source: FolderSource) -> None:
    as_source: Source = source
    assert isinstance(as_source, Keeper)
    assert (as_source.name, as_source.rules) == ("queue", RULES)


def test_files_and_folders_are_shown_newest_first(source: FolderSource, queue: Path) -> None:
    for age, name in enumerate(["neu.txt", "mittel.md", "alt.html"]):
        (queue / name).write_text(TEXT)
        os.utime(queue / name, (1_700_000_000 - age, 1_700_000_000 - age))
    (queue / "ordner").mkdir()
    (queue / "ordner" / "meldung.txt").write_text(TEXT)
    assert [item.key for item in source.look({}).items or ()] == ["ordner", "neu.txt", "mittel.md", "alt.html"]


@pytest.mark.parametrize(
    "name",
    [
        ".versteckt.txt",
        ".DS_Store",
        "~$ldung.docx",
        ".~lock.meldung.docx#",
        "meldung.txt.tmp",
        "meldung.docx.part",
        "meldung.txt.crdownload",
        "meldung.txt~",
        "meldung.txt.status.txt",
        "README.md",
        "readme.md",
        "Thumbs.db",
        "taken/meldung.txt",
        "refused/meldung.txt",
    ],
)
def test_what_is_no_announcement_is_left_alone(source: FolderSource, queue: Path, name: str) -> None:
    (queue / name).parent.mkdir(exist_ok=True)
    (queue / name).write_text(TEXT)
    assert shown(source) == {}


@pytest.mark.parametrize(
    ("document", "lock"),
    [
        ("meldung.docx", "~$ldung.docx"),
        ("kurz.docx", "~$kurz.docx"),
        ("sieben7.docx", "~$eben7.docx"),
        ("meldung.docx", ".~lock.meldung.docx#"),
    ],
)
def test_a_document_that_is_open_is_left_alone_until_it_is_closed(
    source: FolderSource, queue: Path, document: str, lock: str
) -> None:
    (queue / document).write_bytes(word_file(paragraph("Text")))
    (queue / lock).write_bytes(b"\x00Name")
    assert shown(source) == {}
    (queue / lock).unlink()
    assert shown(source).keys() == {document}


def test_links_out_of_the_folder_and_empty_folders_are_left_alone(source: FolderSource, queue: Path) -> None:
    (queue.parent / "geheim.txt").write_text("Geheim")
    (queue / "raus.txt").symlink_to(queue.parent / "geheim.txt")
    (queue / "weg").symlink_to(queue.parent)
    (queue / "kreis.txt").symlink_to(queue / "kreis.txt")
    (queue / "leer").mkdir()
    (queue / "ordner").mkdir()
    (queue / "ordner" / "raus.txt").symlink_to(queue.parent / "geheim.txt")
    assert shown(source) == {}


def test_a_fingerprint_changes_when_and_only_when_the_content_does(source: FolderSource, queue: Path) -> None:
    file = queue / "meldung.txt"
    file.write_text(TEXT)
    before = shown(source)["meldung.txt"].fingerprint
    os.utime(file, (1, 1))
    assert shown(source)["meldung.txt"].fingerprint == before
    file.write_text(TEXT + "Mehr.")
    assert shown(source)["meldung.txt"].fingerprint != before


def test_a_picture_that_joins_a_folder_changes_its_fingerprint(source: FolderSource, queue: Path) -> None:
    (queue / "bad").mkdir()
    (queue / "bad" / "meldung.md").write_text("# Bad\n\nText.")
    before = shown(source)["bad"].fingerprint
    (queue / "bad" / "bad.png").write_bytes(PIXEL)
    assert shown(source)["bad"].fingerprint != before


def test_a_folder_gives_its_pictures_with_what_the_text_says_of_them(source: FolderSource, queue: Path) -> None:
    (queue / "bad").mkdir()
    (queue / "bad" / "Eins.PNG").write_bytes(PIXEL)
    (queue / "bad" / "zwei.png").write_bytes(PIXEL + b"2")
    (queue / "bad" / "drei.jpg").write_bytes(PIXEL + b"3")
    (queue / "bad" / "meldung.md").write_text(
        "---\nüberschrift: Bad\nbilder:\n- datei: eins.png\n  bildbeschreibung: Ein Becken\n  foto: Stadt\n  bis: 31.12.2026\n"
        "---\nText. ![Eine Rutsche](zwei.png)\n"
    )
    draft = read_only(source)
    assert [(p.name, p.alt, p.credit) for p in draft.pictures] == [
        ("Eins.PNG", "Ein Becken", "Stadt"),
        ("zwei.png", "Eine Rutsche", ""),
        ("drei.jpg", "", ""),
    ]
    assert draft.pictures[0].until is not None
    assert draft.findings == ()


def test_a_single_picture_may_be_described_in_three_lines(source: FolderSource, queue: Path) -> None:
    (queue / "bad").mkdir()
    (queue / "bad" / "bad.png").write_bytes(PIXEL)
    (queue / "bad" / "meldung.md").write_text(
        "---\ntitel: Bad\nbild: bad.png\nalt: Ein Becken\ncredit: Stadt\n---\nText."
    )
    (found,) = read_only(source).pictures
    assert (found.alt, found.credit, found.data) == ("Ein Becken", "Stadt", PIXEL)


@pytest.mark.parametrize("wanted", ["fehlt.png", "../geheim.png", "/etc/passwd", "https://fremd.example/x.png"])
def test_a_picture_that_does_not_lie_in_the_folder_is_left_out(source: FolderSource, queue: Path, wanted: str) -> None:
    (queue.parent / "geheim.png").write_bytes(PIXEL)
    (queue / "bad").mkdir()
    (queue / "bad" / "meldung.md").write_text(f"---\ntitel: Bad\nbild: '{wanted}'\nalt: x\n---\nText.")
    draft = read_only(source)
    assert draft.pictures == ()
    assert "picture-not-found" in {finding.code for finding in draft.findings}


def test_a_picture_that_lies_there_and_cannot_be_taken_is_told_with_its_true_reason(
    source: FolderSource, queue: Path
) -> None:
    (queue.parent / "geheim.png").write_bytes(PIXEL)
    (queue / "bad").mkdir()
    (queue / "bad" / "plan.svg").write_text("<svg/>")
    (queue / "bad" / "bad.png").symlink_to(queue.parent / "geheim.png")
    (queue / "bad" / "meldung.md").write_text("---\ntitel: Bad\nbilder: [plan.svg, bad.png]\n---\nText.")
    draft = read_only(source)
    assert draft.pictures == ()
    assert [(finding.code, finding.excerpt) for finding in draft.findings] == [
        ("picture-kind-unknown", "plan.svg"),
        ("picture-is-link", "bad.png"),
    ]


def test_what_will_never_be_taken_is_said_once_in_the_log(source: FolderSource, queue: Path) -> None:
    os.mkfifo(queue / "rohr.txt")
    (queue / "raus.txt").symlink_to(queue.parent / "geheim.txt")
    (queue.parent / "geheim.txt").write_text("Geheim")
    Path(os.fsdecode(os.fsencode(queue) + b"/b\xe4d.txt")).write_text(TEXT)
    (queue / ".versteckt").write_text(TEXT)
    with capture_logs() as lines:
        assert (shown(source), shown(source)) == ({}, {})
    assert sorted((line["log_level"], line["name"]) for line in lines) == [
        ("warning", "b\\udce4d.txt"),
        ("warning", "raus.txt"),
        ("warning", "rohr.txt"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("leer.txt", b"", "empty-file"),
        ("leer.md", b" \r\n\t\n", "empty-file"),
        ("bom.txt", b"\xef\xbb\xbf", "empty-file"),
        ("bild.txt", PIXEL, "not-a-text"),
        ("nullen.txt", b"\x01\x02\x00\x03" * 500, "not-a-text"),
        ("zufall.md", hashlib.shake_128(b"x").digest(4000), "not-a-text"),
        ("gross.txt", b"Wort " * 10_000_000, "file-too-large"),
        ("lang.txt", b"Kopf\n\n" + b"Ein Satz steht hier. " * 12_000, "text-too-long"),
        ("tabelle.xlsx", b"PK", "unknown-kind"),
        ("ohne_endung", b"Text", "unknown-kind"),
        ("bild.jpg", PIXEL, "picture-alone"),
        ("tief.html", b"<div>" * 5000, "html-too-nested"),
        ("halb.docx", word_file(paragraph("x"))[:400], "word-unreadable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_announcement_is_refused_and_the_next_goes_through(
    source: FolderSource, queue: Path, name: str, data: bytes, code: str
) -> None:
    (queue / name).write_bytes(data)
    (queue / "gut.txt").write_text(TEXT)
    items = shown(source)
    with pytest.raises(InvalidAnnouncement, match=code) as refused:
        source.read(items[name])
    assert tell(refused.value, "de")
    assert tell(refused.value, "en")
    assert source.read(items["gut.txt"]).announcement.headline == "Bad öffnet am Montag"


def test_folders_without_or_with_several_texts_are_refused(source: FolderSource, queue: Path) -> None:
    for name in ("nur/bild.jpg", "zwei/a.md", "zwei/b.txt"):
        (queue / name).parent.mkdir(exist_ok=True)
        (queue / name).write_bytes(PIXEL)
    items = shown(source)
    with pytest.raises(InvalidAnnouncement, match="folder-without-text"):
        source.read(items["nur"])
    with pytest.raises(InvalidAnnouncement, match="folder-with-several-texts"):
        source.read(items["zwei"])


def test_a_file_that_has_gone_is_left_for_the_next_look(source: FolderSource, queue: Path) -> None:
    (queue / "weg.txt").write_text(TEXT)
    (queue / "ordner").mkdir()
    (queue / "ordner" / "weg.md").write_text(TEXT)
    items = shown(source).values()
    (queue / "weg.txt").unlink()
    (queue / "ordner").rename(queue.parent / "ordner")
    for item in items:
        with pytest.raises(TemporaryFailure) as error:
            source.read(item)
        assert tell(error.value, "de")
    assert shown(source) == {}


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """Root may read everything: as root, be nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_may_not_be_read_is_refused() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "zu.txt").write_text(TEXT)
        (folder / "zu.txt").chmod(0)
        with without_roots_rights():
            shut = FolderSource("queue", folder, RULES, OFFICE)
            item = shown(shut)["zu.txt"]
            with pytest.raises(InvalidAnnouncement, match="file-not-permitted"):
                shut.read(item)


def test_a_folder_that_is_away_is_asked_again(tmp_path: Path) -> None:
    with pytest.raises(TemporaryFailure, match="folder-away") as error:
        FolderSource("queue", tmp_path / "netz" / "queue", RULES, OFFICE).look({})
    assert tell(error.value, "de")


def test_what_is_taken_moves_with_its_status_file(source: FolderSource, queue: Path) -> None:
    (queue / "bad.txt").write_text(TEXT)
    item = shown(source)["bad.txt"]
    source.report("bad.txt", "wird gelesen\n")
    assert (queue / "bad.txt.status.txt").read_text() == "wird gelesen\n"
    source.take(item, ONE)
    assert everything_below(queue) == {"taken/bad.txt", "taken/bad.txt.status.txt"}
    assert (queue / "taken/bad.txt.status.txt").read_text(encoding="utf-8") == ONE
    assert shown(source) == {}


def test_what_is_refused_moves_with_the_reason(source: FolderSource, queue: Path) -> None:
    (queue / "leer.txt").touch()
    source.refuse(shown(source)["leer.txt"], "Die Datei ist leer.\n")
    assert everything_below(queue) == {"refused/leer.txt", "refused/leer.txt.status.txt"}


def test_a_name_that_was_taken_before_gets_a_number_and_nothing_is_overwritten(
    source: FolderSource, queue: Path
) -> None:
    for text in ("eins", "zwei", "drei"):
        (queue / "bad.txt").write_text(text)
        source.take(shown(source)["bad.txt"], ONE)
    assert [(queue / "taken" / name).read_text() for name in ("bad.txt", "bad-2.txt", "bad-3.txt")] == [
        "eins",
        "zwei",
        "drei",
    ]


def test_each_of_two_files_of_one_name_keeps_its_own_status(source: FolderSource, queue: Path) -> None:
    for status in (ONE, OTHER):
        (queue / "bad.txt").write_text(f"{TEXT}{status}")
        source.take(shown(source)["bad.txt"], status)
    source.report("bad.txt", ONE + "Neues\n")
    assert (queue / "taken/bad.txt.status.txt").read_text(encoding="utf-8") == ONE + "Neues\n"
    assert (queue / "taken/bad-2.txt.status.txt").read_text(encoding="utf-8") == OTHER


def test_every_step_may_be_repeated_after_a_crash(source: FolderSource, queue: Path) -> None:
    (queue / "bad.txt").write_text(TEXT)
    item = shown(source)["bad.txt"]
    source.report("bad.txt", "wird gelesen\n")
    # The crash came between moving the file and moving its status file.
    (queue / "taken").mkdir()
    (queue / "bad.txt").rename(queue / "taken/bad.txt")
    for _ in range(3):
        FolderSource("queue", queue, RULES, OFFICE).take(item, ONE)
    assert everything_below(queue) == {"taken/bad.txt", "taken/bad.txt.status.txt"}
    assert (queue / "taken/bad.txt.status.txt").read_text(encoding="utf-8") == ONE


def test_a_file_that_was_saved_anew_meanwhile_stays_in_the_queue(source: FolderSource, queue: Path) -> None:
    (queue / "bad.txt").write_text(TEXT)
    item = shown(source)["bad.txt"]
    (queue / "bad.txt").write_text(TEXT + "Nachtrag.")
    source.take(item, ONE)
    assert (queue / "bad.txt").read_text().endswith("Nachtrag.")


def test_a_status_that_says_so_already_is_not_written_again(source: FolderSource, queue: Path) -> None:
    (queue / "bad.txt").write_text(TEXT)
    source.take(shown(source)["bad.txt"], ONE)
    status = queue / "taken/bad.txt.status.txt"
    os.utime(status, (1, 1))
    source.report("bad.txt", ONE)
    assert status.stat().st_mtime == 1


def test_a_report_on_a_file_that_somebody_took_away_does_nothing(source: FolderSource, queue: Path) -> None:
    source.report("weg.txt", ONE)
    source.take(Item(key="weg.txt", fingerprint="", payload="weg.txt"), ONE)
    assert everything_below(queue) == set()


def test_long_names_have_status_files_too(source: FolderSource, queue: Path) -> None:
    name = "ä" * 120 + ".txt"
    (queue / name).write_text(TEXT)
    for _ in range(2):
        (queue / name).write_text(TEXT)
        source.take(shown(source)[name], ONE)
    assert not (queue / name).exists()
    assert len([path for path in (queue / "taken").iterdir() if path.name.endswith(".status.txt")]) == 2


def test_an_idle_look_reads_no_file(source: FolderSource, queue: Path) -> None:
    (queue / "bad.txt").write_text(TEXT)
    before = shown(source)
    # The same length and time, other content: a look that trusts stat does not notice, one that reads would.
    stamp = (queue / "bad.txt").stat()
    with (queue / "bad.txt").open("r+") as stream:
        stream.write("X")
    os.utime(queue / "bad.txt", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert shown(source) == before


def test_hostile_files_never_crash_the_reader(source: FolderSource, queue: Path) -> None:
    noise = hashlib.shake_128(b"noise").digest(20_000)
    for place, ending in enumerate((".txt", ".md", ".html", ".docx") * 10):
        (queue / f"{place}{ending}").write_bytes(noise[place * 300 : place * 300 + 290] + b"<p>---\n: [")
    outcomes = [_outcome(source, item) for item in shown(source).values()]
    assert len(outcomes) == 40
    assert all(outcomes)


def _outcome(source: FolderSource, item: Item) -> str:
    try:
        return source.read(item).announcement.headline
    except PublisherError as error:
        return tell(error, "de")
