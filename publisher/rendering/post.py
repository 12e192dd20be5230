"""A post: the template filled with as many whole sentences, and then hashtags, as the platform's limit leaves room for.

A template that lines of only `---` part makes a thread: each part is a post that goes on where the one before stopped.
Only whole filled templates are measured, so what an editor adds to a template is counted like everything else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeAlias

import regex

from publisher.config.tables import Office
from publisher.domain.announcement import short_for
from publisher.domain.finding import Finding, Severity
from publisher.language.choosing import Unit, choose, units
from publisher.language.fitting import Sentence, joined, most_that_fit, sameness, says, tell
from publisher.language.hashtags import hashtags
from publisher.messages import say
from publisher.ports.words import PostOrder, PostWords
from publisher.rendering.environment import TemplateEnvironment, fill
from publisher.rendering.mending import well_set

Words: TypeAlias = Mapping[str, object]

CREDIT_LABEL = regex.compile(r"^\s*(?:(?:Foto|Fotos|Bild|Bilder|Photo|Photos)\s*:|©)\s*", regex.IGNORECASE)
EMPTY_LINES = regex.compile(r"\n{3,}")
OPENING_MARKS = "(„“‚\"'<"
CLOSING_MARKS = ").,;:!?“”‘\"'>"
TAG = regex.compile(r"#[\p{L}\p{M}\p{Nd}_]+")


def word_post(environment: TemplateEnvironment, office: Office, order: PostOrder) -> PostWords:
    """Word a post. Raises ConfigError when the template is broken.

    1. Headline (or an editor's own short text), `must`, link and credit stay, whatever they measure.
    2. Then as many sentences as still fit: the first ones, in order, and none without those that it needs.
    3. Then as many hashtags as still fit.
    """
    order = replace(order, announcement=well_set(order.announcement))
    first, *others = environment.parts(order.template)
    post = Post(environment, office, replace(order, template=first))
    words = _word_part(post, order, last=not others)
    for part in others:
        post = Post(environment, office, _onward(order, part), post)
        following = _word_part(post, order, last=part == others[-1])
        more = (following.text,) if following.text else ()
        words = replace(words, more=(*words.more, *more), findings=(*words.findings, *following.findings))
    if not words.text:
        empty = Finding(code="post-empty", severity=Severity.ERROR, values={"template": order.template})
        return replace(words, findings=(*words.findings, empty))
    return words


def _word_part(post: "Post", order: PostOrder, *, last: bool) -> PostWords:
    """Only the last part may pass over a sentence: what has no room in another one begins the next."""
    bare = post.text((), 0)
    if order.measure(bare) > order.limit:
        return PostWords(text=bare, length=order.measure(bare), tags=(), findings=(post.too_long(bare),))
    room = order.limit - order.measure(bare)

    def sparse(places: Collection[int]) -> bool:
        return last and 2 * (order.limit - order.measure(post.text(places, 0))) > room

    told = choose(post.offered, lambda places: post.fits(places, 0), sparse)
    tagged = most_that_fit(len(post.tags), lambda count: post.fits(told, count))
    text = post.text(told, tagged)
    post.tagged |= {tag.casefold() for tag in post.tags[:tagged] if tag in text}
    return PostWords(text=text, length=order.measure(text), tags=post.tags[:tagged], findings=post.remarks(text, told))


def _onward(order: PostOrder, part: str) -> PostOrder:
    """The order for a further part: `must` was said in the first."""
    return replace(order, template=part, announcement=replace(order.announcement, must=""))


class Post:
    """One order and its template, filled again and again with more or less."""

    def __init__(
        self, environment: TemplateEnvironment, office: Office, order: PostOrder, before: "Post | None" = None
    ) -> None:
        announcement = order.announcement
        self.said: set[str] = before.said | before.taken if before else set()
        """Sentences of the parts before this one."""
        self.taken: set[str] = set()
        """Sentences of this part, as it was last filled."""
        self._environment = environment
        self._order = order
        self._short = short_for(announcement, order.channel, order.kind)
        self._units = cache(lambda texts: units(tell(texts, announcement.language), announcement.language))
        standing = {tag.casefold() for tag in TAG.findall(self._short)} | (before.tagged if before else set())
        self.tagged: set[str] = standing
        """Hashtags that need not be said again, those of this part among them once it is worded."""
        tags = tuple(tag for tag in hashtags(announcement.tags) if tag.casefold() not in standing)
        self.tags = tags if order.most_tags is None else tags[: max(0, order.most_tags - len(standing))]
        self.offered: list[bool] = []
        """The units that the template asked for when it was last filled: of each, whether it leans on the one before."""
        self._words: Words = {
            "announcement": announcement,
            "headline": announcement.headline,
            "lead": announcement.lead,
            "body": announcement.body,
            "short": self._short,
            "link": "" if links_to(self._short, order.link) else order.link,
            "credit": joined_credits(order.credits),
            "channel": order.channel,
            "language": announcement.language,
            "office": office,
            "more": say(announcement.language, "post-more"),
            "photo": say(announcement.language, "post-photo"),
        }

    def text(self, told: Collection[int], tags: int) -> str:
        """The template filled with the units of these places and so many hashtags; `must` only if nothing else says it."""
        must = self._order.announcement.must
        text = self._filled(told, tags, "")
        if must and not says(text, must, self._order.announcement.language):
            text = self._filled(told, tags, must)
        return text

    def fits(self, told: Collection[int], tags: int) -> bool:
        """Whether that much is within the limit."""
        return self._order.measure(self.text(told, tags)) <= self._order.limit

    def _filled(self, told: Collection[int], tags: int, must: str) -> str:
        portion = Portion(self._order.announcement.headline, told, self.said)

        def fit(*texts: str) -> str:
            return portion.take(self._units(texts))

        hashtags_word = " ".join(self.tags[:tags])
        text = fill(self._environment, self._order.template, **self._words, must=must, hashtags=hashtags_word, fit=fit)
        self.offered, self.taken = portion.offered, portion.taken
        return closed_up(text)

    def too_long(self, text: str) -> Finding:
        """What to tell the editor when even headline, `must`, link and credit exceed the limit."""
        order = self._order
        must = order.announcement.must
        only_must = bool(must) and order.measure(self._filled((), 0, "")) <= order.limit
        return Finding(
            code="must-does-not-fit" if only_must else "post-too-long",
            severity=Severity.ERROR,
            excerpt=must if only_must else self._short or order.announcement.headline,
            values={"channel": order.channel, "length": str(order.measure(text)), "limit": str(order.limit)},
        )

    def remarks(self, text: str, told: Collection[int]) -> tuple[Finding, ...]:
        """What an editor should know about a post that fits."""
        order = self._order
        must = order.announcement.must
        values = {"channel": order.channel, "template": order.template}
        if must not in text and not says(text, must, order.announcement.language):
            return (Finding(code="must-not-in-template", severity=Severity.ERROR, excerpt=must, values=values),)
        if self.offered and not told:
            return (Finding(code="no-sentence-fits", severity=Severity.NOTICE, values={"channel": order.channel}),)
        return ()


class Portion:
    """The units that one filling may take, over all calls of `fit` in the template."""

    def __init__(self, headline: str, chosen: Collection[int], said: Collection[str] = ()) -> None:
        self._known = {sameness(headline), *said}
        self._chosen = frozenset(chosen)
        self.taken: set[str] = set()
        self.offered: list[bool] = []

    def take(self, told: Sequence[Unit]) -> str:
        """Of these units the chosen ones, without what was said before; all are counted that say something new."""
        taken: list[Sentence] = []
        needs = True
        for unit in told:
            fresh = self._fresh(unit)
            if fresh:
                if len(self.offered) in self._chosen:
                    taken.extend(fresh)
                self.offered.append(unit.leans and needs and bool(self.offered))
            needs = bool(fresh)  # what was said before can be leant on
        self.taken |= {sameness(sentence.text) for sentence in taken}
        return joined(taken)

    def _fresh(self, unit: Unit) -> list[Sentence]:
        fresh = []
        for sentence in unit.sentences:
            sense = sameness(sentence.text)
            if sense not in self._known:
                self._known.add(sense)
                fresh.append(sentence)
        return fresh


def joined_credits(credits_: Sequence[str]) -> str:
    """„Foto: A“, „B“, „A“ -> „A; B“: the label stands in the template."""
    names = (CREDIT_LABEL.sub("", credit).strip() for credit in credits_)
    return "; ".join(dict.fromkeys(name for name in names if name))


def links_to(text: str, link: str) -> bool:
    """Whether this very address stands in a text, marks of the sentence around it or not."""
    return any(word.lstrip(OPENING_MARKS).rstrip(CLOSING_MARKS) == link for word in text.split())


def closed_up(text: str) -> str:
    """Without the empty lines that empty parts of a template leave behind."""
    return EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip(" \t") for line in text.split("\n"))).strip()
