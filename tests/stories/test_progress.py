"""The one progress message: the same through a restart, and honest about what was done before it."""

from bot.i18n.translator import Words
from bot.sandbox import Message, Person
from bot.sandbox.faults import Fault
from tests.support.house import House


async def half_sent(house: House, author: Person, *names: str) -> tuple[Message, list[Person]]:
    """The progress message of a broadcast that the first has and the last waits for; the service stopped."""
    people = [house.world.person(name) for name in names]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    stuck = Fault(kind="429", chat=people[-1].id, method="sendMessage", seconds=60, times=None)
    house.world.faults.add(stuck)
    await author.says("/broadcast Meeting")
    await author.hears("Fingerprint")
    await house.confirms(author, "Send")
    await people[0].hears("Meeting")
    progress = await author.hears("Sending")
    await house.world.settled()
    await house.stop()
    return progress, people


def shown(author: Person) -> list[Message]:
    """Every progress message in the author's chat."""
    return [message for message in author.messages if message.text.startswith("Sending ▱")]


async def test_the_same_message_after_a_restart(house: House, en: Words) -> None:
    """A restart goes on in the message that stands there, with what was delivered before it."""
    olga = await house.organiser("Olga")
    progress, (_, dora) = await half_sent(house, olga, "Bert", "Dora")
    await house.restart()
    await house.world.until(lambda: [m for m in shown(olga) if "Delivered: under 20" in m.text] or None)
    assert [message.id for message in shown(olga)] == [progress.id]
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await dora.hears("Meeting")
    await olga.hears(en("report-done"))
    await house.deaf(olga)
    last = next(message for message in olga.messages if message.id == progress.id)
    assert last.text == f"{en('progress', bar='▰' * 10)}\n{en('tally-sent', people='under 20')}"
    assert last.labels == []


async def test_a_new_message_if_it_is_gone(house: House, en: Words) -> None:
    """If somebody deleted it meanwhile, there is a new one."""
    olga = await house.organiser("Olga")
    progress, (_, dora) = await half_sent(house, olga, "Bert", "Dora")
    house.world.state.remove(olga.chat, progress.id)
    await house.restart()
    fresh = await olga.hears("Sending")
    assert fresh.id != progress.id
    assert "Delivered: under 20" in fresh.text
    assert fresh.labels == ["Pause", "Cancel"]
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await dora.hears("Meeting")
    await olga.hears(en("report-done"))
    assert len([m for m in olga.messages if m.text.startswith("Sending")]) == 1


async def test_a_new_message_after_a_pause(house: House, en: Words) -> None:
    """What goes on after a pause is shown where the organiser is looking: in a new message."""
    olga = await house.organiser("Olga")
    progress, (_, dora) = await half_sent(house, olga, "Bert", "Dora")
    await house.restart()
    await house.world.until(lambda: [m for m in shown(olga) if "under 20" in m.text] or None)
    await olga.says("/pause")
    paused = await olga.hears(en("paused-by", name="Olga"))
    # Where it is let go on before it has stopped, it goes on in the message that it has.
    await house.world.until(lambda: [m for m in shown(olga) if not m.labels] or None)
    await olga.presses("Resume", on=paused)
    fresh = await olga.hears("Sending")
    assert fresh.id != progress.id
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await dora.hears("Meeting")
    await olga.hears(en("report-done"))
