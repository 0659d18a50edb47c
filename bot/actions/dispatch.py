"""The loop that delivers: waits for a broadcast whose time has come, hands it to the worker, records the end.

One broadcast at a time, urgent ones first, then the oldest. What was being sent when the service stopped goes
on at once. Whoever watches is told through an `Observer`; this file does not know what a message looks like.
"""

import asyncio
from datetime import datetime, timedelta

from bot.actions.ending import after, note, settle
from bot.actions.holding import hold
from bot.actions.observer import Observer
from bot.actions.publications import Watch
from bot.clock import Clock
from bot.delivery.ends import End, FirstWave, Interrupted, Paused, Stopped
from bot.delivery.worker import Worker
from bot.domain.approval import fingerprint
from bot.domain.audit import Event
from bot.domain.broadcast import PAUSE_LIMIT, Broadcast, BroadcastId, Reason, State, turn
from bot.domain.contact import ContactId
from bot.store import Store, Tx

IDLE = timedelta(hours=1)
"""Until when nothing is due, if nothing is known to be."""

LOOK = 30.0
"""Seconds between two looks at the calendar when nothing rings: clocks are set, and machines sleep."""

LOOKS = int(IDLE.total_seconds() / LOOK)
"""How many of them follow each other before the database is read again."""

WARM = 3.0
"""Seconds before a broadcast at which its connections are opened; aiohttp keeps idle ones for 15."""


