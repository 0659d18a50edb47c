"""How a broadcast is taken back after it was sent, and who hears of it."""

import pytest

from bot.domain.broadcast import State
from bot.domain.organiser import PERMISSIONS, Action, Role
from bot.domain.revision import Purpose
from bot.i18n.translator import Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import House


async def subscribed(house: House, *names: str) -> list[Person]:
    people = [house.world.person(name) for name in names]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    return people


async def sent(house: House, author: Person, words: Words, text: str = "Meeting") -> None:
    """The only organiser has broadcast this to everybody."""
    await author.says(f"/broadcast {text}")
    await author.hears(words("draft-title"))
    await house.confirms(author, words("button-send"))
    await author.hears(words("report-done"))
    await house.deaf(author)


def copies(person: Person, text: str = "Meeting") -> int:
    return len([message for message in person.inbox if text in message.text])


async def undo(house: House, who: Person, words: Words) -> None:
    """/undo and the code."""
    await who.says("/undo")
    await who.hears(words("code-ask"))
    await who.says(house.code(who))


async def original(house: House) -> tuple[State, int]:
    """The state of what was sent, and how many of its messages are known."""
    async with house.store.read() as tx:
        (found,) = [b for b in await tx.broadcasts.in_states(*State) if not b.purpose.revises]
        return found.state, sum(k.messages for k in (await tx.journal.known(found.id)).values())


@pytest.mark.parametrize("by", ["command", "button"])
async def test_taken_back(house: House, words: Words, by: str) -> None:
    """/undo, or Undo under the report, shows what it is about, asks for a code and deletes every message."""
    readers = await subscribed(house, "Bert", "Dora", "Emil")
    olga = await house.organiser("Olga", language=words.language)
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    report = await olga.hears(words("report-done"))
    assert report.labels == [words("button-undo")]
    await house.deaf(olga)
    if by == "command":
        await olga.says("/undo")
    else:
        await olga.presses(words("button-undo"), on=report)
    await olga.hears("Meeting")
    asked = await olga.hears(words("undo-ask"))
    assert words("undo-known", people=words("people-under-twenty")) in asked.text
    await olga.hears(words("code-ask"))
    assert [copies(reader) for reader in readers] == [1, 1, 1]
    digits = await olga.says(house.code(olga))
    await olga.misses(digits)
    await olga.hears(words("undo-begun", name="Olga"))
    await olga.hears(words("progress-undo", bar="").strip())
    done = await olga.hears(words("report-undo-done"))
    assert words("tally-undone", people=words("people-under-twenty")) in done.text
    assert words("tally-beyond", people="").strip() not in done.text
    assert done.labels == []
    assert [copies(reader) for reader in readers] == [0, 0, 0]
    assert await original(house) == (State.DONE, 0)
    assert await house.readers() == 3
    await house.deaf(olga)
    await olga.says("/undo")
    await olga.hears(words("undo-nothing"))


async def test_updates_show_it_no_more(house: House, en: Words) -> None:
    """What was taken back is gone from /updates as well."""
    (bert,) = await subscribed(house, "Bert")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    await undo(house, olga, en)
    await olga.hears(en("report-undo-done"))
    await house.deaf(bert)
    await bert.says("/updates")
    await bert.hears(en("updates-none", hours=72))


async def test_who_may_and_who_is_told(house: House, en: Words) -> None:
    """Authors may; every other organiser who sees broadcasts is told who did it, and gets the report."""
    (bert,) = await subscribed(house, "Bert")
    olga, pavel = await house.team("Olga", "Pavel")
    people = {Role.AUTHOR: pavel}
    for role in (Role.APPROVER, Role.ANSWERER, Role.KEEPER):
        people[role] = await house.organiser(role.title(), role)
        await house.confirms(olga, "Approve")
        await people[role].hears("You are enrolled")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await bert.hears("Meeting")
    await olga.hears(en("report-done"))
    for person in (olga, *people.values()):
        await house.deaf(person)
    for role, person in people.items():
        assert (Action.UNDO in PERMISSIONS[role]) is (role is Role.AUTHOR)
        if role is not Role.AUTHOR:
            await person.says("/undo")
            await person.hears(en("not-allowed"))
    await undo(house, pavel, en)
    for person in (olga, people[Role.APPROVER], people[Role.KEEPER]):
        await person.hears(en("undo-begun", name="Pavel"))
        await person.hears(en("report-undo-done"))
    await house.deaf(people[Role.ANSWERER])
    assert not any("takes this back" in m.text for m in people[Role.ANSWERER].inbox)
    assert copies(bert) == 0


async def test_a_wrong_code(house: House, en: Words) -> None:
    """Without the right code nothing is taken back."""
    (bert,) = await subscribed(house, "Bert")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    await olga.says("/undo")
    await olga.hears(en("code-ask"))
    await olga.says("000000")
    await olga.hears(en("code-wrong"))
    await house.deaf(bert)
    assert copies(bert) == 1


