"""The gate: buttons bound to one organiser and one thing, codes that count once."""

import os

import pytest

from bot.actions.gate import Gate, NotAsked
from bot.domain.approval import BUTTON_LIFE
from bot.store import Store
from bot.vault import totp
from tests.actions.conftest import Enrol
from tests.support.clock import StoryClock


@pytest.fixture
def gate(clock: StoryClock) -> Gate:
    return Gate(clock=clock, random=os.urandom)


async def test_a_button(store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol) -> None:
    """A button works once, for the organiser it was made for, for 24 hours."""
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    async with store.begin() as tx:
        data = await gate.button(tx, olga.id, "send", b"subject", b"digest")
        late = await gate.button(tx, olga.id, "send", b"subject", b"digest")
    assert len(data.encode()) <= 64
    async with store.begin() as tx:
        assert await gate.pressed(tx, pavel, data) is None
        button = await gate.pressed(tx, olga, data)
        assert await gate.pressed(tx, olga, data) is None
    assert button is not None
    assert (button.action, button.subject, button.digest) == ("send", b"subject", b"digest")
    clock.forward(seconds=BUTTON_LIFE.total_seconds())
    async with store.begin() as tx:
        assert await gate.pressed(tx, olga, late) is None


@pytest.mark.parametrize(
    "data", ["h", "hx", "h" * 17, "h====", "h" + "A" * 64, "hЖ", "h" + "+" * 16, "h A" * 5]
)
async def test_forged_data(store: Store, gate: Gate, clock: StoryClock, data: str, enrolled: Enrol) -> None:
    """Anything that is no handle of ours is nothing."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        assert await gate.pressed(tx, olga, data) is None


async def test_one_question_at_a_time(store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol) -> None:
    """Each organiser has one pending action: the newest."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        for subject in (b"one", b"two"):
            button = await gate.pressed(tx, olga, await gate.button(tx, olga.id, "send", subject))
            assert button is not None
            await gate.ask(tx, button)
        asked = await gate.asked(tx, olga.id)
        assert asked is not None
        assert asked.subject == b"two"
        await gate.drop(tx, olga.id)
        assert await gate.asked(tx, olga.id) is None


async def test_a_stale_question(store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol) -> None:
    """A question nobody answered for a day is none any more."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        button = await gate.pressed(tx, olga, await gate.button(tx, olga.id, "send", b"x"))
        assert button is not None
        await gate.ask(tx, button)
        clock.forward(hours=24)
        verdict = await gate.check(tx, olga, totp.code(bytes(20), clock.now()))
    assert verdict == NotAsked()
