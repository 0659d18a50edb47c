"""/approve: what waits for somebody's agreement is shown again, whole and with buttons that work."""

from bot.actions.council import Council
from bot.domain.broadcast import State
from bot.domain.organiser import Role, Standing
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.stories.test_enrolling import standings
from tests.stories.test_freezing import agrees, newest
from tests.support.house import House


async def nothing_waits(person: Person, words: Words) -> None:
    await person.says("/approve")
    await person.hears(words("approve-none"))


async def test_after_the_button_has_died(house: House, en: Words) -> None:
    """A day later the old button does nothing; the new one, with a code, does what the old one would have."""
    olga, pavel = await house.team("Olga", "Pavel")
    await nothing_waits(pavel, en)
    await house.broadcasts(olga, "Meeting at noon")
    await pavel.hears("Olga wants to send this")
    await nothing_waits(olga, en)
    house.clock.forward(minutes=24 * 60 + 1)
    await pavel.presses("Approve")
    await pavel.hears(en("unknown"))
    await pavel.says("/approve")
    await pavel.hears("Meeting at noon")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await pavel.hears("Starts in")
    assert (await newest(house))[0] is not State.WAITING
    await nothing_waits(pavel, en)


async def test_after_a_freeze(house: House, en: Words) -> None:
    """Whoever was suspended when something was proposed is asked as soon as they ask."""
    olga, pavel, vera, _ = await house.team("Olga", "Pavel", "Vera", "Ivan")
    await pavel.says("/freeze Ivan")
    for person in (olga, vera):
        await person.hears(en("frozen", name="Pavel", other="Ivan"))
    await house.broadcasts(olga, "Meeting at noon")
    await vera.hears("Olga wants to send this")
    await pavel.says("/approve")
    await pavel.hears(en("suspended"))
    await agrees(house, olga, "Unfreeze Pavel")
    await vera.hears("proposes that Pavel is not suspended")
    await agrees(house, vera, "Unfreeze Pavel")
    await pavel.hears(en("unfrozen-you"))
    await pavel.says("/approve")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await pavel.hears("Starts in")


async def test_newcomers_and_proposals(house: House, en: Words) -> None:
    """Who wants to become an organiser, and what is proposed about one, stand there too, for who decides."""
    olga, pavel = await house.team("Olga", "Pavel")
    answerer = await house.organiser("Ada", Role.ANSWERER)
    await house.confirms(olga, "Approve")
    await answerer.hears("You are enrolled")
    rita = house.world.person("Rita")
    await rita.says(f"/start {await house.invites(rita, 'Rita')}")
    await rita.hears(en("enrol-digits"))
    await rita.says(house.code(rita))
    await rita.hears(en("enrol-waiting"))
    async with house.store.begin() as tx:
        await Council(clock=house.clock, approvals=2).propose_removal(tx, "Pavel")
    for person in (olga, pavel):
        house.hush(person)
    await pavel.says("/approve")
    await pavel.hears("Rita wants to become")
    await olga.says("/approve")
    await olga.hears("Rita wants to become")
    await olga.hears("keeper proposes that Pavel")
    await answerer.says("/approve")
    await answerer.hears(en("not-allowed"))
    await house.confirms(olga, "Approve")
    await pavel.hears(en("removed-you"))
    assert await standings(house) == {
        "Olga": Standing.ENROLLED,
        "Ada": Standing.ENROLLED,
        "Rita": Standing.WAITING,
    }