async def test_what_telegram_keeps(house: House, words: Words) -> None:
    """Messages that are gone or refused are told apart, and nobody is erased for them."""
    bert, dora, emil = await subscribed(house, "Bert", "Dora", "Emil")
    olga = await house.organiser("Olga", language=words.language)
    await sent(house, olga, words)
    house.world.faults.add(Fault(kind="deactivated", chat=dora.id, method="deleteMessage", times=None))
    house.world.state.remove(emil.chat, emil.inbox[-1].id)
    await undo(house, olga, words)
    report = await olga.hears(words("report-undo-done"))
    few = words("people-under-twenty")
    assert words("tally-undone", people=few) in report.text
    assert words("tally-missing", people=few) in report.text
    assert copies(bert) == 0
    assert await house.readers() == 3


async def test_after_48_hours(house: House, en: Words) -> None:
    """After 48 hours there is nothing to take back; what was sent then is not known any more."""
    (bert,) = await subscribed(house, "Bert")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    house.clock.forward(hours=48, minutes=1)
    await olga.says("/undo")
    await olga.hears(en("undo-nothing"))
    assert copies(bert) == 1


async def test_something_paused(house: House, words: Words) -> None:
    """What was sent of a paused broadcast can be taken back too; the rest is then never sent."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga", language=words.language)
    stuck = Fault(kind="429", chat=dora.id, method="sendMessage", seconds=60, times=None)
    house.world.faults.add(stuck)
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await bert.hears("Meeting")
    await olga.says("/undo")
    await olga.hears(words("undo-nothing"))
    await olga.says("/pause")
    await olga.hears(words("paused-by", name="Olga"))
    await olga.says("/undo")
    asked = await olga.hears(words("undo-ask"))
    assert words("undo-paused") in asked.text
    await olga.hears(words("code-ask"))
    await olga.says(house.code(olga))
    await olga.hears(words("report-undo-done"))
    house.world.faults.clear()
    house.clock.forward(minutes=5)
    await house.deaf(dora)
    assert copies(bert) == copies(dora) == 0
    assert await original(house) == (State.CANCELLED, 0)


async def test_pause_progress_resume_and_cancel(house: House, words: Words) -> None:
    """An undo is paused, shown, resumed and cancelled like any broadcast; what is deleted stays deleted."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga", language=words.language)
    await sent(house, olga, words)
    house.world.faults.add(Fault(kind="429", chat=dora.id, method="deleteMessage", seconds=60, times=None))
    await undo(house, olga, words)
    await house.world.until(lambda: None if copies(bert) else bert)
    await olga.says("/pause")
    await olga.hears(words("paused-by", name="Olga"))
    await olga.says("/progress")
    await olga.hears(words("paused-organiser"))
    await olga.says("/resume")
    await olga.hears(words("resumed", name="Olga"))
    await olga.hears(words("progress-undo", bar="").strip())
    await olga.says("/cancel")
    await olga.hears(words("cancelled", name="Olga"))
    report = await olga.hears(words("report-undo-cancelled"))
    assert words("tally-undone", people=words("people-under-twenty")) in report.text
    assert (copies(bert), copies(dora)) == (0, 1)
    assert (await original(house))[1] == 1
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await house.deaf(olga)
    await undo(house, olga, words)
    again = await olga.hears(words("report-undo-done"))
    assert words("tally-beyond", people=words("people-under-twenty")) in again.text
    assert copies(dora) == 0


async def test_across_a_restart(house: House, en: Words) -> None:
    """An undo that the service's end interrupted goes on by itself, in the same progress message."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    house.world.faults.add(Fault(kind="429", chat=dora.id, method="deleteMessage", seconds=60, times=None))
    await undo(house, olga, en)
    await house.world.until(lambda: None if copies(bert) else bert)
    progress = await olga.hears("Taking back")
    await house.world.settled()
    await house.stop()
    house.world.faults.clear()
    await house.restart()
    await olga.hears(en("report-undo-done"))
    assert copies(bert) == copies(dora) == 0
    assert [m.id for m in olga.inbox if m.text.startswith("Taking back")] == [progress.id]


async def test_somebody_who_left(house: House, en: Words) -> None:
    """Of somebody who was erased meanwhile nothing is known: the message stays and is counted so."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    await dora.says("/stop")
    await dora.hears()
    await undo(house, olga, en)
    report = await olga.hears(en("report-undo-done"))
    assert en("tally-beyond", people="under 20") in report.text
    assert (copies(bert), copies(dora)) == (0, 1)


async def test_one_undo_at_a_time(house: House, en: Words) -> None:
    """Two organisers who undo the same broadcast do it once."""
    (bert,) = await subscribed(house, "Bert")
    olga, pavel = await house.team("Olga", "Pavel")
    await house.broadcasts(olga, "Meeting")
    await house.confirms(pavel, "Approve")
    await olga.hears(en("report-done"))
    for person in (olga, pavel):
        await house.deaf(person)
        await person.says("/undo")
        await person.hears(en("code-ask"))
    house.world.faults.add(Fault(kind="429", chat=bert.id, method="deleteMessage", seconds=60, times=None))
    await olga.says(house.code(olga))
    await olga.hears(en("undo-begun", name="Olga"))
    await pavel.says(house.code(pavel))
    await pavel.hears(en("too-late"))
    async with house.store.read() as tx:
        undoes = [b for b in await tx.broadcasts.in_states(*State) if b.purpose is Purpose.UNDO]
    assert len(undoes) == 1
