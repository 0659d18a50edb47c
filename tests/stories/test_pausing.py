"""How a broadcast is paused and goes on, and how organisers ask where it stands."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.broadcast import Reason, State
from bot.domain.organiser import PERMISSIONS, Action, Role
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


async def the_only(house: House) -> tuple[State, Reason]:
    async with house.store.read() as tx:
        ((state, reason),) = [(b.state, b.reason) for b in await tx.broadcasts.in_states(*State)]
    return state, reason


async def subscribed(house: House, *names: str) -> list[Person]:
    people = [house.world.person(name) for name in names]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    return people


def stuck(house: House, person: Person) -> None:
    """Telegram wants this one to wait: a broadcast to them stays on its way."""
    house.world.faults.add(Fault(kind="429", chat=person.id, method="sendMessage", seconds=60, times=None))


def copies(person: Person, text: str = "Meeting") -> int:
    return len([message for message in person.inbox if text in message.text])


async def sends(house: House, author: Person, words: Words) -> None:
    """The only organiser broadcasts."""
    await author.says("/broadcast Meeting")
    await author.hears(words("draft-title"))
    await house.confirms(author, words("button-send"))


@pytest.mark.parametrize("by", ["button", "command"])
async def test_while_it_is_being_sent(house: House, words: Words, by: str) -> None:
    """Pause stops it at once; Resume goes on where it stopped, and nobody gets it twice."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga", language=words.language)
    stuck(house, dora)
    await sends(house, olga, words)
    await bert.hears("Meeting")
    progress = await olga.hears(words("progress", bar="").strip())
    assert progress.labels == [words("button-pause"), words("button-cancel")]
    if by == "button":
        await olga.presses(words("button-pause"), on=progress)
    else:
        await olga.says("/pause")
    paused = await olga.hears(words("paused-by", name="Olga"))
    assert paused.labels == [words("button-resume"), words("button-cancel")]
    await house.world.until(
        lambda: next((m for m in olga.messages if m.id == progress.id and not m.labels), None)
    )
    house.world.faults.clear()
    house.clock.forward(minutes=5)
    await house.deaf(dora)
    assert copies(dora) == 0
    assert await the_only(house) == (State.PAUSED, Reason.ORGANISER)
    if by == "button":
        await olga.presses(words("button-resume"), on=paused)
    else:
        await olga.says("/resume")
    await olga.hears(words("resumed", name="Olga"))
    await dora.hears("Meeting")
    await olga.hears(words("report-done"))
    await house.deaf(bert)
    assert copies(bert) == copies(dora) == 1


async def test_roles(house: House, en: Words) -> None:
    """Authors and approvers may pause; authors let it go on; who sees broadcasts may ask how it stands."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga, pavel = await house.team("Olga", "Pavel")
    people = {Role.AUTHOR: pavel}
    for role in (Role.APPROVER, Role.ANSWERER, Role.KEEPER):
        people[role] = await house.organiser(role.title(), role)
        await house.confirms(olga, "Approve")
        await people[role].hears("You are enrolled")
    stuck(house, dora)
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await bert.hears("Meeting")
    for role, person in people.items():
        may = PERMISSIONS[role]
        await house.deaf(person)
        await person.says("/progress")
        answer = await person.hears()
        assert answer.text.startswith("Sending" if Action.PROGRESS in may else en("not-allowed"))
        assert answer.labels == (["Pause", "Cancel"] if Action.PAUSE in may else [])
        await person.says("/resume")
        await person.hears(en("too-late" if Action.RESUME in may else "not-allowed"))
        await person.says("/pause")
        if Action.PAUSE not in may:
            await person.hears(en("not-allowed"))
            continue
        for one in (olga, people[Role.KEEPER], person):
            await one.hears("Paused by")
        await (person if Action.RESUME in may else olga).says("/resume")
        await olga.hears("lets it go on")
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await olga.hears("Report")
    assert copies(bert) == copies(dora) == 1


async def test_across_a_restart(house: House, en: Words) -> None:
    """What is paused stays paused when the service starts again, until somebody lets it go on."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga")
    stuck(house, dora)
    await sends(house, olga, en)
    await bert.hears("Meeting")
    await olga.says("/pause")
    await olga.hears("Paused by")
    await house.world.settled()
    await house.stop()
    house.world.faults.clear()
    house.clock.forward(hours=2)
    await house.restart()
    await house.deaf(dora)
    assert copies(dora) == 0
    await olga.presses("Resume")
    await dora.hears("Meeting")
    await olga.hears(en("report-done"))
    assert copies(bert) == copies(dora) == 1


