"""Which statements wait to go out, for whoever may know that. Nothing is changed here."""

from bot.domain.broadcast import Broadcast, State, turn
from bot.store import Tx

QUEUED = (State.WAITING, State.COOLING, State.PAUSED, State.HELD)
"""Where a publication waits for approvals, its moment or a decision."""


async def waiting(tx: Tx) -> list[Broadcast]:
    """Every statement that was sent off and has not begun to go out, in the order of their turns."""
    found = await tx.broadcasts.in_states(*QUEUED)
    return sorted((b for b in found if b.planned and b.started is None), key=turn)
