"""What the poller makes of trouble between us and Telegram: a state that is true, and another try."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from telegram import Update

from bot.chat.poller import ALLOWED, PollState
from bot.errors import NetworkError, TokenError
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import TOKEN, House, open_house

RUNNING, NO_NETWORK = PollState.RUNNING, PollState.NO_NETWORK
REFUSED, SECOND = PollState.TOKEN_REFUSED, PollState.SECOND_POLLER


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "home") as house:
        yield house


@pytest.fixture
def alice(house: House) -> Person:
    return house.world.person("Alice")


async def answers(alice: Person) -> None:
    """The bot hears and answers."""
    await alice.says("/slogan")
    await alice.hears("There are no slogans")


def trouble(house: House, fault: Fault) -> None:
    """It begins with the next question for updates, and ends by itself."""
    fault.method = "getUpdates"
    fault.times = 2
    house.world.faults.add(fault)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault(kind="reset_before"), NO_NETWORK),
        (Fault(kind="502"), NO_NETWORK),
        (Fault(kind="html"), NO_NETWORK),
        (Fault(kind="empty"), NO_NETWORK),
        (Fault(kind="empty", status=200), NO_NETWORK),
        (Fault(kind="html", status=404), NO_NETWORK),
        (Fault(kind="html", status=401), NO_NETWORK),
        (Fault(kind="unauthorized"), NO_NETWORK),
        (Fault(kind="429", seconds=3), None),
    ],
)
async def test_trouble_passes(house: House, alice: Person, fault: Fault, state: PollState | None) -> None:
    """Whatever it is, it is named and tried again; what was said meanwhile is answered.

    A 401 is believed only if getMe says the same, so here it counts as a fault on the way.
    """
    trouble(house, fault)
    await answers(alice)
    await answers(alice)
    expected = [RUNNING, state, RUNNING] if state else [RUNNING]
    assert without_repeats(house.states) == expected


async def test_a_revoked_token(house: House) -> None:
    """A token that Telegram refuses, getMe included, is called refused; nothing ends."""
    account = house.world.bot()
    house.world.revoke()
    account.queue.end()
    await house.becomes(REFUSED)
    assert without_repeats(house.states) == [RUNNING, REFUSED]
    assert house.running is not None
    assert not house.running.done()
    with pytest.raises(TokenError):
        await house.application.identify()


async def test_a_relays_page_is_no_refusal(house: House) -> None:
    """A 404 that is not Telegram's own, at the start too, means that the network is not there yet."""
    house.world.faults.add(Fault(kind="html", status=404, method="getMe", times=2))
    with pytest.raises(NetworkError):
        await house.application.identify()
    assert (await house.application.identify()).id == house.world.bot().id


async def test_a_second_poller(house: House, alice: Person) -> None:
    """Somebody else asking with the same token is noticed; the bot goes on asking."""
    async with aiohttp.ClientSession() as somebody:
        while SECOND not in house.states:
            async with somebody.get(f"{house.sandbox.url}/bot{TOKEN}/getUpdates") as answer:
                await answer.read()
    assert without_repeats(house.states)[:2] == [RUNNING, SECOND]
    await answers(alice)
    await house.becomes(RUNNING)


async def test_edited_messages_are_not_heard(house: House, alice: Person) -> None:
    """Changing an old message does not repeat or change a command."""
    said = await alice.says("/slogan")
    await alice.hears()
    await alice.edits(said, "/subscribe")
    await answers(alice)
    assert await house.readers() == 0


async def test_chats_beside_each_other(house: House) -> None:
    """One chat is handled in order, and many at once."""
    people = [house.world.person(f"P{n}") for n in range(12)]
    for person in people:
        for text in ("/subscribe", "/stop", "/subscribe"):
            await person.says(text)
    for person in people:
        for part in ("You are subscribed", "You are not subscribed", "You are subscribed"):
            assert part in (await person.hears()).text
    assert await house.readers() == 12


def without_repeats(states: list[PollState]) -> list[PollState]:
    return [state for at, state in enumerate(states) if not at or state is not states[at - 1]]


def test_updates_are_named_in_every_call() -> None:
    """What is asked for is what the program can hear; Telegram remembers an older choice otherwise."""
    assert set(ALLOWED) <= set(Update.ALL_TYPES)


async def test_what_only_reads_waits_for_no_disk(house: House, alice: Person) -> None:
    """Of a question nothing is written, once the service has seen what it found when it started."""
    await alice.says("/subscribe")
    await alice.hears()
    await house.world.settled()
    assert house.config.database_file
    with closing(sqlite3.connect(house.config.database_file)) as beside:
        before = beside.execute("PRAGMA data_version").fetchone()
        await answers(alice)
        await house.world.settled()
        assert beside.execute("PRAGMA data_version").fetchone() == before
        await alice.says("/stop")
        await alice.hears()
        assert beside.execute("PRAGMA data_version").fetchone() != before
