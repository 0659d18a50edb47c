"""What becomes of a broadcast that was not finished when the bot became another one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions.broadcasts import UNFINISHED
from bot.clock import Clock
from bot.control.desk import Desk
from bot.control.messages import SetToken
from bot.domain.bot_record import BotRecord
from bot.domain.broadcast import State
from bot.domain.organiser import Role
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import TOKEN, House, open_house


@pytest.fixture
async def calm(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """A house with ten minutes of cool-down."""
    home, rules = tmp_path / "calm", {"cooldown_seconds": "600"}
    async with open_house(home, template=template, translator=translator, publishing=rules) as house:
        yield house


async def another_bot(house: House) -> None:
    """The keeper seals the token of another bot, and the service starts with it.

    To the people in the story it is still the same one: what they see is not what this is about.
    """
    clock: Clock = house.clock
    await house.world.settled()
    await house.stop()
    async with house.store.begin() as tx:
        await tx.bot.set(BotRecord(token=TOKEN, bot_id=1234567890, list_bot_id=1234567890))
    desk = Desk(store=house.store, config=house.config, clock=clock, random=bytes)
    await desk.answer(SetToken(token="9876543210:" + "B" * 35, new_bot=True))
    await house.restart()


async def states(house: House) -> list[State]:
    async with house.store.read() as tx:
        return [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)]


async def subscribed(house: House, name: str) -> Person:
    person = house.world.person(name)
    await person.says("/subscribe")
    await person.hears()
    return person


@pytest.mark.parametrize("by", ["notice", "command"])
async def test_half_sent(house: House, words: Words, by: str) -> None:
    """Organisers are asked at the start; Resume with a code goes on where it stopped."""
    bert, dora = await subscribed(house, "Bert"), await subscribed(house, "Dora")
    olga = await house.organiser("Olga", language=words.language)
    stuck = Fault(kind="429", chat=dora.id, method="sendMessage", seconds=60, times=None)
    house.world.faults.add(stuck)
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await bert.hears("Meeting")
    await another_bot(house)
    house.world.faults.clear()
    held = await olga.hears(words("held"))
    assert await states(house) == [State.HELD]
    if by == "command":
        await olga.says("/resume")
        held = await olga.hears(words("held"))
    assert held.labels == [words("button-resume"), words("button-cancel")]
    await olga.presses(words("button-resume"), on=held)
    await olga.hears(words("code-ask"))
    await olga.says(house.code(olga))
    await olga.hears(words("resumed", name="Olga"))
    await dora.hears("Meeting")
    await olga.hears(words("report-done"))
    assert len([m for m in bert.inbox if "Meeting" in m.text]) == 1


async def test_approved_but_not_begun(calm: House, en: Words) -> None:
    """What had its approvals cools down anew."""
    bert = await subscribed(calm, "Bert")
    olga = await calm.organiser("Olga")
    await calm.broadcasts(olga, "Meeting")
    await olga.hears(en("starts-in", seconds=600))
    await another_bot(calm)
    await olga.hears(en("held"))
    calm.clock.forward(minutes=11)
    await calm.confirms(olga, "Resume")
    await olga.hears(en("starts-in", seconds=600))
    await calm.deaf(bert)
    assert not any("Meeting" in m.text for m in bert.inbox)
    calm.clock.forward(minutes=11)
    await bert.hears("Meeting")


async def test_never_approved(house: House, en: Words) -> None:
    """What waited for approval waits for it again: nobody publishes alone by way of another bot."""
    bert = await subscribed(house, "Bert")
    olga, pavel = await house.team("Olga", "Pavel")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await another_bot(house)
    await pavel.hears(en("held"))
    await house.confirms(pavel, "Resume")
    await pavel.hears(en("waiting", agreed=1, needed=2))
    await house.deaf(bert)
    assert not any("Meeting" in m.text for m in bert.inbox)
    await house.confirms(olga, "Approve")
    await bert.hears("Meeting")


async def test_who_may(house: House, en: Words) -> None:
    """An approver sees what is held and may cancel it, but not let it go on."""
    olga, pavel = await house.team("Olga", "Pavel", role=Role.APPROVER)
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await another_bot(house)
    held = await pavel.hears(en("held"))
    assert held.labels == ["Cancel"]
    await pavel.presses("Cancel", on=held)
    await olga.hears(en("cancelled", name="Pavel"))
    async with house.store.read() as tx:
        assert await tx.broadcasts.in_states(*UNFINISHED) == []


async def test_what_the_old_bot_sent(house: House, en: Words) -> None:
    """Messages of the old bot are not taken back: the same numbers may be other messages of the new one."""
    bert = await subscribed(house, "Bert")
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "Meeting")
    await olga.hears(en("report-done"))
    await another_bot(house)
    await olga.says("/undo")
    await olga.hears(en("undo-nothing"))
    assert any("Meeting" in m.text for m in bert.inbox)