async def test_in_the_cool_down(calm: House, words: Words) -> None:
    """Paused before the first message, it cools down anew when it goes on: nobody shortens that time."""
    (bert,) = await subscribed(calm, "Bert")
    olga = await calm.organiser("Olga", language=words.language)
    await sends(calm, olga, words)
    await olga.hears(words("starts-in", seconds=600))
    calm.clock.forward(minutes=9)
    await olga.says("/pause")
    await olga.hears(words("paused-by", name="Olga"))
    calm.clock.forward(minutes=9)
    await olga.says("/resume")
    await olga.hears(words("starts-in", seconds=600))
    calm.clock.forward(minutes=9)
    await calm.deaf(bert)
    assert copies(bert) == 0
    calm.clock.forward(minutes=2)
    await bert.hears("Meeting")
    await olga.hears(words("report-done"))


async def test_a_pause_of_a_day(calm: House, en: Words) -> None:
    """Whoever paused it, 24 hours later it has ended, and that is told; the list stays as it is."""
    (bert,) = await subscribed(calm, "Bert")
    olga = await calm.organiser("Olga")
    await sends(calm, olga, en)
    await olga.says("/pause")
    await olga.hears("Paused by")
    await calm.deaf(olga)
    calm.clock.forward(hours=24, minutes=1)
    report = await olga.hears("Report")
    assert en("reason-too-long-paused") in report.text
    await calm.deaf(bert)
    assert copies(bert) == 0
    assert (await the_only(calm))[0] is State.CANCELLED
    assert await calm.readers() == 1


async def test_how_it_stands(calm: House, words: Words) -> None:
    """/progress tells of every broadcast under way, with the buttons for it, and says when there is none."""
    bert, dora = await subscribed(calm, "Bert", "Dora")
    olga = await calm.organiser("Olga", language=words.language)
    pause, cancel = words("button-pause"), words("button-cancel")
    await calm.deaf(olga)
    await olga.says("/progress")
    assert (await olga.hears()).text == words("progress-none")
    await sends(calm, olga, words)
    await olga.hears(words("starts-in", seconds=600))
    calm.clock.forward(seconds=100)
    await olga.says("/progress")
    assert (await olga.hears(words("starts-in", seconds=500))).labels == [pause, cancel]
    stuck(calm, dora)
    calm.clock.forward(seconds=500)
    await bert.hears("Meeting")
    await olga.hears(words("progress", bar="").strip())
    await olga.says("/progress")
    sending = await olga.hears(words("progress", bar="▱" * 10))
    assert sending.labels == [pause, cancel]
    await olga.presses(pause, on=sending)
    await olga.hears(words("paused-by", name="Olga"))
    await calm.world.settled()
    await olga.says("/progress")
    paused = await olga.hears(words("paused-organiser"))
    assert paused.labels == [words("button-resume"), cancel]
    await olga.presses(cancel, on=paused)
    await olga.hears(words("report-cancelled"))
    await olga.says("/progress")
    await olga.hears(words("progress-none"))


async def test_what_waits_for_approval(house: House, en: Words) -> None:
    """/progress also tells how many have agreed; there is nothing to pause yet."""
    olga, pavel = await house.team("Olga", "Pavel")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    for person in (olga, pavel):
        await house.deaf(person)
        await person.says("/progress")
        waiting = await person.hears(en("waiting", agreed=1, needed=2))
        assert waiting.labels == ["Cancel"]
        await person.says("/pause")
        await person.hears(en("too-late"))
    assert (await the_only(house))[0] is State.WAITING


async def test_a_button_of_before_the_restart(house: House, en: Words) -> None:
    """Pause under an old progress message still works after the service started again."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga")
    stuck(house, dora)
    await sends(house, olga, en)
    await bert.hears("Meeting")
    progress = await olga.hears("Sending")
    await house.world.settled()
    await house.stop()
    await house.restart()
    await olga.presses("Pause", on=progress)
    await olga.hears("Paused by")
    house.world.faults.clear()
    house.clock.forward(minutes=5)
    await house.deaf(dora)
    assert copies(dora) == 0
    assert copies(bert) == 1
