"""One broadcast being sent: from what is left to the end of this run.

Nothing is written before the first message leaves. A kill at any moment loses nobody: what is not in the
journal is sent again, at most what was in flight and the last commit group.
"""

import asyncio
from collections.abc import Callable

from bot.delivery.agenda import Agenda, Delivery, shuffled
from bot.delivery.answers import Answers, Attempt
from bot.delivery.breaker import WINDOW, Breaker
from bot.delivery.ends import End, Finished, FirstWave, Interrupted, Paused
from bot.delivery.errand import Errand
from bot.delivery.lanes import Parts
from bot.delivery.lease import PORTION
from bot.delivery.ledger import bury
from bot.domain.broadcast import Broadcast, Reason, Tally
from bot.domain.contact import SHARDS, Contact
from bot.domain.outcome import Outcome
from bot.domain.rich_text import RichText


class Run(Errand):
    """Sends one broadcast to everybody who is left."""

    def __init__(self, parts: Parts, broadcast: Broadcast, progress: Callable[[Tally], None]) -> None:
        agenda = Agenda(store=parts.store, broadcast=broadcast.id, clock=parts.clock)
        super().__init__(
            parts, broadcast, agenda, answers=Answers, in_doubt=parts.in_doubt, progress=progress
        )
        self._audience = broadcast.readers
        order = shuffled(broadcast.id, range(SHARDS))
        self._wanted = order[: broadcast.wave or SHARDS]

    async def deliver(self) -> End:
        """Send to everybody who is left, and say how it ended."""
        shards = await self._look()
        await self._work(shards, self._more if self._parts.store.shared else None)
        return await self._conclude()

    async def _look(self) -> list[int]:
        """What an earlier run left; a short broadcast's answers still count for the breaker."""
        # The open shards; on a server, those that are ours.
        shards = await self._lease.wait(self._wanted, wanted=lambda: self._lanes.end is None, most=PORTION)
        if self._parts.helping and not shards:
            return []
        async with self._parts.store.read() as tx:
            tally = self._ledger.tally = await tx.journal.tally(self._broadcast.id)
            short = tally.total < WINDOW
            gone = len(await tx.journal.gone(self._broadcast.id)) if short else 0
        if short:
            self._answers.breaker = Breaker(answers=tally.sent + tally.refused + gone, gone=gone)
        if self._answers.breaker.fired:
            self._ledger.doubt()
            self._lanes.halt(Paused(reason=Reason.BREAKER))
        return shards

    async def _more(self) -> list[int]:
        return await self._lease.more(self._wanted)

    async def _each(self, delivery: Delivery) -> None:
        contact = await self._lanes.open(delivery)
        text = self._text(contact)
        if delivery.begun and self._parts.in_doubt == "skip":
            self._ledger.record(delivery, Outcome.IN_DOUBT)
        elif contact is None or text is None:
            self._ledger.skip(delivery)
        elif await self._cleared(delivery, contact):
            await self._send(delivery, contact, text)

    def _text(self, contact: Contact | None) -> RichText | None:
        """What is sent; None for a paused group, and for whom the broadcast leaves out."""
        if contact is None or contact.paused or not self._audience.includes(contact):
            return None
        return self._broadcast.text_for(contact.language)

    async def _cleared(self, delivery: Delivery, contact: Contact) -> bool:
        """Wait for a send slot; False if meanwhile nothing may be sent any more, or not yet."""
        if not await self._lanes.cleared(delivery, contact) or self._dropped(delivery):
            return False
        if not self._lease.valid:
            self.interrupt()
            return False
        return self._parts.in_doubt == "resend" or await self._announced(delivery)

    async def _announced(self, delivery: Delivery) -> bool:
        """Nobody may get it twice, so it is written down before it leaves; False as in `_cleared`."""
        await self._ledger.announce(delivery)
        if self._lanes.end:
            self._ledger.withdraw(delivery)
            return False
        return not self._dropped(delivery)

    def _dropped(self, delivery: Delivery) -> bool:
        """Whether the contact was erased meanwhile."""
        if not self._lanes.struck(delivery.contact):
            return False
        self._ledger.skip(delivery)
        return True

    async def _send(self, delivery: Delivery, contact: Contact, text: RichText) -> None:
        attempt = Attempt(delivery=delivery, contact=contact, started=self._clock.monotonic())
        try:
            sending = self._parts.sender.send(
                contact, text, self._broadcast.media, self._broadcast.links_for(contact.language)
            )
            answer = await self._lanes.answer(contact.id, sending)
        except asyncio.CancelledError:
            if self._parts.in_doubt == "skip":
                self._ledger.record(delivery, Outcome.IN_DOUBT)
            raise
        await self._answers.take(attempt, answer)

    async def _conclude(self) -> End:
        if self._parts.store.reckoning.doubt:
            return self._lanes.end or Interrupted()
        end = self._lanes.end
        if end is None and (self._parts.helping or await self._lease.others(self._wanted)):
            return Interrupted()
        if end is None and self._broadcast.wave:
            return FirstWave()
        if end is None:
            await bury(self._parts.store, self._broadcast.id)
        return end or Finished()
