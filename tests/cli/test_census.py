"""Somebody wrote into the database: what a running service does about it, and what the keeper can do."""

import asyncio
import os
import sqlite3
from contextlib import closing

from bot.config import load
from bot.control.messages import AcceptList, AskStatus, CheckList, Done, Invitation, Invite, ListState, State
from bot.domain.broadcast import Reason
from bot.domain.broadcast import State as Stage
from bot.sandbox import Limits, Sandbox
from bot.store import Store
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, Keeper
from tests.cli.test_service import enrol, running
from tests.store.helpers import broadcast, person

COOLING = Stage.COOLING


async def lives(keeper: Keeper, *, stage: Stage = COOLING) -> None:
    """A home with readers and a broadcast that is under way."""
    async with opened(keeper) as store, store.begin() as tx:
        for chat in range(1, 9):
            await tx.contacts.add(person(chat))
        begun = broadcast(stage)
        await tx.broadcasts.add(begun)
        await tx.journal.prepare(begun.id)


def opened(keeper: Keeper) -> "Opened":
    return Opened(keeper)


class Opened:
    """The database of a home without a service."""

    def __init__(self, keeper: Keeper) -> None:
        key = Vault.open_home(keeper.home, PASSPHRASE)
        self._vault = Vault.unlock(keeper.home, key, random=os.urandom)
        self._url = load(keeper.names()).database

    async def __aenter__(self) -> Store:
        self._store = await Store.open(self._url, self._vault, random=os.urandom)
        return self._store

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()


def takes_away(keeper: Keeper) -> None:
    """One reader is deleted by somebody who can write into the file."""
    with closing(sqlite3.connect(keeper.home / "handbill.db")) as database, database:
        database.execute("DELETE FROM contacts WHERE id = (SELECT min(id) FROM contacts)")


async def test_a_reader_vanishes(keeper: Keeper) -> None:
    """A list that does not fit is told and shown; nothing is sent or mended before the keeper decides."""
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        ann = sandbox.world.person("Ann")
        async with running(keeper, sandbox.url, unlocked=True) as found:
            await found.becomes(State.RUNNING)
            invited = await found.service.answer(Invite(name="Ann", role="author"))
            assert isinstance(invited, Invitation)
            await enrol(found, ann, invited)
        await lives(keeper)
        takes_away(keeper)
        for _ in range(2):
            async with running(keeper, sandbox.url, unlocked=True) as found:
                status = await found.becomes(State.RUNNING)
                assert "the list of readers is not what was written last" in status.problems[0]
                await ann.hears("The list of readers is not what the bot wrote down last")
                assert (await found.status()).broadcast == "held"
                assert await found.service.answer(CheckList()) == ListState(doubt="counts")
        async with opened(keeper) as store, store.read() as tx:
            (held,) = await tx.broadcasts.in_states(Stage.HELD)
            assert held.reason is Reason.CENSUS
        async with running(keeper, sandbox.url, unlocked=True) as found:
            await found.becomes(State.RUNNING)
            assert await found.service.answer(AcceptList()) == Done()
            assert await found.service.answer(CheckList()) == ListState(doubt="")
            assert (await found.status()).problems == ()
        async with running(keeper, sandbox.url, unlocked=True) as found:
            assert (await found.becomes(State.RUNNING)).problems == ()


async def test_an_older_database(keeper: Keeper) -> None:
    """A database that was put back to yesterday's is noticed: the home knows how far it had come."""
    path = keeper.home / "handbill.db"
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        async with running(keeper, sandbox.url, unlocked=True) as found:
            await found.becomes(State.RUNNING)
            ann = sandbox.world.person("Ann")
            await ann.says("/subscribe")
            await ann.hears()
        old = path.read_bytes()
        async with running(keeper, sandbox.url, unlocked=True) as found:
            await found.becomes(State.RUNNING)
            await ann.says("/stop")
            await ann.hears()
        path.write_bytes(old)
        async with running(keeper, sandbox.url, unlocked=True) as found:
            await found.becomes(State.RUNNING)
            assert await found.service.answer(CheckList()) == ListState(doubt="behind")
            status = await found.service.answer(AskStatus())
            assert getattr(status, "problems", ())


def test_at_the_terminal(keeper: Keeper) -> None:
    """`database check` says so with exit code 6; `database accept` asks for typed words, or a plain flag."""
    secret = ("--passphrase-file", keeper.passphrase_file)
    assert keeper.types("database", "check", *secret).out == "the list is the one that was written last\n"
    asyncio.run(lives(keeper))
    takes_away(keeper)
    keeper.types("database", "check", *secret).fails(6, "fewer readers", "database accept")
    keeper.types("database", "accept", *secret).fails(4, "no terminal")
    keeper.types("database", "check", *secret).fails(6)
    assert keeper.types("database", "accept", "--yes-take-the-list-as-it-is", *secret).code == 0
    assert keeper.types("database", "check", *secret).code == 0
