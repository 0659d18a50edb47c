"""Which broadcast a command means that names none. A plan that stands runs for months: it comes last."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.broadcast import Broadcast, State, turn
from bot.domain.organiser import OrganiserId


def first(running: Iterable[Broadcast]) -> Broadcast | None:
    """The one whose turn it is."""
    return min(running, key=lambda one: (_standing(one), turn(one)), default=None)


def newest(unfinished: Iterable[Broadcast], author: OrganiserId) -> Broadcast | None:
    """The newest that was sent off, else this author's newest draft, else the newest plan that stands."""
    mine = [one for one in unfinished if one.state is not State.DRAFT or one.author == author]
    return max(mine, key=_rank, default=None)


def _rank(one: Broadcast) -> tuple[bool, bool, datetime]:
    return not _standing(one), one.state is not State.DRAFT, one.created


def _standing(one: Broadcast) -> bool:
    """Whether it is a plan that enough have agreed to."""
    return one.repeats is not None and one.starts is not None
