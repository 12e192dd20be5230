"""What Alembic runs: the migrations, on the connection that `publisher.store.migrate` hands over inside its lock."""

from alembic import context

from publisher.store.schema.constraints import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a table in place.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
