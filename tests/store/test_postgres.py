"""What is true of PostgreSQL only: several processes, a server that goes away, errors that quote nothing."""

import asyncio
import os
import struct
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event, insert, make_url
from sqlalchemy.exc import IntegrityError

from bot.actions.subscriptions import Subscriptions
from bot.clock import SystemClock
from bot.domain.contact import ChatId, Kind
from bot.errors import HandbillError, NetworkError, SettingsError
from bot.store import Store, tables
from bot.store.postgres import WRITING
from bot.vault.vault import Vault
from tests.store.helpers import execute, person
from tests.support.postgres import Server


@pytest.fixture
def store_url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def name(postgres_url: str) -> str:
    """Of the database."""
    return str(make_url(postgres_url).database)


@pytest.fixture
async def other(store_url: str, vault: Vault) -> AsyncIterator[Store]:
    """The same database, as another process sees it."""
    opened = await Store.open(store_url, vault, random=os.urandom)
    yield opened
    await opened.close()


async def add(store: Store, chat: int) -> None:
    async with store.begin() as tx:
        await tx.contacts.add(person(chat))


async def how_many(store: Store) -> int:
    async with store.read() as tx:
        return await tx.contacts.estimate()


async def cut(postgres: Server, name: str) -> None:
    """End every connection to a database, as a server does that is started anew."""
    ending = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"
    assert await postgres.run(ending, name)


async def test_settings(store: Store) -> None:
    """On every connection nobody waits for ever, and a writer that hangs loses its turn."""
    for engine in (store._engine._writer, store._engine._reader):
        async with engine.connect() as connection:
            for setting, value in {
                "lock_timeout": "5s",
                "idle_in_transaction_session_timeout": "1min",
            }.items():
                assert (await connection.exec_driver_sql(f"SHOW {setting}")).scalar_one() == value


class TestTwoProcesses:
    async def test_joining_twice(self, store: Store, other: Store) -> None:
        """One chat that joins through two processes at once is on the list once, and nobody is refused."""
        joining = Subscriptions(clock=SystemClock(), random=os.urandom)

        async def join(through: Store, chat: int) -> None:
            async with through.begin() as tx:
                await joining.join(tx, ChatId(chat), Kind.PERSON, "en")

        async with asyncio.TaskGroup() as group:
            for chat in range(20):
                group.create_task(join(store, chat))
                group.create_task(join(other, chat))
        assert await how_many(store) == 20

    async def test_counting_attempts(self, store: Store, other: Store) -> None:
        """Two processes that count the same thing do not count over each other."""

        async def attempt(through: Store) -> int:
            async with through.begin() as tx:
                return await tx.updates.attempt(7)

        found = await asyncio.gather(*(attempt(through) for through in [store, other] * 15))
        assert sorted(found) == list(range(1, 31))

    async def test_first_start(self, postgres: Server, vault: Vault) -> None:
        """Several that start on an empty database at once make the tables once."""
        await postgres.run("CREATE DATABASE first_start")
        url = postgres.address("first_start")
        stores = await asyncio.gather(*(Store.open(url, vault, random=os.urandom) for _ in range(4)))
        await asyncio.gather(*(add(store, number) for number, store in enumerate(stores)))
        assert await how_many(stores[0]) == 4
        for store in stores:
            await store.close()
        await postgres.run("DROP DATABASE first_start")

    async def test_frozen_writer(self, store: Store, other: Store) -> None:
        """Nobody waits for ever for a writer that hangs: it is told as a matter of the server."""
        assert await how_many(store) == 0
        event.listen(
            other._engine._writer.sync_engine,  # of the five seconds, a test waits some hundredths
            "begin",
            lambda raw: raw.exec_driver_sql("SET lock_timeout = '30ms'"),
        )
        async with store.begin() as tx:
            await tx.contacts.add(person(1))
            with pytest.raises(NetworkError):
                await add(other, 2)
        await add(other, 2)
        assert await how_many(store) == 2


class TestOneService:
    async def test_second(self, store: Store, other: Store) -> None:
        """A second service on one database is refused; when the first has ended it may begin."""
        async with store.alone():
            with pytest.raises(NetworkError) as caught:
                await enter(other)
            assert "already" in caught.value.message
            assert caught.value.hint
        await add(store, 1)
        await enter(other)

    async def test_other_databases(self, store: Store, postgres: Server, vault: Vault) -> None:
        """Services on different databases of one server do not know of each other."""
        await postgres.run("CREATE DATABASE another")
        another = await Store.open(postgres.address("another"), vault, random=os.urandom)
        async with store.alone(), another.alone():
            await add(another, 1)
        await another.close()
        await postgres.run("DROP DATABASE another")

    async def test_connection_lost(self, store: Store, other: Store, postgres: Server, name: str) -> None:
        """A service that lost its place for a moment takes it again before it writes, if it is free."""
        async with store.alone():
            await cut(postgres, name)
            await add(store, 1)
            with pytest.raises(NetworkError):
                await enter(other)
            await cut(postgres, name)
            async with other.alone():
                with pytest.raises(NetworkError):
                    await add(store, 2)
                await add(other, 3)
        assert await how_many(other) == 2


