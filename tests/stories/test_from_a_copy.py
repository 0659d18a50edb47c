"""After a restore: readers are told from when the list is, and how to leave again."""

from datetime import timedelta

from bot.store.restored import Copied
from tests.support.house import House


async def test_the_next_broadcast_says_so(house: House) -> None:
    """The next broadcast to everyone says that the list came from a copy; the one after it does not."""
    (olga,) = await house.team("Olga")
    anna = house.world.person("Anna")
    boris = house.world.person("Борис", language="ru")
    for reader in (anna, boris):
        await reader.says("/subscribe")
        await reader.hears()
    taken = house.clock.now() - timedelta(days=9)
    async with house.store.begin() as tx:
        await tx.restored.set(Copied(taken=taken, since=house.clock.now()))
    await house.broadcasts(olga, "Soup at noon\n== ru ==\nСуп в полдень")
    english, russian = await anna.hears("Soup at noon"), await boris.hears("Суп в полдень")
    assert f"copy of {taken:%Y-%m-%d}" in english.text
    assert "из копии от" in english.text, "who reads another language is told as well"
    assert f"из копии от {taken:%Y-%m-%d}" in russian.text
    assert "copy of" not in russian.text
    assert english.text.splitlines()[-1].startswith("Update · ")
    await olga.hears("Report")
    await house.broadcasts(olga, "Bread at six")
    assert "copy of" not in (await anna.hears("Bread at six")).text


async def test_there_is_room_for_it(house: House) -> None:
    """A text that leaves no room for that sentence is refused, as one that is too long."""
    (olga,) = await house.team("Olga")
    async with house.store.begin() as tx:
        await tx.restored.set(Copied(taken=house.clock.now(), since=house.clock.now()))
    await olga.says("/broadcast " + "a" * 3900)
    await olga.hears("too long")
