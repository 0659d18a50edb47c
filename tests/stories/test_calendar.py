"""A moment is chosen by buttons: month, hour, minute, in the organiser's own time zone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.calendar import NEAR
from bot.chat.keyboards import NOTHING
from bot.domain.broadcast import State
from bot.domain.publication import zone_of
from bot.i18n.translator import Words
from bot.sandbox import Message, Person
from bot.sandbox.signal import until
from bot.sandbox.window import PATIENCE
from tests.stories.test_planning import PROGRAMME, states, subscribed
from tests.support.house import House


@pytest.fixture
async def olga(house: House, words: Words) -> Person:
    """The only organiser; a long and a short statement are there."""
    await house.imports(PROGRAMME, "2026-11-update-couriers")
    return await house.organiser("Olga", language=words.language)


async def drafted(person: Person, words: Words, command: str = "/publish 3") -> Message:
    """The control message of a draft."""
    await person.says(command)
    return await person.hears(words("draft-title"))


async def taps(person: Person, message: Message, *steps: tuple[str, str]) -> Message:
    """Press a button of one message and wait until it has become the next step, one after the other."""
    for label, then in steps:
        await person.presses(label, on=message)
        await becomes(person, message, text=then)
    return person.message(message.id)


async def becomes(person: Person, message: Message, *, text: str = "", label: str = "") -> None:
    """Wait until this very message has this text, or a button with this label."""

    def probe() -> Message | None:
        shown = person.message(message.id)
        return shown if text in shown.text and (not label or label in shown.labels) else None

    assert await until(person.chat.changed, probe, PATIENCE), (text, label)


async def chosen(person: Person, words: Words, message: Message) -> Message:
    """From the control message to 1 December, 18:30 in Berlin."""
    day, hour = words("calendar-day", number=3), words("calendar-zone").partition("\n")[0]
    december = words("month", month=12, year="2026")
    first = words("date", day=1, month=12, year="2026")
    await taps(person, message, (words("button-schedule"), hour), ("Europe/Berlin", day))
    assert words("month", month=11, year="2026") in person.message(message.id).labels
    await person.presses("→", on=message)
    await becomes(person, message, label=december)
    await taps(
        person,
        message,
        ("1", words("calendar-hour", date=first, number=3)),
        ("18", words("calendar-minute", date=first, number=3)),
    )
    return await taps(person, message, ("18:30", words("draft-title")))


async def test_from_button_to_moment(house: House, olga: Person, words: Words) -> None:
    """The zone is asked once; then month, hour, minute; the last line says the moment, with zone and UTC."""
    bert = await subscribed(house, "Bert")
    control = await chosen(olga, words, await drafted(olga, words))
    assert "18:30 (Europe/Berlin) = 17:30 UTC" in control.text
    assert control.labels == [words(f"button-{name}") for name in ("send", "schedule", "audience", "cancel")]
    await house.confirms(olga, words("button-send"))
    await olga.hears("18:30 (Europe/Berlin)")
    house.clock.forward(days=9, hours=5)
    await house.deaf(bert)
    assert not any("№ 3" in m.text for m in bert.inbox), "17:00 UTC is too early"
    house.clock.forward(minutes=31)
    await bert.hears("№ 3")
    await olga.hears(words("report-done"))
    assert await states(house) == [State.DONE]


async def test_the_zone_is_asked_once(house: House, olga: Person, words: Words) -> None:
    """It is kept, sealed, with the organiser; the calendar shows it, and a tap on it changes it."""
    await chosen(olga, words, await drafted(olga, words))
    async with house.store.read() as tx:
        [who] = await tx.organisers.all()
    assert who.zone == "Europe/Berlin"
    again = await drafted(olga, words)
    shown = await taps(olga, again, (words("button-schedule"), words("calendar-day", number=3)))
    assert "13:0" in shown.text, "it is about one o'clock in Berlin"
    zones = await taps(olga, again, ("Europe/Berlin", words("calendar-zone").partition("\n")[0]))
    assert zones.labels == [*NEAR[words.language], words("button-back")]
    await taps(olga, again, ("UTC", "(UTC)"))


async def test_a_zone_by_its_name(house: House, olga: Person, words: Words) -> None:
    """Any zone can be written; the calendar of the draft that waits follows in it."""
    control = await drafted(olga, words)
    await taps(olga, control, (words("button-schedule"), words("calendar-zone").partition("\n")[0]))
    await olga.says("/schedule asia/kathmandu")
    await olga.hears(words("plan-zone-is", zone="Asia/Kathmandu"))
    calendar = await olga.hears(words("calendar-day", number=3))
    assert "Asia/Kathmandu" in calendar.labels
    await taps(olga, calendar, ("30", words("calendar-hour", date="|", number=3).partition("|")[2]))


async def test_nothing_in_the_past(house: House, olga: Person, words: Words) -> None:
    """Days that have passed are dots, no month before this one is offered; a dot has no answer."""
    control = await drafted(olga, words)
    await olga.says("/schedule UTC")
    calendar = await olga.hears(words("calendar-day", number=3))
    labels = calendar.labels
    assert labels[0] == "·", "no month before"
    assert [each for each in labels if each.isdecimal()] == [str(day) for day in range(22, 31)]
    house.hush(olga)
    await olga.presses("·", on=calendar)
    await olga.presses_data(NOTHING)
    await house.silent()
    assert all(message.id in olga.chat.heard for message in olga.inbox)
    assert control.id != calendar.id
    await taps(olga, calendar, (words("button-back"), words("draft-title")))


async def test_a_calendar_is_used_up(house: House, olga: Person, words: Words) -> None:
    """One press voids all of it; another's press, a late one and one after Send do nothing."""
    await drafted(olga, words)
    await olga.says("/schedule UTC")
    calendar = await olga.hears(words("calendar-day", number=3))
    day, other = calendar.button("23"), calendar.button("24")
    assert day
    assert other
    mallory = house.world.person("Mallory", language=words.language)
    await mallory.says("/help")
    await mallory.hears()
    await mallory.presses_data(day.data or "")
    await mallory.hears()
    await taps(olga, calendar, ("23", words("calendar-hour", date="|", number=3).partition("|")[2]))
    for stale in (day, other):
        house.hush(olga)
        await olga.presses_data(stale.data or "")
        assert (await olga.hears()).text == words("unknown")
    hour = olga.message(calendar.id).button("18")
    assert hour
    house.clock.forward(hours=2)
    house.hush(olga)
    await olga.presses_data(hour.data or "")
    assert (await olga.hears()).text == words("unknown"), "a calendar lives for an hour"


