"""The audience as the office enters it."""

from dataclasses import replace

import pytest

from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.subscriber import Rhythm
from publisher.workflow.audience.subscribing import (
    ImportReport,
    add_subscriber,
    erase_subscriber,
    every_subscriber,
    export_rows,
    import_subscribers,
    newsletter,
)
from publisher.workflow.office import Office
from tests.fakes import FakeNewsletter


def imported(office: Office, csv: str) -> ImportReport:
    channel = newsletter(office, None)
    *_, report = import_subscribers(office, channel, csv.splitlines(keepends=True))
    return report


def test_an_import_enters_whom_it_can_and_names_each_line_that_it_cannot(office: Office) -> None:
    report = imported(
        office,
        "\ufeffaddress,topics,rhythm\n"
        "anna@leser.example,verkehr;kultur,daily\n"
        "keine Adresse,,\n"
        "\n"
        "bert@leser.example,sport,\n"
        "cem@leser.example,,manchmal\n"
        "dora@leser.example,,\n",
    )
    assert (report.imported, report.known) == (2, 0)
    assert [refused.line for refused in report.refused] == [3, 5, 6]
    assert all("@" not in refused.reason for refused in report.refused)
    anna, dora = sorted(office.store.audience.subscribers("newsletter"), key=lambda s: s.address)
    assert (anna.topics, anna.rhythm) == (("verkehr", "kultur"), Rhythm.DAILY)
    assert (dora.topics, dora.rhythm) == ((), Rhythm.IMMEDIATE)
    assert dora.evidence


def test_known_people_keep_what_they_chose(office: Office) -> None:
    imported(office, "address,rhythm\nanna@leser.example,weekly\n")
    report = imported(office, "address,rhythm\nAnna@LESER.example,daily\nanna@leser.example,daily\n")
    assert (report.imported, report.known) in ((0, 2), (1, 1))  # the local part's case may matter (RFC 5321, 2.4)
    kept = {s.address: s.rhythm for s in office.store.audience.subscribers("newsletter")}
    assert kept["anna@leser.example"] is Rhythm.WEEKLY


def test_topics_may_be_listed_with_commas_as_in_an_announcement(office: Office) -> None:
    assert imported(office, 'address,topics\nanna@leser.example,"verkehr, kultur"\n').imported == 1
    (anna,) = office.store.audience.subscribers("newsletter")
    assert anna.topics == ("verkehr", "kultur")


def test_semicolons_between_columns_are_understood_too(office: Office) -> None:
    report = imported(office, 'address;topics;rhythm\nanna@leser.example;"verkehr;kultur";daily\n')
    assert report.imported == 1


def test_a_file_without_an_address_column_is_refused_whole(office: Office) -> None:
    with pytest.raises(InvalidAnnouncement, match="import-no-address-column"):
        imported(office, "mail\nanna@leser.example\n")


@pytest.mark.parametrize("closed", ["", '"'])
def test_a_quotation_mark_that_stays_open_costs_the_lines_that_it_swallows_and_they_are_named(
    office: Office, closed: str
) -> None:
    good = [f"leser{number}@leser.example,Formular\n" for number in range(1_000 if closed else 6_000)]
    report = imported(office, "".join(["address,evidence\n", good[0], 'halb@leser.example,"Form\n', *good[1:], closed]))
    [refused] = report.refused
    assert refused.line == 3
    assert "Anführungszeichen" in refused.reason
    assert report.imported == (1 if closed else report.imported)
    assert imported(office, "".join(["address,evidence\n", *good])).known == report.imported


@pytest.mark.parametrize(
    "lines",
    [
        'anna@leser.example,"Karte\nbert@leser.example,Karte\n',
        'anna@leser.example,"Karte\nbert@leser.example,"Karte"\ncem@leser.example,"Karte"\n',
        "anna@leser.example,Karte,und Brief\n",
    ],
    ids=["open at the end", "closed by the next row's", "more cells than the header has"],
)
def test_a_row_that_may_hold_more_than_it_seems_to_is_named_and_not_entered(office: Office, lines: str) -> None:
    report = imported(office, "address,evidence\n" + lines)
    assert [refused.line for refused in report.refused] == [2]
    kept = {subscriber.address: subscriber.evidence for subscriber in office.store.audience.subscribers("newsletter")}
    assert kept in ({}, {"cem@leser.example": "Karte"})


