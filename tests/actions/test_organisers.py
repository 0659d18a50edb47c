"""Who can be invited, under which name."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.organisers import NAME_LIMIT, Organisers
from bot.domain.organiser import PERMISSIONS, Action, Role, Standing
from bot.errors import BadInputError
from bot.store import Store
from tests.actions.conftest import Enrol
from tests.support.clock import StoryClock


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * (NAME_LIMIT + 1), "two\nlines", "a\u202eb", "a\tb", "\x00"]
)
async def test_names_that_are_refused(store: Store, clock: StoryClock, name: str) -> None:
    """A name is short, visible and one line: it stands in notices to the others."""
    organisers = Organisers(clock=clock, random=os.urandom, approvals=2)
    async with store.begin() as tx:
        with pytest.raises(BadInputError):
            await organisers.invite(tx, name, Role.AUTHOR)


async def test_names_are_not_shared(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """Two organisers never have one name."""
    organisers = Organisers(clock=clock, random=os.urandom, approvals=2)
    await enrolled("Olga")
    async with store.begin() as tx:
        with pytest.raises(BadInputError):
            await organisers.invite(tx, " Olga ", Role.APPROVER)
        invited = await organisers.invite(tx, " Ольга 2 ", Role.APPROVER)
    assert invited.code.startswith("o")
    assert len(invited.code) <= 64
    assert invited.expires - clock.now() <= timedelta(minutes=30)


async def test_nobody_is_invited_twice(store: Store, clock: StoryClock) -> None:
    """A name can be invited again only when the first invitation has expired."""
    organisers = Organisers(clock=clock, random=os.urandom, approvals=2)
    async with store.begin() as tx:
        first = await organisers.invite(tx, "Olga", Role.AUTHOR)
    async with store.begin() as tx:
        with pytest.raises(BadInputError, match="invitation for this name"):
            await organisers.invite(tx, "Olga", Role.APPROVER)
        await organisers.invite(tx, "Pavel", Role.AUTHOR)
    clock.forward(minutes=31)
    async with store.begin() as tx:
        second = await organisers.invite(tx, "Olga", Role.APPROVER)
    assert first.code != second.code


@pytest.mark.parametrize("role", Role)
async def test_the_first_one_can_agree_to_a_second(store: Store, clock: StoryClock, role: Role) -> None:
    """Nobody whose role decides nothing becomes the first organiser: nobody else could ever join."""
    organisers = Organisers(clock=clock, random=os.urandom, approvals=2)
    async with store.begin() as tx:
        if Action.DECIDE in PERMISSIONS[role]:
            assert (await organisers.invite(tx, "Olga", role)).code
            return
        with pytest.raises(BadInputError, match="first organiser"):
            await organisers.invite(tx, "Olga", role)


@pytest.mark.parametrize("role", Role)
async def test_who_may_agree_to_a_newcomer(
    store: Store, clock: StoryClock, enrolled: Enrol, role: Role
) -> None:
    """Only roles that decide about organisers count, and only they are counted among those who are needed."""
    organisers = Organisers(clock=clock, random=os.urandom, approvals=3)
    await enrolled("Olga")
    agrees, newcomer = await enrolled("Pavel", role), await enrolled("Vera", Role.ANSWERER)
    async with store.begin() as tx:
        await tx.organisers.replace(replace(newcomer, standing=Standing.WAITING))
        result = await organisers.approve(tx, agrees, newcomer.id)
        head = await tx.audit.head()
    decides = Action.DECIDE in PERMISSIONS[role]
    assert (result is not None) is decides
    assert (head is not None) is decides
    if result:
        assert result.waiting, "two of two who decide are needed"


async def test_nobody_waits_for_ever(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """Whom nobody let in within a day is forgotten at the next invitation: the name can be given again."""
    organisers = Organisers(clock=clock, random=os.urandom, approvals=2)
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    async with store.begin() as tx:
        await tx.organisers.replace(replace(pavel, standing=Standing.WAITING))
        clock.forward(minutes=24 * 60 - 1)
        with pytest.raises(BadInputError):
            await organisers.invite(tx, "Pavel", Role.AUTHOR)
        clock.forward(minutes=1)
        await organisers.invite(tx, "Pavel", Role.AUTHOR)
        assert await tx.organisers.all() == [olga]
        assert await organisers.approve(tx, olga, pavel.id) is None
