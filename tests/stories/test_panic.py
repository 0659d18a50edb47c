"""/panic: it locks; where the policy says so, two organisers with a code each destroy everything."""

import asyncio

import pytest

from bot.domain.motion import PANIC_LIFE
from bot.domain.organiser import Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House


@pytest.fixture
def done(house: House) -> list[str]:
    """What the service was told to do."""
    told: list[str] = []
    house.application.on_lock = lambda: told.append("locked")
    house.application.on_panic = lambda: told.append("destroyed")
    return told


async def destroys(house: House) -> None:
    """The organisers have agreed to it long ago."""
    async with house.store.begin() as tx:
        policy = await tx.organisers.policy() or {}
        await tx.organisers.seal_policy({**policy, "vault.panic": "destroy"})


async def proposes(house: House, person: Person, en: Words) -> None:
    await person.says("/panic")
    await person.hears(en("panic-ask"))
    await person.hears(en("code-ask"))
    await person.says(house.code(person))
    await person.hears(en("panic-agreed", agreed=1, needed=2))


async def test_it_only_locks(house: House, en: Words, done: list[str]) -> None:
    """By default /panic is the keeper's /lock; to others it says so and does nothing."""
    [olga] = await house.team("Olga")
    keeper = await house.organiser("Kim", Role.KEEPER)
    await house.confirms(olga, "Approve")
    await keeper.sees("You are enrolled")
    await olga.says("/panic")
    await olga.hears(en("panic-off"))
    assert done == []
    await keeper.says("/panic")
    await olga.hears(en("locked-by", name="Kim"))
    await house.silent()
    assert done == ["locked"]


async def test_two_with_a_code_each(house: House, en: Words, done: list[str]) -> None:
    """One proposes with a code, a second agrees with a code: then, and not before, everything goes."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    await destroys(house)
    await proposes(house, olga, en)
    for person in (pavel, vera):
        asked = await person.hears("Olga proposes that everything is destroyed")
        assert asked.labels == ["Approve", "Freeze"]
    await olga.says("/panic")
    await olga.hears(en("code-ask"))
    await olga.says(house.code(olga))
    await olga.hears(en("panic-agreed", agreed=1, needed=2))
    await pavel.presses("Approve")
    await pavel.hears(en("code-ask"))
    await pavel.says("000000")
    await pavel.hears(en("code-wrong"))
    assert done == []
    await house.confirms(vera, "Approve")
    async with asyncio.timeout(30):
        while not done:  # noqa: ASYNC110 - nothing is said in chat when it happens
            await asyncio.sleep(0.01)
    assert done == ["destroyed"]


async def test_one_tap_stops_it(house: House, en: Words, done: list[str]) -> None:
    """Whoever doubts presses Freeze: the proposal is gone with whoever made it."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    await destroys(house)
    await proposes(house, olga, en)
    await pavel.hears("Olga proposes")
    await vera.hears("Olga proposes")
    await pavel.presses("Freeze")
    await pavel.hears(en("frozen-you", name="Olga"))
    question = next(m for m in vera.inbox if "destroyed" in m.text)
    await vera.presses("Approve", on=question)
    await vera.says(house.code(vera))
    await vera.hears(en("too-late"))
    await house.silent()
    assert done == []


async def test_it_is_void_after_an_hour(house: House, en: Words, done: list[str]) -> None:
    """A question that lies in a chat does nothing later: it is asked anew from the beginning."""
    olga, pavel = await house.team("Olga", "Pavel")
    await destroys(house)
    await proposes(house, olga, en)
    await pavel.hears("Olga proposes")
    house.clock.forward(seconds=PANIC_LIFE.total_seconds())
    await house.confirms(pavel, "Approve")
    await pavel.hears(en("panic-agreed", agreed=1, needed=2))
    await house.silent()
    assert done == []


async def test_alone(house: House, en: Words, done: list[str]) -> None:
    """One organiser alone destroys nothing, whatever the policy says."""
    olga = await house.organiser("Olga")
    await destroys(house)
    await olga.says("/panic")
    await olga.hears(en("panic-alone"))
    assert done == []


@pytest.mark.parametrize("role", [Role.ANSWERER])
async def test_not_every_role(house: House, en: Words, done: list[str], role: Role) -> None:
    """An answerer neither proposes nor agrees to it."""
    [olga] = await house.team("Olga")
    other = await house.organiser("Ann", role)
    await house.confirms(olga, "Approve")
    await other.sees("You are enrolled")
    await destroys(house)
    await other.says("/panic")
    await other.hears(en("not-allowed"))
    await olga.says("/panic")
    await olga.hears(en("panic-alone"))
    assert done == []


async def test_a_sign_of_life(house: House, en: Words) -> None:
    """/checkin asks for a code, which is what counts; where no switch is set it says so."""
    olga = await house.organiser("Olga")
    await olga.says("/checkin")
    await olga.hears(en("checkin-off"))
    house.application._council._days = 30
    await olga.says("/checkin")
    await olga.hears(en("code-ask"))
    await olga.says(house.code(olga))
    await olga.hears(en("checkin-done", days=30))