class Dispatcher:
    """Runs broadcasts for one unlocked vault."""

    def __init__(
        self,
        *,
        store: Store,
        worker: Worker,
        clock: Clock,
        observer: Observer,
        wave_pause: timedelta,
        watch: Watch,
    ) -> None:
        """`wave_pause` lies between the first wave of a broadcast and the rest."""
        self._watch = watch
        self._wave_pause = wave_pause
        self._store = store
        self._worker = worker
        self._clock = clock
        self._observer = observer
        self._bell = asyncio.Event()
        self._current: Broadcast | None = None
        self._cancelled: set[BroadcastId] = set()
        """Cancelled, but not yet settled: somebody may still be in flight, or known to be gone."""
        self._closing = False

    def moved(self, broadcast: Broadcast | None = None) -> None:
        """Look again, and stop sending if that was the wish: an organiser changed this broadcast.

        Without one it was the shelf that changed: what is being sent of it may be withdrawn now.
        """
        if broadcast and broadcast.state is State.CANCELLED and broadcast.starts:
            self._cancelled.add(broadcast.id)
        if self._current is not None and _makes_way(self._current, broadcast):
            self._worker.interrupt()
        self._bell.set()

    async def strike(self, contact: ContactId) -> None:
        """Somebody was erased: nothing is sent to them after this returns."""
        await self._worker.strike(contact)

    def close(self) -> None:
        """The service stops: finish what is in flight, begin nothing, let `run` return."""
        self._closing = True
        self._worker.interrupt()
        self._bell.set()

    async def run(self) -> None:
        """Until `close`, or cancelled."""
        await self._find_cancelled()
        await self._remind()
        while not self._closing:
            self._bell.clear()
            for cancelled in tuple(self._cancelled):
                await self._end(cancelled, Interrupted())
            for lapsed in await self._watch.lapse(self._store):
                await self._observer.finished(lapsed)
            broadcast, until = await self._next()
            if broadcast is not None:
                await self._deliver(broadcast)
                continue
            await self._wait(until)

    async def _wait(self, until: datetime) -> None:
        """Until this moment, until something changes, or for an hour; it only looks at the calendar."""
        for _ in range(LOOKS):
            await self._rest(until)
            if self._bell.is_set() or self._left(until) <= 0:
                return

    async def _rest(self, until: datetime) -> None:
        """Until this moment, until something changes, or until the calendar may have been set."""
        async with asyncio.TaskGroup() as group:
            sleep = group.create_task(self._sleep(until), name="until the next broadcast")
            warm = group.create_task(self._warm(until), name="connections for the next broadcast")
            bell = group.create_task(self._bell.wait(), name="until something changes")
            await asyncio.wait({sleep, bell}, return_when=asyncio.FIRST_COMPLETED)
            sleep.cancel()
            warm.cancel()
            bell.cancel()

    async def _sleep(self, until: datetime) -> None:
        await self._clock.sleep(min(self._left(until), LOOK))

    async def _warm(self, until: datetime) -> None:
        """Open connections shortly before something is due."""
        if self._left(until) <= LOOK:
            await self._clock.sleep(max(0.0, self._left(until) - WARM))
            await self._worker.warm()

    def _left(self, until: datetime) -> float:
        """Seconds; asked for in the step that sleeps, or a clock that is set in between is slept past."""
        return (until - self._clock.now()).total_seconds()

    async def _find_cancelled(self) -> None:
        """What was cancelled while the service was on its way out is settled now."""
        async with self._store.read() as tx:
            for broadcast in await tx.broadcasts.in_states(State.CANCELLED, State.STOPPED):
                if await tx.journal.open_shards(broadcast.id):
                    self._cancelled.add(broadcast.id)

    async def _remind(self) -> None:
        """What people must decide is told again: a dead token or relay let no notice through either."""
        async with self._store.read() as tx:
            paused = await tx.broadcasts.in_states(State.PAUSED, State.HELD)
        for broadcast in paused:
            await self._observer.finished(broadcast)

    async def _next(self) -> tuple[Broadcast | None, datetime]:
        """What to deliver now, or until when to wait. What was paused for 24 hours ends here."""
        now = self._clock.now()
        async with self._store.read() as tx:
            waiting = await tx.broadcasts.in_states(State.SENDING, State.COOLING, State.PAUSED)
        for broadcast in waiting:
            if _too_long(broadcast, now):
                await self._expire(broadcast.id)
                return None, now
        due = [b for b in waiting if b.state is not State.PAUSED and _start(b) <= now]
        first = min(due, key=turn, default=None)
        if first and (first.rest is None or first.rest <= now):
            return first, now
        # Between the waves of one nothing else begins, but what is more urgent.
        times = [first.rest] if first and first.rest else []
        times += [_start(b) for b in waiting if b.state is State.COOLING]
        times += [b.paused + PAUSE_LIMIT for b in waiting if b.paused and now - b.paused < PAUSE_LIMIT]
        return None, min([now + IDLE, *times])

    async def _deliver(self, broadcast: Broadcast) -> None:
        async with self._store.begin() as tx:
            # Cancelled in the last moment: the state in the database decides.
            fresh = await tx.broadcasts.get(broadcast.id)
            if fresh is None:
                return
            if self._store.reckoning.doubt:
                await hold(tx, Reason.CENSUS, self._clock.now())
                return
            over = fresh.state not in {State.COOLING, State.SENDING}
            if fresh.started is None and _start(fresh) > self._clock.now():
                return  # moved to another moment meanwhile
            if not over:
                fresh = await self._begun(tx, fresh)
        if fresh.state is not State.SENDING and not over:
            if fresh.state is State.HELD:
                await self._observer.finished(fresh)
            return
        if over:
            if self._store.shared and fresh.started and fresh.state in _BY_OTHERS:
                await self._end(fresh.id, Interrupted())
            return
        self._current = fresh
        await self._observer.began(fresh)
        end: End = Interrupted()
        # Something changed since this one was chosen: cancelled, paused, overtaken, or the service stops.
        if not self._bell.is_set():
            end = await self._worker.deliver(fresh, self._observer.progress)
        self._current = None
        await self._end(fresh.id, end)

    async def _begun(self, tx: Tx, fresh: Broadcast) -> Broadcast:
        """Written down as begun, or as held when something is against it. A plan makes what begins."""
        if fresh.repeats:
            return await self._watch.turn(tx, fresh)
        reason = await self._watch.hindrance(tx, fresh)
        if reason is Reason.NONE:
            if fresh.started is None:
                await _revise(tx, fresh, now=self._clock.now())
            fresh = fresh.begin(now=self._clock.now())
        else:
            fresh = fresh.hold(reason)
            await tx.audit.add(Event.HALTED, self._clock.now(), detail=fingerprint(fresh.digest))
        await tx.broadcasts.replace(fresh)
        return fresh

    async def _end(self, broadcast: BroadcastId, end: End) -> None:
        """Write down how a run ended, and tell. Interrupted because the service stops, it goes on later."""
        called_off = self._store.shared and await self._call_off(broadcast, end)
        if broadcast in self._cancelled and isinstance(end, Interrupted | FirstWave):
            await self._worker.bury(broadcast)
        if called_off:
            end = Interrupted()
        async with self._store.begin() as tx:
            found = await tx.broadcasts.get(broadcast)
            if found is None:
                return
            found = after(found, end, now=self._clock.now())
            if isinstance(end, FirstWave):
                tally = await tx.journal.tally(broadcast)
                found = found.first_wave_out(tally, pause=self._wave_pause, now=self._clock.now())
                await tx.broadcasts.replace(found)
            elif not found.state.ended and found.state is not State.PAUSED:
                return
            if found.state is not State.SENDING:
                found = await settle(tx, found)
                await note(tx, found, end, self._clock.now())
        self._cancelled.discard(broadcast)
        if found.state is State.SENDING:
            await self._observer.first_wave(found)
        elif found.started or found.reason is Reason.TOO_LONG_PAUSED:
            await self._observer.finished(found)

    async def _call_off(self, broadcast: BroadcastId, end: End) -> bool:
        """If a broadcast is over, let the other processes see it and land: what they know yet is counted.

        True when that was written here, and must not be written again: people may decide meanwhile.
        """
        over = isinstance(end, Paused | Stopped)
        async with self._store.begin() as tx:
            found = await tx.broadcasts.get(broadcast)
            if found is not None and over:
                found = after(found, end, now=self._clock.now())
                await tx.broadcasts.replace(found)
        if found is not None and found.state is not State.SENDING:
            await self._worker.landed(broadcast)
        return over

    async def _expire(self, broadcast: BroadcastId) -> None:
        """A pause of 24 hours ends a broadcast."""
        async with self._store.begin() as tx:
            found = await tx.broadcasts.get(broadcast)
            if found is None or found.state is not State.PAUSED:
                return
            ended = found.end(State.CANCELLED, now=self._clock.now(), reason=Reason.TOO_LONG_PAUSED)
            await tx.broadcasts.replace(ended)
            detail = fingerprint(ended.digest)
            await tx.audit.add(Event.EXPIRED, self._clock.now(), detail=detail)
        self._cancelled.add(broadcast)


