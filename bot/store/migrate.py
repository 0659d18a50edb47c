"""Alembic, run by the program itself. No migration opens a sealed blob: records are upgraded when read."""

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import DamagedVaultError, NewerDatabaseError, SettingsError

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def config(connection: Connection) -> Config:
    """Alembic's settings for a connection that is inside a transaction."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def to_newest(connection: Connection) -> None:
    """Make or upgrade the tables, all or nothing with the transaction that the connection is in.

    NewerDatabaseError, with nothing changed, when the database is at a revision this program does not know.
    """
    settings = config(connection)
    scripts = ScriptDirectory.from_config(settings)
    known = {script.revision for script in scripts.walk_revisions()}
    present = set(MigrationContext.configure(connection).get_current_heads())
    if present - known:
        raise NewerDatabaseError(
            "The database was written by a newer Handbill.",
            hint="Nothing was changed. Install the newer version, or restore a backup made by this one.",
        )
    if present != set(scripts.get_heads()):
        upgrade(settings, "head")


def is_newest(connection: Connection) -> None:
    """Raise SettingsError when the tables are not those of this version; nothing is changed."""
    newest = set(ScriptDirectory.from_config(config(connection)).get_heads())
    if set(MigrationContext.configure(connection).get_current_heads()) != newest:
        raise SettingsError(
            "the database is not of this version of Handbill",
            hint="see that the service runs, and install the same version here and there",
        )


def founded_to_newest(connection: Connection) -> None:
    """As `to_newest`, but DamagedVaultError without tables: no new list may take the place of a lost one."""
    if not revision(connection):
        raise DamagedVaultError(
            "The database of this home is missing or empty.",
            hint="Put a backup in its place, or see that HANDBILL_DATABASE_URL names the right one.",
        )
    to_newest(connection)


def revision(connection: Connection) -> str:
    """Which migration the database has reached, for `status`; empty before the first."""
    return MigrationContext.configure(connection).get_current_revision() or ""
