"""Statements go out to every reader: at once, or at a chosen moment; and what keeps them back."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.actions.dispatch import Dispatcher
from bot.actions.reading import Reading
from bot.domain.broadcast import Broadcast, State
from bot.domain.organiser import Role
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.clock import StoryClock
from tests.support.house import House, open_house

PROGRAMME = "2026-10-programme"
COURIERS = "2026-11-update-couriers"


@pytest.fixture
async def olga(house: House, words: Words) -> Person:
    """The only organiser; two statements are there."""
    await house.imports(PROGRAMME, COURIERS)
    return await house.organiser("Olga", language=words.language)


async def subscribed(house: House, name: str, language: str = "en") -> Person:
    person = house.world.person(name, language=language)
    await person.says("/subscribe")
    await person.hears()
    return person


async def states(house: House) -> list[State]:
    async with house.store.read() as tx:
        return [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)]


async def planned(house: House, olga: Person, command: str) -> None:
    """Plan it, and give the code."""
    await olga.says(command)
    await olga.hears("Fingerprint" if olga.peer.language == "en" else "Отпечаток")
    await house.confirms(olga, "Send" if olga.peer.language == "en" else "Отправить")


async def test_publish(house: House, olga: Person, words: Words) -> None:
    """A preview in each language exactly as readers see it; one message a reader, in their language."""
    bert, dora = await subscribed(house, "Bert"), await subscribed(house, "Dora", "ru")
    await olga.says("/publish 2")
    previews = [await olga.hears("№ 2"), await olga.hears("№ 2")]
    control = await olga.hears(words("draft-title"))
    assert control.labels == [words(f"button-{name}") for name in ("send", "schedule", "audience", "cancel")]
    await house.confirms(olga, words("button-send"))
    for reader, preview in ((bert, previews[0]), (dora, previews[1])):
        got = await reader.hears("№ 2")
        assert got.text == preview.text
        assert got.labels == preview.labels
        assert got.preview == {"is_disabled": True}
        assert len(got.labels) == 1, "the text does not fit: Read all leads to it"
    await olga.hears(words("report-done"))
    for reader in (bert, dora):
        await house.deaf(reader)
        assert len([m for m in reader.inbox if "№ 2" in m.text]) == 1


async def test_what_fits_has_no_button(house: House, olga: Person) -> None:
    """A short statement goes out whole; it is no update."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/publish 3")
    got = await bert.hears("№ 3")
    assert got.labels == []
    await bert.says("/updates")
    assert "№ 3" not in (await bert.hears()).text


async def test_schedule(house: House, olga: Person, words: Words) -> None:
    """It waits for its moment: not a second early, and once."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 Europe/Berlin")
    await olga.hears("18:00 (Europe/Berlin)")
    due = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    house.clock.forward(seconds=(due - house.clock.now()).total_seconds() - 30)
    await house.deaf(bert)
    assert not any("№ 3" in m.text for m in bert.inbox)
    await house.stop()
    await house.restart()
    await house.deaf(bert)
    house.clock.forward(seconds=31)
    await bert.hears("№ 3")
    await olga.hears(words("report-done"))
    assert await states(house) == [State.DONE]


async def test_the_machine_slept(house: House, olga: Person) -> None:
    """A calendar that is set on past the moment is noticed within half a minute."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 Europe/Berlin")
    await olga.hears("18:00 (Europe/Berlin)")
    await house.deaf(bert)
    assert isinstance(house.clock, StoryClock)
    house.clock.set(days=1, hours=5)
    house.clock.forward(seconds=30)
    await bert.hears("№ 3")


async def test_waiting_costs_nothing(house: House, olga: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing changes only the calendar is looked at: what waits is not opened again and again."""
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 Europe/Berlin")
    await olga.hears("18:00 (Europe/Berlin)")
    await house.deaf(olga)
    looks, next_one = list[datetime](), Dispatcher._next

    async def counted(dispatcher: Dispatcher) -> tuple[Broadcast | None, datetime]:
        looks.append(house.clock.now())
        return await next_one(dispatcher)

    monkeypatch.setattr(Dispatcher, "_next", counted)
    for _ in range(30):
        house.clock.forward(seconds=31)
        await house.deaf(olga)
    assert len(looks) <= 1


async def test_the_zone_is_kept(house: House, olga: Person, words: Words) -> None:
    """A zone counts until another is named; the preview says what clocks do."""
    await olga.says("/schedule europe/berlin")
    await olga.hears(words("plan-zone-is", zone="Europe/Berlin"))
    await olga.says("/schedule 3 2027-03-28 02:30")
    assert "03:30 (Europe/Berlin)" in (await olga.hears("Europe/Berlin")).text
    await olga.hears(words("plan-skipped"))
    await olga.says("/schedule 3 2027-10-31 02:30")
    assert words("plan-doubled") in (await olga.hears("02:30 (Europe/Berlin)")).text


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("/publish", "plan-usage"),
        ("/publish all", "plan-usage"),
        ("/schedule", "plan-usage"),
        ("/schedule 3", "plan-form"),
        ("/schedule 3 tomorrow", "plan-form"),
        ("/schedule 3 2026-13-01 10:00", "plan-date"),
        ("/schedule 3 2020-01-01 10:00", "plan-past"),
        ("/schedule 3 2099-01-01 10:00", "plan-far"),
        ("/schedule 3 2026-12-01 10:00 ../passwd", "plan-zone"),
        ("/schedule Atlantis", "plan-zone"),
    ],
)
async def test_one_clear_line(house: House, olga: Person, words: Words, written: str, answer: str) -> None:
    """What cannot be understood gets one answer, and nothing is prepared."""
    await olga.says(written)
    assert (await olga.hears()).text == words(answer)
    assert await states(house) == []


async def test_no_such_statement(house: House, olga: Person, words: Words) -> None:
    """A number that nobody gave."""
    await olga.says("/publish 99")
    assert (await olga.hears()).text == words("plan-none", number=99)


async def changed(house: House) -> None:
    """The keeper imports another text under the same number."""
    async with house.store.begin() as tx:
        for one in await tx.statements.all():
            if one.number == 3:
                await tx.statements.put(replace(one, source=one.source + b"\n"))


async def test_changed_meanwhile(house: House, olga: Person, words: Words) -> None:
    """What is not what was agreed to is held, and Resume does not send it either."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-23 18:00")
    await olga.hears("18:00 (UTC)")
    await changed(house)
    house.clock.forward(hours=31)
    held = await olga.hears(words("held-changed", number=3))
    assert held.labels == [words("button-resume"), words("button-cancel")]
    await house.confirms(olga, words("button-resume"))
    await olga.hears(words("held-changed", number=3))
    await house.deaf(bert)
    assert not any("№ 3" in m.text for m in bert.inbox)
    assert await states(house) == [State.HELD]


