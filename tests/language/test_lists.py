"""Numbered lists keep their numbers, and hold together as other lists do."""

from publisher.language.fitting import is_item, joined, tell


def test_the_items_of_a_numbered_list_stand_under_each_other() -> None:
    text = (
        "Es geht in drei Schritten:\n\n1) Formular ausfüllen\n\n2) Unterschreiben\n\n10) Abgeben\n\nDanach kommt Post."
    )
    assert joined(tell([text], "de")) == (
        "Es geht in drei Schritten:\n\n1) Formular ausfüllen\n2) Unterschreiben\n10) Abgeben\n\nDanach kommt Post."
    )


def test_a_date_at_the_beginning_is_no_item() -> None:
    assert not is_item("12. November: Das Fest beginnt.")
    assert not is_item("1. FC Musterstadt gewinnt")
