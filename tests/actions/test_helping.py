"""Workers beside a service: everything that is promised holds whichever process sends."""

from contextlib import AsyncExitStack
from dataclasses import replace

from bot.actions.helping import ALONE
from bot.domain.bot_record import BotRecord
from bot.domain.broadcast import BroadcastId, Reason, State
from bot.domain.outcome import Gone, Ours
from bot.errors import DamagedVaultError, LockedError, SettingsError
from bot.store.common import serving
from tests.actions.fleet import ANOTHER, SHARDS, TERMS, TOKEN, fleet
from tests.delivery.scripted import BROADCAST, contact_id

SECOND = 1.0


async def test_both_take_part(postgres_url: str) -> None:
    """Everybody gets it once, from one or the other; the service reports what both have done."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        async with f.helps(), f.serves():
            await f.told.end.wait()
        assert f.delivered == dict.fromkeys(range(1, 501), 1)
        assert f.service.sender.delivered
        assert f.helper.sender.delivered
        assert f.told.ended[0].state is State.DONE
        assert f.told.ended[0].tally.sent == 500
        assert f.told.tallies[-1].sent > f.service.sender.delivered.total() / 2
        assert [tally.total for tally in f.told.tallies] == sorted(tally.total for tally in f.told.tallies)


async def test_stop_holds_for_a_worker(postgres_url: str) -> None:
    """After the answer to /stop nothing is sent, also by a worker elsewhere."""
    async with fleet(postgres_url) as f:
        await f.settle(400)
        async with f.helps():
            await f.begins(f.helper, 30)
            began = {chat for _, chat in f.helper.sender.began}
            waiting = next(chat for chat in range(400, 0, -1) if chat not in began)
            await f.erase(contact_id(waiting, SHARDS))
            await f.dispatcher.strike(contact_id(waiting, SHARDS))
            before = len(f.helper.sender.began)
            await f.begins(f.helper, 399)
            assert waiting not in {chat for _, chat in f.helper.sender.began[before:]}


async def test_stop_waits_for_what_a_worker_has_in_flight(postgres_url: str) -> None:
    """A message that is under way to the reader lands before the answer."""
    async with fleet(postgres_url) as f:
        await f.settle(100)
        f.helper.sender.slow = dict.fromkeys(range(1, 101), 3.0)
        async with f.helps():
            await f.begins(f.helper, 10)
            chat = f.helper.sender.began[-1][1]
            await f.erase(contact_id(chat, SHARDS))
            await f.dispatcher.strike(contact_id(chat, SHARDS))
            assert f.helper.sender.delivered[chat] == 1


async def test_stop_does_not_wait_for_nobody(postgres_url: str) -> None:
    """Where no worker sends, the answer to /stop waits for nothing."""
    async with fleet(postgres_url) as f:
        await f.settle(10)
        began = f.clock.monotonic()
        await f.dispatcher.strike(contact_id(1, SHARDS))
        assert f.clock.monotonic() == began


async def test_stop_while_a_worker_is_gone(postgres_url: str) -> None:
    """The answer waits until the lease of a worker that was killed is over: it might still be sending."""
    async with fleet(postgres_url) as f:
        await f.settle(10)
        async with f.helper.store.begin() as tx:
            await tx.leases.claim(BROADCAST, range(SHARDS), 0.3)
        await f.dispatcher.strike(contact_id(1, SHARDS))
        async with f.helper.store.begin() as tx:
            await tx.leases.claim(BROADCAST, range(SHARDS), -1.0)
            assert not await tx.leases.others(BROADCAST)


async def test_a_pause_reaches_workers(postgres_url: str) -> None:
    """A second after a pause no worker begins a message, and what it knows is written: the report is true."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        async with f.helps(), f.serves():
            await f.begins(f.helper, 60)
            await f.change(lambda b: b.pause(Reason.ORGANISER, now=f.clock.now()))
            moment = f.clock.monotonic()
            f.dispatcher.moved(await f.now())
            await f.told.end.wait()
            assert all(at <= moment + SECOND for at, _ in f.helper.sender.began)
            assert f.told.ended[0].tally.sent == sum(f.delivered.values()) < 500
            f.told.end.clear()
            await f.change(lambda b: b.resume(now=f.clock.now()))
            f.dispatcher.moved(await f.now())
            await f.told.end.wait()
        assert f.delivered == dict.fromkeys(range(1, 501), 1)


