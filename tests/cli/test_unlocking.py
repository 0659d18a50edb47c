"""Unlocking a running service: two keyholders one after the other, and locks that come by themselves."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import doctor
from bot.control import client, process
from bot.control.messages import Done, Invitation, Invite, Lock, Rotate, State, Status, Unlock, UnlockHalf
from bot.errors import DamagedVaultError, LockedError
from bot.sandbox import Limits, Sandbox
from bot.session import ROTATING
from bot.vault import keys
from bot.vault.slots import Half
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, Keeper
from tests.cli.test_keyholders import SECOND, THIRD, init, with_two
from tests.cli.test_processes import ends, started, waits_for
from tests.cli.test_service import Running, enrol, running

NEEDED = "a second keyholder is needed before 12:15 UTC"


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        yield sandbox


@pytest.fixture
def telegram_url(newcomer: Keeper) -> Iterator[str]:
    """The address of `handbill sandbox`."""
    with started(newcomer, "sandbox", "--port", "0") as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]


@pytest.fixture
def pair(newcomer: Keeper) -> Keeper:
    """A home that takes two passphrases, with three keyholders."""
    third = newcomer.file("third", THIRD)
    assert init(newcomer, *with_two(newcomer), "--passphrase-file", third).code == 0
    return newcomer


def brings(keeper: Keeper, passphrase: str, seconds: int | None = None) -> UnlockHalf:
    half = keys.open_home(keeper.home, [passphrase])
    assert isinstance(half, Half)
    return UnlockHalf(slot=half.slot, private=bytes(half.private), seconds=seconds)


async def tells(found: Running, request: UnlockHalf | Unlock) -> Status:
    answer = await found.service.answer(request)
    assert isinstance(answer, Status)
    return answer


async def test_one_waits_for_the_other(pair: Keeper, telegram: Sandbox) -> None:
    """The first keyholder's half waits, the state is "locked" and says what is missing; the second opens."""
    async with running(pair, telegram.url, passphrases=[PASSPHRASE, SECOND]) as found:
        first = await tells(found, brings(pair, PASSPHRASE))
        assert (first.state, first.problems) == (State.LOCKED, (NEEDED,))
        again = await tells(found, brings(pair, PASSPHRASE))
        assert (again.state, again.problems) == (State.LOCKED, (NEEDED,)), "the same one twice is one"
        assert (await tells(found, brings(pair, THIRD))).state is State.RUNNING
        assert (await found.status()).problems == ()
        assert (await tells(found, brings(pair, SECOND))).state is State.RUNNING, "nothing to do any more"


@pytest.mark.parametrize("sleeping", [False, True])
async def test_nobody_waits_for_long(pair: Keeper, telegram: Sandbox, *, sleeping: bool) -> None:
    """After 15 minutes the half is gone, also when the machine slept; both must come again."""
    async with running(pair, telegram.url, passphrases=[PASSPHRASE, SECOND]) as found:
        await tells(found, brings(pair, PASSPHRASE))
        found.clock.forward(minutes=14)
        assert (await found.status()).problems == (NEEDED,)
        if sleeping:
            found.clock._start += timedelta(minutes=1)
        else:
            found.clock.forward(minutes=1)
        assert (await found.status()).problems == ()
        assert not found.service._waiting._halves
        assert (await tells(found, brings(pair, SECOND))).state is State.LOCKED
        assert (await tells(found, brings(pair, PASSPHRASE))).state is State.RUNNING


async def test_the_half_goes_without_being_asked_for(pair: Keeper, telegram: Sandbox) -> None:
    """Nobody need look: the service itself overwrites a half that nobody came for."""
    async with running(pair, telegram.url, passphrases=[PASSPHRASE, SECOND]) as found:
        await tells(found, brings(pair, PASSPHRASE))
        [half] = found.service._waiting._halves.values()
        for _ in range(70):
            found.clock.forward(seconds=15)
            for _ in range(5):
                await found.clock.sleep(0)
        assert not found.service._waiting._halves
        assert not any(half)


