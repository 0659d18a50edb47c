"""Which kind of database an address names."""

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError
from bot.store.engine import Engine
from bot.store.postgres import Postgres
from bot.store.sqlite import Sqlite


def parsed(url: str) -> URL:
    """The parts of an address. SettingsError, which does not repeat it, when it cannot be used."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "The database address cannot be read.", hint="See HANDBILL_DATABASE_URL."
        ) from None
    match found.get_backend_name():
        case "postgresql" if found.database:
            return found.set(drivername="postgresql+asyncpg")
        case "sqlite" if found.database and found.database != ":memory:":
            return found.set(drivername="sqlite+aiosqlite")
    raise SettingsError(
        "The database is neither an SQLite file nor a PostgreSQL database.",
        hint="Unset HANDBILL_DATABASE_URL, or use sqlite+aiosqlite:///FILE or postgresql+asyncpg://…/NAME.",
    )


def is_shared(url: str) -> bool:
    """Whether several processes can work with it. SettingsError as above."""
    return parsed(url).get_backend_name() == "postgresql"


def engine(url: str) -> Engine:
    """The engine for an address; an SQLite file is made if it is not there. SettingsError as above."""
    found = parsed(url)
    return Postgres(found) if found.get_backend_name() == "postgresql" else Sqlite.at(found)
