"""An undo waits its turn like any broadcast, and makes way for something urgent."""

from bot.i18n.translator import Words
from bot.sandbox.faults import Fault
from tests.stories.test_undoing import copies, subscribed, undo
from tests.support.house import House


async def test_something_urgent_overtakes(house: House, en: Words) -> None:
    """An undo waits for what is being sent, and makes way for something urgent; then it goes on by itself."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga, pavel, rita = await house.team("Olga", "Pavel", "Rita")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await olga.hears(en("report-done"))
    for person in (olga, pavel, rita):
        await house.deaf(person)
    house.world.faults.add(Fault(kind="429", chat=dora.id, method="deleteMessage", seconds=90, times=None))
    await undo(house, olga, en)
    await house.world.until(lambda: None if copies(bert) else bert)
    await olga.says("/broadcast Leave now")
    await olga.hears("Fingerprint")
    await house.confirms(olga, "Urgent")
    for person in (pavel, rita):
        await person.hears("wants to send this")
        await house.confirms(person, "Approve")
    await bert.hears("Leave now")
    assert copies(dora) == 1
    house.world.faults.clear()
    house.clock.forward(minutes=5)
    await olga.hears(en("report-undo-done"))
    assert copies(dora) == copies(bert) == 0
    assert copies(bert, "Leave now") == copies(dora, "Leave now") == 1
