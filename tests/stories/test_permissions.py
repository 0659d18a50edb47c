"""Who may do what in which state, asked of the real bot: every command and button, every role, every state.

The expected answer comes from the table of permissions. Dispatching rests meanwhile, so that nothing but
what people do moves a broadcast.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions.agreed import STARTS, STARTS_URGENT
from bot.actions.gate import Gate
from bot.domain.approval import digest
from bot.domain.broadcast import ALL_OTHERS, Broadcast, BroadcastId, State
from bot.domain.motion import Matter
from bot.domain.organiser import PERMISSIONS, Action, Organiser, Role, Standing
from bot.domain.publication import Planned
from bot.domain.rich_text import RichText
from bot.domain.statement import StatementNumber
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.cast import cast, enrolled, still_house
from tests.support.house import House

TEXTS = {ALL_OTHERS: RichText("Meeting at six.")}
DIGEST = digest(TEXTS, audience="everyone", starts=STARTS)
URGENT = digest(TEXTS, audience="everyone", starts=STARTS_URGENT)
UNFINISHED = frozenset(state for state in State if not state.ended)
RUNNING = frozenset({State.COOLING, State.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Something an organiser can try: a command, or a button with what it stands for."""

    action: Action
    states: frozenset[State]
    command: str = ""
    button: str = ""
    digest: bytes = b""
    coded: bool = False
    planned: Planned | None = None


DRAFT, WAITING = frozenset({State.DRAFT}), frozenset({State.WAITING})
PAUSED, HELD = frozenset({State.PAUSED}), frozenset({State.HELD})
SHOWING = {
    "/progress": Action.PROGRESS,
    "/approve": Action.APPROVE,
    "/stats": Action.STATS,
    "/organisers": Action.ORGANISERS,
    "/policy": Action.POLICY,
    "/checklist": Action.CHECKLIST,
}
"""Commands that change nothing."""

PLANNING = {
    "/publish 99": Action.BROADCAST,
    "/schedule 99 2026-12-01 18:00": Action.BROADCAST,
    "/schedule slogans 18:00": Action.BROADCAST,
    "/queue": Action.PROGRESS,
}
"""Of a statement that is not there: tests/stories/test_planning.py has the others."""

COUNCIL = {Action.FREEZE, Action.PRIVATE, Action.LOCK, Action.DECIDE, Action.PANIC, Action.CHECKIN}
COUNCIL_BUTTONS = {"freeze", "checkin", *Matter}
"""What is about organisers; tests/stories/test_freezing.py, test_council.py and test_policy.py have it."""

PLANNED = Planned(number=StatementNumber(99), texts=bytes(32))

MOVES = {
    "pause": Move(action=Action.PAUSE, states=RUNNING, command="/pause"),
    "resume": Move(action=Action.RESUME, states=PAUSED, command="/resume"),
    "cancel": Move(action=Action.CANCEL, states=UNFINISHED, command="/cancel"),
    "pause button": Move(action=Action.PAUSE, states=RUNNING, button="pause"),
    "resume button": Move(action=Action.RESUME, states=PAUSED, button="resume"),
    "cancel button": Move(action=Action.CANCEL, states=UNFINISHED, button="cancel"),
    "skip button": Move(
        action=Action.PAUSE, states=frozenset({State.COOLING}), button="skip", planned=PLANNED
    ),
    "audience button": Move(action=Action.BROADCAST, states=DRAFT, button="audience:groups"),
    "send button": Move(action=Action.BROADCAST, states=DRAFT, button="send", digest=DIGEST, coded=True),
    "urgent button": Move(action=Action.BROADCAST, states=DRAFT, button="urgent", digest=URGENT, coded=True),
    "release button": Move(action=Action.RESUME, states=HELD, button="release", digest=DIGEST, coded=True),
    "approve button": Move(
        action=Action.APPROVE, states=WAITING, button="approve", digest=DIGEST, coded=True
    ),
}


