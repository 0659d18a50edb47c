"""One undo or edit under way: it walks the messages of another broadcast, the oldest first.

What is left is what the original's journal still knows, less what this one's own journal holds. Deleting and
editing are safe to repeat, so a kill at any moment costs nothing but a few calls. Nobody is erased here, and
no message is ever guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bot.clock import Clock
from bot.delivery.agenda import PAGE, Agenda, Delivery, More
from bot.delivery.answers import Answers, Attempt
from bot.delivery.ends import End, Finished, Interrupted
from bot.delivery.errand import Errand
from bot.delivery.lanes import Parts
from bot.domain.broadcast import MESSAGE_ID_LIFE, Broadcast, BroadcastId, Tally
from bot.domain.contact import SHARDS, Contact, ContactId
from bot.domain.outcome import Answer, Gone, Moved, Outcome, Refused, Sent
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Past(Delivery):
    """One message that was sent."""

    message: int
    sent: datetime


class Messages(Agenda):
    """What is left of an undo or an edit."""

    def __init__(self, *, store: Store, broadcast: BroadcastId, of: BroadcastId, clock: Clock) -> None:
        super().__init__(store=store, broadcast=broadcast, clock=clock)
        self._of = of

    async def oldest_first(self) -> list[int]:
        """The shards in which messages are known, in the order in which they will be too old."""
        async with self._store.read() as tx:
            known = await tx.journal.known(self._of)
        return sorted(known, key=lambda shard: known[shard].oldest)

    async def walk(self, shards: Sequence[int], more: More | None = None) -> None:  # noqa: ARG002 - one process does it all
        """Find every message in these shards that is not finished."""
        for shard in shards:
            left = await self._left(shard)
            self.shards.took(shard, len(left))
            for start in range(0, len(left), PAGE):
                page = left[start : start + PAGE]
                async with self._store.read() as tx:
                    sealed = await tx.contacts.sealed([contact for _, contact, _ in page])
                for sent, contact, message in page:
                    past = Past(contact=contact, sealed=sealed.get(contact), message=message, sent=sent)
                    await self._fresh.put(past)
            self.shards.walked(shard)
        await self._fresh.put(None)

    async def _left(self, shard: int) -> list[tuple[datetime, ContactId, int]]:
        async with self._store.read() as tx:
            done = await tx.journal.read(self._broadcast, shard)
            known = await tx.journal.read(self._of, shard)
        return sorted(
            (entry.at, entry.contact, entry.message)
            for entry in known.values()
            if entry.at is not None and entry.message and entry.contact not in done
        )


class Verdicts(Answers):
    """What an answer means for a message that is there already; the rest is as for sending.

    A reader who is gone is not erased for it: that is for sending to find out. A group that is another chat
    now has other messages under the same numbers.
    """

    __slots__ = ()

    async def take(self, attempt: Attempt, answer: Answer) -> None:
        """Do what this answer asks for. A `TokenSuspect` must have been looked into before."""
        match answer:
            case Sent():
                self.faults.cleared()
                self.ledger.record(attempt.delivery, Outcome.SENT)
            case Gone() | Moved():
                self.ledger.record(attempt.delivery, Outcome.KEPT)
            case Refused():
                self.ledger.record(attempt.delivery, Outcome.REFUSED)
            case _:
                await super().take(attempt, answer)


class Revision(Errand):
    """Undoes or edits what was sent, in the place of a `Run`."""

    def __init__(self, parts: Parts, broadcast: Broadcast, progress: Callable[[Tally], None]) -> None:
        self._messages = Messages(
            store=parts.store,
            broadcast=broadcast.id,
            of=broadcast.of or broadcast.id,
            clock=parts.clock,
        )
        super().__init__(
            parts, broadcast, self._messages, answers=Verdicts, in_doubt="resend", progress=progress
        )

    async def deliver(self) -> End:
        """Delete or edit every message that is left, and say how it ended."""
        await self._work(await self._look())
        if self._lanes.end is None and await self._lease.others(await self._messages.oldest_first()):
            return Interrupted()
        return self._lanes.end or Finished()

    async def _look(self) -> list[int]:
        """What an earlier run left, as far as it is ours."""
        shards = await self._lease.wait(range(SHARDS), wanted=lambda: self._lanes.end is None)
        async with self._parts.store.read() as tx:
            self._ledger.tally = await tx.journal.tally(self._broadcast.id)
        return [shard for shard in await self._messages.oldest_first() if shard in shards]

    async def _each(self, delivery: Delivery) -> None:
        past = cast("Past", delivery)  # its agenda gives nothing else
        contact = await self._lanes.open(past)
        text = self._broadcast.text_for(contact.language) if contact else None
        if contact is None or (text is None and self._broadcast.purpose is Purpose.EDIT):
            self._ledger.skip(past)
        elif await self._cleared(past, contact):
            await self._call(past, contact, text)

    async def _cleared(self, past: Past, contact: Contact) -> bool:
        """Wait for a send slot; False if meanwhile nothing may be done any more, or it is too late for it."""
        if not await self._lanes.cleared(past, contact):
            return False
        if not self._lease.valid:
            self.interrupt()
            return False
        if self._lanes.struck(contact.id) or self._clock.now() - past.sent >= MESSAGE_ID_LIFE:
            self._ledger.skip(past)
            return False
        return True

    async def _call(self, past: Past, contact: Contact, text: RichText | None) -> None:
        attempt = Attempt(delivery=past, contact=contact, started=self._clock.monotonic())
        if text is None:
            calling = self._parts.sender.delete(contact, past.message)
        else:
            caption = self._broadcast.media is not None
            calling = self._parts.sender.edit(contact, past.message, text, caption=caption)
        await self._answers.take(attempt, await self._lanes.answer(contact.id, calling))