async def test_a_cancel_reaches_workers(postgres_url: str) -> None:
    """The same for a cancel; the numbers of both processes are in the report."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        async with f.helps(), f.serves():
            await f.begins(f.helper, 60)
            await f.change(lambda b: b.end(State.CANCELLED, now=f.clock.now()))
            moment = f.clock.monotonic()
            f.dispatcher.moved(await f.now())
            await f.told.end.wait()
            await f.clock.sleep(5.0)
        assert all(at <= moment + SECOND for at, _ in f.helper.sender.began)
        assert f.told.ended[0].tally.sent == sum(f.delivered.values()) < 500


async def test_a_lock_ends_workers(postgres_url: str) -> None:
    """When the service locks, a worker sends nothing more and ends."""
    async with fleet(postgres_url, serving=False) as f:
        await f.settle(500)
        async with f.service.store.alone(), serving(f.service.store.common, TERMS), f.helps() as watching:
            await f.begins(f.helper, 30)
            await f.service.store.common._ask("UPDATE common SET service = NULL")  # type: ignore[union-attr] # on a server
            moment = f.clock.monotonic()
            assert isinstance(await watching, LockedError)
        assert all(at <= moment + SECOND for at, _ in f.helper.sender.began)


async def test_nobody_to_help(postgres_url: str) -> None:
    """A worker does not begin beside a service that is locked or was never there."""
    async with fleet(postgres_url, serving=False) as f:
        async with f.helps() as watching:
            assert isinstance(await watching, LockedError)
        async with serving(f.service.store.common, TERMS):
            pass
        async with f.helps() as watching:
            assert isinstance(await watching, LockedError)


async def test_a_service_that_was_killed(postgres_url: str) -> None:
    """Nothing is sent while nobody could stop it; a worker waits a minute for the service, then it ends."""
    async with fleet(postgres_url, serving=False) as f, serving(f.service.store.common, TERMS):
        await f.settle(500)
        async with AsyncExitStack() as stack:
            async with f.service.store.alone():
                watching = await stack.enter_async_context(f.helps())
                await f.begins(f.helper, 30)
            moment = f.clock.monotonic()
            await f.clock.sleep(ALONE / 2)
            assert all(at <= moment + SECOND for at, _ in f.helper.sender.began)
            before = len(f.helper.sender.began)
            async with f.service.store.alone():
                await f.begins(f.helper, before + 30)
            assert isinstance(await watching, LockedError)
            assert f.clock.monotonic() > moment + 1.5 * ALONE


async def test_other_terms(postgres_url: str) -> None:
    """A worker with another rate, or another rule for doubts, is told so and sends nothing."""
    async with fleet(postgres_url) as f:
        await f.settle(10)
        async with f.helps("30 free skip") as watching:
            assert isinstance(await watching, SettingsError)
        assert f.helper.sender.began == []


async def test_an_older_keyring(postgres_url: str) -> None:
    """A worker that cannot open what it finds ends, and says so."""
    async with fleet(postgres_url) as f:
        await f.settle(10)
        async with f.service.store._engine.writing() as connection:
            raw = connection._raw
            await raw.exec_driver_sql("UPDATE broadcasts SET rec = decode(repeat('00', 200), 'hex')")
        async with f.helps() as watching:
            assert isinstance(await watching, DamagedVaultError)


async def test_a_worker_finds_that_it_cannot_go_on(postgres_url: str) -> None:
    """Too many readers seem gone at a worker: the service pauses the broadcast for all, and tells people."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        f.helper.sender.everybody = lambda chat: Gone()
        async with f.helps(), f.serves():
            await f.told.end.wait()
            await f.clock.sleep(2.0)
        assert (f.told.ended[0].state, f.told.ended[0].reason) == (State.PAUSED, Reason.BREAKER)
        assert f.told.ended[0].tally.gone == 0
        assert len(f.told.ended) == 1


