"""What waits to go out, for whoever may know that. Nothing is changed here."""

from bot.domain.broadcast import Broadcast, State, turn
from bot.store import Tx

QUEUED = (State.WAITING, State.COOLING, State.PAUSED, State.HELD)
"""Where a publication waits for approvals, its moment or a decision."""


async def waiting(tx: Tx) -> list[Broadcast]:
    """Every statement and plan of slogans that was sent off and has not begun, in their order."""
    found = await tx.broadcasts.in_states(*QUEUED)
    return sorted((b for b in found if b.shelved and b.started is None), key=turn)
