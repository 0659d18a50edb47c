"""What the end of a run means for a broadcast on which people have decided meanwhile."""

import os

import pytest

from bot.actions.ending import after
from bot.delivery.ends import End, Finished, Interrupted, Paused, Stopped
from bot.domain.broadcast import Broadcast, BroadcastId, Reason, State
from bot.domain.organiser import OrganiserId
from tests.support.clock import START


@pytest.mark.parametrize(
    ("before", "end", "state"),
    [
        (State.SENDING, Finished(), State.DONE),
        (State.SENDING, Paused(reason=Reason.BREAKER), State.PAUSED),
        (State.SENDING, Stopped(reason=Reason.OUR_MISTAKE, word="empty"), State.STOPPED),
        (State.SENDING, Interrupted(), State.SENDING),
        (State.CANCELLED, Finished(), State.DONE),
        (State.CANCELLED, Paused(reason=Reason.BREAKER), State.CANCELLED),
        (State.CANCELLED, Interrupted(), State.CANCELLED),
    ],
)
def test_after_a_run(before: State, end: End, state: State) -> None:
    """A cancel stands against a pause that came with it; if everybody has it, that is what is told."""
    broadcast = Broadcast(
        id=BroadcastId(os.urandom(16)),
        state=before,
        author=OrganiserId(bytes(16)),
        texts={},
        digest=b"",
        created=START,
        needed=1,
        cooldown=1,
    )
    assert after(broadcast, end, now=START).state is state
