"""What sending and revising a broadcast have in common: the parts of one run, and how they work together.

What is done with each delivery, and what its end means, is decided in `run` and `revision`.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from bot.delivery.agenda import Agenda, Delivery, More
from bot.delivery.answers import Answers, DoubtPolicy
from bot.delivery.breaker import Breaker, Faults
from bot.delivery.ends import End, Interrupted
from bot.delivery.lanes import Lanes, Parts
from bot.delivery.lease import Lease
from bot.delivery.ledger import Ledger
from bot.domain.broadcast import Broadcast, Tally
from bot.domain.contact import ContactId
from bot.store.connection import whole


class Errand(ABC):
    """Used once: `deliver` works, the other methods may be called meanwhile."""

    def __init__(
        self,
        parts: Parts,
        broadcast: Broadcast,
        agenda: Agenda,
        *,
        answers: type[Answers],
        in_doubt: DoubtPolicy,
        progress: Callable[[Tally], None],
    ) -> None:
        self._parts, self._broadcast, self._clock = parts, broadcast, parts.clock
        self._walk = agenda.walk
        faults = Faults()
        self._lanes = Lanes(parts, agenda, faults)
        self._lease = Lease(store=parts.store, broadcast=broadcast.id, clock=parts.clock)
        self._ledger = Ledger(
            store=parts.store,
            broadcast=broadcast.id,
            clock=parts.clock,
            rate=parts.pacer.rate,
            shards=agenda.shards,
            progress=progress,
            lease=self._lease,
            fenced=self.interrupt,
        )
        self._answers = answers(
            store=parts.store,
            agenda=agenda,
            ledger=self._ledger,
            pacer=parts.pacer,
            clock=parts.clock,
            in_doubt=in_doubt,
            breaker=Breaker(),
            faults=faults,
            halt=self._lanes.halt,
        )

    @abstractmethod
    async def deliver(self) -> End:
        """Do what is left, and say how it ended.

        Raises what the store raises; what was recorded until then is written first.
        """

    async def strike(self, contact: ContactId) -> None:
        """Touch nothing of this contact any more; return when nothing is in flight to it."""
        self._ledger.forget(contact)
        await self._lanes.strike(contact)

    def interrupt(self) -> None:
        """Begin nothing more, and end when what is in flight has landed."""
        self._lanes.halt(Interrupted())

    @abstractmethod
    async def _each(self, delivery: Delivery) -> None:
        """Do what is to be done with one."""

    async def _work(self, shards: Sequence[int], more: More | None = None) -> None:
        """Walk these shards and then `more`, until nothing is left or the lanes are halted."""
        try:
            async with asyncio.TaskGroup() as tasks:
                behind = [
                    tasks.create_task(self._walk(shards, more), name="errand-walk"),
                    tasks.create_task(self._ledger.keep(), name="errand-commits"),
                    tasks.create_task(self._lease.keep(), name="errand-lease"),
                ]
                await self._lanes.run(self._each, tasks)
                for task in behind:
                    task.cancel()
        except BaseExceptionGroup as errors:
            raise _first(errors) from None
        finally:
            await whole(self._ledger.commit())
            await whole(self._lease.give_back())


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
