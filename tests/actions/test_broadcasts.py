"""Who may do what with a broadcast, in which state, and what exactly an approval is for."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.agreed import STARTS, urgently
from bot.actions.broadcasts import Broadcasts, Changed, Drafted, TooFew, TooLate
from bot.actions.rules import Rules
from bot.domain.approval import digest
from bot.domain.broadcast import ALL_OTHERS, State
from bot.domain.organiser import PERMISSIONS, Action, Role
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.store import Store
from tests.actions.conftest import Enrol
from tests.support.clock import StoryClock


@pytest.fixture
def broadcasts(clock: StoryClock) -> Broadcasts:
    rules = Rules(approvals=2, cooldown=60, per_day=8, wave_percent=1)
    return Broadcasts(
        clock=clock, random=os.urandom, rules=rules, languages=("en", "ru"), notice=lambda *_: ""
    )


async def test_approval_binds_what_was_seen(
    store: Store, broadcasts: Broadcasts, clock: StoryClock, enrolled: Enrol
) -> None:
    """A text that changed after the preview is not approved, whoever changed it."""
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    async with store.begin() as tx:
        drafted = await broadcasts.draft(tx, olga, RichText("Meeting at six."))
        assert isinstance(drafted, Drafted)
        seen = drafted.broadcast
        other = {ALL_OTHERS: RichText("Meeting at seven.")}
        for changed, agreed in (
            (replace(seen, texts=other), seen.digest),
            (
                replace(seen, texts=other, digest=digest(other, audience="everyone", starts=STARTS)),
                seen.digest,
            ),
            (replace(seen, audience="people"), seen.digest),
            (replace(seen, purpose=Purpose.EDIT, of=seen.id), seen.digest),
            (replace(seen, purpose=Purpose.EDIT), seen.digest),
            (seen, bytes(32)),
        ):
            await tx.broadcasts.replace(changed)
            assert isinstance(await broadcasts.send(tx, olga, seen.id, agreed), TooLate)
        await tx.broadcasts.replace(seen)
        assert isinstance(await broadcasts.send(tx, pavel, seen.id, seen.digest), TooLate)
        sent = await broadcasts.send(tx, olga, seen.id, seen.digest)
        assert isinstance(sent, Changed)
        assert sent.broadcast.state is State.WAITING
        assert isinstance(await broadcasts.approve(tx, olga, seen.id, seen.digest), TooLate)
        assert isinstance(await broadcasts.approve(tx, pavel, seen.id, bytes(32)), TooLate)
        agreed_by_both = await broadcasts.approve(tx, pavel, seen.id, seen.digest)
        assert isinstance(agreed_by_both, Changed)
        assert agreed_by_both.broadcast.starts == clock.now() + timedelta(seconds=60)


def matrix() -> Iterator[tuple[Role, Action, State]]:
    for role in Role:
        for action in (Action.BROADCAST, Action.APPROVE, Action.PAUSE, Action.CANCEL, Action.RESUME):
            for state in State:
                yield role, action, state


RIGHT_STATE = {
    Action.BROADCAST: {State.DRAFT},
    Action.APPROVE: {State.WAITING},
    Action.PAUSE: {State.COOLING, State.SENDING},
    Action.CANCEL: {state for state in State if not state.ended},
    Action.RESUME: {State.PAUSED},
}


async def test_role_action_state(
    store: Store, broadcasts: Broadcasts, clock: StoryClock, enrolled: Enrol
) -> None:
    """Every role, every action, every state: denied unless the table of permissions says otherwise."""
    people = {role: await enrolled(role, role) for role in Role}
    somebody = await enrolled("Somebody")
    for role, action, state in matrix():
        who = people[role]
        async with store.begin() as tx:
            author = who if action is Action.BROADCAST else somebody
            drafted = await broadcasts.draft(tx, author, RichText("x"))
            assert isinstance(drafted, Drafted)
            one = replace(drafted.broadcast, state=state, approved_by=(somebody.id,))
            await tx.broadcasts.replace(one)
            match action:
                case Action.BROADCAST:
                    result = await broadcasts.send(tx, who, one.id, one.digest)
                case Action.APPROVE:
                    result = await broadcasts.approve(tx, who, one.id, one.digest)
                case Action.PAUSE:
                    result = await broadcasts.pause(tx, who, one.id)
                case Action.CANCEL:
                    result = await broadcasts.cancel(tx, who, one.id)
                case _:
                    result = await broadcasts.resume(tx, who, one.id)
            after = await tx.broadcasts.get(one.id)
            allowed = action in PERMISSIONS[role] and state in RIGHT_STATE[action]
            assert isinstance(result, Changed) is allowed, (role, action, state)
            assert after is not None
            assert (after.state is not state) is allowed, (role, action, state)
            await tx.broadcasts.replace(replace(after, state=State.DONE))


async def test_urgency_is_part_of_what_is_approved(
    store: Store, broadcasts: Broadcasts, enrolled: Enrol
) -> None:
    """Who agreed to a cool-down has not agreed to none, and the other way round."""
    olga, pavel, vera = [await enrolled(name) for name in ("Olga", "Pavel", "Vera")]
    async with store.begin() as tx:
        drafted = await broadcasts.draft(tx, olga, RichText("Police."))
        assert isinstance(drafted, Drafted)
        calm, urgent = drafted.broadcast, urgently(drafted.broadcast)
        assert isinstance(await broadcasts.send(tx, olga, calm.id, urgent.digest), TooLate)
        assert isinstance(await broadcasts.send_urgent(tx, olga, calm.id, calm.digest), TooLate)
        assert isinstance(await broadcasts.send_urgent(tx, pavel, calm.id, urgent.digest), TooLate)
        sent = await broadcasts.send_urgent(tx, olga, calm.id, urgent.digest)
        assert isinstance(sent, Changed)
        assert (sent.broadcast.needed, sent.broadcast.state) == (3, State.WAITING)
        await tx.broadcasts.replace(replace(sent.broadcast, urgent=False))
        assert isinstance(await broadcasts.approve(tx, pavel, calm.id, urgent.digest), TooLate)
        await tx.broadcasts.replace(sent.broadcast)
        assert isinstance(await broadcasts.approve(tx, pavel, calm.id, calm.digest), TooLate)
        await broadcasts.approve(tx, pavel, calm.id, urgent.digest)
        last = await broadcasts.approve(tx, vera, calm.id, urgent.digest)
        assert isinstance(last, Changed)
        assert last.broadcast.state is State.COOLING
        assert last.broadcast.starts is not None
        assert last.broadcast.cooldown == 0


async def test_nobody_urgent_is_left(store: Store, broadcasts: Broadcasts, enrolled: Enrol) -> None:
    """With two organisers something urgent is refused even with the right code."""
    olga = await enrolled("Olga")
    await enrolled("Pavel")
    async with store.begin() as tx:
        drafted = await broadcasts.draft(tx, olga, RichText("Police."))
        assert isinstance(drafted, Drafted)
        one = drafted.broadcast
        refused = await broadcasts.send_urgent(tx, olga, one.id, urgently(one).digest)
        assert refused == TooFew(needed=3, organisers=2)
