"""Which kind of database an address names."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError
from bot.store import encryption
from bot.store.engine import Engine
from bot.store.postgres import Postgres
from bot.store.sqlcipher import Sqlcipher
from bot.store.sqlite import Sqlite

ENCRYPTED = "sqlite+sqlcipher"


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
            return found
    raise SettingsError(
        "The database is neither an SQLite file nor a PostgreSQL database.",
        hint="Unset HANDBILL_DATABASE_URL, or use sqlite+aiosqlite:///FILE or postgresql+asyncpg://…/NAME.",
    )


def is_shared(url: str) -> bool:
    """Whether several processes can work with it. SettingsError as above."""
    return parsed(url).get_backend_name() == "postgresql"


def is_encrypted(url: URL) -> bool:
    """Whether it names an SQLite file that is to be encrypted as a whole."""
    return url.drivername == ENCRYPTED


async def engine(url: str, keys: Sequence[bytes]) -> Engine:
    """The engine for an address; an SQLite file is made if it is not there, or made what it should be.

    `keys` open one that is encrypted, the newest first. SettingsError as above, else as `encryption.prepare`.
    """
    found = parsed(url)
    if found.get_backend_name() == "postgresql":
        return Postgres(found)
    file, encrypted = Path(found.database or ""), is_encrypted(found)
    if encrypted:
        encryption.driver()
    Sqlite.make(file)
    key = await asyncio.to_thread(encryption.prepare, file, keys, encrypted=encrypted)
    found = found.set(drivername="sqlite+aiosqlite")
    return Sqlcipher(found, key) if encrypted else Sqlite(found)
