"""How Alembic runs a migration: on the connection it is given, inside the transaction it finds there."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
