"""A broadcast survives any number of kills: nobody is left out, and hardly anybody gets it twice."""

from pathlib import Path

import pytest

from bot.delivery.lanes import room
from tests.crash.campaign import Campaign
from tests.crash.disk import every_broadcast, left_behind
from tests.crash.hunt import FREE, KILLS, PAID, Hunt, Pace
from tests.support.keeper import Keeper
from tests.support.nursery import Nursery

paces = pytest.mark.parametrize("pace", [FREE, PAID], ids=["30 a second", "1000 a second"])


@paces
async def test_killed_while_sending(tmp_path: Path, nursery: Nursery, figures: list[str], pace: Pace) -> None:
    """However often it is killed, everybody gets each broadcast; again only what was just under way."""
    async with Hunt.begin(tmp_path, nursery, pace) as hunt:
        await survives(hunt, figures, "SQLite")


@paces
async def test_killed_on_a_server(
    tmp_path: Path, nursery: Nursery, figures: list[str], postgres_url: str, pace: Pace
) -> None:
    """The same with the list on a PostgreSQL server: who was killed does not stand in his own way."""
    async with Hunt.begin(tmp_path, nursery, pace, DATABASE_URL=postgres_url) as hunt:
        await survives(hunt, figures, "PostgreSQL")


async def survives(hunt: Hunt, figures: list[str], where: str) -> None:
    """Kill the service again and again, and count what everybody got."""
    await hunt.to_the_end()
    received, count = hunt.campaign.received(), hunt.killer.count
    twice, lost = received.total() - len(received), len(hunt.campaign.living - set(received))
    figures.append(hunt.figure(where, lost=lost, twice=twice))
    assert set(received) == hunt.campaign.living, f"somebody was left out (seed {hunt.killer.seed})"
    assert twice <= count.unknown <= count.bound, figures[-1]
    await check_what_is_left(hunt.keeper, hunt.campaign)


@paces
async def test_killed_where_nobody_may_get_it_twice(
    tmp_path: Path, nursery: Nursery, figures: list[str], pace: Pace
) -> None:
    """With in_doubt = "skip" nobody gets it twice; who was under way is skipped, counted and reported."""
    async with Hunt.begin(tmp_path, nursery, pace, PUBLISHING__IN_DOUBT="skip") as hunt:
        await hunt.to_the_end()
        received, doubts = hunt.campaign.received(), await hunt.in_doubt()
        lost = len(hunt.campaign.living - set(received))
        twice = received.total() - len(received)
        figures.append(hunt.figure(f"SQLite, skip, {doubts} in doubt", lost=lost, twice=twice))
        assert set(received.values()) == {1}, figures[-1]
        # Who is lost was in flight inside the process: the wire never saw it.
        assert lost <= min(doubts, room(pace.rate) * KILLS), figures[-1]
        assert doubts - lost <= hunt.killer.count.bound, figures[-1]
        assert hunt.killer.count.unknown == 0, "sent before it was written"


async def check_what_is_left(keeper: Keeper, campaign: Campaign) -> None:
    """Broadcasts are done, journals closed, those who are gone erased, all others still readers."""
    async with left_behind(keeper) as store, store.read() as tx:
        kept = {contact for contact in campaign.readers if await tx.contacts.get(contact)}
        assert kept == set(campaign.readers) - campaign.gone
        for broadcast in await every_broadcast(store):
            assert not await tx.journal.open_shards(broadcast.id)
            assert broadcast.tally.sent == len(kept)
            assert broadcast.tally.failed == broadcast.tally.refused == 0
    wal = keeper.home / "handbill.db-wal"
    assert not wal.exists() or not wal.stat().st_size
