"""What happens to people who ask too much, and to those beside them."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.flood import USUAL
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """A house in which the flood rule is what it always is."""
    home = tmp_path / "home"
    async with open_house(home, template=template, translator=translator, flood=USUAL) as house:
        yield house


async def said(person: Person, times: int, text: str = "/slogan") -> None:
    for _ in range(times):
        await person.says(text)


def told(person: Person, text: str) -> int:
    return len([message for message in person.inbox if message.text == text])


async def test_one_who_asks_too_much(house: House, alice: Person, words: Words) -> None:
    """Five questions at once are answered; the next ones are dropped, until three seconds have passed."""
    await said(alice, 40)
    await alice.hears(words("slogan-none"), count=5)
    await house.world.settled()
    house.clock.forward(seconds=60)
    await alice.says("/help")
    await alice.hears(words("help"))
    assert 5 <= told(alice, words("slogan-none")) <= 7
    assert house.log.getvalue().count("updates.dropped") == 1


async def test_whoever_joins_or_leaves(house: House, alice: Person, words: Words) -> None:
    """/subscribe, /stop and /forget take effect however much was said before; only the answer is saved."""
    await said(alice, 20)
    await alice.says("/subscribe")
    await house.world.settled()
    assert await house.readers() == 1
    await said(alice, 20)
    await alice.says("/stop")
    await house.world.settled()
    assert await house.readers() == 0
    await said(alice, 20, "/subscribe")
    await house.world.settled()
    assert await house.readers() == 1
    await alice.says("/forget")
    await house.world.settled()
    assert await house.readers() == 0


async def test_its_buttons(house: House, alice: Person, words: Words) -> None:
    """The buttons Subscribe and Unsubscribe do too, and so does blocking the bot."""
    await alice.says("/start")
    await alice.hears()
    await said(alice, 20)
    await alice.presses(words("button-subscribe"))
    await house.world.settled()
    assert await house.readers() == 1
    await said(alice, 20)
    await alice.block()
    await house.world.settled()
    assert await house.readers() == 0


async def test_organisers_are_always_heard(house: House, en: Words) -> None:
    """An organiser is heard and answered, whatever he and all others say at the same time."""
    olga = await house.organiser("Olga")
    crowd = [house.world.person(f"Somebody {number}") for number in range(100)]
    for person in crowd:
        await said(person, 2)
    await said(olga, 10, "/progress")
    await house.world.settled()
    for _ in range(10):
        await olga.hears(en("progress-none"))


async def test_a_crowd_costs_no_database_work(house: House, alice: Person) -> None:
    """What is dropped is confirmed to Telegram without having been written down."""
    await said(alice, 300)
    await house.world.settled()
    assert house.config.database_file
    with sqlite3.connect(house.config.database_file) as database:
        ((written,),) = database.execute("SELECT count(*) FROM updates_seen").fetchall()
    assert written <= 100
    assert house.world.bot().queue.listening or len(house.world.bot().queue) == 0


async def test_what_a_group_says_to_itself(house: House, en: Words) -> None:
    """Talk in a group is no question: whatever its people say to each other, its admin is answered."""
    anna = house.world.person("Anna")
    depot = house.world.group("Depot 3", admin=anna)
    await depot.add_bot()
    await depot.hears(en("group-hello"))
    await depot.promote_bot()
    for number in range(50):
        await anna.says(f"message {number}", chat=depot)
    await anna.says(f"/subscribe@{house.world.bot_username}", chat=depot)
    await depot.hears(en("group-subscribed"))
    assert await house.readers() == 1
