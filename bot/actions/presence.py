"""What is odd about an organiser's account: back after a long silence, or under another name.

Of organisers the last day and a hash of the account's names are kept, sealed; of readers nothing.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.audit import Event
from bot.domain.organiser import Organiser
from bot.store import Tx

SILENCE = timedelta(days=30)
"""After so long the others are told that somebody is back: a lost phone may have been found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """An organiser as they are from now on, what is odd, and who is told."""

    organiser: Organiser
    odd: tuple[Event, ...]
    others: tuple[Organiser, ...]


def is_known(who: Organiser, named: bytes, today: date) -> bool:
    """Whether there is nothing to write: the same day, the same names. Needs no database."""
    return who.seen == today and (not named or who.named == _bound(who, named))


async def meet(tx: Tx, who: Organiser, named: bytes, now: datetime) -> Met | None:
    """Write down that somebody was here. None when they are no organiser any more."""
    found = await tx.organisers.get(who.id)
    if found is None:
        return None
    odd = []
    if now.date() - (found.seen or found.since.date()) >= SILENCE:
        odd.append(Event.RETURNED)
    mark = _bound(found, named) if named else found.named
    if found.named and mark != found.named:
        odd.append(Event.RENAMED)
    found = replace(found, seen=now.date(), named=mark)
    await tx.organisers.replace(found)
    for event in odd:
        await tx.audit.add(event, now, by=found.name)
    others = tuple(one for one in await tx.organisers.all() if one.active and one.id != found.id)
    return Met(organiser=found, odd=tuple(odd), others=others)


def _bound(who: Organiser, named: bytes) -> bytes:
    return hashlib.sha256(who.id + named).digest()
