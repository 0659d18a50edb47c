"""How a broadcast is stopped: by one tap of any organiser, at any moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.broadcast import BroadcastId, State
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import House, open_house


@pytest.fixture
async def calm(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """A house with ten minutes of cool-down."""
    home, rules = tmp_path / "calm", {"cooldown_seconds": "600"}
    async with open_house(home, template=template, translator=translator, publishing=rules) as house:
        yield house


async def states(house: House) -> list[State]:
    async with house.store.read() as tx:
        return [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)]


async def subscribed(house: House, *names: str) -> list[Person]:
    people = [house.world.person(name) for name in names]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    return people


def stuck(house: House, *people: Person) -> None:
    """Telegram wants these to wait for a minute: a broadcast to them stays on its way."""
    for person in people:
        house.world.faults.add(
            Fault(kind="429", chat=person.id, method="sendMessage", seconds=60, times=None)
        )


async def written_down_as_gone(house: House, broadcast: BroadcastId) -> None:
    """Wait until the journal knows somebody who is gone."""
    async with asyncio.timeout(30):
        while True:
            async with house.store.read() as tx:
                if await tx.journal.gone(broadcast):
                    return


def got(person: Person, text: str) -> bool:
    return any(text in message.text for message in person.inbox)


@pytest.mark.parametrize("by", ["button", "command"])
async def test_a_draft(calm: House, en: Words, by: str) -> None:
    """Cancel under a draft, or /cancel, ends it; the others never hear of it."""
    olga, pavel = await calm.team("Olga", "Pavel")
    await olga.says("/broadcast Meeting")
    await olga.hears("Fingerprint")
    if by == "button":
        await olga.presses("Cancel")
    else:
        await olga.says("/cancel")
    await olga.hears(en("cancelled", name="Olga"))
    assert await states(calm) == [State.CANCELLED]
    await olga.presses("Send")
    await olga.hears("Send the six digits")
    await olga.says(calm.code(olga))
    await olga.hears("not possible any more")
    await calm.deaf(pavel)
    assert not got(pavel, "Cancelled")


@pytest.mark.parametrize("by", ["Olga", "Pavel"])
async def test_while_it_waits(calm: House, en: Words, by: str) -> None:
    """While approval is missing, the author or any other can stop it."""
    people = {person.name: person for person in await calm.team("Olga", "Pavel")}
    await calm.broadcasts(people["Olga"], "Meeting")
    await people["Olga"].hears("Waiting for approval")
    await people["Pavel"].hears("Olga wants to send this")
    if by == "Olga":
        await people["Olga"].presses("Cancel")
    else:
        await people["Pavel"].says("/cancel")
    for person in people.values():
        await person.hears(en("cancelled", name=by))
    await calm.confirms(people["Pavel"], "Approve")
    await people["Pavel"].hears("not possible any more")
    assert await states(calm) == [State.CANCELLED]


@pytest.mark.parametrize("by", ["Olga", "Pavel"])
async def test_in_the_cool_down(calm: House, en: Words, by: str) -> None:
    """In the cool-down one tap of anybody who may is enough, and nothing leaves."""
    (bert,) = await subscribed(calm, "Bert")
    people = {person.name: person for person in await calm.team("Olga", "Pavel")}
    await calm.broadcasts(people["Olga"], "Meeting")
    await calm.confirms(people["Pavel"], "Approve")
    for name, person in people.items():
        labels = (await person.hears(en("starts-in", seconds=600))).labels
        assert labels == (["Cancel"] if name == "Pavel" else ["Cancel", "Freeze"])
    await people[by].presses("Cancel")
    for person in people.values():
        await person.hears(en("cancelled", name=by))
    calm.clock.forward(minutes=11)
    await calm.deaf(bert)
    assert not got(bert, "Meeting")
    assert not got(people["Olga"], "Report")
    assert await states(calm) == [State.CANCELLED]


@pytest.mark.parametrize("by", ["Olga", "Pavel"])
async def test_while_it_is_being_sent(house: House, en: Words, by: str) -> None:
    """Stopped on its way, it leaves those who have it alone and reaches nobody else."""
    bert, carla, dora = await subscribed(house, "Bert", "Carla", "Dora")
    people = {person.name: person for person in await house.team("Olga", "Pavel")}
    stuck(house, dora)
    await house.broadcasts(people["Olga"], "Meeting")
    await house.confirms(people["Pavel"], "Approve")
    for person in (bert, carla):
        await person.hears("Meeting")
    await people[by].presses("Cancel")
    for person in people.values():
        await person.hears(en("cancelled", name=by))
        report = await person.hears("Report")
        assert en("report-cancelled") in report.text
        assert "Delivered: under 20" in report.text
    # Of so few readers not even a part of the bar is shown: it would tell their number.
    await people["Olga"].sees(en("progress", bar="▱" * 10))
    house.world.faults.clear()
    house.clock.forward(minutes=5)
    await house.deaf(dora)
    assert not got(dora, "Meeting")
    assert await states(house) == [State.CANCELLED]
    assert await house.readers() == 3


async def test_what_was_learnt_before_counts(house: House) -> None:
    """Who was found to be gone before the cancel is erased, and nothing stays of who got it."""
    bert, carla, dora = await subscribed(house, "Bert", "Carla", "Dora")
    (olga,) = await house.team("Olga")
    await carla.deactivates()
    stuck(house, dora)
    await house.broadcasts(olga, "Meeting")
    await bert.hears("Meeting")
    async with house.store.read() as tx:
        (broadcast,) = await tx.broadcasts.in_states(State.SENDING)
    await written_down_as_gone(house, broadcast.id)
    await olga.says("/cancel")
    await olga.hears("Report")
    assert await house.readers() == 2
    async with house.store.read() as tx:
        assert not await tx.journal.open_shards(broadcast.id)
        assert not await tx.journal.gone(broadcast.id)


async def test_between_send_and_the_first_message(house: House, en: Words) -> None:
    """Cancelled in the very moment it starts, the broadcast ends without a trace."""
    (bert,) = await subscribed(house, "Bert")
    (olga,) = await house.team("Olga")
    stuck(house, bert)
    await house.broadcasts(olga, "Meeting")
    await olga.says("/cancel")
    await olga.hears(en("cancelled", name="Olga"))
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await house.deaf(bert)
    assert not got(bert, "Meeting")
    assert await states(house) == [State.CANCELLED]


async def test_nothing_to_cancel(house: House, alice: Person, words: Words) -> None:
    """/cancel without a broadcast says that there is nothing to stop."""
    await house.enrols(alice, "Olga")
    house.hush(alice)
    await alice.says("/cancel")
    assert (await alice.hears()).text == words("too-late")
