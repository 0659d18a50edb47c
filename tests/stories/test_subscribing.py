"""How somebody reads, subscribes and leaves."""

from tests.support.house import House


async def test_alice_subscribes_and_leaves(house: House) -> None:
    """/start shows the risk card; Subscribe puts a person on the list; /stop erases them at once."""
    alice = house.world.person("Alice", language="en")
    await alice.says("/start")
    card = await alice.hears("What Telegram holds")
    assert card.labels == ["Subscribe", "Latest statement", "Language"]
    async with house.store.read() as tx:
        assert await tx.contacts.estimate() == 0
    await alice.presses("Subscribe")
    await alice.hears("You are subscribed")
    async with house.store.read() as tx:
        assert await tx.contacts.estimate() == 1
    await alice.says("/stop")
    await alice.hears("Nothing about you is kept")
    async with house.store.read() as tx:
        assert await tx.contacts.estimate() == 0
