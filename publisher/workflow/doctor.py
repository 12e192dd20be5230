"""Everything that must be right before the office can rely on it, each with what to do."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from publisher.config.tables import FolderSource
from publisher.domain.errors import ConfigError, PublisherError
from publisher.domain.finding import Severity
from publisher.messages import say, tell
from publisher.net.addresses import LOOPBACK
from publisher.ports.channels import Dated, MailChannel
from publisher.workflow.audience.signing_up import TEMPLATES as NOTICE_TEMPLATES
from publisher.workflow.audience.signing_up import open_newsletters
from publisher.workflow.dispatch.lane import resume_channel
from publisher.workflow.office import Office

CLOCKS_DIFFER_BY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. `severity` None: it is well."""

    subject: str
    severity: Severity | None
    message: str


def examine_office(office: Office) -> Iterator[Diagnosis]:
    """Look at everything, one after the other; nothing that is wrong stops the rest."""
    yield _database(office)
    yield _desk(office)
    yield from _templates(office)
    yield from _sources(office)
    yield from _channels(office)
    yield from _correction(office)
    yield from _topics(office)
    yield from _lost_topics(office)
    yield from _proxy(office)
    yield from _alarms(office)
    yield _stop(office)


def _database(office: Office) -> Diagnosis:
    """Whether it takes what is written; nothing stays behind."""
    try:
        office.store.notebook.write("start", office.worker, None)
    except PublisherError as error:
        return _ill(office, "storage.database", error)
    return _well(office, "storage.database", "in-order")


def _desk(office: Office) -> Diagnosis:
    host = office.config.web.desk[0]
    if host in LOOPBACK or host.startswith("127."):
        return _well(office, "web.desk", "in-order")
    return _ill(office, "web.desk", ConfigError("desk-needs-loopback", host=host))


def template_faults(office: Office) -> list[ConfigError]:
    """What is wrong with the templates that the channels use: a broken one stops start and check, too."""
    wanted = sorted({channel.rules.template for channel in office.channels.values()})
    notices = NOTICE_TEMPLATES if open_newsletters(office) else ()
    return office.renderer.faults([*wanted, *notices])


def _well(office: Office, subject: str, code: str, **values: object) -> Diagnosis:
    return Diagnosis(subject, None, say(office.config.office.language, code, **values))


def _ill(office: Office, subject: str, error: PublisherError) -> Diagnosis:
    return Diagnosis(subject, Severity.ERROR, tell(error, office.config.office.language))


def _templates(office: Office) -> Iterator[Diagnosis]:
    faults = template_faults(office)
    yield from (_ill(office, "templates", fault) for fault in faults)
    if not faults:
        yield _well(office, "templates", "in-order")


def _sources(office: Office) -> Iterator[Diagnosis]:
    for name, table in office.config.sources.items():
        yield _folder(office, name, table) if isinstance(table, FolderSource) else _feed(office, name)


def _folder(office: Office, name: str, table: FolderSource) -> Diagnosis:
    path = office.config.path(table.path)
    if path.is_dir() and os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return _well(office, f"sources.{name}", "folder-well", path=path)
    return _ill(office, f"sources.{name}", ConfigError("folder-unusable", path=path))


def _feed(office: Office, name: str) -> Diagnosis:
    """Looked at once as if for the first time, and nothing of it is remembered."""
    try:
        look = office.sources[name].look({})
    except PublisherError as error:
        return _ill(office, f"sources.{name}", error)
    return _well(office, f"sources.{name}", "feed-well", entries=len(look.items or ()))


def _channels(office: Office) -> Iterator[Diagnosis]:
    for name in office.channels:
        try:
            account = office.channels[name].verify()
        except PublisherError as error:
            yield _ill(office, f"channels.{name}", error)
        else:
            resume_channel(office, name)
            yield _well(office, f"channels.{name}", "channel-well", account=account.name)
            yield from _clock(office, name)


def _clock(office: Office, name: str) -> Iterator[Diagnosis]:
    """Embargoes end by this machine's clock. Asked right after the channel has answered."""
    channel, here = office.channels[name], office.clock.now()
    there = channel.told_time() if isinstance(channel, Dated) else None
    if there is None:
        return
    if abs(here - there) < CLOCKS_DIFFER_BY:
        yield _well(office, "clock", "clock-well", channel=name)
        return
    zone = office.config.office.timezone
    told = {key: f"{at.astimezone(zone):%d.%m.%Y %H:%M:%S}" for key, at in (("here", here), ("there", there))}
    yield _ill(office, "clock", ConfigError("clock-wrong", channel=name, **told))


def _correction(office: Office) -> Iterator[Diagnosis]:
    """A setting that this version does not act on yet: said, never silently ignored."""
    if office.config.publishing.correction == "automatic":
        key = "publishing.correction"
        message = say(office.config.office.language, "setting-without-effect", key=key)
        yield Diagnosis(key, Severity.WARNING, message)


def _topics(office: Office) -> Iterator[Diagnosis]:
    """Topics that a channel asks for and no newsletter has: most are mistyped, and such a channel stays silent."""
    mails = [channel for channel in office.channels.values() if isinstance(channel, MailChannel)]
    known = {topic for channel in mails for topic in channel.topics}
    for name, channel in office.channels.items():
        unknown = [topic for topic in channel.rules.topics if known and topic not in known]
        if unknown:
            values = {"topics": ", ".join(unknown), "known": ", ".join(sorted(known))}
            message = say(office.config.office.language, "topics-unheard-of", **values)
            yield Diagnosis(f"channels.{name}.topics", Severity.WARNING, message)


def _lost_topics(office: Office) -> Iterator[Diagnosis]:
    """Topics that readers have chosen and their newsletter no longer has: most were renamed, and those readers miss news."""
    for channel in office.channels.values():
        if isinstance(channel, MailChannel):
            chosen = office.store.audience.topics(channel.name)
            for topic in sorted(chosen.keys() - channel.topics.keys()):
                message = say(office.config.office.language, "topic-lost", topic=topic, count=chosen[topic])
                yield Diagnosis(f"channels.{channel.name}.topics", Severity.WARNING, message)


def _alarms(office: Office) -> Iterator[Diagnosis]:
    """Whether there is a way to reach the people whom alarms are for."""
    try:
        bells = office.bells()
    except PublisherError as error:
        yield _ill(office, "office.alarms", error)
    else:
        if bells:
            yield _well(office, "office.alarms", "alarms-well", ways=", ".join(bell.name for bell in bells))


def _proxy(office: Office) -> Iterator[Diagnosis]:
    """Readers who all seem to come from this machine cannot be told from one robot."""
    web = office.config.web
    outside = (urlsplit(web.public_url).hostname or "") not in LOOPBACK
    if open_newsletters(office) and outside and web.public[0] in LOOPBACK and not web.trusted_proxies:
        message = say(office.config.office.language, "proxy-not-named")
        yield Diagnosis("web.trusted_proxies", Severity.WARNING, message)


def _stop(office: Office) -> Diagnosis:
    stop = office.store.outbox.stop()
    if stop is None:
        return _well(office, "stop", "no-stop")
    message = say(office.config.office.language, "stop-active", by=stop.mark.by, reason=stop.reason)
    return Diagnosis("stop", Severity.WARNING, message)
