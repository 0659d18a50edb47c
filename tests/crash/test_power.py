"""A power cut in the middle of a broadcast: what lies on the disk then opens, and nobody is left out.

The files are copied while the process stands still, at any moment: after a commit, before one, in one. A
commit is on the disk before it is believed (synchronous=FULL), so a copy holds every commit.
"""

import asyncio
import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.crash.disk import left_behind
from tests.crash.hunt import PAID, TIMES, Hunt
from tests.support.nursery import Nursery

CUTS = 3 * TIMES
PACE = replace(PAID, rate=100, readers=25 * CUTS, broadcasts=2)
TORN = 3000
"""Bytes of a last write that was broken off: less than a page."""


def copy(home: Path, twin: Path, chance: random.Random) -> None:
    """What the disk holds; the shared memory is not always on it, and the last write may be torn."""
    twin.mkdir()
    for file in home.iterdir():
        if file.is_file() and (not file.name.endswith("-shm") or chance.randrange(2)):
            shutil.copy(file, twin)
    if chance.randrange(2):
        with (twin / "handbill.db-wal").open("ab") as log:
            log.write(chance.randbytes(chance.randrange(TORN)))


async def test_a_power_cut(tmp_path: Path, nursery: Nursery, figures: list[str]) -> None:
    """Each copy is whole, the passphrase opens it; whoever is not settled in it gets the message once."""
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    async with Hunt.begin(tmp_path, nursery, PACE) as hunt:
        child = await nursery.run(hunt.keeper)
        cuts = []
        for number in range(CUTS):
            await hunt.wire.hears("sendmessage", chance.randint(1, hunt.campaign.everything // (CUTS + 1)))
            await asyncio.sleep(chance.uniform(0.0, 0.1))  # ten messages at most: the cuts end before they do
            async with child.frozen():
                received = set(hunt.campaign.received())
                copy(hunt.keeper.home, tmp_path / f"cut {number}", chance)
            cuts.append((hunt.keeper.at(tmp_path / f"cut {number}", TELEGRAM__RATE="1000"), received))
        await child.kill()
        await hunt.wire.calm()
        told = 0
        for keeper, received in cuts:
            async with left_behind(keeper) as store:
                settled = await hunt.campaign.finished(store)
            assert settled & hunt.campaign.living <= received, f"settled, but not sent (seed {seed})"
            before = hunt.campaign.received()
            await hunt.finishes(keeper)
            rest = Counter(hunt.campaign.living - settled)
            assert hunt.campaign.received() - before == rest, f"seed {seed}"
            told += rest.total()
    figures.append(
        f"crash, power: {CUTS} cuts in {hunt.campaign.everything} messages, every copy whole, {told} "
        f"messages were left and sent once, 0 lost, 0 settled ones repeated (seed {seed})"
    )
