"""How a second organiser agrees, who may do what, and how many it takes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.broadcast import State
from bot.domain.organiser import Role
from bot.i18n.translator import Translator, Words
from tests.support.house import House, open_house


@pytest.fixture
async def strict(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """Three must agree; more than one broadcast a day takes a fourth; ten minutes of cool-down."""
    home, rules = tmp_path / "strict", {"approvals": "3", "per_day": "1", "cooldown_seconds": "600"}
    async with open_house(home, template=template, translator=translator, publishing=rules) as house:
        yield house


async def states(house: House) -> list[State]:
    async with house.store.read() as tx:
        return [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)]


async def test_the_approver_sees_what_readers_will(house: House, en: Words) -> None:
    """The approver gets every preview, the fingerprint the author sees, and is asked for their own code."""
    olga, pavel = await house.team("Olga", "Pavel")
    await olga.says("/broadcast Meeting at six.\n== ru ==\nСобрание в шесть.")
    first, second, control = [await olga.hears() for _ in range(3)]
    fingerprint = control.text.partition("Fingerprint: ")[2][:9]
    await house.confirms(olga, "Send")
    await olga.hears(en("waiting", agreed=1, needed=2))
    previews = [await pavel.hears(), await pavel.hears()]
    assert [message.text for message in previews] == [first.text, second.text]
    question = await pavel.hears("Olga wants to send this")
    assert question.text == en("approve-ask", name="Olga", agreed=1, needed=2, digest=fingerprint)
    assert question.labels == ["Approve"]
    assert await states(house) == [State.WAITING]
    await pavel.presses("Approve")
    await pavel.hears("Send the six digits")
    stolen = house.code(olga)
    await pavel.says(stolen)
    await pavel.hears("wrong or too old")
    assert await states(house) == [State.WAITING]
    await pavel.says(house.code(pavel))
    await pavel.hears("Starts in 1 s")
    await olga.hears("Report")


async def test_nobody_agrees_twice(strict: House, en: Words) -> None:
    """Three different organisers are needed; the author's Send is one. Each is told how far it is."""
    olga, pavel, vera = await strict.team("Olga", "Pavel", "Vera")
    await strict.broadcasts(olga, "Meeting")
    await olga.hears(en("waiting", agreed=1, needed=3))
    await strict.confirms(pavel, "Approve")
    await pavel.hears(en("waiting", agreed=2, needed=3))
    await olga.hears(en("waiting", agreed=2, needed=3))
    again = await vera.hears("2 of 3 have agreed")
    assert again.text.startswith("Olga wants to send this")
    await strict.confirms(vera, "Approve")
    for person in (vera, olga, pavel):
        await person.hears(en("starts-in", seconds=600))
    await strict.deaf(olga)
    strict.clock.forward(minutes=10)
    await olga.hears("Report")
    await strict.broadcasts(olga, "Another")
    await olga.hears(en("waiting", agreed=1, needed=4))


async def test_a_broadcast_that_cools_down_counts(strict: House, en: Words) -> None:
    """Broadcasts that are about to start count as today's: many at once do not slip past the limit."""
    olga, pavel, vera = await strict.team("Olga", "Pavel", "Vera")
    await strict.broadcasts(olga, "First")
    await olga.hears(en("waiting", agreed=1, needed=3))
    await strict.broadcasts(olga, "Second")
    await olga.hears(en("waiting", agreed=1, needed=3))
    for person in (pavel, vera):
        await person.hears("First")
        await person.hears("Second")
        await person.hears("Olga wants")
        await person.hears("Olga wants")
    for person in (pavel, vera):
        first = next(m for m in reversed(person.inbox) if m.text.startswith("First"))
        question = next(m for m in person.inbox if m.id > first.id and m.labels == ["Approve"])
        await person.presses("Approve", on=question)
        await person.hears("Send the six digits")
        await person.says(strict.code(person))
    await vera.hears(en("starts-in", seconds=600))
    question = next(m for m in reversed(pavel.inbox) if m.labels == ["Approve"])
    await pavel.presses("Approve", on=question)
    await pavel.hears("Send the six digits")
    await pavel.says(strict.code(pavel))
    await pavel.hears(en("waiting", agreed=2, needed=4))


@pytest.mark.parametrize(
    ("role", "broadcasts", "approves", "cancels", "reports"),
    [
        (Role.AUTHOR, True, True, True, True),
        (Role.APPROVER, False, True, True, True),
        (Role.ANSWERER, False, False, False, False),
        (Role.KEEPER, False, False, False, True),
    ],
)
async def test_roles(
    house: House, en: Words, role: Role, *, broadcasts: bool, approves: bool, cancels: bool, reports: bool
) -> None:
    """Each role may do what its line of the table says, and is told only what concerns it."""
    olga, pavel = await house.team("Olga", "Pavel")
    rita = await house.organiser("Rita", role)
    await house.confirms(olga, "Approve")
    await rita.hears("You are enrolled as Rita")
    for person in (olga, pavel, rita):
        await house.deaf(person)
    await rita.says("/broadcast Mine")
    assert (await rita.hears()).text == ("Mine" + rita.last.text[4:] if broadcasts else en("not-allowed"))
    await rita.says("/cancel")
    if not cancels:
        await rita.hears(en("not-allowed"))
    await house.deaf(rita)
    await house.broadcasts(olga, "Meeting")
    await olga.hears("Waiting for approval: 1 of 2")
    await house.deaf(rita)
    asked = [message for message in rita.inbox if message.labels == ["Approve"]]
    assert bool(asked) is approves
    waiting = [message for message in rita.inbox if message.text == en("waiting", agreed=1, needed=2)]
    assert bool(waiting) is (reports and not approves)
    await house.confirms(pavel, "Approve")
    await olga.hears("Report")
    await house.deaf(rita)
    starting = [message for message in rita.inbox if message.text == en("starts-in", seconds=1)]
    assert bool(starting) is reports
    assert all((message.labels == ["Cancel"]) is cancels for message in starting)
    assert bool([message for message in rita.inbox if message.text.startswith("Report")]) is reports
