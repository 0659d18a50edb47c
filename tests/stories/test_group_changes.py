"""What happens to a subscribed group: it becomes a supergroup, takes rights away, throws the bot out."""

import pytest

from bot.sandbox import Group, Person
from bot.sandbox.faults import Fault
from tests.support.house import House


@pytest.fixture
def alice(house: House) -> Person:
    return house.world.person("Alice")


@pytest.fixture
async def depot(house: House, alice: Person) -> Group:
    """A basic group that is subscribed."""
    depot = house.world.group("Depot 3", admin=alice, kind="group")
    await subscribe(house, alice, depot)
    return depot


async def subscribe(house: House, admin: Person, group: Group) -> None:
    await group.add_bot()
    await group.hears()
    await admin.says(f"/subscribe@{house.world.bot_username}", chat=group)
    await group.hears("is subscribed")


async def test_thrown_out(house: House, depot: Group) -> None:
    """A group that throws the bot out is erased; brought in again it is a stranger."""
    await depot.kick_bot()
    await house.world.settled()
    assert await house.readers() == 0
    await depot.add_bot()
    await depot.hears("I bring statements")
    assert await house.readers() == 0


async def test_migrated(house: House, depot: Group, alice: Person) -> None:
    """A group that became a supergroup stays subscribed under its new number."""
    new = await depot.migrate()
    await house.world.settled()
    assert await house.readers() == 1
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "Meeting at six.")
    await new.hears("Meeting at six.")
    await alice.says(f"/stop@{house.world.bot_username}", chat=new)
    await new.hears("is not subscribed")
    assert await house.readers() == 0


async def test_migrated_and_subscribed_anew(house: House, depot: Group, alice: Person) -> None:
    """If the new supergroup is on the list already, the old group goes."""
    other = house.world.group("Depot 3", admin=alice)
    await subscribe(house, alice, other)
    assert await house.readers() == 2
    depot.chat.migrated_to = other.id
    update = {"migrate_to_chat_id": other.id}
    house.world.state.post(depot.chat, alice.peer, service=update)
    await house.world.settled()
    assert await house.readers() == 1


async def test_migration_noticed_while_sending(house: House, depot: Group, alice: Person) -> None:
    """A migration nobody told of is learnt from a refusal; the message then goes to the new chat."""
    new = house.world.group("Depot 3", admin=alice)
    await new.add_bot()
    await new.hears()
    house.world.faults.add(Fault(kind="migrate", chat=depot.id, to=new.id, times=None))
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "Meeting at six.")
    await new.hears("Meeting at six.")
    await olga.hears("Delivered: under 20")
    assert await house.readers() == 1


async def test_rights_taken_and_given(house: House, depot: Group) -> None:
    """While the bot may not write in a group it is left out; it stays on the list."""
    await depot.mute_bot()
    await house.world.settled()
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "First.")
    report = await olga.hears("Report")
    assert "Delivered: 0" in report.text
    assert await house.readers() == 1
    await depot.unmute_bot()
    await house.world.settled()
    await house.broadcasts(olga, "Second.")
    await depot.hears("Second.")
    assert not [message for message in depot.inbox if "First." in message.text]


async def test_rights_found_missing_while_sending(house: House, depot: Group, alice: Person) -> None:
    """A refusal for lack of rights pauses the group until the bot may write again or /subscribe is said."""
    house.world.faults.add(Fault(kind="no rights", chat=depot.id, method="sendMessage", times=1))
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "First.")
    report = await olga.hears("Report")
    assert "Refused: under 20" in report.text
    await house.broadcasts(olga, "Second.")
    await olga.hears("Report")
    await alice.says(f"/subscribe@{house.world.bot_username}", chat=depot)
    await depot.hears("is subscribed")
    await house.broadcasts(olga, "Third.")
    await depot.hears("Third.")
    assert not [message for message in depot.inbox if "Second." in message.text]
