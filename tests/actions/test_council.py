"""Whose agreement counts: only that of organisers who are still there and not suspended."""

from bot.actions.council import Council, NotPossible, Voted
from bot.domain.motion import Matter, Motion
from bot.domain.organiser import Organiser
from bot.store import Store, Tx
from tests.actions.conftest import Enrol
from tests.support.clock import StoryClock


async def agrees(tx: Tx, council: Council, who: Organiser, about: Organiser) -> Voted:
    motion = await council.motion(tx, Matter.REMOVE, about.id, who.id)
    assert isinstance(motion, Motion)
    voted = await council.vote(tx, who, Matter.REMOVE, about.id, motion.digest)
    assert not isinstance(voted, NotPossible)
    return voted


async def test_whoever_was_removed_counts_no_more(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """An organiser who is removed takes back what they agreed to: proposals wait for somebody else."""
    olga, pavel, vera, ivan, anna = [
        await enrolled(name) for name in ("Olga", "Pavel", "Vera", "Ivan", "Anna")
    ]
    council = Council(clock=clock, approvals=3)
    async with store.begin() as tx:
        await council.propose_removal(tx, "Anna")
        assert not (await agrees(tx, council, pavel, anna)).carried, "the keeper and two organisers"
        for one in (olga, vera, ivan):
            removed = await agrees(tx, council, one, pavel)
        assert removed.carried
        assert not (await agrees(tx, council, olga, anna)).carried, "what Pavel agreed to is void"
        assert (await agrees(tx, council, vera, anna)).carried