async def test_what_does_not_fit_opens_nothing(pair: Keeper, telegram: Sandbox) -> None:
    """A half of no keyholder is refused and takes nobody's place; one of somebody removed is forgotten."""
    async with running(pair, telegram.url, passphrases=[PASSPHRASE, SECOND]) as found:
        waiting, second = brings(pair, PASSPHRASE), brings(pair, SECOND)
        await tells(found, waiting)
        for odd in (
            UnlockHalf(slot=second.slot, private=bytes(range(32))),
            UnlockHalf(slot=(second.slot + 1) % 8, private=second.private),
        ):
            with pytest.raises(DamagedVaultError):
                await tells(found, odd)
        assert (await found.status()).problems == (NEEDED,)
        keys.remove(pair.home, [SECOND, THIRD], waiting.slot, random=pair.random)
        with pytest.raises(DamagedVaultError):
            await tells(found, second)
        assert (await found.status()).problems == ()


async def test_lock_forgets_who_waits(pair: Keeper, telegram: Sandbox) -> None:
    """`lock` takes a waiting half away as well."""
    async with running(pair, telegram.url, passphrases=[PASSPHRASE, SECOND]) as found:
        await tells(found, brings(pair, PASSPHRASE))
        assert await found.service.answer(Lock()) == Done()
        assert (await found.status()).problems == ()
        assert (await tells(found, brings(pair, SECOND))).state is State.LOCKED


@pytest.mark.parametrize(
    ("auto_lock", "asked", "hours"), [("off", 12, 12), ("12h", None, 12), ("12h", 2, 2), ("2h", 12, 2)]
)
async def test_it_locks_by_itself(
    keeper: Keeper, telegram: Sandbox, auto_lock: str, asked: int | None, hours: int
) -> None:
    """After `--for` or `auto_lock`, whichever is shorter, the service locks; it can be unlocked again."""
    keeper.environment["HANDBILL_VAULT__AUTO_LOCK"] = auto_lock
    async with running(keeper, telegram.url) as found:
        for _ in range(2):
            await tells(found, Unlock(master_key=found.key, seconds=asked and asked * 3600))
            found.clock.forward(hours=hours, minutes=-1)
            assert (await found.status()).state is not State.LOCKED
            found.clock.forward(minutes=2)
            await found.becomes(State.LOCKED)


async def test_a_new_unlocking_counts_anew(keeper: Keeper, telegram: Sandbox) -> None:
    """A lock by hand ends the waiting for the lock by itself."""
    async with running(keeper, telegram.url) as found:
        await tells(found, Unlock(master_key=found.key, seconds=3600))
        await found.service.answer(Lock())
        await tells(found, Unlock(master_key=found.key))
        found.clock.forward(hours=2)
        for _ in range(20):
            await found.clock.sleep(0)
        assert (await found.status()).state is not State.LOCKED


def test_two_commands(pair: Keeper, telegram_url: str) -> None:
    """`unlock` by one keyholder ends with 4 and says what is missing; the second one's opens."""
    pair.environment["HANDBILL_TELEGRAM__API_URL"] = telegram_url
    both = with_two(pair)
    with started(pair, "run") as service:
        waits_for(pair, service, "locked")
        first = pair.runs("unlock", *both[:2])
        assert first.code == 4
        assert first.out.startswith("a second keyholder is needed before ")
        assert pair.types("status", "--json").json["problems"] == [first.out.strip()]
        pair.types("organisers", "list").fails(4, "the service is locked")
        assert pair.runs("unlock", *both[2:], "--for", "1h").out == "unlocked: running\n"
        assert ends(service, signal.SIGTERM)[0] == 0


