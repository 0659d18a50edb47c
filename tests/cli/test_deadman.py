"""The dead man's switch in a service: warnings, the lock, and what follows where the policy says so."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.control.grace import FILE
from bot.control.messages import Invitation, Invite, State
from bot.domain.audit import Event
from bot.domain.silence import GRACE
from bot.sandbox import Limits, Person, Sandbox
from bot.session import Session
from bot.vault import totp
from tests.cli.helpers import Keeper
from tests.cli.test_service import Running, enrol, running
from tests.cli.test_watching import entries

DAYS = 10


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        yield sandbox


@pytest.fixture(params=["lock", "destroy"])
def switched(keeper: Keeper, request: pytest.FixtureRequest) -> Keeper:
    """A home with the switch on."""
    keeper.environment["HANDBILL_VAULT__DEADMAN_DAYS"] = str(DAYS)
    keeper.environment["HANDBILL_VAULT__PANIC"] = request.param
    return keeper


async def enrolled(found: Running, telegram: Sandbox) -> Person:
    """An organiser."""
    await found.becomes(State.RUNNING)
    ann, invited = telegram.world.person("Ann"), await found.service.answer(Invite(name="Ann", role="author"))
    assert isinstance(invited, Invitation)
    await enrol(found, ann, invited)
    return ann


async def passes(found: Running, **span: float) -> None:
    """So much later, once the switch has looked at the clocks, or the time after it has been written down."""
    session, due = found.service._session, found.service._grace._path
    before = due.read_bytes() if due.exists() else b""
    found.clock.forward(hours=1, **span)
    now = found.clock.monotonic()
    async with asyncio.timeout(60):
        while not _looked(found, session, now) or (  # noqa: ASYNC110 - the service tells nobody when it looks
            before and due.exists() and due.read_bytes() == before
        ):
            await asyncio.sleep(0.002)


def _looked(found: Running, session: Session | None, now: float) -> bool:
    """Whether the switch has seen this moment, or is gone with what it looked at."""
    return session is None or found.service._session is not session or session.deadman.looked >= now


async def gone(found: Running) -> None:
    """Wait for the end of the process."""
    async with asyncio.timeout(60):
        while not found.task.done():
            found.clock.forward(seconds=1)
            await asyncio.sleep(0.002)


async def test_nobody_checks_in(switched: Keeper, telegram: Sandbox) -> None:
    """Warned three times, then locked; where the policy says "destroy", a week later all is gone."""
    destroys = switched.environment["HANDBILL_VAULT__PANIC"] == "destroy"
    async with running(switched, telegram.url, unlocked=True) as found:
        ann = await enrolled(found, telegram)
        for days in (5, 2.5, 1.5):
            await passes(found, days=days)
            warned = await ann.hears("/checkin")
            assert "the bot locks itself" in warned.text
        await passes(found, days=1)
        told = await ann.hears("so the bot is locking itself")
        assert (f"within {GRACE.days} days" in told.text) == destroys
        status = await found.becomes(State.LOCKED)
        assert (switched.home / FILE).exists() == destroys
        assert bool(status.problems) == destroys
        await passes(found, days=GRACE.days - 1)
        assert (switched.home / "keyring.json").exists()
        await passes(found, days=2)
        if destroys:
            await gone(found)
            assert not switched.home.exists()
        else:
            assert (await found.status()).state is State.LOCKED


async def test_a_code_counts(switched: Keeper, telegram: Sandbox) -> None:
    """A code for anything begins the time anew; tests/stories/test_panic.py has what /checkin says."""
    async with running(switched, telegram.url, unlocked=True) as found:
        ann = await enrolled(found, telegram)
        await passes(found, days=8)
        await ann.hears("/checkin")
        session = found.service._session
        assert session
        async with session._store.begin() as tx:
            [organiser] = await tx.organisers.all()
            await tx.organisers.replace(replace(organiser, last_step=totp.step(found.clock.now())))
        await passes(found, days=4)
        assert (await found.status()).state is not State.LOCKED
        await passes(found, days=DAYS - 3)
        await found.becomes(State.LOCKED)


async def test_a_keyholder_counts(switched: Keeper, telegram: Sandbox) -> None:
    """Whoever unlocks it with a passphrase has all the time again, and nothing is destroyed."""
    async with running(switched, telegram.url, unlocked=True) as found:
        await enrolled(found, telegram)
        await passes(found, days=DAYS + 1)
        await found.becomes(State.LOCKED)
        await passes(found, days=GRACE.days - 1)
        await found.unlock()
        assert not (switched.home / FILE).exists()
        destroys = switched.environment["HANDBILL_VAULT__PANIC"] == "destroy"
        events = [Event(line.event) for line in await entries(found)]
        assert events[-3:] == [
            Event.COUNTDOWN if destroys else Event.SILENT,
            Event.LOCKED,
            Event.UNLOCKED,
        ], "what the switch did is written down"
        await passes(found, days=5)
        assert (await found.status()).state is not State.LOCKED


async def test_a_machine_that_opens_itself_does_not_count(switched: Keeper, telegram: Sandbox) -> None:
    """A restart with the passphrases at hand locks again at once, and the end comes no later for it."""
    async with running(switched, telegram.url, unlocked=True) as found:
        await enrolled(found, telegram)
        await passes(found, days=DAYS + 1)
        await found.becomes(State.LOCKED)
        begun = (switched.home / FILE).exists()
        after = found.clock.now()
    async with running(switched, telegram.url, unlocked=True) as found:
        found.clock._start += after - found.clock.now()
        found.clock.forward(hours=2)
        await found.becomes(State.LOCKED)
        assert (switched.home / FILE).exists() == begun


async def test_switched_off(keeper: Keeper, telegram: Sandbox) -> None:
    """Off, as it is by default, nothing is counted or locked."""
    async with running(keeper, telegram.url, unlocked=True) as found:
        await enrolled(found, telegram)
        found.clock.forward(days=400)
        for _ in range(20):
            await found.clock.sleep(0)
        status = await found.status()
        assert (status.state is not State.LOCKED, status.silent_until) == (True, None)
