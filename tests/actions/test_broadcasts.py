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
from bot.domain.broadcast import ALL_OTHERS, Broadcast, Reason, State
from bot.domain.organiser import PERMISSIONS, Action, Organiser, Role
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.store import Store, Tx
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


async def sent_off(tx: Tx, broadcasts: Broadcasts, *people: Organiser) -> Broadcast:
    """Written by the first, agreed to by all."""
    drafted = await broadcasts.draft(tx, people[0], RichText("Meeting at six."))
    assert isinstance(drafted, Drafted)
    one = drafted.broadcast
    await broadcasts.send(tx, people[0], one.id, one.digest)
    for other in people[1:]:
        await broadcasts.approve(tx, other, one.id, one.digest)
    found = await tx.broadcasts.get(one.id)
    assert found is not None
    assert found.state is State.COOLING
    return found


@pytest.mark.parametrize("stop", ["pause", "hold"])
async def test_going_on_takes_what_it_takes_by_then(
    store: Store, broadcasts: Broadcasts, enrolled: Enrol, stop: str
) -> None:
    """What one organiser alone could send and then stopped waits for another one once there are two."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        one = await sent_off(tx, broadcasts, olga)
        await broadcasts.pause(tx, olga, one.id)
        if stop == "hold":
            await tx.broadcasts.replace(one.hold(Reason.RESTORED))
    pavel = await enrolled("Pavel")
    async with store.begin() as tx:
        if stop == "hold":
            result = await broadcasts.release(tx, olga, one.id, one.digest)
        else:
            result = await broadcasts.resume(tx, olga, one.id)
        assert isinstance(result, Changed)
        assert (result.broadcast.state, result.broadcast.needed) == (State.WAITING, 2)
        agreed = await broadcasts.approve(tx, pavel, one.id, one.digest)
        assert isinstance(agreed, Changed)
        assert agreed.broadcast.state is State.COOLING


async def test_a_pause_gets_round_no_limit(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """What is paused while the day's broadcasts are agreed to takes one approval more to go on."""
    rules = Rules(approvals=2, cooldown=60, per_day=1, wave_percent=1)
    broadcasts = Broadcasts(
        clock=clock, random=os.urandom, rules=rules, languages=("en",), notice=lambda *_: ""
    )
    olga, pavel = await enrolled("Olga"), await enrolled("Pavel")
    async with store.begin() as tx:
        first = await sent_off(tx, broadcasts, olga, pavel)
        await broadcasts.pause(tx, olga, first.id)
        await sent_off(tx, broadcasts, olga, pavel)
        resumed = await broadcasts.resume(tx, olga, first.id)
        assert isinstance(resumed, Changed)
        assert (resumed.broadcast.state, resumed.broadcast.needed) == (State.WAITING, 3)


async def test_what_has_begun_goes_on_as_it_was(
    store: Store, broadcasts: Broadcasts, clock: StoryClock, enrolled: Enrol
) -> None:
    """A broadcast that readers already have in part had its approvals; it takes no more of them."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        one = (await sent_off(tx, broadcasts, olga)).begin(now=clock.now())
        await tx.broadcasts.replace(one.pause(Reason.ORGANISER, now=clock.now()))
    await enrolled("Pavel")
    async with store.begin() as tx:
        resumed = await broadcasts.resume(tx, olga, one.id)
        assert isinstance(resumed, Changed)
        assert resumed.broadcast.state is State.SENDING


async def test_what_was_altered_does_not_go_on(store: Store, broadcasts: Broadcasts, enrolled: Enrol) -> None:
    """Going on takes no code, and so nothing goes on that is not what its approvals are for."""
    olga = await enrolled("Olga")
    async with store.begin() as tx:
        one = await sent_off(tx, broadcasts, olga)
        await broadcasts.pause(tx, olga, one.id)
        paused = await tx.broadcasts.get(one.id)
        assert paused is not None
        for other in (
            replace(paused, texts={ALL_OTHERS: RichText("Meeting at seven.")}),
            replace(paused, audience="groups"),
        ):
            await tx.broadcasts.replace(other)
            assert isinstance(await broadcasts.resume(tx, olga, one.id), TooLate)
        await tx.broadcasts.replace(paused)
        assert isinstance(await broadcasts.resume(tx, olga, one.id), Changed)
