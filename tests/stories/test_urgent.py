"""Several broadcasts: they wait for one another, and something urgent overtakes."""

import pytest

from bot.domain.organiser import Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import House


@pytest.fixture
async def readers(house: House) -> list[Person]:
    people = [house.world.person(name) for name in ("Bert", "Carla", "Dora")]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    return people


def stuck(house: House, person: Person) -> None:
    """Telegram wants this one to wait: a broadcast to them stays on its way."""
    house.world.faults.add(Fault(kind="429", chat=person.id, method="sendMessage", seconds=60, times=None))


def order(person: Person, *texts: str) -> list[str]:
    """Which of these arrived, in which order."""
    return [text for message in person.inbox for text in texts if text in message.text]


async def urgent(house: House, author: Person, text: str) -> None:
    """An organiser writes, presses Urgent and sends the code."""
    await author.says(f"/broadcast {text}")
    await author.hears("Fingerprint")
    await house.confirms(author, "Urgent")


async def approves(house: House, *people: Person) -> None:
    for person in people:
        await person.hears("wants to send this")
        await house.confirms(person, "Approve")


async def test_one_after_the_other(house: House, readers: list[Person], en: Words) -> None:
    """What is approved while another is being sent waits for it, and then goes by itself."""
    bert, _, dora = readers
    olga, pavel = await house.team("Olga", "Pavel")
    stuck(house, dora)
    await house.broadcasts(olga, "First")
    await approves(house, pavel)
    await bert.hears("First")
    await olga.hears(en("starts-in", seconds=1))
    await house.broadcasts(pavel, "Second")
    await approves(house, olga)
    await olga.hears(en("starts-in", seconds=1))
    house.clock.forward(seconds=30)
    await house.deaf(bert)
    assert order(bert, "First", "Second") == ["First"]
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    for person in readers:
        await person.hears("Second")
        assert order(person, "First", "Second") == ["First", "Second"]


async def test_something_urgent_overtakes(house: House, readers: list[Person], en: Words) -> None:
    """It takes two besides the author and starts at once; what was being sent waits and goes on by itself."""
    bert, carla, dora = readers
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    inga = await house.organiser("Inga", Role.ANSWERER)
    await house.confirms(olga, "Approve")
    await inga.hears("You are enrolled")
    stuck(house, dora)
    await house.broadcasts(olga, "Meeting")
    await approves(house, pavel)
    for person in (bert, carla):
        await person.hears("Meeting")
    for person in (olga, pavel, vera):
        house.hush(person)
    await urgent(house, olga, "Police")
    waiting = await olga.hears(en("urgent-note"))
    assert en("waiting", agreed=1, needed=3) in waiting.text
    assert en("urgent-note") in (await inga.hears()).text
    question = await pavel.hears("Olga wants to send this")
    assert question.text.startswith(en("urgent-note"))
    fingerprint = waiting.text.partition("Fingerprint: ")[2][:9]
    assert f"Fingerprint: {fingerprint}" in question.text
    await house.confirms(pavel, "Approve")
    await pavel.hears(en("waiting", agreed=2, needed=3))
    await house.deaf(bert)
    assert order(bert, "Meeting", "Police") == ["Meeting"]
    await vera.hears("2 of 3")
    await house.confirms(vera, "Approve")
    for person in (olga, pavel, vera, inga):
        await person.hears(en("starts-urgent"))
    for person in (bert, carla):
        await person.hears("Police")
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await dora.hears("Meeting")
    for person in readers:
        assert sorted(order(person, "Meeting", "Police")) == ["Meeting", "Police"]
    assert order(dora, "Meeting", "Police") == ["Police", "Meeting"]
    for _ in range(2):
        await olga.hears(en("report-done"))


async def test_after_a_restart(house: House, readers: list[Person]) -> None:
    """The urgent one still goes first when the service starts again."""
    bert, _, dora = readers
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    stuck(house, dora)
    await house.broadcasts(olga, "Meeting")
    await approves(house, pavel)
    await bert.hears("Meeting")
    for person in (pavel, vera):
        house.hush(person)
    await urgent(house, olga, "Police")
    await approves(house, pavel, vera)
    await bert.hears("Police")
    await house.world.settled()
    await house.stop()
    house.world.faults.clear()
    await house.restart()
    await dora.hears("Meeting")
    assert order(dora, "Meeting", "Police") == ["Police", "Meeting"]
    assert sorted(order(bert, "Meeting", "Police")) == ["Meeting", "Police"]


async def test_too_few_to_agree(house: House, alice: Person, words: Words) -> None:
    """With fewer than three who may approve nothing urgent is sent, and it says why; Send still works."""
    await house.enrols(alice, "Olga")
    bert = house.world.person("Bert")
    await bert.says("/subscribe")
    await bert.hears()
    await alice.says("/broadcast Meeting")
    control = await alice.hears(words("draft-title"))
    assert words("draft-urgent", needed=3) in control.text
    await alice.presses(words("button-urgent"))
    await alice.hears(words("urgent-too-few", needed=3, organisers=1))
    await house.confirms(alice, words("button-send"))
    await bert.hears("Meeting")


async def test_keepers_do_not_count(house: House, en: Words) -> None:
    """Who may not approve does not make something urgent possible."""
    olga, _ = await house.team("Olga", "Pavel")
    await house.organiser("Inga", Role.KEEPER)
    await house.confirms(olga, "Approve")
    await olga.hears("You have agreed")
    await olga.says("/broadcast Police")
    await olga.hears("Fingerprint")
    await olga.presses("Urgent")
    await olga.hears(en("urgent-too-few", needed=3, organisers=2))
