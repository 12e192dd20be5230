"""What readers stumble over: days without dates, long sentences, signs that are read aloud, lines of a content system."""

from datetime import UTC, datetime

import pytest

from publisher.checks.desk import Examination, examine
from publisher.checks.sketches import Recent, sketch
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Severity
from publisher.domain.variant import Variant
from tests.checks import NOW, TEXT, ZONE, an_announcement, codes, findings


@pytest.mark.parametrize(
    "text",
    [
        "Die Brücke ist ab morgen gesperrt.",
        "Der Rat tagt heute Abend.",
        "Der Rat hat heute den Haushalt beschlossen.",
        "Am kommenden Freitag ist Markt.",
        "In der nächsten Woche wird gebaut.",
        "Gestern brannte eine Halle.",
        "Die Wahl ist übermorgen.",
        "Am heutigen Montag beginnt der Umbau.",
        "Die Kita ist fertig. Morgen öffnet sie.",
        "Diesen Freitag ist Markt.",
    ],
)
def test_a_day_that_depends_on_the_reader_is_warned_of(text: str) -> None:
    assert codes(an_announcement(text)) == ["relative-day"]


@pytest.mark.parametrize(
    "text",
    [
        "Bis heute leben dort 500 Menschen, die Stadt von morgen entsteht.",
        "Heute ist das Haus ein Museum.",
        "„Ab morgen wird alles besser“, sagt die Dezernentin.",
        "Ab morgen, Dienstag, 11. November 2025, ist die Brücke gesperrt.",
        "Am kommenden Freitag (14. November) ist Markt.",
        "Lieber heute als morgen, guten Morgen, jeden Morgen.",
        "In den nächsten Wochen und Monaten wird gebaut.",
        "Zum nächsten Mal im Heute und Morgen.",
        "Der Morgen beginnt früh, am Morgen öffnet die Kita.",
        "An diesem Freitag, 14. November, ist Markt.",
    ],
)
def test_days_with_dates_direct_speech_and_other_meanings_pass(text: str) -> None:
    assert codes(an_announcement(text)) == []


def test_english_days_are_known_too() -> None:
    assert codes(an_announcement("The bridge closes tomorrow at noon.", language="en")) == ["relative-day"]
    assert codes(an_announcement("Today the house is a museum.", language="en")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Die Beratung findet am Mittwoch, 5. November 2025, statt.",
        "Die Stadt lädt am 3.11.2025 zum Fest ein.",
        "Bewerbungen sind bis zum 31. Oktober 2025 möglich.",
        "Der Markt beginnt am Samstag, 8. November, um 10 Uhr.",
    ],
)
def test_a_day_that_has_passed_and_is_announced_is_warned_of(text: str) -> None:
    assert codes(an_announcement(text)) == ["date-past"]


@pytest.mark.parametrize(
    "text",
    [
        "Am Mittwoch, 5. November 2025, hat die Stadt das Bad eröffnet.",
        "Die Ausstellung ist seit dem 1. Oktober 2025 zu sehen.",
        "Die Satzung vom 3. November 2025 ist öffentlich.",
        "Das Haus, das am 4. August 2025 brannte, wird abgerissen.",
        "Am 12. Mai 1949 beginnt die Geschichte der Brücke.",
        "Die Frist beginnt am 1. November.",
        "Der Markt beginnt am Samstag, 15. November 2025.",
        "„Am 3. November 2025 beginnt für uns ein neues Leben“, sagt sie.",
    ],
)
def test_history_and_what_is_to_come_pass(text: str) -> None:
    assert codes(an_announcement(text)) == []


def test_a_day_before_the_embargo_ends_has_passed_when_it_is_read() -> None:
    text = "Das Fest findet am Samstag, 15. November 2025, statt."
    embargo = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
    assert codes(an_announcement(text, embargo=embargo)) == ["date-past"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Admin User", "byline-in-text"),
        ("Von Erika Muster", "byline-in-text"),
        ("Autorin: Erika Muster", "byline-in-text"),
        ("3 Min. Lesezeit", "reading-time-in-text"),
        ("Brücke am Hafen ist gesperrt", "headline-in-text"),
        ("Vorspann: Die Brücke ist zu.", "lead-mark-in-text"),
        ("– Ende –", "end-mark-in-text"),
        ("###", "end-mark-in-text"),
    ],
)
def test_lines_of_a_content_system_are_warned_of(line: str, code: str) -> None:
    assert codes(an_announcement(f"{line}\n\n{TEXT}")) == [code]


@pytest.mark.parametrize(
    "line",
    [
        "Von der Brücke aus sieht man den Hafen.",
        "Die Brücke am Hafen ist gesperrt.",
        "Vorspann und Abspann des Films sind neu.",
        "Ende",
        "30",
        "2 Minuten Fußweg sind es zum Hafen.",
        "Redaktionsschluss ist Freitag",
    ],
)
def test_lines_that_are_text_pass(line: str) -> None:
    assert codes(an_announcement(f"{line}\n\n{TEXT}")) == []


def test_a_sentence_of_more_than_thirty_five_words_is_noted_with_its_length() -> None:
    (finding,) = findings(an_announcement("Wort " * 35 + "Ende. Kurz."))
    assert (finding.code, finding.severity) == ("sentence-long", Severity.NOTICE)
    assert finding.values["words"] == "36"
    assert codes(an_announcement("Wort " * 34 + "Ende. Kurz.")) == []