async def enter(store: Store) -> None:
    async with store.alone():
        pass


class TestServer:
    async def test_started_anew(self, store: Store, postgres: Server, name: str) -> None:
        """After the server was started anew nobody notices: the connections are made again."""
        await add(store, 1)
        assert await how_many(store) == 1
        await cut(postgres, name)
        await add(store, 2)
        assert await how_many(store) == 2

    async def test_lost_in_the_middle(self, store: Store, postgres: Server, name: str) -> None:
        """A server that goes away in the middle is told in one clear line; nothing is half written."""
        await add(store, 1)

        async def interrupted() -> None:
            async with store.begin() as tx:
                await tx.contacts.add(person(2))
                await cut(postgres, name)
                await tx.contacts.add(person(3))

        with pytest.raises(NetworkError) as caught:
            await interrupted()
        assert caught.value.hint
        assert await how_many(store) == 1
        await add(store, 4)

    async def test_lost_at_the_commit(self, store: Store, postgres: Server, name: str) -> None:
        """A commit that the server does not confirm is not taken for done."""

        async def interrupted() -> None:
            async with store.begin() as tx:
                await tx.contacts.add(person(2))
                await cut(postgres, name)

        with pytest.raises(NetworkError):
            await interrupted()
        assert await how_many(store) == 0

    async def test_readers_cannot_write(self, store: Store) -> None:
        """Reading never changes anything, not even by mistake."""
        async with store.read() as tx:
            with pytest.raises(Exception, match="25006"):
                await tx.contacts.add(person(1))

    async def test_commit_fails(self, store: Store) -> None:
        """What the database refuses leaves nothing behind, and the next one is not disturbed."""
        orphan = insert(tables.shards).values(broadcast=bytes(16), shard=1, done=False)
        with pytest.raises(IntegrityError):
            await execute(store, insert(tables.contacts).values(id=b"i", bidx=b"b", rec=b"r"), orphan)
        assert await how_many(store) == 0
        await add(store, 1)

    async def test_quotes_nothing(self, store: Store) -> None:
        """PostgreSQL repeats the key that was refused; what leaves the store does not, in no cause either."""
        row = insert(tables.contacts).values(id=b"canary", bidx=b"canary", rec=b"canary")
        with pytest.raises(IntegrityError) as caught:
            await execute(store, row, row)
        error: BaseException | None = caught.value
        while error:
            assert "canary" not in str(error)
            assert b"canary".hex() not in f"{error} {error!r} {getattr(error, 'detail', '')}"
            error = error.__cause__ or error.__context__

    async def test_refused(self, postgres: Server, vault: Vault) -> None:
        """What the keeper can mend is told as a setting: user, database, rights, other people's tables."""
        good = postgres.address("refused")
        addresses = [good, good.replace("postgres@", "nobody@")]
        await postgres.run("CREATE DATABASE refused")
        await postgres.run("CREATE ROLE visitor LOGIN")
        await postgres.run("CREATE TABLE bot (mine int)", database="refused")
        cases = [
            (postgres.address("nowhere"), "no such database"),
            (addresses[1], "refuses the user"),
            (good, "another program"),
            (good.replace("postgres@", "visitor@"), "may not"),
        ]
        for url, told in cases:
            error = await refusal(url, vault)
            assert isinstance(error, SettingsError)
            assert told in error.message
            assert error.hint
        await postgres.run("DROP DATABASE refused")
        await postgres.run("DROP ROLE visitor")

    async def test_only_tls_elsewhere(self, vault: Vault) -> None:
        """To another machine nothing is said without TLS: neither user nor database leave in the open."""
        heard = bytearray()

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.extend(await reader.readexactly(8))
            writer.write(b"N")
            heard.extend(await reader.read())
            writer.close()

        listening = await asyncio.start_server(listen, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with listening:
            # Only the word "localhost" and loopback numbers count as this machine.
            error = await refusal(f"postgresql+asyncpg://canary:canary@LOCALHOST:{port}/canary", vault)
        assert isinstance(error, NetworkError)
        assert bytes(heard) == struct.pack(">ii", 8, 80877103), "an SSLRequest and nothing else"


async def refusal(url: str, vault: Vault) -> HandbillError:
    with pytest.raises(HandbillError) as caught:
        await Store.open(url, vault, random=os.urandom)
    return caught.value


async def test_lock_is_of_the_database(store: Store, postgres: Server) -> None:
    """While somebody writes, the server shows the lock that makes writers take turns."""
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1"
    async with store.begin():
        assert await postgres.run(held, WRITING) == [(1,)]
    assert await postgres.run(held, WRITING) == [(0,)]