def test_columns_that_stay_empty_or_have_no_name_disturb_nobody(office: Office) -> None:
    report = imported(office, "address;evidence;\nanna@leser.example;Karte;Notiz;;\n")
    assert (report.imported, report.refused) == (1, [])


def test_nobody_has_consented_in_the_future(office: Office) -> None:
    report = imported(office, "address,confirmed\nanna@leser.example,2099-01-01\nbert@leser.example,2020-01-01\n")
    assert report.imported == 1
    assert [(refused.line, "2099-01-01" in refused.reason) for refused in report.refused] == [(2, True)]


def test_a_cell_may_have_line_breaks_and_a_refusal_names_the_line_where_its_row_begins(office: Office) -> None:
    report = imported(office, 'address,evidence\nanna@leser.example,"Formular\nMarkt 1"\nniemand,"a\nb"\n')
    assert [refused.line for refused in report.refused] == [4]
    [anna] = office.store.audience.subscribers("newsletter")
    assert anna.evidence == "Formular\nMarkt 1"


def test_a_byte_that_no_database_takes_costs_nobody_their_place(office: Office) -> None:
    assert imported(office, "address,evidence\nanna@leser.example,For\0mular\n").imported == 1
    [anna] = office.store.audience.subscribers("newsletter")
    assert anna.evidence == "Formular"


def test_an_export_can_be_imported_again(office: Office) -> None:
    imported(office, "address,topics,rhythm,evidence\nanna@leser.example,verkehr,weekly,Formular 2019\n")
    (row,) = export_rows(office.store.audience.subscribers("newsletter"))
    assert (row["address"], row["topics"], row["rhythm"]) == ("anna@leser.example", "verkehr", "weekly")
    assert row["evidence"] == "Formular 2019"


def test_a_long_list_is_exported_whole_and_everybody_once(office: Office, newsletter: FakeNewsletter) -> None:
    addresses = [f"leser{number:04}@leser.example" for number in range(2_001)]
    imported(office, "\n".join(["address", *addresses]))
    exported = every_subscriber(office, newsletter)
    first = next(exported)
    add_subscriber(office, newsletter, "neu@leser.example", ())
    office.store.audience.leave(first.token, office.clock.now())
    assert [first.address, *(reader.address for reader in exported)] == [*addresses, "neu@leser.example"]


def test_whoever_was_erased_stays_out_of_every_import(office: Office) -> None:
    channel = newsletter(office, None)
    add_subscriber(office, channel, "anna@leser.example", ())
    assert erase_subscriber(office, channel.name, "anna@leser.example")
    assert imported(office, "address\nanna@leser.example\n").suppressed == 1
    assert office.store.audience.subscribers("newsletter") == []


@pytest.mark.parametrize(("named", "left"), [(None, []), ("newsletter", ["presse"])])
def test_erasing_reaches_every_list_unless_one_is_named_and_every_spelling(
    office: Office, named: str | None, left: list[str]
) -> None:
    press = FakeNewsletter(name="presse", closed=True)
    office = replace(office, channels={**office.channels, press.name: press})
    for name in ("newsletter", "presse"):
        add_subscriber(office, newsletter(office, name), "info@bücher.example", (), "Impressum")
    assert erase_subscriber(office, named, "INFO@xn--bcher-kva.example")
    assert [name for name in ("newsletter", "presse") if office.store.audience.subscribers(name)] == left


def test_what_is_no_address_is_not_taken_for_an_unknown_one(office: Office) -> None:
    with pytest.raises(InvalidAnnouncement, match="import-bad-address"):
        erase_subscriber(office, None, "anna")
    assert office.store.audience.stats("newsletter")["suppressed"] == 0


def test_with_two_newsletters_the_office_must_say_which(office: Office) -> None:
    assert newsletter(office, "newsletter").name == "newsletter"
    with pytest.raises(InvalidAnnouncement, match="newsletter-unclear"):
        newsletter(office, "mastodon")


def test_a_large_import_reports_its_progress(office: Office, newsletter: FakeNewsletter) -> None:
    lines = ["address\n", *(f"leser{number}@leser.example\n" for number in range(2_500))]
    seen = [report.imported for report in import_subscribers(office, newsletter, lines)]
    assert seen[-1] == 2_500
    assert len(seen) == 3
