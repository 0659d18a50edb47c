"""Answers what the terminal asks about what is planned."""

from datetime import UTC, datetime

from bot.actions.timetable import waiting
from bot.control.planned import PlannedLine, Schedule
from bot.domain.broadcast import Broadcast, State
from bot.store import Store

_STATES = {State.COOLING: "agreed"}


async def answer(store: Store) -> Schedule:
    """Everything planned that has not begun to go out."""
    async with store.read() as tx:
        found = await waiting(tx)
    return Schedule(lines=tuple(_line(one) for one in found))


def _line(broadcast: Broadcast) -> PlannedLine:
    plan = broadcast.planned
    at = broadcast.starts or (plan.at if plan else None)
    return PlannedLine(
        statement=plan.number if plan else None,
        at=_utc(at) if at else None,
        state=_STATES.get(broadcast.state, broadcast.state.name.lower()),
    )


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
