"""Alembic's migrations. `publisher.store.migrate` runs them; there is no alembic.ini."""