def test_unattended_for_two(pair: Keeper, telegram_url: str, tmp_path: Path) -> None:
    """`run` with both passphrases, or both credentials, starts unlocked, and `doctor` calls that weaker."""
    pair.environment["HANDBILL_TELEGRAM__API_URL"] = telegram_url
    both = with_two(pair)
    pair.runs("run", *both[:2]).fails(4, "a second keyholder")
    (tmp_path / "handbill.passphrase").write_text(PASSPHRASE)
    (tmp_path / "handbill.passphrase-2").write_text(SECOND)
    pair.environment["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    with started(pair, "run") as service:
        waits_for(pair, service, "running")
        checks = {check["name"]: check for check in pair.types("doctor", "--json").json["checks"]}
        assert not checks["unlocking"]["ok"]
        assert "weaker" in checks["unlocking"]["hint"]


async def test_another_root_key_beside_the_running_service(keeper: Keeper, telegram: Sandbox) -> None:
    """Readers and organisers go on while the root key is changed, and after the next unlocking as well."""
    ann, reader = telegram.world.person("Ann"), telegram.world.person("Reader")
    async with running(keeper, telegram.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        invited = await found.service.answer(Invite(name="Ann", role="author"))
        assert isinstance(invited, Invitation)
        await enrol(found, ann, invited)
        await reader.says("/subscribe")
        joined = (await reader.hears()).text
        for _ in range(2):
            assert await found.service.answer(Rotate(master_key=found.key)) == Done()
            assert (await found.status()).problems == ()
            await reader.says("/mydata")
            assert (await reader.hears()).text
        await reader.says("/subscribe")
        assert (await reader.hears()).text == joined
        await found.service.answer(Lock())
        await found.unlock()
        assert "unlocked" in (await ann.hears()).text
        with pytest.raises(DamagedVaultError):
            await found.service.answer(Rotate(master_key=bytes(32)))


async def test_a_rotation_that_was_cut_off_shows_in_the_state(keeper: Keeper, telegram: Sandbox) -> None:
    """A service that finds two root keys works with both, and says what is to be done."""
    keys.begin_rotation(keeper.home, Vault.open_home(keeper.home, PASSPHRASE), random=os.urandom)
    async with running(keeper, telegram.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        assert (await found.status()).problems == (ROTATING,)
        assert await found.service.answer(Rotate(master_key=found.key)) == Done()
        assert (await found.status()).problems == ()


async def test_no_rotation_while_locked(keeper: Keeper, telegram: Sandbox) -> None:
    """A locked service changes nothing, whoever brings a key."""
    before = keeper.bytes_of_home()
    async with running(keeper, telegram.url) as found:
        with pytest.raises(LockedError):
            await found.service.answer(Rotate(master_key=found.key))
    assert keeper.bytes_of_home() == before


def test_hardening_is_reported(keeper: Keeper, telegram_url: str) -> None:
    """`doctor` asks the running service how its memory is protected."""
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = telegram_url
    with started(keeper, "run") as service:
        waits_for(keeper, service, "locked")
        found = client.status(keeper.home)
        assert found
        assert found.hardened
        assert not found.unattended
        checks = {check["name"]: check for check in keeper.runs("doctor", "--json").json["checks"]}
        assert checks["unlocking"]["ok"]
        assert checks["memory"]["ok"] or "swap" in checks["memory"]["hint"]


@pytest.mark.parametrize(
    ("service", "hint"),
    [
        (None, "swap"),
        (Status(state=State.LOCKED), "debuggers"),
        (Status(state=State.LOCKED, memory_locked=True), "debuggers"),
        (Status(state=State.LOCKED, hardened=True), "swap"),
        (Status(state=State.LOCKED, hardened=True, memory_locked=True), ""),
    ],
)
def test_an_unprotected_service_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Status | None, hint: str
) -> None:
    """A service whose memory others can read, or that may be swapped out, is not called right."""
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 100 0 -2\n")
    monkeypatch.setattr(process, "is_hardened", lambda: True)
    found = doctor._memory(swaps, service)
    assert found.ok == (not hint)
    assert hint in found.hint
