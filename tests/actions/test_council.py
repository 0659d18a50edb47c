"""Whose agreement counts: only that of organisers who are still there and not suspended."""

from bot.actions.council import Council, NotPossible, Voted
from bot.domain.motion import Matter, Motion
from bot.domain.organiser import Organiser, Role
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


async def test_who_only_answers_is_not_waited_for(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """A removal proposed at the terminal takes no more agreements than there are organisers who decide."""
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    await enrolled("Ivan", Role.ANSWERER)
    await enrolled("Anna", Role.KEEPER)
    council = Council(clock=clock, approvals=3)
    async with store.begin() as tx:
        await council.propose_removal(tx, "Pavel")
        assert (await agrees(tx, council, olga, pavel)).carried


async def test_who_is_suspended_is_waited_for(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """Freezing an organiser who decides makes no removal easier."""
    olga, pavel, vera = [await enrolled(name) for name in ("Olga", "Pavel", "Vera")]
    ivan = await enrolled("Ivan", Role.ANSWERER)
    council = Council(clock=clock, approvals=3)
    async with store.begin() as tx:
        await council.freeze(tx, ivan.id, vera.id)
        await council.propose_removal(tx, "Pavel")
        assert (await agrees(tx, council, olga, pavel)).needed == 2


async def test_proposed_once_more(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """Proposed again at the terminal, a removal keeps the agreements it had, for no longer than before."""
    olga, pavel, vera = [await enrolled(name) for name in ("Olga", "Pavel", "Vera")]
    council = Council(clock=clock, approvals=3)
    async with store.begin() as tx:
        first = await council.propose_removal(tx, "Pavel")
        assert not (await agrees(tx, council, olga, pavel)).carried
        clock.forward(hours=1)
        again = await council.propose_removal(tx, "Pavel")
        assert (again.agreed, again.proposed) == ((olga.id,), first.proposed)
        assert (await agrees(tx, council, vera, pavel)).carried


async def test_the_terminal_never_completes_it(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """Where an organiser's agreement would now be enough, it is asked for again: the last word has a code."""
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    council = Council(clock=clock, approvals=2)
    async with store.begin() as tx:
        assert not (await agrees(tx, council, olga, pavel)).carried
        assert (await council.propose_removal(tx, "Pavel")).agreed == ()
        assert await tx.organisers.get(pavel.id) is not None
        assert (await agrees(tx, council, olga, pavel)).carried
