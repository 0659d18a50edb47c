"""What is odd about an organiser's account."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import presence
from bot.actions.presence import SILENCE, Met
from bot.domain.audit import Event
from bot.domain.organiser import Organiser, OrganiserId
from bot.store import Store
from tests.actions.conftest import Enrol
from tests.support.clock import StoryClock

NAMES, OTHERS = bytes(32), os.urandom(32)


async def meet(store: Store, who: Organiser, named: bytes, clock: StoryClock) -> Met:
    async with store.begin() as tx:
        found = await presence.meet(tx, who, named, clock.now())
    assert found
    return found


@pytest.mark.parametrize(
    ("days", "odd"), [(0, ()), (29, ()), (30, (Event.RETURNED,)), (400, (Event.RETURNED,))]
)
async def test_a_long_silence(
    store: Store, clock: StoryClock, enrolled: Enrol, days: int, odd: tuple[Event, ...]
) -> None:
    """30 days without a word are told, counted from the last day, or from the enrolment."""
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    for _ in range(2):
        clock.forward(seconds=days * 86400)
        met = await meet(store, olga, NAMES, clock)
        assert met.odd == odd
        assert [one.id for one in met.others] == [pavel.id]
        assert met.organiser.seen == clock.now().date()
    assert (await meet(store, olga, NAMES, clock)).odd == ()
    assert timedelta(days=30) == SILENCE


async def test_another_name(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """The first names are taken as they are; other ones are told once; no names tell nothing."""
    olga = await enrolled("Olga")
    odd = [
        (await meet(store, olga, names, clock)).odd for names in (NAMES, NAMES, b"", OTHERS, OTHERS, NAMES)
    ]
    assert odd == [(), (), (), (Event.RENAMED,), (), (Event.RENAMED,)]
    async with store.read() as tx:
        found = await tx.organisers.get(olga.id)
        acts = [one.act for one in await tx.audit.last(10) if one.act]
    assert found
    assert found.named not in {NAMES, OTHERS, b""}
    assert [act.by for act in acts if act.event is Event.RENAMED] == ["Olga", "Olga"]


async def test_known(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """On the same day and under the same names nothing is written."""
    olga, today = await enrolled("Olga"), clock.now().date()
    assert not presence.is_known(olga, NAMES, today)
    met = (await meet(store, olga, NAMES, clock)).organiser
    assert presence.is_known(met, NAMES, today)
    assert presence.is_known(met, b"", today)
    assert not presence.is_known(met, OTHERS, today)
    assert not presence.is_known(met, NAMES, today + timedelta(days=1))
    assert not presence.is_known(replace(met, id=OrganiserId(bytes(16))), NAMES, today), "bound to whom it is"


async def test_nobody_any_more(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """Whoever was removed meanwhile is nobody; the suspended hear nothing."""
    olga, pavel, vera = [await enrolled(name) for name in ("Olga", "Pavel", "Vera")]
    async with store.begin() as tx:
        await tx.organisers.replace(replace(vera, suspended=clock.now()))
        await tx.organisers.remove(pavel.id)
        assert await presence.meet(tx, pavel, NAMES, clock.now()) is None
        found = await presence.meet(tx, olga, NAMES, clock.now())
    assert found
    assert found.others == ()
