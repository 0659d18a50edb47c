"""What the service looks for when it is unlocked, and what it then tells the organisers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.control.audit import Line, Lines, ShowAudit
from bot.control.messages import Invitation, Invite, Lock, State
from bot.domain.audit import Event
from bot.i18n.translator import Translator
from bot.sandbox import Limits, Person, Sandbox
from tests.cli.helpers import Keeper
from tests.cli.test_audit_commands import lose
from tests.cli.test_keyholders import THIRD
from tests.cli.test_service import Running, enrol, running

WORDS = Translator().speaking("en")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        yield sandbox


async def joined(found: Running, person: Person) -> None:
    """The first organiser."""
    await found.becomes(State.RUNNING)
    answer = await found.service.answer(Invite(name="Ann", role="author"))
    assert isinstance(answer, Invitation)
    await enrol(found, person, answer)


async def entries(found: Running) -> tuple[Line, ...]:
    answer = await found.service.answer(ShowAudit(last=100))
    assert isinstance(answer, Lines)
    return answer.lines


def first_line(message: str, **values: str | int) -> str:
    return WORDS(message, **{"head": "", **values}).splitlines()[0]


async def test_restarted(keeper: Keeper, sandbox: Sandbox) -> None:
    """A service that went down without being locked says so when it is back; one that was locked does not."""
    ann = sandbox.world.person("Ann")
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await joined(found, ann)
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        told = await ann.hears(first_line("alert-restarted"))
        await found.service.answer(Lock())
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        await ann.hears(first_line("alert-unlocked"))
        events = [Event(line.event) for line in await entries(found)]
    assert events[-3:] == [Event.RESTARTED, Event.LOCKED, Event.UNLOCKED]
    assert told.text.splitlines()[1].startswith(f"Audit: {events.index(Event.RESTARTED) + 1}-")


async def test_a_gap(keeper: Keeper, sandbox: Sandbox) -> None:
    """An entry that was taken away while the service was locked is told at the next unlocking, by number."""
    ann = sandbox.world.person("Ann")
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await joined(found, ann)
        await found.service.answer(Lock())
    await lose(keeper, 2)
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        await ann.hears(WORDS("alert-gap", entry=2))
        assert [(line.event, line.detail) for line in await entries(found)][-2:] == [
            (Event.GAP, "2"),
            (Event.UNLOCKED, ""),
        ]


async def test_keyholders(keeper: Keeper, sandbox: Sandbox) -> None:
    """A slot that changed hands is told at once where the service is open, else at the next unlocking."""
    ann = sandbox.world.person("Ann")
    mine = ["--passphrase-file", keeper.passphrase_file]
    new = keeper.file("third", THIRD + "\n")
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await joined(found, ann)
        added = await asyncio.to_thread(keeper.types, "slots", "add", "--new-passphrase-file", new, *mine)
        assert added.code == 0, added.err
        slot = added.out.split()[1]
        await ann.hears(WORDS("alert-keyholders"))
        assert (await entries(found))[-1].detail == f"{slot}; 1 needed"
        await found.service.answer(Lock())
    assert keeper.types("slots", "remove", slot, *mine).code == 0
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        await ann.hears(WORDS("alert-keyholders"))
        assert [line.event for line in await entries(found)].count(Event.KEYHOLDERS) == 2
