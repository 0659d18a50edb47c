"""Who may decide what about organisers, asked of the real bot: every role, every state of what is decided.

The expected outcome comes from the table of permissions; after each case everything is put back.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import pytest

from bot.actions.gate import Gate
from bot.domain.motion import MOTION_LIFE, Matter, Motion
from bot.domain.organiser import PERMISSIONS, Action, Organiser, OrganiserId, Role, Standing
from bot.domain.policy import Policy
from bot.i18n.translator import Translator, Words
from tests.support.cast import Player, cast, enrolled, still_house
from tests.support.house import House

KEY, VALUE = "publishing.cooldown_seconds", "60"
"""A setting that is made weaker."""


class About(StrEnum):
    """How what is decided stands when somebody presses."""

    NEW = "not proposed yet"
    OPEN = "agreed to by all who are needed but one"
    AGREED = "agreed to by the same organiser before"
    LAPSED = "proposed too long ago"
    ALTERED = "shown as something else"
    GONE = "about somebody who is gone"
    SELF = "about oneself"


OF_NOBODY = {Matter.POLICY, Matter.PANIC}
"""These are about no organiser."""

NEEDS = {
    Matter.REMOVE: Action.DECIDE,
    Matter.UNFREEZE: Action.DECIDE,
    Matter.POLICY: Action.DECIDE,
    Matter.PANIC: Action.PANIC,
}
CASES = [
    (matter, about)
    for matter in Matter
    for about in About
    if not (matter in OF_NOBODY and about in {About.GONE, About.SELF})
]


@dataclass
class Council:
    """A house, who is in it, and how often everything was to be destroyed."""

    house: House
    players: list[Player]
    others: list[Organiser]
    destroyed: list[str] = field(default_factory=list)

    async def motions(self) -> dict[bytes, frozenset[bytes]]:
        """What is open, and who agreed."""
        async with self.house.store.read() as tx:
            return {one.digest: frozenset(one.agreed) for one in await tx.motions.all(self.house.clock.now())}

    async def organisers(self) -> dict[bytes, tuple[Role, Standing, bool]]:
        """Who there is, and how they stand."""
        async with self.house.store.read() as tx:
            return {
                one.id: (one.role, one.standing, one.suspended is not None)
                for one in await tx.organisers.all()
            }

    async def policy(self) -> Policy:
        """What was agreed to."""
        async with self.house.store.read() as tx:
            return dict(await tx.organisers.policy() or {})


@pytest.fixture
async def council(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[Council]:
    """Everybody of `cast`, and an author who is suspended."""
    async with still_house(tmp_path / "still", template, translator) as house:
        everybody = await cast(house)
        person, stopped = await enrolled(house, "suspended", Role.AUTHOR)
        stopped = replace(stopped, suspended=house.clock.now())
        async with house.store.begin() as tx:
            await tx.organisers.replace(stopped)
            sealed = await tx.organisers.policy() or {}
            await tx.organisers.seal_policy({**sealed, "vault.panic": "destroy", KEY: 600})
        players = [*everybody.players, (person, stopped)]
        made = Council(house=house, players=players, others=everybody.others)
        house.application.on_panic = lambda: made.destroyed.append("all")
        yield made


async def presses(house: House, player: Player, action: str, subject: bytes, digest: bytes) -> None:
    """Press a button for something, and send a right code if one is asked for."""
    person, who = player
    async with house.store.begin() as tx:
        data = await Gate(clock=house.clock, random=os.urandom).button(tx, who.id, action, subject, digest)
    await house.application._outbox.settle()
    house.hush(person)
    await person.presses_data(data)
    if "six digits" in (await person.hears()).text:
        await person.says(house.code(person))
    await house.silent()


async def proposed(house: House, motion: Motion) -> None:
    async with house.store.begin() as tx:
        await tx.motions.put(motion, motion.proposed)


async def target(council: Council, about: About, matter: Matter) -> Organiser:
    """Whom it is about: enrolled, suspended where that is what would end, or not there any more."""
    _, one = await enrolled(council.house, "target", Role.AUTHOR)
    async with council.house.store.begin() as tx:
        if matter is Matter.UNFREEZE:
            one = replace(one, suspended=council.house.clock.now())
            await tx.organisers.replace(one)
        if about is About.GONE:
            await tx.organisers.remove(one.id)
    return one


async def decides(council: Council, player: Player, matter: Matter, about: About) -> tuple[bool, bool]:
    """One case: whether a proposal with one agreement is open afterwards, and whether it was carried out."""
    house, (_, who) = council.house, player
    subject: OrganiserId | None = None
    if matter not in OF_NOBODY:
        subject = who.id if about is About.SELF else (await target(council, about, matter)).id
    key, value = (KEY, VALUE) if matter is Matter.POLICY else ("", "")
    motion = Motion(
        matter=matter, subject=subject, key=key, value=value, proposed=house.clock.now(), by=who.id
    )
    if about is About.OPEN:
        await proposed(house, replace(motion, agreed=(council.others[0].id,)))
    elif about is About.AGREED:
        await proposed(house, replace(motion, agreed=(who.id,)))
    elif about is About.LAPSED:
        await proposed(
            house, replace(motion, agreed=(council.others[0].id,), proposed=motion.proposed - MOTION_LIFE)
        )
    before = (await council.motions(), await council.organisers(), await council.policy())
    action = f"{matter}:{key}={value}" if key else str(matter)
    digest = bytes(32) if about is About.ALTERED else motion.digest
    await presses(house, player, action, subject or b"", digest)
    after = (await council.motions(), await council.organisers(), await council.policy())
    open_alone = after[0].get(motion.digest) == frozenset({who.id})
    carried = before[1:] != after[1:] or bool(council.destroyed)
    if not open_alone and not carried:
        assert after == before
    await restored(council, motion, before[2])
    return open_alone, carried


async def restored(council: Council, motion: Motion, policy: Policy) -> None:
    """As it was before the case."""
    council.destroyed.clear()
    async with council.house.store.begin() as tx:
        await tx.motions.drop(motion.digest, council.house.clock.now())
        if motion.subject and motion.subject not in {who.id for _, who in council.players}:
            await tx.organisers.remove(motion.subject)
        await tx.organisers.seal_policy(policy)


@pytest.mark.parametrize("matter", Matter)
async def test_every_role_in_every_state(council: Council, matter: Matter, figures: list[str]) -> None:
    """Nothing is proposed, agreed to or carried out but by a role that may, with a code, as it was shown."""
    cases = allowed = 0
    for about in (each for kind, each in CASES if kind is matter):
        for player in council.players:
            who = player[1]
            may = who.active and NEEDS[matter] in PERMISSIONS[who.role]
            proposes = may and about in {About.NEW, About.LAPSED}
            stays = about is About.AGREED
            carries = may and about is About.OPEN
            assert await decides(council, player, matter, about) == (proposes or stays, carries), (
                matter.name,
                about.name,
                who.name,
            )
            cases, allowed = cases + 1, allowed + (proposes or carries)
    assert allowed
    figures.append(f"permissions: {matter}: {allowed} of {cases} cases allowed, all as the table says")


@pytest.mark.parametrize("stands", ["active", "suspended", "waiting", "gone", "self"])
async def test_freeze(council: Council, stands: str, figures: list[str]) -> None:
    """Every role may, whoever is enrolled and not suspended: both sides stop, nobody else is touched."""
    house, stopped = council.house, 0
    for player in council.players:
        who = player[1]
        if stands == "self":
            subject = who.id
        else:
            standing = Standing.WAITING if stands == "waiting" else Standing.ENROLLED
            _, other = await enrolled(house, "target", Role.APPROVER, standing)
            subject = other.id
            async with house.store.begin() as tx:
                if stands == "suspended":
                    await tx.organisers.replace(replace(other, suspended=house.clock.now()))
                if stands == "gone":
                    await tx.organisers.remove(other.id)
        before = await council.organisers()
        await presses(house, player, "freeze", subject, b"")
        after = await council.organisers()
        touched = {one for one in after if after[one] != before[one]}
        may = who.active and stands == "active"
        assert touched == ({who.id, subject} if may else set()), who.name
        stopped += may
        async with house.store.begin() as tx:
            if may:
                await tx.organisers.replace(who)
            if subject != who.id:
                await tx.organisers.remove(subject)
    cases = len(council.players)
    figures.append(
        f"permissions: freeze, {stands}: {stopped} of {cases} cases allowed, all as the table says"
    )


async def test_commands(council: Council, en: Words) -> None:
    """Who waits is answered like a stranger, who is suspended is told so, and nothing is done for either."""
    commands = {
        "/freeze other 1": Action.FREEZE,
        "/private hello": Action.PRIVATE,
        "/lock": Action.LOCK,
        "/panic": Action.PANIC,
        "/checkin": Action.CHECKIN,
        f"/policy {KEY} {VALUE}": Action.DECIDE,
        "/undo": Action.UNDO,
        "/edit Meeting": Action.EDIT,
    }
    locked: list[str] = []
    council.house.application.on_lock = lambda: locked.append("locked")
    for person, who in council.players:
        for command, action in commands.items():
            if who.active and action in PERMISSIONS[who.role]:
                continue  # the stories of each command have what happens then
            before = (await council.motions(), await council.organisers(), await council.policy())
            council.house.hush(person)
            await person.says(command)
            refused = "unknown" if who.standing is Standing.WAITING else "not-allowed"
            assert (await person.hears()).text == en("suspended" if who.suspended else refused), command
            assert (await council.motions(), await council.organisers(), await council.policy()) == before
    assert locked == []
