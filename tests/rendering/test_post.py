"""Posts as followers will read them."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.domain.announcement import Announcement
from publisher.domain.finding import Severity, holds
from publisher.language.counting import bluesky_length, mastodon_length
from publisher.language.fitting import sameness
from publisher.language.sentences import sentences
from publisher.messages import remark
from publisher.ports.words import PostOrder
from publisher.rendering.templates import Templates

LINK = "https://musterstadt.example/aktuelles/bruecke"
BRIDGE = Announcement(
    headline="Neue Brücke über die Muster ist offen",
    lead=(
        "Am Mittwoch, dem 12.\u00a0November, hat Bürgermeisterin Petra Beispiel die neue Brücke freigegeben. "
        "Sie kostete 3,5\u00a0Mio. Euro."
    ),
    body=(
        "Die Brücke verbindet Altstadt und Hafen. „Ich freue mich. Danke an alle“, sagte sie.\n\n"
        "Radfahrer:innen und Fußgänger:innen können sie ab sofort nutzen. Autos fahren weiter über die Hauptstr. 7."
    ),
    tags=("öffentlicher Nahverkehr", "Stadt-Fest", "2025", "stadt fest"),
)


def order(announcement: Announcement = BRIDGE, limit: int = 500, **changes: object) -> PostOrder:
    made = PostOrder(
        template="post/mastodon.txt",
        channel="mastodon",
        kind="mastodon",
        announcement=announcement,
        link=LINK,
        credits=(),
        limit=limit,
        measure=mastodon_length,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each test names the fields it means


def test_a_post_holds_headline_whole_sentences_link_and_hashtags(templates: Templates) -> None:
    words = templates.post(order(limit=275))
    assert words.text == (
        "Neue Brücke über die Muster ist offen\n\n"
        "Am Mittwoch, dem 12.\u00a0November, hat Bürgermeisterin Petra Beispiel die neue Brücke freigegeben. "
        "Sie kostete 3,5\u00a0Mio. Euro.\n\n"
        "Die Brücke verbindet Altstadt und Hafen.\n\n"
        f"Mehr: {LINK}\n\n"
        "#ÖffentlicherNahverkehr #StadtFest"
    )
    assert words.length == mastodon_length(words.text)
    assert words.tags == ("#ÖffentlicherNahverkehr", "#StadtFest")
    assert words.findings == ()


def test_hashtags_go_before_sentences_do(templates: Templates) -> None:
    full = templates.post(order(limit=275))
    tight = templates.post(order(limit=full.length - 1))
    assert tight.text == full.text.removesuffix(" #StadtFest")
    tighter = templates.post(order(limit=full.length - 12))
    assert tighter.text == full.text.removesuffix("\n\n#ÖffentlicherNahverkehr #StadtFest")


def test_bluesky_counts_the_whole_link(templates: Templates) -> None:
    words = templates.post(order(template="post/bluesky.txt", limit=300, measure=bluesky_length))
    assert words.length == bluesky_length(words.text) <= 300
    assert LINK in words.text


def test_an_editors_short_text_is_used_as_it_is(templates: Templates) -> None:
    short = replace(BRIDGE, short={"": "Brücke frei!\nKommen Sie … vorbei", "bluesky": "Anders."})
    words = templates.post(order(short))
    assert words.text == (f"Brücke frei!\nKommen Sie … vorbei\n\nMehr: {LINK}\n\n#ÖffentlicherNahverkehr #StadtFest")


def test_what_stands_in_the_short_text_is_not_said_again(templates: Templates) -> None:
    words = f"Brücke frei! Bitte absteigen. Mehr auf {LINK}. #stadtfest"
    short = replace(BRIDGE, short={"mastodon": words}, must="Bitte absteigen.")
    assert templates.post(order(short)).text == f"{words}\n\n#ÖffentlicherNahverkehr"


def test_the_must_sentence_stays_and_sentences_give_way(templates: Templates) -> None:
    must = "Bitte steigen Sie auf der Brücke vom Rad ab."
    words = templates.post(order(replace(BRIDGE, must=must), limit=150))
    assert words.text == f"{BRIDGE.headline}\n\n{must}\n\nMehr: {LINK}\n\n#ÖffentlicherNahverkehr #StadtFest"
    assert [finding.severity for finding in words.findings] == [Severity.NOTICE]


def test_a_sentence_too_long_is_passed_over_with_all_that_lean_on_it(templates: Templates) -> None:
    words = templates.post(order(replace(BRIDGE, tags=()), limit=140))
    assert words.text == f"{BRIDGE.headline}\n\nDie Brücke verbindet Altstadt und Hafen.\n\nMehr: {LINK}"


def test_direct_speech_is_not_told_where_its_speaker_was_left_out(templates: Templates) -> None:
    words = templates.post(order(replace(BRIDGE, tags=()), limit=200))
    assert "sagte sie" not in words.text
    whole = templates.post(order(replace(BRIDGE, tags=()), limit=400))
    assert "„Ich freue mich. Danke an alle“, sagte sie." in whole.text


def test_a_list_goes_with_its_lead_in_or_not_at_all(templates: Templates) -> None:
    lead = "Ab Montag wird gebaut."
    body = (
        "Gesperrt sind folgende Straßen.\n\n– Marktplatz\n\n– Hafenstraße bis zur Einmündung Ring\n\nDie Busse fahren."
    )
    closed = Announcement(headline="Baustellen in der Innenstadt", lead=lead, body=body)
    for limit in range(60, 250):
        text = templates.post(order(closed, limit=limit)).text
        assert ("– Marktplatz" in text) == ("– Hafenstraße" in text) == ("Gesperrt sind" in text)
    assert "Gesperrt sind" in text


def test_a_must_sentence_that_the_text_says_anyway_is_said_once(templates: Templates) -> None:
    must = "Die Brücke verbindet Altstadt und Hafen."
    assert templates.post(order(replace(BRIDGE, must=must))).text.count(must) == 1
    assert templates.post(order(replace(BRIDGE, must=must), limit=160)).text.count(must) == 1


def test_the_credit_stays_when_pictures_go_along(templates: Templates) -> None:
    words = templates.post(order(limit=110, credits=("Foto: Kim Muster", "Uli Probe", "Kim Muster")))
    assert words.text == f"{BRIDGE.headline}\n\nMehr: {LINK}\nFoto: Kim Muster; Uli Probe"


def test_a_first_sentence_that_is_too_long_gives_headline_and_link(templates: Templates) -> None:
    words = templates.post(order(replace(BRIDGE, tags=()), limit=100))
    assert words.text == f"{BRIDGE.headline}\n\nMehr: {LINK}"
    assert "Kurztext" in remark(words.findings[0], "de")


def test_a_sentence_that_repeats_the_headline_is_not_said(templates: Templates) -> None:
    words = templates.post(
        order(replace(BRIDGE, lead=f"{BRIDGE.headline}. Sie kostete 3,5\u00a0Mio. Euro.", body="", tags=()))
    )
    assert words.text == f"{BRIDGE.headline}\n\nSie kostete 3,5\u00a0Mio. Euro.\n\nMehr: {LINK}"


def test_a_post_whose_headline_and_link_exceed_the_limit_is_held_with_advice(templates: Templates) -> None:
    words = templates.post(order(limit=50))
    assert words.text == f"{BRIDGE.headline}\n\nMehr: {LINK}"
    assert [finding.code for finding in words.findings] == ["post-too-long"]
    assert holds(words.findings)
    assert "Kurztext" in remark(words.findings[0], "de")


def test_a_post_that_only_the_must_sentence_makes_too_long_says_so(templates: Templates) -> None:
    words = templates.post(order(replace(BRIDGE, must="Das gilt. " * 20), limit=100))
    assert [finding.code for finding in words.findings] == ["must-does-not-fit"]
    assert holds(words.findings)


def test_a_template_without_the_must_sentence_holds_the_post(
    templates: Templates, write: Callable[[str], None]
) -> None:
    write("{{ headline }} {{ link }}")
    words = templates.post(order(replace(BRIDGE, must="Bitte absteigen."), template="post/own.txt"))
    assert [finding.code for finding in words.findings] == ["must-not-in-template"]
    assert "{{ must }}" in remark(words.findings[0], "de")


def test_an_english_announcement_has_english_labels(templates: Templates) -> None:
    english = Announcement(headline="New bridge is open", language="en-GB")
    words = templates.post(order(english, credits=("Kim Muster",)))
    assert words.text == f"New bridge is open\n\nMore: {LINK}\nPhoto: Kim Muster"


def test_a_template_may_fill_lead_and_body_apart(templates: Templates, write: Callable[[str], None]) -> None:
    write("{{ fit(lead) }}\n--\n{{ fit(body) }}\n{{ must }}")
    words = templates.post(order(template="post/own.txt", limit=170))
    assert words.text == f"{BRIDGE.lead}\n--\nDie Brücke verbindet Altstadt und Hafen."


def test_a_post_has_no_more_hashtags_than_the_channel_says(templates: Templates) -> None:
    assert templates.post(order(most_tags=1)).tags == ("#ÖffentlicherNahverkehr",)
    assert templates.post(order(most_tags=0)).tags == ()
    short = replace(BRIDGE, short={"": "Brücke frei! #Stadtleben"})
    assert templates.post(order(short, most_tags=2)).text.count("#") == 2


def test_words_are_well_set_and_an_editors_own_ones_kept(templates: Templates) -> None:
    lead = 'Die Brücke ist 120 m lang - und "ganz neu".'
    plain = replace(BRIDGE, headline="Neue Brü\u00adcke", lead=lead, body="", tags=())
    words = templates.post(order(plain))
    assert words.text == f"Neue Brücke\n\nDie Brücke ist 120\u00a0m lang – und „ganz neu“.\n\nMehr: {LINK}"
    assert words.length == mastodon_length(words.text)
    own = replace(plain, short={"": '"Wow" - 5 km\u00ad!'})
    assert templates.post(order(own)).text == f'"Wow" - 5 km!\n\nMehr: {LINK}'


WORDS = st.lists(
    st.sampled_from(
        [
            "Die Stadt baut.",
            "Am 12. November z. B. nicht.",
            "„Ja. Nein“, sagte sie.",
            "👩‍👩‍👧!",
            "Was?",
            "Kopf",
            "Sie gilt ab sofort.",
            "Dieser lange Satz zieht sich " + "und zieht sich " * 6 + "hin.",
            "Die Länge dieses Satzes ist beträchtlich, " + "und zwar sehr, " * 6 + "und zu Recht.",
            "\n\n",
            "so:",
        ]
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lead=WORDS, body=WORDS, must=st.sampled_from(["", "Bitte absteigen.", "Die Stadt baut."]), limit=st.integers(1, 300)
)
def test_a_post_is_within_its_limit_or_held_and_made_of_whole_sentences(
    templates: Templates, lead: str, body: str, must: str, limit: int
) -> None:
    announcement = Announcement(headline="Neues aus der Stadt", lead=lead, body=body, must=must, tags=("Stadt", "Bau"))
    words = templates.post(order(announcement, limit=limit))
    assert words.length == mastodon_length(words.text)
    assert words.length <= limit or holds(words.findings)
    assert LINK in words.text
    told = [sameness(sentence) for sentence in sentences(f"{lead}\n\n{body}\n\n{must}", "de")]
    allowed = {
        *told,
        sameness(announcement.headline),
        sameness(f"Mehr: {LINK}"),
        sameness("#Stadt #Bau"),
        sameness("#Stadt"),
    }
    said = [sameness(sentence) for sentence in sentences(words.text, "de")]
    assert set(said) <= allowed
    places = [told.index(sentence) for sentence in said if sentence in told and sentence != sameness(must)]
    assert places == sorted(places)
    assert len(said) == len(set(said))
    assert must in words.text
