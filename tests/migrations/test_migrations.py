"""Each migration, up and down, with data in the tables; and that together they make the tables of today."""

import asyncio
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, create_engine, func, inspect, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import NewerDatabaseError, SettingsError
from bot.store import Store, migrate, tables
from bot.vault.vault import Vault
from tests.support.postgres import Server

Within = Callable[[Callable[[Connection], None]], None]
"""Runs something in one transaction of an empty database, which it commits."""


def sqlite(path: Path) -> Within:
    def within(work: Callable[[Connection], None]) -> None:
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        with engine.begin() as connection:
            work(connection)

    return within


def server(url: str) -> Within:
    async def run(work: Callable[[Connection], None]) -> None:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(work)
        await engine.dispose()

    return lambda work: asyncio.run(run(work))


@pytest.fixture(params=["sqlite", "postgres"])
def within(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Within]:
    if request.param == "sqlite":
        yield sqlite(tmp_path / "handbill.db")
    else:
        postgres: Server = request.getfixturevalue("postgres")
        with postgres.database() as name:
            yield server(postgres.address(name))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Of an SQLite file."""
    engine = create_engine(f"sqlite:///{tmp_path}/handbill.db", poolclass=NullPool)
    with engine.begin() as opened:
        yield opened


VALUES = {bytes: b"0123456789abcdef", int: 1, bool: False}


LATER = {"0001": {"census"}}
"""Tables of today that a migration does not know yet."""


def known(revision: str) -> list[Table]:
    """The tables of today that are there after a migration."""
    return [table for table in tables.metadata.sorted_tables if table.name not in LATER.get(revision, set())]


def fill(connection: Connection, revision: str) -> None:
    """A row in every table."""
    for table in known(revision):
        values = {column.name: VALUES[column.type.python_type] for column in table.columns}
        connection.execute(table.insert().values(values))


def first_tables(connection: Connection) -> None:
    """0001: every table takes a row; going back leaves nothing behind."""
    upgrade(migrate.config(connection), "0001")
    fill(connection, "0001")
    every_table_has_a_row(connection, "0001")
    downgrade(migrate.config(connection), "base")
    assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade(migrate.config(connection), "0001")
    made = {"alembic_version", *(table.name for table in known("0001"))}
    assert set(inspect(connection).get_table_names()) == made


def every_table_has_a_row(connection: Connection, revision: str) -> None:
    for table in known(revision):
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 1


def census(connection: Connection) -> None:
    """0002: an empty table for the census; all that was there stays, up and down."""
    upgrade(migrate.config(connection), "0001")
    fill(connection, "0001")
    upgrade(migrate.config(connection), "0002")
    every_table_has_a_row(connection, "0001")
    assert connection.execute(select(func.count()).select_from(tables.census)).scalar_one() == 0
    connection.execute(tables.census.insert().values(shard=256, rec=b"sealed"))
    downgrade(migrate.config(connection), "0001")
    every_table_has_a_row(connection, "0001")
    assert "census" not in inspect(connection).get_table_names()


WITH_DATA: dict[str, Callable[[Connection], None]] = {"0001": first_tables, "0002": census}
"""One for each migration; the next one fills the tables as the one before left them."""


@pytest.mark.parametrize("revision", WITH_DATA)
def test_with_data(within: Within, revision: str) -> None:
    """A migration keeps what is in the tables, up and down."""
    within(WITH_DATA[revision])


def test_every_migration(connection: Connection) -> None:
    """No migration is without its test, and they follow one another without a fork."""
    scripts = ScriptDirectory.from_config(migrate.config(connection))
    found = [script.revision for script in scripts.walk_revisions()]
    assert set(found) == set(WITH_DATA)
    assert len(scripts.get_heads()) == 1


def test_head_is_today(within: Within) -> None:
    """The migrations make exactly the tables that the program uses; a second run changes nothing."""

    def twice(connection: Connection) -> None:
        for _ in range(2):
            migrate.to_newest(connection)
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, tables.metadata) == []
            assert migrate.revision(connection) == "0002"

    within(twice)


def test_again(connection: Connection) -> None:
    """Where there is nothing to do, not a word of the schema is written anew."""
    migrate.to_newest(connection)
    before = schema(connection)
    migrate.to_newest(connection)
    assert schema(connection) == before


def schema(connection: Connection) -> list[str]:
    rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"))
    return [row[0] for row in rows]


def test_no_row_numbers(connection: Connection) -> None:
    """No table has a hidden number that tells which row came first."""
    migrate.to_newest(connection)
    made = [sql for sql in schema(connection) if sql.startswith("CREATE TABLE") and "alembic" not in sql]
    assert len(made) == len(tables.metadata.tables)
    assert all("WITHOUT ROWID" in sql for sql in made)
    assert not any("AUTOINCREMENT" in sql for sql in made)


def test_same_on_disk(connection: Connection, tmp_path: Path) -> None:
    """Names of keys and constraints are those of the tables as well, not only their columns."""
    migrate.to_newest(connection)
    engine = create_engine(f"sqlite:///{tmp_path}/other.db", poolclass=NullPool)
    with engine.begin() as other:
        tables.metadata.create_all(other)
        made = {tidy(sql) for sql in schema(other)}
    assert {tidy(sql) for sql in schema(connection) if "alembic_version" not in sql} == made


def tidy(sql: str) -> str:
    return re.sub(r"\s+", " ", sql)


def test_no_vault() -> None:
    """No migration opens a sealed blob: none knows the vault, or anything else of the program."""
    for path in migrate.MIGRATIONS.rglob("*.py"):
        imported = set(re.findall(r"^\s*(?:from|import)\s+(\w+)", path.read_text(), re.MULTILINE))
        assert imported <= {"sqlalchemy", "alembic"}, path.name


def test_newer_database(tmp_path: Path, vault: Vault) -> None:
    """A database from a newer Handbill is refused with a hint, and not a byte of it is changed."""
    path = tmp_path / "handbill.db"

    async def open_once() -> None:
        store = await Store.open(f"sqlite:///{path}", vault, random=os.urandom)
        await store.close()

    asyncio.run(open_once())
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabaseError) as caught:
        asyncio.run(open_once())
    assert "newer" in caught.value.message
    assert caught.value.hint
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["handbill.db"]


def test_newer_on_a_server(postgres_url: str, vault: Vault) -> None:
    """A server's database from a newer Handbill is refused as well, and stays what it is."""
    on_server = server(postgres_url)
    on_server(lambda connection: execute(connection, "UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError):
        asyncio.run(Store.open(postgres_url, vault, random=os.urandom))
    on_server(lambda connection: same(migrate.revision(connection), "9999"))


def test_all_or_nothing_on_a_server(postgres: Server, vault: Vault) -> None:
    """An upgrade that fails half way leaves a server's database as it was, too."""
    with postgres.database() as name:
        on_server = server(postgres.address(name))
        on_server(lambda connection: execute(connection, "CREATE TABLE stepups (mine int)"))
        with pytest.raises(SettingsError, match="another program"):
            asyncio.run(Store.open(postgres.address(name), vault, random=os.urandom))
        on_server(lambda connection: same(inspect(connection).get_table_names(), ["stepups"]))


def execute(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))


def same(found: object, expected: object) -> None:
    assert found == expected


def test_all_or_nothing(tmp_path: Path, vault: Vault) -> None:
    """An upgrade that fails half way leaves the database as it was."""
    path = tmp_path / "handbill.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE stepups (mine)")
    raw.close()

    async def open_once() -> None:
        await Store.open(f"sqlite:///{path}", vault, random=os.urandom)

    with pytest.raises(Exception, match="already exists"):
        asyncio.run(open_once())
    with sqlite3.connect(path) as raw:
        found = [row[0] for row in raw.execute("SELECT name FROM sqlite_master")]
    raw.close()
    assert found == ["stepups"]
