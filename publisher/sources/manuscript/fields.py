"""Reads the values of front matter: German or English keys, and what each must look like."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from publisher.domain.announcement import Audience, Grade
from publisher.domain.finding import Finding
from publisher.sources.characters import one_line, tidy
from publisher.sources.manuscript.embargo_line import says_none
from publisher.sources.manuscript.front_matter import Value
from publisher.sources.manuscript.keys import KEYS, PICTURE_KEYS, canonical, stranger
from publisher.sources.manuscript.lines import fault, warning
from publisher.sources.manuscript.times import WrongWeekday, read_moment

YES, NO = {"ja", "yes", "true", "wahr", "1"}, {"nein", "no", "false", "falsch", "0", ""}
AUDIENCES = {"public": Audience.PUBLIC, "öffentlich": Audience.PUBLIC, "alle": Audience.PUBLIC}
AUDIENCES |= {"press": Audience.PRESS, "presse": Audience.PRESS}
GRADES = {"quiet": Grade.QUIET, "still": Grade.QUIET, "correction": Grade.CORRECTION, "korrektur": Grade.CORRECTION}
GRADES |= {"berichtigung": Grade.CORRECTION, "update": Grade.UPDATE, "aktualisierung": Grade.UPDATE}
LANGUAGES = {"deutsch": "de", "englisch": "en", "english": "en", "german": "de", "türkisch": "tr", "ukrainisch": "uk"}
LANGUAGES |= {"leichte sprache": "de-simple", "leichte-sprache": "de-simple", "französisch": "fr", "arabisch": "ar"}
HARMLESS = {"link", "language", "urgent", "topics", "tags", "contact", "follows", "grade", "credit", "caption"}
"""Keys whose values may be left out: nothing goes out too early, to the wrong people, or in words nobody chose."""
NO_CHANNELS: Mapping[str, str] = MappingProxyType({})
WHEN_AND_FOR_WHOM = {"embargo", "publish", "audience", "channels"}
MOST_TAGS = 50
MOST_STRANGERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureNote:
    """What front matter says of one picture file."""

    file: str
    alt: str = ""
    credit: str = ""
    caption: str = ""
    until: datetime | None = None


@dataclass(slots=True)
class Fields:
    """What front matter says. `content`: values of `Announcement` by the names of its fields."""

    content: dict[str, Any] = field(default_factory=dict)
    pictures: list[PictureNote] = field(default_factory=list)
    id: str = ""
    findings: list[Finding] = field(default_factory=list)


def read_fields(
    values: Mapping[str, Value], zone: tzinfo, channels: Mapping[str, str] = NO_CHANNELS, repeated: Sequence[str] = ()
) -> Fields:
    """Read every value; what cannot be read is left out, and holds the announcement where that might do harm.

    `channels`: the kinds of those that exist by their names; empty leaves them unchecked. `repeated`: keys that stood
    there twice, so that only the last value is among `values`.
    """
    reader = _FieldReader(zone, channels)
    for key in repeated:
        reader.twice(key)
    return reader.read(values)


class _FieldReader:
    def __init__(self, zone: tzinfo, channels: Mapping[str, str]) -> None:
        self.zone, self.channels = zone, channels
        self.fields = Fields()
        self.written = ""
        self.strangers = 0
        self.single: dict[str, Value] = {}
        self.seen: set[tuple[str, str]] = set()
        self.readers: dict[str, Callable[[str, Value], None]] = {
            **dict.fromkeys(("headline", "lead"), self.line),
            **dict.fromkeys(("must", "contact", "follows", "version-of"), self.text),
            **dict.fromkeys(("embargo", "publish", "expires"), self.time),
            **dict.fromkeys(("topics", "tags", "channels"), self.words),
            **dict.fromkeys(("image", "alt", "credit", "caption", "until"), self.of_single_picture),
            "short": self.short,
            "link": self.link,
            "language": self.language,
            **dict.fromkeys(("urgent", "wait-for-link"), self.yes_or_no),
            "audience": lambda key, value: self.choice(key, value, AUDIENCES, "public, press"),
            "grade": lambda key, value: self.choice(key, value, GRADES, "quiet, correction, update"),
            "images": self.images,
            "id": self.id,
        }

    def read(self, values: Mapping[str, Value]) -> Fields:
        for written, value in values.items():
            self.written = one_line(written)
            key, _, channel = written.partition(".")
            known = canonical(key, KEYS)
            if value == "":
                self.empty(known)
                continue
            if known and (known, channel) in self.seen:
                self.twice(written)
            self.seen.add((known or written, channel))
            if known is None or (channel and known != "short"):
                self.unknown(written, KEYS)
            elif channel:
                self.short_for(channel.strip().casefold(), value)
            else:
                self.readers[known](known, value)
        if self.single:
            self.picture(self.single)
        return self.fields

    def empty(self, known: str | None) -> None:
        """Of most keys it means nothing; here somebody meant to fill it in."""
        if known == "embargo":
            self.fields.findings.append(fault("embargo-unreadable", f"{self.written}:"))
        elif known == "channels":
            self.fields.findings.append(warning("channels-empty", self.written))

    def twice(self, written: str) -> None:
        """Two values under one key: the last counts, and a person must say which where it is about when and for whom."""
        remark = fault if canonical(written.partition(".")[0], KEYS) in WHEN_AND_FOR_WHOM else warning
        self.fields.findings.append(remark("key-repeated", one_line(written)[:80]))

    def wrong(self, value: Value, wanted: str, key: str = "") -> None:
        """Say under the key as it was written (`key`: one of a picture's) what a value should look like."""
        shown = value if isinstance(value, str) else repr(value)
        key = key or self.written
        remark = warning if canonical(self.written, KEYS) in HARMLESS else fault
        self.fields.findings.append(remark("value-unreadable", f"{key}: {shown}", key=key, wanted=wanted))

    def unknown(self, written: str, keys: Mapping[str, Sequence[str]]) -> None:
        """Remark on a key that does not exist; after ten of them nobody reads on."""
        self.strangers += 1
        if self.strangers <= MOST_STRANGERS:
            self.fields.findings.append(stranger(written[:80], keys))

    def keep(self, key: str, value: object) -> None:
        self.fields.content[key.replace("-", "_")] = value

    def line(self, key: str, value: Value) -> None:
        if isinstance(value, str):
            if key == "headline" and "\n" in tidy(value).strip():
                # It may be aimed at the headers of our mails; what belongs to it, only a person can say.
                self.fields.findings.append(fault("headline-of-many-lines", value))
            self.keep(key, one_line(value))
        else:
            self.wrong(value, "text")

    def text(self, key: str, value: Value) -> None:
        if isinstance(value, str):
            self.keep(key, value.strip())
        else:
            self.wrong(value, "text")

    def link(self, key: str, value: Value) -> None:
        address = value.strip() if isinstance(value, str) else ""
        address = f"https://{address}" if address.startswith("www.") else address
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", address):
            self.keep(key, address)
        elif address or not isinstance(value, str):
            self.wrong(value, "https://…")

    def language(self, key: str, value: Value) -> None:
        name = value.strip() if isinstance(value, str) else ""
        tag = LANGUAGES.get(name.casefold(), name)
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
            self.keep(key, tag)
        else:
            self.wrong(value, "de, en, de-simple")

    def yes_or_no(self, key: str, value: Value) -> None:
        word = value.strip().casefold() if isinstance(value, str) else None
        if word in YES or word in NO:
            self.keep(key, word in YES)
        else:
            self.wrong(value, "ja")

    def choice(self, key: str, value: Value, choices: Mapping[str, object], wanted: str) -> None:
        chosen = choices.get(value.strip().casefold()) if isinstance(value, str) else None
        if chosen is None:
            self.wrong(value, wanted)
        else:
            self.keep(key, chosen)

    def time(self, key: str, value: Value) -> None:
        moment = self.moment(key, value, whole_days=key == "expires")
        if moment:
            self.keep(key, moment)

    def moment(self, key: str, value: Value, *, whole_days: bool) -> datetime | None:
        """A time, office time without an offset. `whole_days`: a day alone means until its end."""
        if value == "" or (key == "embargo" and isinstance(value, str) and says_none(value)):
            return None
        try:
            moment = read_moment(value if isinstance(value, str) else "", self.zone)
        except ValueError as error:
            if key == "embargo" and isinstance(value, str) and not re.search(r"\d", value):
                # „Redebeginn“: no slip, but a moment that only a person will know.
                self.fields.findings.append(fault("embargo-unreadable", f"{self.written}: {value}"))
                return None
            if isinstance(error, WrongWeekday) and key == "embargo":
                told = f"{self.written}: {value}"
                self.fields.findings.append(fault("embargo-weekday-wrong", told, right=error.right))
                return None
            self.wrong(value, "TT.MM.JJJJ 18:00" + (" (Wochentag passt nicht)" if str(error) == "weekday" else ""))
            return None
        if not moment.to_the_minute and not whole_days:
            self.wrong(value, f"{value} 18:00")
            # An embargo without an hour lasts until the day is over: nothing may leave while it is being mended.
            return moment.at if key == "embargo" else None
        if moment.shifted:
            chosen = f"{moment.at.astimezone(self.zone):%d.%m.%Y %H:%M %Z}"
            self.fields.findings.append(warning("time-at-clock-change", f"{key}: {value}", chosen=chosen))
        return moment.at

    def words(self, key: str, value: Value) -> None:
        parts = re.split(r"[,;\n]", value) if isinstance(value, str) else value
        if isinstance(parts, Mapping) or not all(isinstance(part, str) for part in parts):
            self.wrong(value, "eins, zwei")
            return
        words = [one_line(str(part)).lstrip("#").strip() for part in parts]
        unique = tuple(dict.fromkeys(word for word in words if word))
        if key == "channels":
            self.check_channels(unique)
            if not unique:
                self.empty(key)
        if key == "tags" and len(unique) > MOST_TAGS:
            beyond = ", ".join(unique[MOST_TAGS : MOST_TAGS + 5])
            self.fields.findings.append(fault("too-many-tags", beyond, count=str(len(unique)), limit=str(MOST_TAGS)))
        self.keep(key, unique[:MOST_TAGS])

    def check_channels(self, names: Sequence[str]) -> None:
        for name in names:
            if self.channels and name not in self.channels:
                self.fields.findings.append(warning("unknown-channel", name, known=", ".join(self.channels)))

    def short(self, key: str, value: Value) -> None:
        if isinstance(value, Mapping):
            for channel, words in value.items():
                self.short_for("" if channel in ("alle", "all") else channel.strip().casefold(), words)
        else:
            self.short_for("", value)

    def short_for(self, channel: str, value: Value) -> None:
        if channel and self.channels and channel not in {*self.channels, *self.channels.values()}:
            known = ", ".join(dict.fromkeys([*self.channels, *self.channels.values()]))
            self.fields.findings.append(
                warning("unknown-channel", f"{self.written.partition('.')[0]}.{channel}", known=known)
            )
        if isinstance(value, str):
            self.fields.content.setdefault("short", {})[channel] = value.strip()
        else:
            self.wrong(value, "text")

    def id(self, key: str, value: Value) -> None:
        if isinstance(value, str) and re.fullmatch(r"[\w.:-]{0,100}", value.strip()):
            self.fields.id = value.strip()
        else:
            self.wrong(value, "2025-11-12-abc234")

    def of_single_picture(self, key: str, value: Value) -> None:
        self.single["file" if key == "image" else key] = value

    def images(self, key: str, value: Value) -> None:
        entries: Sequence[Value] = [value] if isinstance(value, str | Mapping) else value
        for entry in entries[:MOST_TAGS]:
            if isinstance(entry, str):
                self.picture({"file": entry})
            elif isinstance(entry, Mapping):
                self.picture(entry)
            else:
                self.wrong(entry, "datei: bild.jpg")

    def picture(self, entry: Mapping[str, Value]) -> None:
        texts: dict[str, str] = {}
        until = None
        for written, value in entry.items():
            key = canonical(written, PICTURE_KEYS)
            if key is None:
                self.unknown(written, PICTURE_KEYS)
            elif key == "until":
                until = self.moment(key, value, whole_days=True)
            elif isinstance(value, str):
                texts[key] = one_line(value)
            else:
                self.wrong(value, "text")
        note = PictureNote(**{"file": "", **texts}, until=until)
        self.fields.pictures.append(note)
