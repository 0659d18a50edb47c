"""How a second organiser agrees, who may do what, and how many it takes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.broadcast import State
from bot.domain.organiser import PERMISSIONS, Action, Role
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
    assert question.text == en(
        "approve-ask", name="Olga", audience="everyone", agreed=1, needed=2, digest=fingerprint
    )
    assert question.labels == ["Approve", "Freeze"]
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
        question = next(m for m in person.inbox if m.id > first.id and m.labels == ["Approve", "Freeze"])
        await person.presses("Approve", on=question)
        await person.hears("Send the six digits")
        await person.says(strict.code(person))
    await vera.hears(en("starts-in", seconds=600))
    question = next(m for m in reversed(pavel.inbox) if m.labels == ["Approve", "Freeze"])
    await pavel.presses("Approve", on=question)
    await pavel.hears("Send the six digits")
    await pavel.says(strict.code(pavel))
    await pavel.hears(en("waiting", agreed=2, needed=4))


async def test_roles(house: House, en: Words) -> None:
    """Each role may do what its line of the table says, and is told only what concerns it."""
    olga, pavel = await house.team("Olga", "Pavel")
    people = {}
    for role in (Role.APPROVER, Role.ANSWERER, Role.KEEPER):
        people[role] = await house.organiser(role.title(), role)
        await house.confirms(olga, "Approve")
        await people[role].hears("You are enrolled")
    for role, person in people.items():
        house.hush(person)
        await person.says("/broadcast Mine")
        await person.hears(en("not-allowed"))
        await person.says("/cancel")
        await person.hears(en("too-late" if Action.CANCEL in PERMISSIONS[role] else "not-allowed"))
        await person.says("/help")
        shown = (await person.hears("/slogan")).text
        for action in (Action.BROADCAST, Action.PAUSE, Action.RESUME, Action.PROGRESS, Action.CANCEL):
            assert (f"/{action}" in shown) is (action in PERMISSIONS[role])
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await olga.hears("Report")
    for role, person in people.items():
        await house.deaf(person)
        may, texts = PERMISSIONS[role], [message.text for message in person.inbox]
        asked = [text for text in texts if text.startswith("Olga wants to send this")]
        assert bool(asked) is (Action.APPROVE in may)
        assert (en("waiting", agreed=1, needed=2) in texts) is (role is Role.KEEPER)
        starting = [message for message in person.inbox if message.text == en("starts-in", seconds=1)]
        assert bool(starting) is (Action.PROGRESS in may)
        assert all(("Cancel" in message.labels) is (Action.CANCEL in may) for message in starting)
        assert all("Freeze" in message.labels for message in starting)
        assert any(text.startswith("Report") for text in texts) is (Action.PROGRESS in may)
