"""Since when something outside cannot be reached: remembered until it can, and how long people need not hear of it."""

from datetime import datetime, timedelta

from publisher.workflow.office import Office

SILENCE = timedelta(hours=1)
"""How long something may be out of reach before people hear of it."""


def note_trouble(office: Office, scope: str, name: str, since: datetime | None) -> None:
    """Remember since when it cannot be reached, or (None) that it can. `scope`: of the notebook."""
    noted = trouble_since(office, scope, name)
    if since is None and noted is not None:
        office.store.notebook.write(scope, name, None)
    elif since is not None and noted is None:
        office.store.notebook.write(scope, name, {"since": since.isoformat()})


def trouble_since(office: Office, scope: str, name: str) -> datetime | None:
    noted = office.store.notebook.read(scope, name)
    return datetime.fromisoformat(str(noted["since"])) if noted else None
