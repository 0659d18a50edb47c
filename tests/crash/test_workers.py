"""Workers that are killed: nobody is left out, hardly anybody gets it twice, and it is all reported."""

import re
import shutil
from pathlib import Path

import pytest

from bot.errors import Exit
from tests.crash.crew import SOAK, crew
from tests.crash.hunt import Hunt, Pace
from tests.crash.killer import DELAY
from tests.crash.test_broadcasts import check_what_is_left
from tests.crash.test_stopping import MOST
from tests.support.nursery import Nursery
from tests.support.postgres import Server
from tests.support.wire import Wire

WORKERS = 4 if SOAK else 2
KILLS = 50 if SOAK else 3
YES = "--yes-destroy-everything"
PAID = Pace(rate=1000, readers=3000, shards=256, broadcasts=40)
FREE = Pace(rate=30, readers=400, shards=256, broadcasts=16)

SHORT = Pace(rate=150, readers=900, shards=256, broadcasts=2)

paces = [pytest.param(SHORT, id="150 a second")]
if SOAK:
    paces = [pytest.param(PAID, id="1000 a second"), pytest.param(FREE, id="30 a second")]


@pytest.mark.parametrize("pace", paces)
async def test_workers_are_killed(
    tmp_path: Path, nursery: Nursery, figures: list[str], postgres_url: str, pace: Pace
) -> None:
    """The shards of a killed worker return when its lease is over; all numbers are in the report."""
    async with (
        Hunt.begin(tmp_path, nursery, pace, DATABASE_URL=postgres_url) as hunt,
        crew(hunt, WORKERS) as all_hands,
    ):
        await all_hands.kills(KILLS, most=max(5, pace.rate // 5))
        await all_hands.ends()
        received, count = hunt.campaign.received(), all_hands.count
        twice, lost = received.total() - len(received), len(hunt.campaign.living - set(received))
        figures.append(
            f"crash, PostgreSQL, {WORKERS} workers, {pace.rate}/s: {KILLS} kills of workers, "
            f"{hunt.campaign.everything} messages to {pace.readers} readers, {lost} lost, {twice} duplicates"
            f"; in flight {count.in_flight} + commit windows {count.in_window}; sent by service and workers "
            f"{all_hands.shares} (seed {hunt.killer.seed})"
        )
        assert set(received) == hunt.campaign.living, figures[-1]
        assert twice <= count.bound, figures[-1]
        assert sum(share > 0 for share in all_hands.shares) > 1, figures[-1]
        await check_what_is_left(hunt.keeper, hunt.campaign)


async def leaseholders(server: Server, url: str) -> int:
    """How many processes have shards that they did not give back."""
    name = url.partition("@/")[2].partition("?")[0]
    [(count,)] = await server.run("SELECT count(DISTINCT worker) FROM shards", database=name)
    return int(count)


async def test_a_worker_that_is_told_to_stop(
    tmp_path: Path, nursery: Nursery, figures: list[str], postgres: Server, postgres_url: str
) -> None:
    """SIGTERM: its shards are the others' in less than three seconds, however slow Telegram answers."""
    pace = Pace(rate=1000, readers=2500, shards=256, broadcasts=1)
    async with Hunt.begin(tmp_path, nursery, pace, DATABASE_URL=postgres_url) as hunt:
        hunt.wire.drag(3600.0)  # the service waits for its answers, and leaves the rest to the worker
        async with crew(hunt, 1) as all_hands:
            [hand] = all_hands.hands
            assert hand.child
            await hand.wire.hears("sendmessage", 50)
            hand.wire.drag(3600.0)
            await hand.wire.hears("sendmessage", 10)
            assert await leaseholders(postgres, postgres_url) == 2
            assert await hand.child.stop() == 0
            assert await leaseholders(postgres, postgres_url) == 1
            log = hunt.keeper.log.read_text()
            seconds = float(re.findall(r"service\.stopped.*seconds=([\d.]+)", log)[-1])
            figures.append(f"a worker stopped: {seconds} s after SIGTERM")
            assert seconds < MOST


async def test_a_panic_while_workers_send(
    tmp_path: Path, nursery: Nursery, postgres: Server, postgres_url: str
) -> None:
    """It ends every worker whose keys it destroys, in the midst of sending, and no other; no key is left."""
    pace = Pace(rate=5, readers=500, shards=256, broadcasts=1)
    away = tmp_path / "another machine"
    async with (
        Hunt.begin(tmp_path, nursery, pace, DATABASE_URL=postgres_url) as hunt,
        Wire.to(hunt.target, delay=DELAY) as wire,
        crew(hunt, 1) as all_hands,
    ):
        [near], keeper = all_hands.hands, hunt.keeper
        assert near.child
        shutil.copytree(keeper.home, away, ignore=shutil.ignore_patterns("*.sock", "*.lock"))
        far_keeper = keeper.beside(wire.url).at(away)
        far = await nursery.run(far_keeper)
        await wire.hears("sendmessage", 2)
        await far_keeper.types("panic", YES)
        assert await far.ended() == Exit.LOCKED
        await near.wire.hears("sendmessage", 2)
        await keeper.types("panic", YES)
        assert await near.child.ended() == Exit.LOCKED
        assert await all_hands.service.ended() == 0
        assert await leaseholders(postgres, postgres_url) == 0
        assert set(hunt.campaign.received()) < hunt.campaign.living
        assert not [home for home in (keeper.home, away) if home.exists()]
        assert not [each for each in (keeper.token, keeper.passphrase) if each in keeper.log.read_text()]
