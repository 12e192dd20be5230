"""Who asks to get no more newsletters is heard, in whatever words; who asks something else is not taken for one."""

import pytest

from publisher.mail.returns.wishes import wants_to_leave

WISHES = (
    "bitte abmelden",
    "Bitte abmelden!",
    "Abmeldung",
    "ABMELDEN",
    "Ich möchte den Newsletter abbestellen.",
    "Bitte nehmen Sie mich aus dem Verteiler.",
    "Bitte tragen Sie mich aus Ihrer Liste aus.",
    "Bitte streichen Sie meine Adresse aus Ihrem Verteiler.",
    "Könnten Sie mich bitte vom Newsletter abmelden?",
    "Ich will keine E-Mails mehr von Ihnen bekommen.",
    "Ich möchte keine weiteren Newsletter erhalten.",
    "Hiermit kündige ich den Newsletter.",
    "Bitte löschen Sie meine E-Mail-Adresse.",
    "Hiermit widerrufe ich meine Einwilligung zum Erhalt des Newsletters.",
    "Kein Interesse mehr an Ihrem Newsletter, danke.",
    "Bitte schicken Sie mir nichts mehr.",
    "Stopp",
    "Senden Sie mir bitte keine Mails mehr zu.",
    "Ich bin weggezogen, bitte bestellen Sie den Newsletter ab.",
    "Wie kann ich mich abmelden?",
    "Guten Tag, ich lese Ihre Meldungen nicht mehr und möchte abgemeldet werden.",
    "Den Newsletter möchte ich nicht mehr bekommen.",
    "Sehr geehrte Damen und Herren, bitte entfernen Sie mich von der Mailingliste.",
    "Melden Sie mich bitte ab.",
    "meld mich ab",
    "Bitte verschonen Sie mich mit Ihren Mails.",
    "Stellen Sie bitte die Zusendung der Mails ein.",
    "Ich bitte um Löschung meiner Daten und um Austragung aus dem Verteiler.",
    "Ich möchte aus dem Verteiler genommen werden.",
    "Newsletter abbestellen",
    "Hören Sie bitte auf, mir Mails zu schicken.",
    "Bitte beenden Sie mein Abo.",
    "Ihre Nachrichten sind bei mir nicht mehr erwünscht.",
    "unsubscribe",
    "Please unsubscribe me.",
    "Please remove me from your mailing list.",
    "Stop sending me these emails.",
    "I no longer wish to receive your newsletter.",
    "Take me off this list, please.",
    "Please delete my email address from your list.",
    "I don't want any more emails from you.",
    "opt out",
    "How do I unsubscribe from this newsletter?",
    "Kindly cancel my subscription.",
    "No more emails please!",
    "I withdraw my consent.",
    "Do not email me anymore.",
    "Please stop mailing me.",
    "Nehmen Sie mich aus Ihrer Liste!",
    "Bitte aus dem Mailverteiler entfernen.",
    "Please remove me from your list.",
    "Bitte nicht mehr schicken.",
    "Ich habe das nie abonniert!",
)

OTHERS = (
    "Vielen Dank für den Newsletter!",
    "Danke für die Information, das hilft mir sehr.",
    "Wann beginnt die Veranstaltung am Samstag?",
    "Ist die Hauptstraße am Montag noch gesperrt?",
    "Ich möchte mich für den Newsletter anmelden.",
    "Bitte nehmen Sie mich in den Verteiler auf.",
    "Wie kann ich mein Auto abmelden?",
    "Ich möchte meinen Hund abmelden.",
    "Muss ich meinen Wohnsitz abmelden, wenn ich wegziehe?",
    "Ich habe mich versehentlich abgemeldet, bitte tragen Sie mich wieder ein.",
    "Warum wurde ich vom Newsletter abgemeldet?",
    "Ich will mich nicht abmelden, ich habe nur eine Frage.",
    "Meine neue Adresse lautet ada@leser.example.",
    "Der Link in Ihrer Mail geht nicht.",
    "Das Bild ist bei mir nicht zu sehen.",
    "Im zweiten Absatz ist ein Tippfehler.",
    "Wer ist der Ansprechpartner für das Bauprojekt?",
    "Können Sie mir die Originalbilder schicken?",
    "Ich finde die Entscheidung des Rates falsch.",
    "Der Bus fährt seit Wochen nicht mehr, was tun Sie dagegen?",
    "Warum bekomme ich den Newsletter zweimal?",
    "Ich habe gestern keinen Newsletter erhalten.",
    "Können Sie mir den Newsletter auch an die Arbeit schicken?",
    "Gibt es den Newsletter auch auf Englisch?",
    "Ihre Mail ist nicht lesbar, bitte noch einmal senden.",
    "Ich habe Ihre Nachricht erhalten und melde mich nächste Woche.",
    "Bitte rufen Sie mich zurück.",
    "Wir möchten das Schwimmbad behalten!",
    "Der Brunnen läuft immer noch nicht.",
    "Bis wann läuft die Anmeldung zum Kurs?",
    "Kann ich mich vom Kurs noch abmelden?",
    "Die Abmeldefrist ist doch erst Freitag, oder?",
    "Ich bin mit den Öffnungszeiten nicht einverstanden.",
    "Schöne Grüße aus Essen!",
    "Toll, weiter so.",
    "Anbei mein Widerspruch gegen den Gebührenbescheid.",
    "Ich kündige meinen Kleingarten zum Jahresende.",
    "Bitte leiten Sie meine Mail an das Ordnungsamt weiter.",
    "Thank you for the update.",
    "When does the road reopen?",
    "I would like to subscribe to your newsletter.",
    "Could you send me the pictures in high resolution?",
    "The link in your email does not work.",
    "I did not get the newsletter last week.",
    "Please do not unsubscribe me, I just have a question.",
    "How do I deregister my car?",
    "Who can I contact about the building site?",
    "Great work, keep it up!",
    "I was unsubscribed by mistake, please add me again.",
    "Please forward this to the mayor.",
)

