"""How a run of a broadcast ended is written down: its state, its numbers, its line in the audit.

Nothing here waits or tells anybody.
"""

from dataclasses import replace
from datetime import datetime

from bot.delivery.ends import End, Finished, Paused, Stopped
from bot.domain.approval import fingerprint
from bot.domain.audit import Event
from bot.domain.broadcast import Broadcast, State
from bot.domain.revision import Purpose
from bot.store import Tx


def after(broadcast: Broadcast, end: End, *, now: datetime) -> Broadcast:
    """A broadcast after a run. What people decided meanwhile stands, unless everybody has got it already."""
    match end:
        case Finished():
            return broadcast.end(State.DONE, now=now)
        case Stopped(reason=reason):
            return broadcast.end(State.STOPPED, now=now, reason=reason)
        case Paused(reason=reason) if not broadcast.state.ended:
            return broadcast.pause(reason, now=now)
    return broadcast


async def settle(tx: Tx, broadcast: Broadcast) -> Broadcast:
    """Keep the numbers; of one that ended, drop who got it."""
    broadcast = replace(broadcast, tally=await tx.journal.tally(broadcast.id))
    if broadcast.state.ended:
        if broadcast.purpose is Purpose.UNDO and broadcast.of:
            await tx.journal.withdraw(broadcast.of, broadcast.id)
        await tx.journal.end(broadcast.id)
    # Statements and slogans go out as they were signed, without the words about a copy.
    if broadcast.state is State.DONE and not broadcast.shelved:
        await tx.restored.told(broadcast)
    await tx.broadcasts.replace(broadcast)
    return broadcast


async def note(tx: Tx, broadcast: Broadcast, end: End, now: datetime) -> None:
    """What the program did by itself goes into the audit; what people did stands there already."""
    if broadcast.state.ended:
        await tx.audit.add(Event.ENDED, now, detail=fingerprint(broadcast.digest))
    elif isinstance(end, Paused):
        await tx.audit.add(Event.HALTED, now, detail=fingerprint(broadcast.digest))
