"""One organiser's account in the wrong hands, without and with the codes: every move there is, at random."""

import os
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from bot.domain.broadcast import State
from bot.domain.organiser import Organiser, Role
from bot.sandbox import Person
from tests.support.house import House

STEPS = 5_000 if os.environ.get("HANDBILL_TEST_SOAK") else 90
COMMANDS = (
    "/broadcast Leave your homes",
    "/edit Leave your homes",
    *("/undo", "/pause", "/resume", "/cancel", "/progress", "/lock", "/stats", "/organisers", "/policy"),
    *("/policy publishing.approvals 1", "/policy publishing.cooldown_seconds 1", "/checklist", "/mydata"),
    *("/private hello", "/subscribe", "/latest", "/start oAAAAAAAAAAAAAAAAAAAAAA", "/approve", "/panic"),
    "/broadcast One\n== ru ==\nДва",
)
ALLOWED = {State.DRAFT, State.WAITING, State.CANCELLED, State.PAUSED}
"""Where a broadcast can be that nobody else has agreed to."""


class Thief:
    """Holds one organiser's phone; `codes` says whether the authenticator is on it."""

    def __init__(self, house: House, person: Person, *, codes: bool, seed: int) -> None:
        self._house, self._person, self._codes, self._random = house, person, codes, Random(seed)

    async def moves(self) -> None:
        """One move."""
        asked = [message for message in self._person.inbox[-3:] if "six digits" in message.text]
        if asked and self._codes and self._random.random() < 0.5:
            await self._person.says(self._house.code(self._person))
            return
        moves: list[Callable[[], Awaitable[object]]] = [
            self._says,
            self._presses,
            self._presses,
            self._digits,
        ]
        await self._random.choice([*moves, self._forges])()

    async def _says(self) -> None:
        await self._person.says(self._random.choice(COMMANDS))

    async def _presses(self) -> None:
        shown = [message for message in self._person.messages[-12:] if message.labels]
        if shown:
            message = self._random.choice(shown)
            label = self._random.choice(message.labels)
            # A freeze would end the walk: it is tried on its own.
            if label != "Freeze":
                await self._person.presses(label, on=message)

    async def _digits(self) -> None:
        right = self._codes and self._random.random() < 0.7
        code = self._house.code(self._person) if right else f"{self._random.randrange(10**6):06}"
        await self._person.says(code)

    async def _forges(self) -> None:
        data = self._random.choice(["h" + "A" * 16, "approve", "h", "subscribe:xx", "statement:en:1"])
        await self._person.presses_data(data)


async def others(house: House) -> dict[str, tuple[Role, object, object]]:
    """Everybody but the victim, as far as rights go."""
    async with house.store.read() as tx:
        everybody: list[Organiser] = await tx.organisers.all()
    return {one.name: (one.role, one.standing, one.suspended) for one in everybody if one.name != "Olga"}


@pytest.mark.parametrize("codes", [False, True], ids=["account", "account and codes"])
async def test_a_hijacked_organiser(house: House, codes: bool, figures: list[str]) -> None:
    """Nothing is published, nobody's rights change, no reader shows; the one freeze stops both sides."""
    locked: list[bool] = []
    house.application.on_lock = lambda: locked.append(True)
    olga, *_ = await house.team("Olga", "Pavel", "Vera", "Ivan")
    bert = house.world.person("Bert-the-reader")
    await bert.says("/subscribe")
    await bert.hears()
    before = await others(house)
    async with house.store.read() as tx:
        policy = await tx.organisers.policy()
    thief = Thief(house, olga, codes=codes, seed=7)
    if codes:
        await house.broadcasts(olga, "Leave your homes")
        await olga.hears("Waiting for approval: 1 of 2")
        await olga.says("/policy publishing.approvals 1")
        await olga.hears("six digits")
        await olga.says(house.code(olga))
        await olga.hears("1 of 2")
    for step in range(STEPS):
        await thief.moves()
        if step % 6 == 5:
            await house.deaf(olga)
            house.clock.forward(seconds=5)
    await house.deaf(olga)
    async with house.store.read() as tx:
        states = {one.state for one in await tx.broadcasts.in_states(*State)}
        assert await tx.organisers.policy() == policy
    assert states
    assert states <= ALLOWED
    assert await others(house) == before
    assert locked == []
    house.hush(bert)
    await bert.says("/mydata")
    assert "Leave" not in (await bert.hears()).text
    assert not [message for message in bert.inbox if "Leave your homes" in message.text]
    seen = "\n".join(message.text for message in olga.messages)
    assert bert.name not in seen
    assert str(bert.id) not in seen
    await olga.says("/freeze Pavel")
    await olga.says("/freeze Vera")
    await house.deaf(olga)
    now = await others(house)
    assert {name for name, (_, _, suspended) in now.items() if suspended} == {"Pavel"}
    assert {name: each[:2] for name, each in now.items()} == {name: each[:2] for name, each in before.items()}
    async with house.store.read() as tx:
        found = await tx.audit.review()
    assert found.broken is None
    holds = "account and codes" if codes else "account"
    figures.append(
        f"hijacked: {holds}: {STEPS} random moves, 0 broadcasts published, 0 rights of others changed, one "
        f"freeze that stopped both, {found.entries} entries in an audit that is whole"
    )
