"""The office: the bundle of parts that one running bot works with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from publisher.checks.sketches import Recent
from publisher.config.tables import Config
from publisher.domain.draft import Draft
from publisher.ports.alarms import Bell
from publisher.ports.channels import Channel
from publisher.ports.clock import Clock
from publisher.ports.pictures import PictureStudio
from publisher.ports.sources import Pages, Source
from publisher.ports.store import Store
from publisher.ports.words import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Made by assembly, used by every step.

    `read_file`: reads a file outside every queue as the queue would. `worker`: this process on this machine, for leases.
    `sketches`: of recent announcements by ID and revision, computed once (workflow.intake.recent).
    `closing`: set when the process was asked to end: no lane begins another call.
    """

    config: Config
    clock: Clock
    store: Store
    sources: Mapping[str, Source]
    channels: Mapping[str, Channel]
    renderer: Renderer
    studio: PictureStudio
    pages: Pages
    read_file: Callable[[Path], Draft]
    worker: str
    bells: Callable[[], Sequence[Bell]] = tuple
    """Where alarms ring, made when it is asked for: a shell that only stops needs no secrets."""
    closing: Event = field(default_factory=Event)
    sketches: dict[tuple[str, int], Recent] = field(default_factory=dict, repr=False)
