"""One frame for all mails: an office changes it in one place, and every way of breaking it is told with file and line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from publisher.rendering.environment import shipped_templates
from publisher.rendering.samples import NOON, issue_samples, notice_samples
from publisher.rendering.templates import Templates

MAILS = ["newsletter", "press", "notice/confirm", "notice/known"]
SHIPPED = (shipped_templates() / "mail" / "frame.html").read_text(encoding="utf-8")
WriteFrame = Callable[[str], None]


@pytest.fixture
def write_frame(folder: Path) -> WriteFrame:
    """Write the office's own mail/frame.html."""

    def write(text: str) -> None:
        (folder / "mail").mkdir(exist_ok=True)
        (folder / "mail" / "frame.html").write_text(text, encoding="utf-8")

    return write


def html_of_all_mails(templates: Templates) -> dict[str, str]:
    issues = {name: next(issue_samples(name)) for name in ("newsletter", "press")}
    notices = {name: next(notice_samples(name)) for name in ("notice/confirm", "notice/known")}
    return {name: templates.issue(order).html for name, order in issues.items()} | {
        name: templates.notice(order).html for name, order in notices.items()
    }


def test_a_colour_is_changed_in_one_place_for_all_mails(templates: Templates, write_frame: WriteFrame) -> None:
    write_frame(SHIPPED.replace("#0b5394", "#7a0000").replace("#8fc1ee", "#ffb0b0"))
    for name, html in html_of_all_mails(templates).items():
        assert "#7a0000" in html, name
        assert "#ffb0b0" in html, name
        assert "#0b5394" not in html, name
        assert "#8fc1ee" not in html, name
    assert templates.faults(MAILS) == []


def test_no_mail_names_a_colour_of_its_own() -> None:
    for name in ("newsletter/issue.html", "press/issue.html", *(f"notice/{one}.html" for one in ("frame", "confirm"))):
        styles = (shipped_templates() / name).read_text(encoding="utf-8").partition("{% endblock %}")[0]
        assert "color: #" not in styles, name
        assert "solid #" not in styles, name


def test_an_office_without_a_frame_of_its_own_gets_the_shipped_one(
    templates: Templates, folder: Path, write_frame: WriteFrame
) -> None:
    shipped = html_of_all_mails(templates)  # and the new file counts at once
    write_frame(SHIPPED.replace("<body>", "<body><p>Eigener Rahmen</p>"))
    assert all("Eigener Rahmen" in html for html in html_of_all_mails(templates).values())
    (folder / "mail" / "frame.html").unlink()
    assert html_of_all_mails(templates) == shipped


def test_styles_for_the_dark_and_for_small_screens_survive_in_every_mail(templates: Templates) -> None:
    for name, html in html_of_all_mails(templates).items():
        head, _, body = html.partition("<body")
        assert "@media (max-width: 480px)" in head, name
        assert "@media (prefers-color-scheme: dark)" in head, name
        assert 'class="content" role="main" style="padding: 32px' in body, name
    embargoed = replace(next(issue_samples("press")), embargo=NOON)
    assert ".embargo { border-color: #ff9a8f !important;" in templates.issue(embargoed).html
    assert ".content .press a { background-color: #8fc1ee !important;" in html_of_all_mails(templates)["notice/known"]


LINES = SHIPPED.split("\n")


@pytest.mark.parametrize(
    ("whole", "broken", "said"),
    [
        ("{{ office.imprint }}", "{{ office.imprnt }}", "imprnt"),
        ("{{ colours.bar.dark }}", "{{ colours.baar.dark }}", "baar"),
        ("{% block words %}", "{% block words }", "unexpected '}'"),
        ("{{ subject }}", "{{ subject }", "unexpected '}'"),
    ],
)
def test_a_broken_frame_is_told_once_with_its_own_name_and_line(
    templates: Templates, write_frame: WriteFrame, whole: str, broken: str, said: str
) -> None:
    write_frame(SHIPPED.replace(whole, broken))
    (fault,) = templates.faults(MAILS)
    assert fault.code == "template-broken"
    assert fault.values["file"] == "mail/frame.html"
    assert fault.values["line"] == next(number for number, line in enumerate(LINES, 1) if whole in line)
    assert said in str(fault.values["said"])


def test_a_frame_in_an_old_encoding_is_told_with_its_own_name(templates: Templates, folder: Path) -> None:
    (folder / "mail").mkdir()
    (folder / "mail" / "frame.html").write_bytes(SHIPPED.replace("<body>", "<body>\nGrüße").encode("latin-1"))
    (fault,) = templates.faults(MAILS)
    assert fault.values["file"] == "mail/frame.html"
    assert str(fault.values["said"]).startswith("not UTF-8")


@pytest.mark.parametrize(
    ("place", "mails"), [("ways", ["newsletter", "press"]), ("ahead", ["press"]), ("words", MAILS), ("styles", MAILS)]
)
def test_a_frame_without_a_place_for_what_a_mail_says_is_a_fault(
    templates: Templates, write_frame: WriteFrame, place: str, mails: list[str]
) -> None:
    write_frame(SHIPPED.replace(f"{{% block {place} %}}{{% endblock %}}", ""))
    for mail in MAILS:
        faults = templates.faults([mail])
        assert [(fault.values["file"], fault.values["said"]) for fault in faults] == [
            ("mail/frame.html", f"no place for block '{place}' in mail/frame.html")
        ] * (mail in mails)


def test_a_mail_that_writes_into_a_place_that_no_frame_has_is_told_itself(templates: Templates, folder: Path) -> None:
    (folder / "notice").mkdir()
    own = (
        '{% extends "notice/frame.html" %}\n{% block wrods %}{% endblock %}\n{% block words %}{{ link }}{% endblock %}'
    )
    (folder / "notice" / "known.html").write_text(own, encoding="utf-8")
    (fault,) = templates.faults(["notice/known"])
    assert (fault.values["file"], fault.values["line"]) == ("notice/known.html", 2)


@pytest.mark.parametrize("mail", ["newsletter", "notice/known"])
def test_a_broken_foot_of_the_text_part_is_told_with_its_own_name(
    templates: Templates, folder: Path, mail: str
) -> None:
    (folder / "mail").mkdir()
    (folder / "mail/foot.txt").write_text("Impressum:\n{{ office.imprnt }}", encoding="utf-8")
    (fault,) = templates.faults([mail])
    assert (fault.values["file"], fault.values["line"]) == ("mail/foot.txt", 2)