_BY_OTHERS = frozenset({State.PAUSED, State.STOPPED})
"""What another process may have found to be necessary."""


def _too_long(broadcast: Broadcast, now: datetime) -> bool:
    """Whether a pause ends it: after a day.

    Not what waited for its moment when its author was frozen: a freeze takes one tap and no code, and would
    otherwise end a plan of months that several agreed to.
    """
    if broadcast.reason is Reason.FROZEN and broadcast.shelved and broadcast.started is None:
        return False
    return broadcast.paused is not None and now - broadcast.paused >= PAUSE_LIMIT


def _makes_way(current: Broadcast, moved: Broadcast | None) -> bool:
    """Whether what is being sent stops: it was cancelled or paused, or something urgent may start."""
    if moved is None:
        return current.planned is not None
    if moved.id == current.id:
        return moved.state in {State.CANCELLED, State.PAUSED, State.HELD}
    return moved.urgent and not current.urgent and moved.state in {State.COOLING, State.SENDING}


async def _revise(tx: Tx, by: Broadcast, *, now: datetime) -> None:
    """The first message is about to be edited or taken back: from now on the original says so."""
    original = await tx.broadcasts.get(by.of) if by.of else None
    if original is not None:
        await tx.broadcasts.replace(original.revised(by, now=now))


def _start(broadcast: Broadcast) -> datetime:
    return broadcast.starts or broadcast.created