async def test_not_before_an_embargo_ends(house: House, olga: Person, words: Words) -> None:
    """Days before `Publish-At` cannot be chosen."""
    until = house.clock.now() + timedelta(days=4)
    async with house.store.begin() as tx:
        for one in await tx.statements.all():
            if one.number == 3:
                await tx.statements.put(replace(one, publish_at=until))
    await drafted(olga, words)
    await olga.says("/schedule UTC")
    calendar = await olga.hears(words("calendar-day", number=3))
    assert [each for each in calendar.labels if each.isdecimal()] == [str(day) for day in range(26, 31)]


async def test_clock_changes_are_said(house: House, olga: Person, words: Words) -> None:
    """An hour that does not exist moves forward, one that comes twice counts once: both are said."""
    await olga.says("/schedule Europe/Berlin")
    await olga.hears()
    for month, day, hour, said in ((3, "28", "02", "plan-skipped"), (10, "31", "02", "plan-doubled")):
        control = await drafted(olga, words)
        await taps(olga, control, (words("button-schedule"), words("calendar-day", number=3)))
        for number in range(12, 12 + month + 1):
            name = words("month", month=(number - 1) % 12 + 1, year=str(2026 + (number > 12)))
            await olga.presses("→", on=olga.message(control.id))
            await becomes(olga, control, label=name)
        date = words("date", day=int(day), month=month, year="2027")
        shown = await taps(
            olga,
            control,
            (day, words("calendar-hour", date=date, number=3)),
            (hour, words("calendar-minute", date=date, number=3)),
            ("02:30", words("draft-title")),
        )
        assert words(said) in shown.text
        assert ("03:30" if month == 3 else "02:30") + " (Europe/Berlin)" in shown.text


@pytest.mark.parametrize("language", NEAR)
def test_near_zones(language: str) -> None:
    """Every zone that is offered is one."""
    assert [zone_of(zone) for zone in NEAR[language]] == list(NEAR[language])
