"""A statement under embargo: every door at which readers ask, before its moment and after it."""

from dataclasses import replace
from datetime import timedelta

from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.stories.test_groups import asks as put_to
from tests.support.house import House


async def asks(house: House, person: Person, *commands: str) -> str:
    """Everything that is answered to these, text and buttons, files included."""
    await house.silent()
    house.hush(person)
    before = len(person.inbox)
    for command in commands:
        await person.says(command)
    await house.silent()
    await house.world.until(lambda: person.inbox[before:] or None)
    return "\n".join(message.render() for message in person.inbox[before:])


async def test_every_door(house: House, alice: Person, words: Words) -> None:
    """Neither text nor title nor number is answered before `Publish-At`; afterwards all are."""
    await house.imports("2026-10-programme", "2026-11-update-couriers")
    until = house.clock.now() + timedelta(hours=2)
    titles = set()
    async with house.store.begin() as tx:
        for one in await tx.statements.all():
            if one.number == 3:
                titles.add(one.title)
                await tx.statements.put(replace(one, publish_at=until))
    for command in ("/latest", "/statements", "/statement 3", "/start s3", "/start s3-1", "/leaflet 3"):
        answer = await asks(house, alice, command)
        assert "№ 3" not in answer, command
        assert not any(title in answer for title in titles), command
    for data in (
        f"statement:{words.language}:3",
        f"point:{words.language}:3:1",
        f"leaflet:{words.language}:3",
    ):
        house.hush(alice)
        await alice.presses_data(data)
        answer = (await alice.hears()).render()
        assert "№ 3" not in answer, data
        assert not any(title in answer for title in titles), data
    house.clock.forward(hours=2, seconds=1)
    assert "№ 3" in await asks(house, alice, "/latest")
    listed = await asks(house, alice, "/statements")
    assert any(title in listed for title in titles)


async def test_groups(house: House, alice: Person) -> None:
    """A group is answered with what may be read, and not with what may not yet."""
    await house.imports("2026-10-programme", "2026-11-update-couriers")
    async with house.store.begin() as tx:
        for one in await tx.statements.all():
            if one.number == 3:
                await tx.statements.put(replace(one, publish_at=house.clock.now() + timedelta(hours=2)))
    group = house.world.group("Kitchen", admin=alice)
    await group.add_bot()
    await group.hears()
    await put_to(alice, house, "/latest", group)
    assert "№ 2" in (await group.hears()).text
    house.clock.forward(seconds=11)
    await put_to(alice, house, "/statement 3", group)
    assert "№ 3" not in (await group.hears()).text