UNSEEN_WISHES = (
    "Ich habe kein Interesse an weiteren Meldungen.",
    "Bitte keine Mails mehr, danke.",
    "Ich wünsche keine Zusendung weiterer Newsletter.",
    "Bitte lasst mich mit den Mails in Ruhe.",
    "Nehmen Sie mich bitte von der Liste.",
    "Ich möchte mich austragen lassen.",
    "Wo kann ich den Newsletter abbestellen?",
    "Bitte um Abmeldung vom Newsletter.",
    "Ab sofort bitte keine Informationen mehr zusenden.",
    "Ich bitte Sie, meine Daten aus dem Verteiler zu löschen.",
    "please take me off the mailing list",
    "I want to unsubscribe.",
    "Please do not send me any more newsletters.",
    "Remove my address.",
    "Cancel my subscription, please.",
)
"""Written after the patterns, and not looked at while they were made."""

UNSEEN_OTHERS = (
    "Sehr informativ, vielen Dank!",
    "Wie melde ich mein Gewerbe ab?",
    "Die Straßenlaterne vor Haus 12 ist aus.",
    "Wann wird die Baustelle aufgehoben?",
    "Ich habe die Mail an meine Schwester weitergeleitet.",
    "Kann man die Karten noch bestellen?",
    "Ist die Bibliothek am Samstag geschlossen?",
    "Die Mail kam heute zum ersten Mal an, schön.",
    "Bitte senden Sie mir die Unterlagen zu.",
    "Mein Name ist falsch geschrieben.",
    "Is there a newsletter about culture as well?",
    "The museum was great, thanks for the tip.",
    "Can I cancel my swimming course?",
    "Where do I send my application?",
    "Your newsletter arrives twice.",
)


@pytest.mark.parametrize("words", WISHES)
def test_a_wish_to_leave_is_heard(words: str) -> None:
    assert wants_to_leave("Re: Der Brunnen läuft wieder", words)


@pytest.mark.parametrize("words", OTHERS)
def test_what_is_no_wish_to_leave_is_not_taken_for_one(words: str) -> None:
    assert not wants_to_leave("Re: Der Brunnen läuft wieder", words)


def test_words_that_the_patterns_were_not_made_for_fare_well_too() -> None:
    heard = [words for words in UNSEEN_WISHES if wants_to_leave("", words)]
    mistaken = [words for words in UNSEEN_OTHERS if wants_to_leave("", words)]
    assert len(heard) >= 13, sorted(set(UNSEEN_WISHES) - set(heard))
    assert len(mistaken) <= 1, mistaken


@pytest.mark.parametrize("subject", ["Abmeldung", "Newsletter abbestellen", "unsubscribe", "Bitte abmelden!"])
def test_a_subject_of_ones_own_counts_without_a_text(subject: str) -> None:
    assert wants_to_leave(subject, "")


def test_the_subject_that_is_answered_does_not_count() -> None:
    assert not wants_to_leave("AW: Hunde jetzt online abmelden", "Danke für den Hinweis!")


def test_a_wish_among_other_sentences_is_heard() -> None:
    words = "Guten Tag,\n\nich bin nach Köln gezogen. Bitte melden Sie mich daher ab.\n\nMit freundlichen Grüßen\nAda"
    assert wants_to_leave("Re: Der Brunnen", words)


def test_a_megabyte_of_words_is_read_in_no_time() -> None:
    assert not wants_to_leave("", "nicht mehr " * 100_000)
    assert not wants_to_leave("", ("a" * 5_000 + ". ") * 200)
