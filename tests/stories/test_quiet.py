"""Hours in which messages arrive at once, but without sound."""

from bot.domain.contact import ChatId, Contact
from bot.domain.quiet import Quiet
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House

NIGHT = Quiet(19 * 60, 4 * 60)
"""From 22 to 7, three hours ahead of UTC."""


async def known(house: House, person: Person) -> Contact | None:
    async with house.store.read() as tx:
        return await tx.contacts.find(ChatId(person.id))


async def subscribes(person: Person) -> None:
    await person.says("/subscribe")
    await person.hears()


async def chooses(house: House, person: Person, words: Words) -> str:
    """From 22 to 7, where the clock shows three hours more than UTC; what the bot then says."""
    await person.says("/quiet")
    message = await person.hears(words("quiet-choose"))
    assert message.labels[-1] == words("button-quiet-off")
    await person.presses("22:00–7:00")
    await house.world.until(lambda: words("quiet-clock") in person.message(message.id).text or None)
    now = house.clock.now()
    here = f"{(now.hour + 3) % 24}:{now.minute:02}"
    assert len(person.message(message.id).labels) == 48
    await person.presses(here, on=person.message(message.id))
    await house.world.until(lambda: not person.message(message.id).labels or None)
    assert here in person.message(message.id).text
    return person.message(message.id).text


async def broadcast(house: House, olga: Person, text: str) -> None:
    house.hush(olga)
    await house.broadcasts(olga, text)
    await olga.hears("Report")


async def test_a_broadcast_at_night(house: House, alice: Person, words: Words) -> None:
    """At noon it makes a sound, at night none; it arrives at once both times. To others nothing changes."""
    bert = house.world.person("Bert")
    await subscribes(alice)
    await subscribes(bert)
    await chooses(house, alice, words)
    olga = await house.organiser("Olga")
    await broadcast(house, olga, "By day")
    assert not (await alice.sees("By day")).silent
    house.clock.forward(hours=9)
    await broadcast(house, olga, "By night")
    assert (await alice.sees("By night")).silent
    assert not (await bert.sees("By night")).silent


async def test_what_is_kept(house: House, alice: Person, words: Words) -> None:
    """Two times in UTC, which /mydata shows; with sound at any hour nothing is kept of it."""
    await subscribes(alice)
    assert "22:00" in await chooses(house, alice, words)
    found = await known(house, alice)
    assert found is not None
    assert found.quiet == NIGHT
    await alice.says("/mydata")
    kept = words("mydata-quiet", begins="19:00", ends="4:00")
    assert kept in (await alice.hears()).text
    await alice.says("/subscribe")
    await alice.hears()
    assert await known(house, alice) == found, "subscribing again keeps them"
    await alice.says("/quiet")
    message = await alice.hears()
    await alice.presses(words("button-quiet-off"))
    await house.world.until(lambda: words("quiet-off") in alice.message(message.id).text or None)
    await alice.says("/mydata")
    assert kept not in (await alice.hears()).text


async def test_of_a_stranger_nothing_is_stored(house: House, alice: Person, words: Words) -> None:
    """The same words, and nothing behind them."""
    said = await chooses(house, alice, words)
    assert await house.readers() == 0
    house.clock.forward(days=1)
    await subscribes(alice)
    again = await chooses(house, alice, words)
    assert said.partition("\n")[2] == again.partition("\n")[2]


async def test_forged_buttons(house: House, alice: Person, words: Words) -> None:
    """What is none of our buttons gets the constant answer, and changes nothing."""
    await subscribes(alice)
    before = await known(house, alice)
    for data in ("", "x", "6", "-1", "0:x", "0:7", "0:1440", "0:-30", "0:30:5", "0:" + "9" * 22, "off:1"):
        await alice.presses_data(f"quiet:{words.language}:{data}")
        await alice.hears(words("unknown"))
    assert await known(house, alice) == before