@pytest.fixture
async def still(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """Nothing is sent here."""
    async with still_house(tmp_path / "still", template, translator) as house:
        yield house


async def prepared(
    house: House, move: Move, who: Organiser, author: Organiser, state: State, last: Broadcast | None
) -> tuple[Broadcast, str]:
    """One broadcast in a state, and no other that has not ended; the data of a button for it."""
    writes = author if move.action is Action.APPROVE else who
    one = Broadcast(
        id=BroadcastId(os.urandom(16)),
        state=state,
        author=writes.id,
        texts=TEXTS,
        digest=DIGEST,
        created=house.clock.now(),
        needed=2,
        cooldown=600,
        approved_by=() if state is State.DRAFT else (author.id,),
        starts=house.clock.now() + timedelta(days=1) if state is State.COOLING else None,
        planned=move.planned,
    )
    async with house.store.begin() as tx:
        if last is not None:
            await tx.broadcasts.replace(replace(last, state=State.DONE))
        await tx.broadcasts.add(one)
        gate = Gate(clock=house.clock, random=os.urandom)
        return one, await gate.button(tx, who.id, move.button, one.id, move.digest)


async def tries(house: House, person: Person, move: Move, data: str) -> str:
    """Do it; the bot's answer, once what others were told of before has arrived."""
    await house.application._outbox.settle()
    house.hush(person)
    if move.command:
        await person.says(move.command)
    else:
        await person.presses_data(data)
    answer = (await person.hears()).text
    if move.coded and "six digits" in answer:
        await person.says(house.code(person))
        answer = (await person.hears()).text
    return answer


@pytest.mark.parametrize("move", MOVES)
async def test_every_role_in_every_state(still: House, en: Words, move: str, figures: list[str]) -> None:
    """Denied, in constant words and with nothing changed, unless the table of permissions says otherwise."""
    chosen, everybody, allowed_in_all = MOVES[move], await cast(still), 0
    after: Broadcast | None = None
    for person, who in everybody.players:
        for state in State:
            one, data = await prepared(still, chosen, who, everybody.author, state, after)
            answer = await tries(still, person, chosen, data)
            async with still.store.read() as tx:
                after = await tx.broadcasts.get(one.id)
            may = who.standing is Standing.ENROLLED and chosen.action in PERMISSIONS[who.role]
            allowed = may and state in chosen.states
            case = (move, who.name, state.name)
            assert (after != one) is allowed, case
            if chosen.command == "/resume" and may and state is State.HELD:
                assert answer.startswith("Held back"), "going on takes a code: the button for it is shown"
            else:
                assert (answer in _refusals(en, chosen, who, may=may)) is not allowed, case
            allowed_in_all += allowed
    assert allowed_in_all
    cases = len(everybody.players) * len(State)
    figures.append(f"permissions: {move}: {allowed_in_all} of {cases} cases allowed, all as the table says")


def _refusals(words: Words, move: Move, who: Organiser, *, may: bool) -> set[str]:
    """The constant refusals. Whoever still waits for approval is answered like a stranger, or too late."""
    if who.standing is Standing.WAITING:
        return {words("unknown"), words("too-late")}
    return {words("not-allowed" if move.command and not may else "too-late")}


async def test_commands_that_touch_no_broadcast(still: House, en: Words) -> None:
    """/broadcast makes a draft, and what shows something shows it to the roles that may: to nobody else."""
    everybody = await cast(still)
    for person, who in everybody.players:
        for command, action in (
            ("/broadcast Meeting", Action.BROADCAST),
            *PLANNING.items(),
            *SHOWING.items(),
        ):
            still.hush(person)
            await person.says(command)
            may = who.standing is Standing.ENROLLED and action in PERMISSIONS[who.role]
            refused = en("unknown" if who.standing is Standing.WAITING else "not-allowed")
            assert ((await person.hears()).text == refused) is not may, (command, who.name)
    async with still.store.read() as tx:
        drafts = await tx.broadcasts.in_states(State.DRAFT)
        authors = {organiser.id for organiser in await tx.organisers.all() if organiser.role is Role.AUTHOR}
    assert len(drafts) == 1
    assert drafts[0].author in authors


async def test_what_everybody_may(still: House, en: Words) -> None:
    """/quiet and Stay are each reader's own: every role may, and decides nothing by it but for itself."""
    everybody = await cast(still)
    for person, _ in everybody.players:
        still.hush(person)
        await person.says("/quiet")
        await person.hears(en("quiet-choose"))
        await person.presses_data("stay:en")
        await person.hears(en("renewal-stayed"))
    assert await still.readers() == 0


async def test_who_may_agree_to_a_newcomer(still: House, en: Words, figures: list[str]) -> None:
    """Approve for a newcomer does nothing for a role that decides nothing, and takes a code."""
    everybody, agreed = await cast(still), 0
    for number, (person, who) in enumerate(everybody.players):
        _, newcomer = await enrolled(still, f"newcomer {number}", Role.ANSWERER, Standing.WAITING)
        async with still.store.begin() as tx:
            gate = Gate(clock=still.clock, random=os.urandom)
            data = await gate.button(tx, who.id, "enrol", newcomer.id)
        move = Move(action=Action.DECIDE, states=frozenset(), button="enrol", coded=True)
        answer = await tries(still, person, move, data)
        async with still.store.read() as tx:
            after = await tx.organisers.get(newcomer.id)
        may = who.standing is Standing.ENROLLED and Action.DECIDE in PERMISSIONS[who.role]
        assert (after != newcomer) is may, who.name
        assert (answer in _refusals(en, move, who, may=may)) is not may, who.name
        agreed += may
    assert agreed == 2
    cases = len(everybody.players)
    figures.append(f"permissions: enrol button: {agreed} of {cases} cases allowed, all as the table says")


def test_every_action_and_command_is_in_the_matrix(still: House) -> None:
    """A new one is not left out. Undo, edit, enrolment and the council have stories of their own."""
    tried = {move.action for move in MOVES.values()} | {Action.BROADCAST, *SHOWING.values()}
    assert tried | {Action.UNDO, Action.EDIT} | COUNCIL == set(Action)
    desk = still.application._router("somebody_bot")._desk
    commands = {move.command.removeprefix("/") for move in MOVES.values()} | {"", "broadcast"}
    commands |= {command.removeprefix("/") for command in SHOWING} | {"undo", "edit"}
    commands |= {command[1:].partition(" ")[0] for command in PLANNING}
    assert commands | {str(action) for action in COUNCIL - {Action.DECIDE}} == desk.commands | {""}
    buttons = {move.button.partition(":")[0] for move in MOVES.values()} | {"enrol", "undo", "undo?"}
    buttons |= {"when", "move"}  # tests/stories/test_queue.py
    assert buttons | COUNCIL_BUTTONS == {*desk._coded, *desk._direct, *desk._chosen, ""}