def test_chains_of_emoji_and_hashtags_in_running_text_are_warned_of() -> None:
    assert codes(an_announcement("Wir feiern 🎉🥳👩‍👩‍👧 mit Ihnen.")) == ["emoji-chain"]
    assert codes(an_announcement("Wir feiern 🎉 mit 🥳 Ihnen.")) == []
    assert codes(an_announcement("Mehr zum #Stadtfest und (#Kultur).")) == ["hashtags-in-text"] * 2
    assert codes(an_announcement("Zimmer #3, https://a.de/#plan und C#-Dur.")) == []


@pytest.mark.parametrize("number", ["0171 1234567", "+49 (0)151 / 234 567 89", "0160-1234567", "0049 170 1234567"])
def test_a_mobile_number_in_public_words_is_warned_of(number: str) -> None:
    assert codes(an_announcement(f"{TEXT} Rufen Sie {number} an.")) == ["private-mobile"]


@pytest.mark.parametrize(
    "number", ["0201 88-12345", "115", "2017 1512345", "01.07.2025", "IBAN DE02 0171 2345 6789 01"]
)
def test_office_numbers_pass(number: str) -> None:
    assert "private-mobile" not in codes(an_announcement(f"{TEXT} Nummer {number} gilt."))


def test_a_private_address_is_warned_of_and_an_official_one_is_not() -> None:
    assert codes(an_announcement(f"{TEXT} Mail an anna.kern@gmx.de")) == ["private-mail"]
    assert codes(an_announcement(f"{TEXT} Mail an bauamt@musterstadt.de oder x@web.dev")) == []


def test_feeds_have_no_place_for_a_contact_and_are_not_asked_for_one() -> None:
    about = Examination(now=NOW, zone=ZONE, pictures_need_alt=False, contact_expected=False)
    assert examine(an_announcement(contact=""), about) == ()


LONG = " ".join(f"Satz {number} nennt die Straße {number * 7} und das Haus {number * 3}." for number in range(20))


def recent(announcement: Announcement) -> Recent:
    return Recent(id="2025-11-01-abc234", headline=announcement.headline, sketch=sketch(announcement))


def test_nearly_the_same_announcement_is_told_with_its_name() -> None:
    about = Examination(
        now=NOW, zone=ZONE, pictures_need_alt=True, recent=(recent(an_announcement(f"{LONG} Und noch etwas.")),)
    )
    (finding,) = examine(an_announcement(LONG), about)
    assert (finding.code, finding.values["id"]) == ("near-duplicate", "2025-11-01-abc234")


def test_another_text_and_a_short_one_are_no_duplicates() -> None:
    other = " ".join(f"Zeile {number} handelt vom Park {number * 5} und vom Baum {number}." for number in range(20))
    about = Examination(now=NOW, zone=ZONE, pictures_need_alt=True, recent=(recent(an_announcement(other)),))
    assert examine(an_announcement(LONG), about) == ()
    short = Examination(now=NOW, zone=ZONE, pictures_need_alt=True, recent=(recent(an_announcement()),))
    assert examine(an_announcement(), short) == ()


def test_a_version_that_a_channel_waits_for_is_noted_until_it_is_there() -> None:
    def told(announcement: Announcement, *there: str) -> list[str]:
        wanted = frozenset({"de-simple"})
        about = Examination(
            now=NOW, zone=ZONE, pictures_need_alt=True, versions_wanted=wanted, versions=frozenset(there)
        )
        return [finding.code for finding in examine(announcement, about)]

    assert told(an_announcement()) == ["version-missing"]
    assert told(an_announcement(), "de-simple") == []
    assert told(an_announcement(version_of="2025-11-01-abc234", language="de-simple")) == []


def test_what_a_channel_loses_is_told_with_the_rest() -> None:
    (lost,) = findings(an_announcement(language=" "))
    assert lost.code == "language-missing"
    variant = Variant(
        channel="mastodon", kind="mastodon", language="de", text="", length=0, limit=500, link="", findings=(lost,)
    )
    about = Examination(now=NOW, zone=ZONE, pictures_need_alt=True, variants=(variant,))
    assert examine(an_announcement(), about) == (lost,)


def post(text: str, limit: int | None = 300) -> Variant:
    return Variant(channel="bluesky", kind="bluesky", language="de", text=text, length=len(text), limit=limit, link="")


def lost(announcement: Announcement, variant: Variant) -> list[str]:
    about = Examination(now=NOW, zone=ZONE, pictures_need_alt=True, variants=(variant,))
    return [finding.code for finding in examine(announcement, about)]


def test_a_post_without_a_sentence_of_the_lead_is_told_unless_an_editor_wrote_it() -> None:
    announcement = an_announcement(lead='Der "Steg" ist frei. Er ist schmal.')
    assert lost(announcement, post("Brücke gesperrt. Die Brücke ist zu.")) == ["lead-lost"]
    assert lost(announcement, post("Brücke gesperrt. Der „Steg“ ist frei.")) == []
    assert lost(an_announcement(lead="Der Steg ist frei.", short={"": "Zu."}), post("Zu.")) == []
    assert lost(announcement, post("Eine Mail ohne Grenze.", limit=None)) == []
