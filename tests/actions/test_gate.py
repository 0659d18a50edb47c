"""The gate: buttons bound to one organiser and one thing, codes that count once."""

import os
from datetime import datetime, timedelta

import pytest

from bot.actions.gate import HANDLE, MARK, Gate, LockedOut, NotAsked, Passed, Reused, Wrong, handle_of
from bot.domain.approval import BUTTON_LIFE, LOCK_OUT
from bot.domain.audit import Act, Event
from bot.domain.organiser import Organiser
from bot.domain.stepup import StepUp
from bot.store import Store, Tx
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


def test_a_handle_is_read_from_nothing_else() -> None:
    """Callback data with a handle is the mark and twelve bytes in base64, written in the one right way."""
    good = MARK + "AAECAwQFBgcICQoL"
    assert handle_of(good) == bytes(range(HANDLE))
    for data in (
        "",
        MARK,
        good[1:],
        good + "A",
        good[:-1],
        good + "AAAA",
        good + "=",
        "x" + good[1:],
        good + "\n",
    ):
        assert handle_of(data) is None


async def ask(tx: Tx, gate: Gate, who: Organiser) -> StepUp:
    """A button of this organiser is pressed: a code is asked for."""
    button = await gate.pressed(tx, who, await gate.button(tx, who.id, "send", b"subject"))
    assert button is not None
    await gate.ask(tx, button)
    return StepUp(action="send", subject=b"subject", digest=b"", expires=button.expires)


def code(clock: StoryClock) -> str:
    return totp.code(bytes(20), clock.now())


async def test_a_right_code_counts_once(store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol) -> None:
    """It answers the question that was asked, and ends it; used again it is refused, and no failed try."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        asked = await ask(tx, gate, olga)
        assert await gate.check(tx, olga, "000000") == Wrong()
        assert await gate.check(tx, olga, code(clock)) == Passed(asked)
        assert await gate.asked(tx, olga.id) is None
        after = await tx.organisers.get(olga.id)
        assert after is not None
        assert (after.last_step, after.wrong_codes) == (int(clock.now().timestamp()) // totp.PERIOD, ())
        assert await gate.check(tx, olga, code(clock)) == NotAsked()
        await ask(tx, gate, olga)
        # What the caller knew of the organiser is old: the row decides.
        assert await gate.check(tx, olga, code(clock)) == Reused()
        assert await tx.organisers.get(olga.id) == after
        clock.forward(seconds=totp.PERIOD)
        assert isinstance(await gate.check(tx, olga, code(clock)), Passed)


async def test_asked_with_a_command(store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol) -> None:
    """What somebody asked for with a command takes a code as a button does, within the same day."""
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    async with store.begin() as tx:
        for passes, right in ((timedelta(0), True), (BUTTON_LIFE, False)):
            asked = StepUp(
                action="checkin", subject=b"what", digest=b"exactly", expires=clock.now() + BUTTON_LIFE
            )
            await gate.ask_for(tx, olga.id, "checkin", b"what", b"exactly")
            assert await gate.asked(tx, pavel.id) is None
            clock.forward(seconds=passes.total_seconds())
            assert await gate.asked(tx, olga.id) == (asked if right else None)
            assert await gate.check(tx, olga, code(clock)) == (Passed(asked) if right else NotAsked())


async def test_failed_codes_are_written_down(
    store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol
) -> None:
    """The audit names whose account sent a wrong code and when, and which of them closed the gate."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        await ask(tx, gate, olga)
        tries = []
        for _ in range(6):
            tries.append(clock.now())
            await gate.check(tx, olga, "000000")
            clock.forward(seconds=30)
        acts = [entry.act for entry in await tx.audit.last(5)]
    assert acts == [
        Act(event=Event.LOCKED_OUT if number == 4 else Event.WRONG_CODE, at=at, by="Olga")
        for number, at in enumerate(tries[:5])
    ]


async def test_five_wrong_codes_close_the_gate(
    store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol
) -> None:
    """The fifth says so once; then even the right code is not looked at for an hour, to the second."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        await ask(tx, gate, olga)
        tries: list[datetime] = []
        for _ in range(5):
            assert (await tx.organisers.get(olga.id) or olga).wrong_codes == tuple(tries)
            tries.append(clock.now())
            told = await gate.check(tx, olga, "000000")
            assert told == (Wrong() if len(tries) < 5 else LockedOut(first=True))
            clock.forward(seconds=30)
        opens = tries[-1] + LOCK_OUT
        assert await gate.check(tx, olga, code(clock)) == LockedOut(first=False)
        clock.forward(seconds=(opens - clock.now() - timedelta(seconds=1)).total_seconds())
        assert await gate.check(tx, olga, code(clock)) == LockedOut(first=False)
        clock.forward(seconds=1)
        assert await gate.check(tx, olga, "000000") == Wrong()
        assert len((await tx.organisers.get(olga.id) or olga).wrong_codes) == 5
        assert isinstance(await gate.check(tx, olga, code(clock)), Passed)


async def test_no_question_no_code(store: Store, gate: Gate, clock: StoryClock, enrolled: Enrol) -> None:
    """Another's question is not mine, and whoever was removed is asked nothing."""
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    async with store.begin() as tx:
        await ask(tx, gate, olga)
        assert await gate.check(tx, pavel, code(clock)) == NotAsked()
        await tx.organisers.remove(olga.id)
        assert await gate.check(tx, olga, code(clock)) == NotAsked()
