"""How many organisers must agree to a broadcast, after what goes out in the day around it."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.rules import Rules
from bot.domain.approval import approvals_if_urgent, approvals_needed
from bot.domain.broadcast import Broadcast, State
from bot.domain.publication import Planned
from bot.domain.revision import Purpose
from bot.store import Tx

DAY = timedelta(hours=24)


async def needed(
    tx: Tx, rules: Rules, now: datetime, planned: Planned | None = None, *, besides: bytes = b""
) -> int:
    """How many must agree to what goes out now, or at the moment that was chosen for it.

    More than `per_day` within 24 hours take one more: what was sent by then, and what is agreed to and waits
    for a moment less than a day from this one. What a plan of slogans sent was agreed to with the plan.
    `besides`: what is moved does not stand in its own way.
    """
    moment = max(now, planned.at) if planned and planned.at else now
    sent = [one for one in await tx.broadcasts.recent(moment - DAY) if one.plan is None]
    waiting = await tx.broadcasts.in_states(State.COOLING)
    near = [
        one for one in waiting if one.purpose is not Purpose.UNDO and one.id != besides and _near(one, moment)
    ]
    return approvals_needed(
        ever_enrolled=await tx.organisers.ever_enrolled(),
        setting=rules.approvals,
        today=len(sent) + len(near),
        per_day=rules.per_day,
    )


async def as_of_now(tx: Tx, rules: Rules, now: datetime, broadcast: Broadcast) -> Broadcast:
    """The broadcast with as many approvals as it takes by now: it never gets easier.

    Others may have been sent, or organisers enrolled, since it was written or stopped. What has begun had
    its approvals, and an undo takes none.
    """
    if broadcast.started or broadcast.purpose is Purpose.UNDO:
        return broadcast
    enough = await needed(tx, rules, now, broadcast.planned, besides=broadcast.id)
    enough = approvals_if_urgent(enough) if broadcast.urgent else enough
    return replace(broadcast, needed=max(broadcast.needed, enough))


def _near(broadcast: Broadcast, moment: datetime) -> bool:
    return abs((broadcast.starts or broadcast.created) - moment) < DAY
