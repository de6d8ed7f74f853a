"""Alembic's entry: one connection, given by ``infra.database``, one transaction for all steps."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True, version_table="kartoteka_version")
with context.begin_transaction():
    context.run_migrations()
