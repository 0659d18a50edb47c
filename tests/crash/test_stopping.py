"""A service that is told to stop hands its work back within three seconds, however slow Telegram answers."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.outcome import Outcome
from tests.crash.crew import SOAK
from tests.crash.disk import every_broadcast, left_behind
from tests.crash.hunt import FREE, Hunt
from tests.support.nursery import Nursery

PACE = replace(FREE, readers=60, broadcasts=1)
ENDLESS = 3600.0
MOST = 3.0 if SOAK else 20.0
"""Seconds by the process's own clock, from the signal to its last line. Three are promised where the machine
has time, and the long hunt looks at that; waiting for an answer that does not come takes 25."""


@pytest.mark.parametrize("in_doubt", ["resend", "skip"])
async def test_told_to_stop(tmp_path: Path, nursery: Nursery, figures: list[str], in_doubt: str) -> None:
    """What was answered is written; what was under way is in doubt, and treated as the settings say."""
    async with Hunt.begin(tmp_path, nursery, PACE, PUBLISHING__IN_DOUBT=in_doubt) as hunt:
        child = await nursery.run(hunt.keeper)
        await hunt.wire.hears("sendmessage", 15)
        hunt.wire.drag(ENDLESS)
        await hunt.wire.hears("sendmessage", 15)
        assert await child.stop() == 0
        seconds = float(re.findall(r"service\.stopped.*seconds=([\d.]+)", hunt.keeper.log.read_text())[-1])
        answered, heard = len(hunt.wire.answered), hunt.wire.heard["sendmessage"]
        outcomes = await hunt.outcomes()
        doubts = heard - answered if in_doubt == "skip" else 0
        assert outcomes[Outcome.IN_DOUBT] == doubts
        assert outcomes.total() == answered + doubts
        hunt.wire.drag(0.0)
        await hunt.finishes()
        received = hunt.campaign.received()
        assert set(received) == hunt.campaign.living
        again = received.total() - len(received)
        gone = len(hunt.campaign.gone)  # some of the unanswered may be to them
        assert again == 0 if doubts else heard - answered - gone <= again <= heard - answered
        async with left_behind(hunt.keeper) as store:
            assert sum(broadcast.tally.in_doubt for broadcast in await every_broadcast(store)) == doubts
    figures.append(
        f"stopped, {in_doubt}: {seconds} s after SIGTERM with {heard - answered} messages unanswered"
    )
    assert seconds < MOST
