"""What foreign HTML becomes: safe, whole, and readable as plain text."""

import pytest

from publisher.domain.errors import InvalidAnnouncement
from publisher.sources.markup import MOST_HTML, clean_html, plain_text

PAGE = "https://musterstadt.example/presse/meldung.html"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>Klick</a>",
        "<a href='&#106;avascript:alert(1)'>Klick</a>",
        "<svg><p onload=alert(1)>x</p></svg>",
        "<p style='background:url(https://tracker.example)'>x</p>",
        "<iframe src='https://boese.example'></iframe>",
        "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<form action='https://boese.example'><input name=x></form>",
        "<p onclick=alert(1)>x</p>",
    ],
)
def test_nothing_that_runs_or_loads_survives(attack: str) -> None:
    cleaned = clean_html(f"<p>Davor</p>{attack}<p>Danach</p>")
    assert "Davor" in cleaned
    assert "Danach" in cleaned
    for remains in ("script", "onerror", "onload", "onclick", "style", "iframe", "form", "svg", "img"):
        assert remains not in cleaned.replace("Klick", "")


def test_links_become_absolute_and_those_that_cannot_keep_their_words() -> None:
    assert clean_html('<p><a href="../plan.pdf">Plan</a></p>', PAGE) == (
        '<p><a href="https://musterstadt.example/plan.pdf">Plan</a></p>'
    )
    assert clean_html('<p><a href="/plan.pdf">Plan</a> und <a>Anker</a></p>') == "<p>Plan und Anker</p>"
    assert clean_html('<p><a href="//[kaputt">Plan</a></p>', PAGE) == "<p>Plan</p>"


def test_headings_and_old_tags_become_the_tags_of_an_announcement() -> None:
    assert clean_html("<h1>A</h1><h6>B</h6><p><b>fett</b> <i>schräg</i></p>") == (
        "<h2>A</h2><h4>B</h4><p><strong>fett</strong> <em>schräg</em></p>"
    )


def test_loose_text_becomes_paragraphs() -> None:
    assert clean_html("<div>Hallo <b>Welt</b><p>Absatz</p>lose</div>") == (
        "<p>Hallo <strong>Welt</strong></p><p>Absatz</p><p>lose</p>"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins</p><p>Zwei<br>Zeile</p>", "Eins\n\nZwei\nZeile"),
        ("<p>Eins<br><br>Zwei</p>", "Eins\n\nZwei"),
        ("<ul><li>Brot</li><li>Milch<ul><li>fettarm</li></ul></li></ul>", "– Brot\n\n– Milch\n\n– fettarm"),
        ("<ol><li><p>Erst</p><p>genauer</p></li></ol>danach", "1) Erst\n\ngenauer\n\ndanach"),
        (
            "<ol><li>Eins</li><li>Zwei<ul><li>so</li></ul></li><li>Drei</li></ol>",
            "1) Eins\n\n2) Zwei\n\n– so\n\n3) Drei",
        ),
        (
            "<table><tr><th>Tag</th><th>Zeit</th></tr><tr><td>Mo</td><td>8 Uhr</td></tr></table>",
            "Tag: Zeit\n\nMo: 8 Uhr",
        ),
        ("<table><tr><td>a</td><td>b</td><td>c</td></tr></table>", "a | b | c"),
        ("Nur &lt;Text&gt; &amp; Umlaute: &auml;", "Nur <Text> & Umlaute: ä"),
        ("<p>Ver&shy;kehrs&shy;amt, z.&nbsp;B.\u200b hier</p>", "Verkehrsamt, z. B. hier"),
        ("<pre>Zeile\nnoch eine</pre>", "Zeile\nnoch eine"),
        ("<p>10 m<sup>2</sup></p>", "10 m²"),
        ("<body><p>vor</p></body>nach</html>", "vor\n\nnach"),
        ("<p>Zitat \x84so\x93 \x96 falsch benannt</p>", "Zitat „so“ – falsch benannt"),
        ("<frameset><frame src=x></frameset>", ""),
        ("<!-- nichts -->", ""),
        ("  ", ""),
    ],
)
def test_plain_text_keeps_every_word_and_the_paragraphs(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_clean_html_reads_the_same_as_its_source() -> None:
    html = "<div>Vor<h1>Titel</h1><dl><dt>A<dd>B</dl><table><tr><td><ul><li>x<li>y</ul></table></div>nach"
    assert plain_text(clean_html(html)) == plain_text(html)


def test_what_the_author_hid_does_not_come_to_light() -> None:
    html = '<p>sichtbar</p><p style="display: none">intern</p><p hidden>intern</p>'
    assert clean_html(html) == "<p>sichtbar</p>"


def test_pages_too_deep_or_too_large_to_read_whole_are_refused() -> None:
    with pytest.raises(InvalidAnnouncement, match="html-too-nested"):
        plain_text("<div>" * 3000 + "verborgen")
    with pytest.raises(InvalidAnnouncement, match="html-too-large"):
        clean_html("x" * (MOST_HTML + 1))


@pytest.mark.parametrize(
    "hostile",
    [
        *("&#1;", "&#x1f;", "&#xfffe;", "&#xd800;", "&#99999999;", "<sup>&#2;1</sup>", "<pre>&#3;\na</pre>"),
        *("<a href='http://x.example/&#xffff;'>y</a>", "<p:b:c>x", "<:a>x</:a>", "<o:p>x</o:p>", "<h1.>x</h1.>"),
        *("<1>", "<b\x85>", "<i/=>", "<a\x01>"),
    ],
)
def test_markup_that_no_xml_could_hold_takes_nothing_else_with_it(hostile: str) -> None:
    cleaned = clean_html(f"<p>Davor</p>{hostile}<p>Danach</p>")
    assert "Davor" in cleaned
    assert "Danach" in plain_text(cleaned)


BOMBS = [
    '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>',
    "<!DOCTYPE r [<!ENTITY geheim SYSTEM 'file:///etc/passwd'>]>",
]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_page_that_declares_entities_like_a_bomb_is_refused(bomb: str) -> None:
    with pytest.raises(InvalidAnnouncement, match="html-not-understood"):
        plain_text(f"{bomb}<html><body><p>Text &b;</p></body></html>")


def test_a_page_that_declares_a_plain_entity_is_read() -> None:
    assert plain_text('<!DOCTYPE html [<!ENTITY nbsp "&#160;">]><html><body><p>Text</p></body></html>').endswith("Text")


def test_numbers_of_real_characters_stay() -> None:
    assert plain_text("<p>Caf&#233; &#x1F600; &#8211; &#38;amp;</p>") == "Café 😀 – &amp;"
