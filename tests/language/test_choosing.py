"""What goes together, what leans on what, and what is told where room is short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.language.choosing import MOST_GAPS, Unit, choose, units
from publisher.language.fitting import tell
from publisher.language.leaning import leans


def together(text: str, language: str = "de") -> list[tuple[str, bool]]:
    """Each unit as a line, and whether it leans on the one before."""
    return [_shown(unit) for unit in units(tell([text], language), language)]


def _shown(unit: Unit) -> tuple[str, bool]:
    return " | ".join(sentence.text for sentence in unit.sentences), unit.leans


@pytest.mark.parametrize(
    "sentence",
    [
        "Dieser Schritt war nötig.",
        "Dort gibt es Kaffee.",
        "Er betonte die gute Zusammenarbeit.",
        "Sie kostete 3,5 Mio. Euro.",
        "Zudem wird der Platz begrünt.",
        "Deshalb fährt der Bus nicht.",
        "Das gilt auch für Vereine.",
        "Für ihn ist das ein Erfolg.",
        "Mit diesem Schritt endet die Planung.",
        "Wie sie mitteilte, geht es weiter.",
        "Beide freuten sich.",
        "Auch die Busse fahren anders.",
        "– Außerdem gibt es Musik.",
        "„Ich freue mich“, sagte sie.",
        "„Ich freue mich“, so er weiter.",
        "Seine Nachfolgerin heißt Karla Muster.",
        "Als Ursache nennt er den Frost.",
        "Am 3. November hatte er gewarnt.",
        "Über schnelle Verbindungen werden sie versorgt",
        "Für bessere Plätze steht man dort Schlange.",
        "„Ich freue mich“, betonte auch er.",
    ],
)
def test_these_lean_on_the_sentence_before(sentence: str) -> None:
    assert leans(sentence, "de")


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Kooperation beginnt im März.",
        "Das Rathaus öffnet um 8 Uhr.",
        "Das neue Rathaus öffnet um 8 Uhr.",
        "Diese Woche wird gebaut.",
        "In diesem Jahr kommen mehr Gäste.",
        "Wenn Sie Fragen haben, rufen Sie an.",
        "„Ich freue mich“, sagte Petra Beispiel.",
        "Karla Muster begrüßte die Gäste.",
        "Am Montag kommt der Bagger.",
        "Der Trainer betonte, er habe lange gewartet.",
        "Wir bitten Sie um Geduld.",
        "Die Stadt weist darauf hin, dass das Bad schließt.",
        "",
        "123.",
    ],
)
def test_these_stand_alone(sentence: str) -> None:
    assert not leans(sentence, "de")


def test_english_sentences_lean_too() -> None:
    assert leans("However, it rains.", "en")
    assert leans("“I am glad,” she said.", "en")
    assert leans("As he said, it is late.", "en")
    assert not leans("The bridge opens.", "en")
    assert not leans("This week it opens.", "en")


def test_a_heading_goes_with_what_it_announces() -> None:
    assert together("Es wird gebaut.\n\nWas Sie beachten sollten\n\nBitte fahren Sie langsam.") == [
        ("Es wird gebaut.", False),
        ("Was Sie beachten sollten | Bitte fahren Sie langsam.", False),
    ]


def test_a_lead_without_full_stop_is_no_heading() -> None:
    assert together("Rat beschließt Haushalt\n\nEr umfasst viel.") == [
        ("Rat beschließt Haushalt", False),
        ("Er umfasst viel.", True),
    ]


def test_a_list_is_one_with_its_lead_in() -> None:
    assert together("Es wird gebaut. Gesperrt sind:\n\n– Markt\n\n– Ring\n\nBusse fahren.") == [
        ("Es wird gebaut.", False),
        ("Gesperrt sind: | – Markt | – Ring", False),
        ("Busse fahren.", False),
    ]
    assert together("Es wird gebaut.\n\n– Markt\n\n– Ring")[1] == ("– Markt | – Ring", True)
    assert together("Sie lesen folgende Punkte.\n\n– Markt\n\n– Ring") == [
        ("Sie lesen folgende Punkte. | – Markt | – Ring", False)
    ]


def test_a_quotation_goes_with_the_sentence_that_names_its_speaker() -> None:
    assert together("Es ist vollbracht. „Das ist gut.“ So sagte es Karla Muster.") == [
        ("Es ist vollbracht.", False),
        ("„Das ist gut.“ | So sagte es Karla Muster.", True),
    ]
    assert together("Karla Muster sagte:\n\n„Das ist gut. Sehr gut.“\n\nBusse fahren.") == [
        ("Karla Muster sagte: | „Das ist gut. Sehr gut.“", False),
        ("Busse fahren.", False),
    ]


def test_a_quotation_that_goes_on_leans_on_the_one_that_names_its_speaker() -> None:
    assert together("„Wir müssen sparen“, sagte Karla Muster. „Aber nicht hier.“ Der Rat tagt.") == [
        ("„Wir müssen sparen“, sagte Karla Muster.", False),
        ("„Aber nicht hier.“", True),
        ("Der Rat tagt.", False),
    ]


def test_a_quotation_over_two_paragraphs_stays_whole() -> None:
    assert together("Es wird gebaut. „Das ist gut. Sehr gut.\n\nUnd es geht weiter“, sagte Karla Muster.\n\nEnde.") == [
        ("Es wird gebaut.", False),
        ("„Das ist gut. | Sehr gut. | Und es geht weiter“, sagte Karla Muster.", False),
        ("Ende.", False),
    ]


def test_an_answer_needs_its_question() -> None:
    assert together("Wie hoch ist der Zuschuss? Bis zu 500 Euro.")[1] == ("Bis zu 500 Euro.", True)


def test_what_is_too_long_is_passed_over_only_where_little_is_told() -> None:
    sizes = [30, 200, 10, 10, 20]
    fits = lambda places: sum(sizes[place] for place in places) <= 100  # noqa: E731
    leaning = [False, False, True, False, False]
    assert choose(leaning, fits) == [0]
    assert choose(leaning, fits, lambda places: True) == [0, 3, 4]


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=30),
    st.integers(0, 200),
    st.booleans(),
)
def test_what_is_chosen_fits_keeps_its_order_and_never_lacks_what_it_leans_on(
    made: list[tuple[int, bool]], room: int, sparse: bool
) -> None:
    asked = 0

    def fits(places: object) -> bool:
        nonlocal asked
        asked += 1
        return sum(made[place][0] for place in places) <= room  # type: ignore[attr-defined]

    leaning = [leans_ for _, leans_ in made]
    taken = choose(leaning, fits, lambda _: sparse)
    assert taken == sorted(set(taken))
    assert sum(made[place][0] for place in taken) <= room
    assert all(place - 1 in taken for place in taken if leaning[place] and place)
    assert asked <= 6 * (MOST_GAPS + 1)


@given(
    st.lists(
        st.sampled_from(["Ja.", "„Nein.“", "„Ja“, sagte er.", "Kopf", "– Punkt", "So:", "„Auf", "zu“.", "\n\n", "Was?"])
    )
)
def test_no_sentence_is_lost_on_the_way_to_units(pieces: list[str]) -> None:
    told = tell([" ".join(pieces)], "de")
    assert [sentence for unit in units(told, "de") for sentence in unit.sentences] == told
