"""Pictures for those who do not see them, and for those who took them."""

from datetime import timedelta

import pytest

from publisher.domain.announcement import Picture
from publisher.domain.finding import Severity
from tests.checks import NOW, a_picture, an_announcement, codes, findings


def told(picture: Picture, *, pictures_need_alt: bool = True) -> list[str]:
    return codes(an_announcement(pictures=(picture,)), pictures_need_alt=pictures_need_alt)


def test_a_described_and_credited_picture_passes() -> None:
    assert told(a_picture()) == []


def test_a_picture_of_the_queue_without_description_holds_the_announcement() -> None:
    (finding,) = findings(an_announcement(pictures=(a_picture(alt=" "),)))
    assert (finding.code, finding.severity) == ("picture-without-alt", Severity.ERROR)
    assert finding.excerpt == "bruecke.jpg"


def test_a_picture_of_a_feed_without_description_is_left_out_with_a_warning() -> None:
    assert told(a_picture(alt=""), pictures_need_alt=False) == ["picture-left-out"]


@pytest.mark.parametrize("alt", ["bruecke.jpg", "Bruecke", "IMG_20251110.JPG", "IMG_4711", "DSC00012", "foto-3.png"])
def test_a_file_name_is_no_description(alt: str) -> None:
    assert told(a_picture(alt=alt)) == ["alt-is-file-name"]


@pytest.mark.parametrize(
    "alt", ["Bild von einer Brücke", "Das Foto zeigt eine Brücke", "Grafik: Brücke", "Photo of it"]
)
def test_a_description_need_not_say_that_it_is_one(alt: str) -> None:
    assert told(a_picture(alt=alt)) == ["alt-begins-needlessly"]


@pytest.mark.parametrize("alt", ["Bildhauerin bei der Arbeit", "Fotograf auf der Brücke", "Grafikerin am Tisch"])
def test_words_that_only_begin_alike_pass(alt: str) -> None:
    assert told(a_picture(alt=alt)) == []


def test_length_credit_and_rights_are_warned_of() -> None:
    assert told(a_picture(alt="Brücke " * 300)) == ["alt-too-long"]
    assert told(a_picture(credit="")) == ["credit-missing"]
    assert told(a_picture(until=NOW - timedelta(days=1))) == ["picture-rights-ended"]
