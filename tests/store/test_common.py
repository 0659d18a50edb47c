"""What the processes at one server have in common, asked of a real one."""

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.domain.contact import ContactId
from bot.errors import BadInputError, NetworkError, SettingsError
from bot.store import Store
from bot.store.common import MOST_AHEAD, Common, serving
from bot.vault.vault import Vault
from tests.store.helpers import broadcast, execute

RATE = 1000.0
TERMS = "30 free resend"


@pytest.fixture
def store_url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
async def other(store_url: str, vault: Vault) -> AsyncIterator[Store]:
    """The same database, as a worker opens it."""
    opened = await Store.open(store_url, vault, random=os.urandom, helping=True)
    yield opened
    await opened.close()


def common(store: Store) -> Common:
    assert store.common
    return store.common


async def takes(store: Store, slots: int, rate: float = RATE) -> tuple[float, float]:
    """The first of these slots, and when the server's clock would give the next."""
    taken = await common(store).take(slots, rate=rate, notice=0.01, creep=30.0, slower=0.5)
    assert taken
    return taken.next - slots / rate, taken.next


async def test_slots_follow_each_other(store: Store, other: Store) -> None:
    """Whoever takes some begins where the last one ended, in whichever process that was."""
    async with serving(store.common, TERMS):
        first, after = await takes(store, 2000)
        for each in (other, store, other):
            begin, end = await takes(each, 20)
            assert begin == pytest.approx(after, abs=1e-6)
            after = end
        assert after - first == pytest.approx(2.06, abs=1e-6)


async def test_slots_are_not_saved_up(store: Store) -> None:
    """What nobody took is gone: the next slot is as soon as the answer can be used."""
    async with serving(store.common, TERMS):
        seen = await common(store).take(1, rate=RATE, notice=0.01, creep=30.0, slower=0.5)
        assert seen
        assert seen.next - 1 / RATE == pytest.approx(seen.now + 0.01, abs=0.01)


async def test_a_pause(store: Store, other: Store) -> None:
    """No slot lies in a pause, then they are half as close, and a shorter pause changes nothing."""
    async with serving(store.common, TERMS):
        taken = await common(other).take(1, rate=RATE, notice=0.01, creep=30.0, slower=0.5)
        assert taken
        until = taken.now + 50.0
        await common(other).pause(until)
        await common(store).pause(until - 10)
        paused = await common(store).take(20, rate=RATE, notice=0.01, creep=30.0, slower=0.5)
        assert paused
        assert (paused.resumed, paused.next) == pytest.approx((until, until + 2 * 20 / RATE))


async def test_a_clock_that_is_put_back(store: Store) -> None:
    """Slots far ahead mean that the server's clock was set: nobody waits for it to catch up."""
    async with serving(store.common, TERMS):
        await takes(store, 1)
        await takes(store, 10, rate=0.001)
        taken = await common(store).take(1, rate=RATE, notice=0.01, creep=30.0, slower=0.5)
        assert taken
        assert taken.next <= taken.now + MOST_AHEAD + 1


async def test_what_a_worker_sees(store: Store, other: Store) -> None:
    """No service yet; one that is there; one that was killed; one that has locked."""
    assert await common(other).look() is None
    assert await common(other).take(1, rate=RATE, notice=0.01, creep=30.0, slower=0.5) is None
    async with store.alone(), serving(store.common, TERMS):
        seen = await common(other).look()
        assert seen
        assert (seen.served, seen.open, seen.terms, seen.struck) == (True, True, TERMS, ())
        async with store._engine._guard._turn:  # type: ignore[attr-defined] # its connection ends as if it were killed
            store._engine._guard._connection.terminate()  # type: ignore[attr-defined] # as above
            seen = await common(other).look()
            while seen and seen.served:  # the server needs a moment to notice
                seen = await common(other).look()
        assert seen
        assert (seen.served, seen.open) == (False, True)
    seen = await common(other).look()
    assert seen
    assert (seen.served, seen.open) == (False, False)


async def test_a_lost_connection_is_made_again(store: Store, other: Store) -> None:
    """A server that fell takes the shared row with it; the service makes it again when it is back."""
    async with serving(store.common, TERMS), common(other).working():
        assert await common(store).workers() == 1
        await common(store)._ask("DROP TABLE common")
        assert await common(other).look() is None
        for each in (store, other):
            connection = common(each)._connection
            assert connection
            connection.terminate()
        await common(store).look()
        seen = await common(other).look()
        assert seen
        assert seen.terms == TERMS
        assert await common(store).workers() == 1
    await other.close()
    assert await common(store).workers() == 0


async def test_a_server_that_is_away(vault: Vault) -> None:
    """Nobody waits for ever for a server that is not there."""
    with pytest.raises(NetworkError):
        await Store.open("postgresql+asyncpg://nobody@/none?host=/nowhere", vault, random=os.urandom)


async def test_who_was_erased(store: Store, other: Store) -> None:
    """Only who leases the contact's shard is told, and is waited for until it has landed."""
    someone = ContactId(b"\x05" + bytes(15))
    sent = broadcast()
    async with serving(store.common, TERMS):
        assert not await common(store).strike(someone)
        async with store.begin() as tx:
            await tx.broadcasts.add(sent)
            await tx.journal.prepare(sent.id)
        async with other.begin() as tx:
            await tx.leases.claim(sent.id, [5], 60.0)
        assert not await common(store).strike(ContactId(b"\x06" + bytes(15)))
        assert await common(store).strike(someone)
        assert await common(store).strike(someone)
        assert await common(store).awaited(someone)
        seen = await common(other).look()
        assert seen
        assert seen.struck == (someone,)
        await common(other).landed(someone)
        assert not await common(store).awaited(someone)
        assert await common(store).strike(someone)
        async with other.begin() as tx:
            await tx.leases.give_back(sent.id)
        assert not await common(store).awaited(someone)
        await common(store).settled(someone)
        seen = await common(other).look()
        assert seen
        assert seen.struck == ()


async def test_the_own_shards_are_not_waited_for(store: Store) -> None:
    """The service itself strikes its own runs; it does not wait for itself here."""
    sent = broadcast()
    async with serving(store.common, TERMS):
        async with store.begin() as tx:
            await tx.broadcasts.add(sent)
            await tx.journal.prepare(sent.id)
            await tx.leases.claim(sent.id, range(256), 60.0)
        assert not await common(store).strike(ContactId(bytes(16)))


async def test_no_other_root_key_beside_workers(store: Store, other: Store) -> None:
    """Workers have the root key that they began with: it is not changed under them."""
    async with common(other).working():
        with pytest.raises(BadInputError, match="workers are running"):
            await store.may_rotate()
    await other.close()
    await store.may_rotate()


async def test_a_worker_changes_no_table(store: Store, store_url: str, vault: Vault) -> None:
    """Another version's tables are left as they are; a worker says so and ends."""
    await execute(store, text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(SettingsError, match="not of this version"):
        await Store.open(store_url, vault, random=os.urandom, helping=True)