@pytest.mark.parametrize(("hours", "state"), [(5, State.DONE), (7, State.HELD)])
async def test_after_being_locked(house: House, olga: Person, words: Words, hours: int, state: State) -> None:
    """What is up to `max_late` old goes out at unlock; what is older waits for organisers."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-23 18:00")
    await olga.hears("18:00 (UTC)")
    await house.stop()
    house.clock.forward(hours=30 + hours)
    await house.restart()
    if state is State.DONE:
        await bert.hears("№ 3")
        await olga.hears(words("report-done"))
    else:
        await olga.hears(words("held-late", number=3))
        await house.confirms(olga, words("button-resume"))
        await bert.hears("№ 3")
        await olga.hears(words("report-done"))
    assert await states(house) == [State.DONE]


async def test_embargo(house: House, olga: Person, words: Words) -> None:
    """`Publish-At` is proposed; before it the statement is not read, and cannot be planned for earlier."""
    until = house.clock.now() + timedelta(hours=2)
    async with house.store.begin() as tx:
        for one in await tx.statements.all():
            if one.number == 3:
                await tx.statements.put(replace(one, publish_at=until))
    bert = await subscribed(house, "Bert")
    await bert.says("/latest")
    assert "№ 2" in (await bert.hears("№")).text
    await olga.says("/schedule 3 2026-11-22 13:00")
    assert (await olga.hears()).text.startswith(words("plan-embargo", number=3, time="|").partition("|")[0])
    await planned(house, olga, "/publish 3")
    await olga.hears("14:0")
    house.clock.forward(hours=2, seconds=1)
    await bert.hears("№ 3")


@pytest.fixture
async def calm(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """A house where others must agree."""
    async with open_house(tmp_path / "calm", template=template, translator=translator) as house:
        await house.imports(PROGRAMME, COURIERS)
        yield house


async def test_approvers_see_the_time(calm: House, en: Words) -> None:
    """Who agrees sees text and time; the queue shows it, and one tap of theirs stops it."""
    olga, pavel = await calm.team("Olga", "Pavel", role=Role.APPROVER)
    bert = await subscribed(calm, "Bert")
    await planned(calm, olga, "/schedule 3 2026-11-23 18:00")
    await pavel.hears("№ 3")
    assert "18:00 (UTC)" in (await pavel.hears("Olga wants to send this")).text
    await calm.confirms(pavel, "Approve")
    await olga.hears("18:00 (UTC)")
    await calm.deaf(pavel)
    await pavel.says("/queue")
    waiting = await pavel.hears("18:00 (UTC)")
    await pavel.presses("Cancel", on=waiting)
    await olga.hears(en("cancelled", name="Pavel"))
    await calm.deaf(pavel)
    await pavel.says("/queue")
    await pavel.hears(en("queue-none"))
    calm.clock.forward(days=2)
    await calm.deaf(bert)
    assert not any("№ 3" in m.text for m in bert.inbox)


async def test_agreed_to_far_too_late(calm: House, en: Words) -> None:
    """An approval long after the moment counts for nothing: that time was not what was agreed to."""
    olga, pavel = await calm.team("Olga", "Pavel")
    await planned(calm, olga, "/schedule 3 2026-11-22 18:00")
    await pavel.hears("Olga wants to send this")
    calm.clock.forward(hours=13)
    await calm.confirms(pavel, "Approve")
    await pavel.hears(en("too-late"))
    await olga.hears(en("held-lapsed", number=3))
    assert await states(calm) == [State.HELD]


async def test_a_statement_is_not_edited(house: House, olga: Person, words: Words) -> None:
    """Its code would no longer be right; it can be taken back."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/publish 3")
    await bert.hears("№ 3")
    await olga.hears(words("report-done"))
    await olga.says("/edit Something else")
    await olga.hears(words("refused-statement"))


async def test_readable_is_what_latest_answers(house: House, olga: Person) -> None:
    """One function says what may be read; whoever publishes asks it too."""
    reading = Reading(clock=house.clock, random=os.urandom)
    async with house.store.read() as tx:
        shelf = await reading.shelf(tx)
        for number in {one.number for one in shelf}:
            found = [text.statement for text in await reading.readable(tx, number)]
            assert found == [s for s in shelf if s.number == number]
    assert olga.peer.language in {"en", "ru"}
