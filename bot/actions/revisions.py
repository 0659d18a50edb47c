"""Undo and edit: what can still be done about a broadcast that was sent, for 48 hours.

Both are broadcasts of their own, in the same queue and with the same ends. An undo takes a code; an edit is
a new text and takes every approval that a broadcast takes, which `broadcasts` sees to.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.agreed import digest_of
from bot.actions.broadcasts import UNFINISHED, Broadcasts, Changed, Drafted, TooLate, others
from bot.clock import Clock
from bot.domain.approval import fingerprint
from bot.domain.audit import Event
from bot.domain.broadcast import MESSAGE_ID_LIFE, Broadcast, BroadcastId, State
from bot.domain.draft import Refusal
from bot.domain.organiser import Action, Organiser
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.store import Tx

SENT = (State.DONE, State.CANCELLED, State.STOPPED, State.PAUSED)
"""What can be taken back or edited: nothing of it leaves at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisable:
    """A broadcast, and how many of its messages are still known."""

    original: Broadcast
    known: int

    @property
    def beyond(self) -> int:
        """Messages that are older than 48 hours, taken back already, or not known any more."""
        return max(0, self.original.tally.sent - self.known)


class Revisions:
    """What organisers do about what was sent."""

    def __init__(self, *, clock: Clock, random: Callable[[int], bytes], broadcasts: Broadcasts) -> None:
        self._clock = clock
        self._random = random
        self._broadcasts = broadcasts

    async def find(self, tx: Tx, *, subject: bytes = b"", quoted: str = "") -> Revisable | TooLate:
        """The named broadcast, or the one that an answered message is about, or the newest.

        `TooLate` if none of its messages can be reached any more, or it is being sent just now.
        """
        for original in await self._candidates(tx):
            if (subject and original.id != subject) or (quoted and not _is_about(quoted, original)):
                continue
            known = sum(shard.messages for shard in (await tx.journal.known(original.id)).values())
            if known:
                return Revisable(original=original, known=known)
        return TooLate()

    async def undo(self, tx: Tx, who: Organiser, subject: bytes, agreed: bytes) -> Changed | TooLate:
        """Take every message of a broadcast back. What waits to edit it, or to send more of it, ends."""
        found = await self.find(tx, subject=subject)
        if isinstance(found, TooLate) or not who.may(Action.UNDO) or agreed != found.original.digest:
            return TooLate()
        original, now = found.original, self._clock.now()
        about = await tx.broadcasts.revisions(original.id, State.DRAFT, *UNFINISHED)
        if any(one.purpose is Purpose.UNDO for one in about):
            return TooLate()
        besides = about if original.state.ended else [original, *about]
        ended = [one.end(State.CANCELLED, now=now) for one in besides]
        for one in ended:
            await tx.broadcasts.replace(one)
        undo = self._of(found, who, now)
        await tx.broadcasts.add(undo)
        await tx.journal.prepare(undo.id)
        await tx.audit.add(Event.UNDONE, now, by=who.name, detail=fingerprint(undo.digest))
        return Changed(broadcast=undo, others=await others(tx, who), besides=tuple(ended))

    async def edit(
        self, tx: Tx, author: Organiser, written: RichText, quoted: str = ""
    ) -> Drafted | Refusal | TooLate:
        """What readers would see instead. From here on it is a broadcast like any other.

        Of a picture or a file only the caption is changed.
        """
        found = await self.find(tx, quoted=quoted)
        if isinstance(found, TooLate) or found.original.withdrawn or not author.may(Action.EDIT):
            return TooLate()
        if found.original.shelved:
            return Refusal(why="statement" if found.original.planned else "slogan")
        drafted = await self._broadcasts.draft(tx, author, written, found.original.media)
        if isinstance(drafted, Refusal):
            return drafted
        edit = replace(
            drafted.broadcast,
            purpose=Purpose.EDIT,
            of=found.original.id,
            audience=found.original.audience,
            people=found.known,
        )
        edit = replace(edit, digest=digest_of(edit))
        await tx.broadcasts.replace(edit)
        return Drafted(broadcast=edit)

    async def _candidates(self, tx: Tx) -> list[Broadcast]:
        """Every broadcast of which a message may be less than 48 hours old, newest first."""
        since = self._clock.now() - MESSAGE_ID_LIFE
        found = [b for b in await tx.broadcasts.in_states(*SENT) if b.purpose is Purpose.SEND and b.started]
        found = [b for b in found if (b.ended or b.paused or since) >= since]
        return sorted(found, key=lambda b: b.started or b.created, reverse=True)

    def _of(self, found: Revisable, who: Organiser, now: datetime) -> Broadcast:
        return Broadcast(
            id=BroadcastId(self._random(16)),
            state=State.COOLING,
            author=who.id,
            texts={},
            digest=found.original.digest,
            created=now,
            needed=1,
            cooldown=0,
            audience=found.original.audience,
            approved_by=(who.id,),
            starts=now,
            purpose=Purpose.UNDO,
            of=found.original.id,
            people=found.known + found.beyond,
        )


def _is_about(quoted: str, original: Broadcast) -> bool:
    """Whether an organiser answered to a preview of this broadcast, or to a message with its fingerprint."""
    previews = {text.text for text in original.texts.values()}
    return quoted in previews or fingerprint(original.digest) in quoted