async def test_our_mistake_is_found_by_a_worker(postgres_url: str) -> None:
    """Telegram refuses the text itself: it stops at once, in both processes."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        f.helper.sender.everybody = lambda chat: Ours(reason="empty")
        async with f.helps(), f.serves():
            await f.told.end.wait()
        assert f.told.ended[0].state is State.STOPPED


async def test_the_breaker_of_the_service_stops_workers(postgres_url: str) -> None:
    """The same the other way round."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        f.service.sender.everybody = lambda chat: Gone()
        async with f.helps(), f.serves():
            await f.told.end.wait()
            moment = f.clock.monotonic()
            await f.clock.sleep(2.0)
        assert f.told.ended[0].reason is Reason.BREAKER
        assert all(at <= moment for at, _ in f.helper.sender.began)


async def test_waves(postgres_url: str) -> None:
    """A worker sends the first wave with the service, rests with it, and then sends the rest."""
    async with fleet(postgres_url) as f:
        await f.settle(400, wave=40)
        async with f.helps(), f.serves():
            while not f.told.waves:
                await f.clock.sleep(0.05)
            first = sum(f.delivered.values())
            await f.clock.sleep(4.0)
            assert sum(f.delivered.values()) == first < 400
            await f.told.end.wait()
        assert f.delivered == dict.fromkeys(range(1, 401), 1)


async def test_another_token(postgres_url: str) -> None:
    """The keeper sets a new token while a worker sends: it goes on with that one."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        async with f.helps():
            await f.begins(f.helper, 30)
            async with f.service.store.begin() as tx:
                await tx.bot.set(BotRecord(token=ANOTHER, bot_id=7, list_bot_id=7))
            while sum(f.delivered.values()) < 500:
                await f.clock.sleep(0.1)
        assert f.helper.tokens[0] == TOKEN
        assert f.helper.tokens[-1] == ANOTHER
        assert f.delivered == dict.fromkeys(range(1, 501), 1)


async def test_something_urgent(postgres_url: str) -> None:
    """A worker turns to what is more urgent, as the service does."""
    async with fleet(postgres_url) as f:
        await f.settle(400)
        async with f.helps():
            await f.begins(f.helper, 30)
            urgent = replace(await f.now(), id=BroadcastId(b"u" * 16), urgent=True)
            async with f.service.store.begin() as tx:
                await tx.broadcasts.add(urgent)
                await tx.journal.prepare(urgent.id)
            while (sent := await f.sent(urgent.id)) < 400:
                await f.clock.sleep(0.1)
        assert sent == 400
        assert 30 - f.helper.sender.most_in_flight <= await f.sent(BROADCAST) < 400


async def test_a_pause_in_the_last_moment(postgres_url: str) -> None:
    """Another process paused it just before the service would have begun: people are told once."""
    async with fleet(postgres_url) as f:
        await f.settle(10)
        await f.change(lambda b: b.pause(Reason.FAULTS, now=f.clock.now()))
        await f.dispatcher._deliver(replace(await f.now(), state=State.SENDING))
        assert [one.reason for one in f.told.ended] == [Reason.FAULTS]


async def test_told_to_stop(postgres_url: str) -> None:
    """A worker that is told to stop hands its shards back at once."""
    async with fleet(postgres_url) as f:
        await f.settle(500)
        async with f.helps():
            await f.begins(f.helper, 30)
        async with f.service.store.read() as tx:
            assert not await tx.leases.others(BROADCAST)
        assert (await f.now()).state is State.SENDING
