"""Holding back what is unfinished, when it is not certain any more that it should go out to this list."""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Event
from bot.domain.broadcast import Broadcast, Reason, State
from bot.store import Tx

_UNFINISHED = (State.WAITING, State.COOLING, State.SENDING, State.PAUSED)
_WHY = {
    Reason.OTHER_BOT: "another bot",
    Reason.CENSUS: "somebody changed the list",
    Reason.RESTORED: "restored",
}
"""What the audit says."""


async def hold(tx: Tx, reason: Reason, now: datetime) -> list[Broadcast]:
    """Hold every unfinished broadcast; organisers can cancel what is held and write it again."""
    held = [
        replace(broadcast, state=State.HELD, reason=reason, paused=now)
        for broadcast in await tx.broadcasts.in_states(*_UNFINISHED)
    ]
    for broadcast in held:
        await tx.broadcasts.replace(broadcast)
    # Whoever was asked whether to stay may have answered, where it was not heard or is not written any more.
    await tx.renewals.change(lambda terms: terms.void_until(now))
    if reason is Reason.RESTORED:
        await tx.audit.add(Event.RESTORED, now)
    if held:
        await tx.audit.add(Event.HELD, now, detail=_WHY.get(reason, ""))
    return held
