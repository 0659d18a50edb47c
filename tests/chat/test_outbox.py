"""Answers on their way out: in order, at Telegram's pace, once more after a 429, dropped when too late."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot

from bot.chat.outbox import Outbox
from bot.chat.page import page
from bot.chat.transport import Transport
from bot.delivery.pacing import Pacer
from bot.domain.contact import ChatId
from bot.domain.media import Media, MediaKind
from bot.observability.logs import Log
from bot.sandbox import Person, Sandbox
from bot.sandbox.faults import Fault
from tests.support.clock import StoryClock

TOKEN = "1234567890:" + "A" * 35


@pytest.fixture
async def clock() -> AsyncIterator[StoryClock]:
    clock = StoryClock()
    keeper = asyncio.create_task(clock.keep())
    yield clock
    keeper.cancel()


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
async def outbox(
    session: aiohttp.ClientSession, sandbox: Sandbox, clock: StoryClock, log: io.StringIO
) -> AsyncIterator[Outbox]:
    transport = Transport(session)
    bot = Bot(TOKEN, base_url=f"{sandbox.url}/bot", request=transport, get_updates_request=transport)
    pacer = Pacer(clock=clock)
    outbox = Outbox(bot=bot, pacer=pacer, clock=clock, log=Log(log, now=clock.now))
    tasks = [asyncio.create_task(pacer.run()), asyncio.create_task(outbox.run())]
    await asyncio.sleep(0)
    yield outbox
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@pytest.fixture
def alice(sandbox: Sandbox) -> Person:
    return sandbox.world.person("Alice", started=True)


def texts(alice: Person) -> list[str]:
    return [message.text for message in alice.inbox]


async def undecided() -> bool:
    return True


async def test_in_order(outbox: Outbox, alice: Person) -> None:
    """Answers to one chat come in the order in which they were given, parts of one together."""
    outbox.post(ChatId(alice.id), page("1"), page("2"), page("3"))
    outbox.post(ChatId(alice.id), page("4"))
    await outbox.settle()
    assert texts(alice) == ["1", "2", "3", "4"]


async def test_too_late(outbox: Outbox, alice: Person, log: io.StringIO) -> None:
    """A chat that asks faster than it may be answered gets what fits into five seconds."""
    for number in range(30):
        outbox.post(ChatId(alice.id), page(str(number)))
    await outbox.settle()
    assert 5 <= len(alice.inbox) <= 9
    assert texts(alice) == [str(number) for number in range(len(alice.inbox))]
    assert log.getvalue().count("answer.dropped") == 1  # a line a minute, however many


async def test_a_long_answer_is_not_cut(outbox: Outbox, alice: Person) -> None:
    """The later parts of an answer that has begun are waited for."""
    outbox.post(ChatId(alice.id), *(page(str(number)) for number in range(20)))
    await outbox.settle()
    assert len(alice.inbox) == 20


async def test_once_more_after_a_flood(
    outbox: Outbox, sandbox: Sandbox, alice: Person, clock: StoryClock
) -> None:
    """A 429 is obeyed, and then the answer is given after all."""
    sandbox.world.faults.add(Fault(kind="429", seconds=3, times=1))
    outbox.post(ChatId(alice.id), page("sorry for the delay"))
    await outbox.settle()
    assert texts(alice) == ["sorry for the delay"]
    assert clock.monotonic() >= 3


@pytest.mark.parametrize("seconds", [6, 300])
async def test_a_long_flood(outbox: Outbox, sandbox: Sandbox, alice: Person, seconds: float) -> None:
    """If Telegram wants more time than there is patience, the answer is dropped at once."""
    sandbox.world.faults.add(Fault(kind="429", seconds=seconds, times=1))
    outbox.post(ChatId(alice.id), page("too late"))
    await outbox.settle()
    assert texts(alice) == []


async def test_a_deletion_after_a_flood(outbox: Outbox, sandbox: Sandbox, alice: Person) -> None:
    """Deleting is tried once more too: a code must not stay in a chat."""
    outbox.post(ChatId(alice.id), page("secret"))
    await outbox.settle()
    sandbox.world.faults.add(Fault(kind="429", seconds=2, times=1))
    outbox.delete(ChatId(alice.id), [alice.last.id])
    await outbox.settle()
    assert texts(alice) == []


@pytest.mark.parametrize("kind", ["blocked", "chat not found", "502", "reset_after", "html", "migrate"])
async def test_a_refused_answer(
    outbox: Outbox, sandbox: Sandbox, alice: Person, log: io.StringIO, kind: str
) -> None:
    """A refusal concerns one answer; the next ones are given, and the log names nobody."""
    sandbox.world.faults.add(Fault(kind=kind, to=-1001, times=1))  # type: ignore[arg-type]  # checked by Fault
    outbox.post(ChatId(alice.id), page("one"))
    outbox.post(ChatId(alice.id), page("two"))
    await outbox.settle()
    assert texts(alice)[-1] == "two"
    assert "answer.failed" in log.getvalue()
    assert str(alice.id) not in log.getvalue()


@pytest.mark.parametrize("kind", ["502", "html", "empty", "reset_before"])
async def test_once_more_after_a_failure(
    outbox: Outbox, sandbox: Sandbox, alice: Person, clock: StoryClock, kind: str
) -> None:
    """Where Telegram fails for a moment, an answer arrives a little later, in its order, and once."""
    sandbox.world.faults.add(Fault(kind=kind, times=2))  # type: ignore[arg-type]  # checked by Fault
    outbox.post(ChatId(alice.id), page("one"), page("two"))
    await outbox.settle()
    assert texts(alice) == ["one", "two"]
    assert clock.monotonic() >= 3


async def test_a_long_failure(outbox: Outbox, sandbox: Sandbox, alice: Person, clock: StoryClock) -> None:
    """Where it fails for longer than there is patience, the answer is dropped."""
    sandbox.world.faults.add(Fault(kind="502", times=None))
    outbox.post(ChatId(alice.id), page("too late"))
    await outbox.settle()
    sandbox.world.faults.clear()
    outbox.post(ChatId(alice.id), page("in time"))
    await outbox.settle()
    assert texts(alice) == ["in time"]
    assert clock.monotonic() < 10


async def test_what_must_get_through(
    outbox: Outbox, sandbox: Sandbox, alice: Person, clock: StoryClock
) -> None:
    """A question that was refused is asked again each minute; other answers do not wait for it."""
    sandbox.world.faults.add(Fault(kind="chat not found", times=3))
    outbox.insist(ChatId(alice.id), page("decide"), wanted=undecided)
    async with asyncio.timeout(30):
        while not alice.inbox:
            clock.forward(seconds=10)
            await asyncio.sleep(0.005)
    assert clock.monotonic() >= 180
    assert texts(alice) == ["decide"]


async def test_many_deletions(outbox: Outbox, alice: Person) -> None:
    """Any number of messages is deleted, a hundred at a time; those that are gone do not matter."""
    outbox.post(ChatId(alice.id), *(page(str(number)) for number in range(3)))
    await outbox.settle()
    outbox.delete(ChatId(alice.id), [*range(5000, 5250), *(message.id for message in alice.inbox)])
    await outbox.settle()
    assert texts(alice) == []


@pytest.mark.parametrize("kind", MediaKind)
async def test_nothing_of_this_machine_is_sent(
    outbox: Outbox, sandbox: Sandbox, tmp_path: Path, kind: MediaKind
) -> None:
    """An id that is the path of a file here leaves as an id, which Telegram refuses, never as the file."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    alice = sandbox.world.person("Alice", started=True)
    media = Media(kind=kind, file_id=str(secret), unique_id="x")
    assert await outbox.send(ChatId(alice.id), page("Look", media=media)) is None
    assert not alice.inbox
    assert not sandbox.world.state.media
