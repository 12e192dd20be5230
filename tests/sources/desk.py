"""The office that the drop folder's tests work for, and the settings of its queue."""

from datetime import timedelta

from publisher.config.tables import Office
from publisher.ports.sources import SourceRules

OFFICE = Office(
    name="Stadt Musterstadt",
    contact="presse@musterstadt.example",
    imprint="https://musterstadt.example/impressum",
    privacy="https://musterstadt.example/datenschutz",
)
RULES = SourceRules(
    every=timedelta(seconds=5),
    settle=timedelta(seconds=2),
    needs_approval=False,
    may_be_urgent=False,
    braked=False,
    backlog=None,
    pictures_need_alt=True,
)
