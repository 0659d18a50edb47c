"""What the rest of the program calls to send a broadcast, to interrupt it, and to strike a reader from it.

The journal must have been prepared, and what an end means for the broadcast is decided in `actions`.
"""

import math
from collections.abc import Callable

from bot.clock import Clock
from bot.delivery.answers import DoubtPolicy
from bot.delivery.crew import Crew
from bot.delivery.ends import End
from bot.delivery.errand import Errand
from bot.delivery.lanes import Parts
from bot.delivery.ledger import bury
from bot.delivery.pacing import Pacer
from bot.delivery.revision import Revision
from bot.delivery.run import Run
from bot.delivery.sender import Sender
from bot.domain.broadcast import Broadcast, BroadcastId, Tally
from bot.domain.contact import ContactId
from bot.store import Store

SECONDS_AT_SEA = 0.1
MOST_WARMED = 500
"""A message is under way for a tenth of a second or less; so many connections are open before the first, and
never more than a run has messages in flight."""


class Worker:
    """Delivers broadcasts; one for the process."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        pacer: Pacer,
        clock: Clock,
        in_doubt: DoubtPolicy,
        helping: bool = False,
    ) -> None:
        """`in_doubt` says what becomes of a message whose answer was lost: sent again, or not.

        Who is only `helping` leaves it to the service to say how a broadcast ends.
        """
        self._parts = Parts(
            store=store, sender=sender, pacer=pacer, clock=clock, in_doubt=in_doubt, helping=helping
        )
        common = None if helping else store.common
        self._crew = Crew(store=store, common=common, clock=clock) if common else None
        self._runs: list[Errand] = []

    async def deliver(self, broadcast: Broadcast, progress: Callable[[Tally], None]) -> End:
        """Send to everybody who has not got it yet, or undo or edit what was sent; `progress` after commits.

        Safe to call again after any end or a kill. When it ends by itself, all who are gone are erased.
        """
        kind: type[Run | Revision] = Revision if broadcast.purpose.revises else Run
        run = kind(self._parts, broadcast, progress if self._crew is None else _untold)
        self._runs.append(run)
        try:
            if self._crew is None:
                return await run.deliver()
            async with self._crew.watched(broadcast.id, progress, run.interrupt):
                return await run.deliver()
        finally:
            self._runs.remove(run)

    async def warm(self) -> None:
        """Open the connections that sending will need. Called shortly before it begins; fails silently."""
        await self._parts.sender.warm(connections(self._parts.pacer.rate))

    async def strike(self, contact: ContactId) -> None:
        """Send nothing to a contact whose erasure was committed; return when nothing is in flight to it."""
        for run in tuple(self._runs):
            await run.strike(contact)
        if self._crew:
            await self._crew.strike(contact)

    async def landed(self, broadcast: BroadcastId) -> None:
        """Return when no other process sends a broadcast any more that is not to be sent any more."""
        if self._crew:
            await self._crew.landed(broadcast)

    def interrupt(self) -> None:
        """Begin no new message. `deliver` returns when what is in flight has landed and is written."""
        for run in self._runs:
            run.interrupt()

    async def bury(self, broadcast: BroadcastId) -> None:
        """Erase all whom a broadcast found to be gone that was ended while it was paused or interrupted.

        Call it before the journal is ended, and not for a broadcast that our own mistake stopped.
        """
        await bury(self._parts.store, broadcast)


def _untold(_: Tally) -> None:
    """What one of several has done is not what is told."""


def connections(rate: float) -> int:
    """How many connections are in use at so many messages a second."""
    return min(max(math.ceil(rate * SECONDS_AT_SEA), 1), MOST_WARMED)
