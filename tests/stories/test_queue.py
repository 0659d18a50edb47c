"""/queue: what waits, and another time, putting aside or cancelling it; every approval is asked for again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.council import Council
from bot.domain.broadcast import Broadcast, BroadcastId, Reason, State
from bot.domain.organiser import OrganiserId, Role
from bot.i18n.translator import Words
from bot.sandbox import Message, Person
from tests.stories.test_calendar import taps
from tests.stories.test_planning import calm, planned, states, subscribed  # noqa: F401 - `calm` is a fixture
from tests.support.house import House


@pytest.fixture
async def olga(house: House, words: Words) -> Person:
    """The only organiser; statements 2 and 3 are there."""
    await house.imports("2026-10-programme", "2026-11-update-couriers")
    return await house.organiser("Olga", language=words.language)


async def only(house: House) -> Broadcast:
    async with house.store.read() as tx:
        [found] = await tx.broadcasts.in_states(*(set(State) - {State.DRAFT, State.CANCELLED}))
    return found


async def until(house: House, moment: datetime, *, seconds: float = 0) -> None:
    """Wait for a moment."""
    house.clock.forward(seconds=(moment - house.clock.now()).total_seconds() + seconds)


async def another_time(person: Person, words: Words, item: Message, day: str, hour: str, minute: str) -> None:
    """From an item of the queue to the question for the code."""
    after = {
        name: words(f"calendar-{name}", date="|", number=3).partition("|")[2] for name in ("hour", "minute")
    }
    await taps(
        person,
        item,
        (words("button-move"), words("calendar-day", number=3)),
        (day, after["hour"]),
        (hour, after["minute"]),
        (minute, words("plan-move", number=3)),
    )


async def in_queue(house: House, person: Person, words: Words) -> Message:
    """The last message of /queue."""
    await house.silent()
    house.hush(person)
    await person.says("/queue")
    return await person.hears()


async def test_what_the_queue_shows(house: House, olga: Person, words: Words) -> None:
    """Number, title and time of each, in the order of their times; another time, put aside, cancel."""
    await planned(house, olga, "/schedule 3 2026-11-24 18:00")
    await olga.hears("18:00 (UTC)")
    await planned(house, olga, "/schedule 2 2026-11-23 09:00")
    await olga.hears("09:00 (UTC)")
    await house.silent()
    house.hush(olga)
    await olga.says("/queue")
    first, second = await olga.hears(), await olga.hears()
    assert first.text.startswith(words("queue-item", number=2, title=""))
    assert second.text.startswith(words("queue-item", number=3, title=""))
    assert "09:00 (UTC)" in first.text
    assert first.labels == [words(f"button-{name}") for name in ("skip", "cancel", "move")]


async def test_another_time(house: House, olga: Person, words: Words) -> None:
    """With a code it goes out at the new time, once, and not at the old one."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    before = await only(house)
    await another_time(olga, words, await in_queue(house, olga, words), "24", "09", "09:15")
    assert await only(house) == before, "nothing is changed before the code"
    await house.confirms(olga, words("button-send"))
    await olga.hears("09:15 (UTC)")
    after = await only(house)
    assert (after.id, after.digest == before.digest, after.state) == (before.id, False, State.COOLING)
    assert after.starts
    await until(house, after.starts, seconds=-5 * 60)
    await house.deaf(bert)
    assert not any("№ 3" in message.text for message in bert.inbox)
    await until(house, after.starts, seconds=1)
    await bert.hears("№ 3")
    await olga.hears(words("report-done"))
    await house.deaf(bert)
    assert len([message for message in bert.inbox if "№ 3" in message.text]) == 1


async def test_back_leaves_it_as_it_was(house: House, olga: Person, words: Words) -> None:
    """Back shows the item again, with buttons that work."""
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    item, before = await in_queue(house, olga, words), await only(house)
    await taps(olga, item, (words("button-move"), words("calendar-day", number=3)))
    await taps(olga, item, (words("button-back"), words("queue-item", number=3, title="")))
    assert await only(house) == before
    await olga.presses(words("button-cancel"), on=olga.message(item.id))
    await olga.hears(words("cancelled", name="Olga"))


async def test_put_aside(house: House, olga: Person, words: Words) -> None:
    """It does not go out at its time; Resume with a code lets it go out after all, at its time."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    item = await in_queue(house, olga, words)
    await olga.presses(words("button-skip"), on=item)
    await olga.hears(words("skipped", name="Olga"))
    held = await only(house)
    assert (held.state, held.reason) == (State.HELD, Reason.SKIPPED)
    assert words("held-skipped", number=3) in (await in_queue(house, olga, words)).text
    await house.confirms(olga, words("button-resume"))
    await olga.hears("18:00 (UTC)")
    again = await only(house)
    assert (again.state, again.starts) == (State.COOLING, held.starts)
    await olga.presses(words("button-skip"), on=await in_queue(house, olga, words))
    await olga.hears(words("skipped", name="Olga"))
    house.clock.forward(days=3)
    await house.deaf(bert)
    assert not any("№ 3" in message.text for message in bert.inbox)


async def test_a_button_of_before(house: House, olga: Person, words: Words) -> None:
    """What was shown for the old time is void: neither skipping nor a code for it does anything."""
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    old = await in_queue(house, olga, words)
    await another_time(olga, words, await in_queue(house, olga, words), "24", "09", "09:15")
    await house.confirms(olga, words("button-send"))
    await olga.hears("09:15 (UTC)")
    after = await only(house)
    house.hush(olga)
    await olga.presses(words("button-skip"), on=old)
    assert (await olga.hears()).text == words("unknown")
    assert await only(house) == after


async def test_it_went_out_meanwhile(house: House, olga: Person, words: Words) -> None:
    """A code that comes after the old time has no effect: it went out, and goes out once."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-22 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    await another_time(olga, words, await in_queue(house, olga, words), "24", "09", "09:15")
    house.clock.forward(hours=6)
    await bert.hears("№ 3")
    await olga.hears(words("report-done"))
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("too-late"))
    house.clock.forward(days=3)
    await house.deaf(bert)
    assert len([message for message in bert.inbox if "№ 3" in message.text]) == 1


async def test_everybody_is_asked_again(calm: House, en: Words) -> None:  # noqa: F811 - the fixture
    """A new time takes every approval again; what was agreed to the old one counts for nothing."""
    olga, pavel = await calm.team("Olga", "Pavel")
    bert = await subscribed(calm, "Bert")
    await planned(calm, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await pavel.hears("Olga wants to send this")
    await calm.confirms(pavel, "Approve")
    await olga.hears("18:00 (UTC)")
    await another_time(olga, en, await in_queue(calm, olga, en), "24", "09", "09:15")
    await calm.confirms(olga, "Send")
    asked = await pavel.hears("Olga wants to send this")
    assert "09:15 (UTC)" in asked.text
    waiting = await only(calm)
    assert (waiting.state, len(waiting.approved_by)) == (State.WAITING, 1)
    calm.clock.forward(days=1, hours=8)
    await calm.deaf(bert)
    assert not any("№ 3" in message.text for message in bert.inbox), "the old time has passed"
    # The button under the first question is a day old by now: the queue has another one.
    await pavel.says("/queue")
    await pavel.hears("№ 3")
    await pavel.hears("Olga wants to send this")
    await calm.confirms(pavel, "Approve")
    await olga.hears("09:15 (UTC)")
    calm.clock.forward(hours=14)
    await bert.hears("№ 3")


async def test_nobody_agreed_in_time(calm: House, en: Words) -> None:  # noqa: F811 - the fixture
    """Long after its time it is held, and organisers are told; another time asks everybody again."""
    olga, pavel = await calm.team("Olga", "Pavel")
    await planned(calm, olga, "/schedule 3 2026-11-22 18:00 UTC")
    await pavel.hears("Olga wants to send this")
    calm.clock.forward(hours=14)
    held = await olga.hears(en("held-lapsed", number=3))
    assert held.labels == ["Cancel"]
    assert (await only(calm)).reason is Reason.LATE
    await another_time(olga, en, await in_queue(calm, olga, en), "24", "09", "09:15")
    await calm.confirms(olga, "Send")
    await pavel.hears("Olga wants to send this")
    assert (await only(calm)).state is State.WAITING


async def test_who_may_do_what(calm: House, en: Words) -> None:  # noqa: F811 - the fixture
    """Only an author chooses another time; an approver can put aside and cancel."""
    olga, pavel = await calm.team("Olga", "Pavel", role=Role.APPROVER)
    await planned(calm, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await pavel.hears("Olga wants to send this")
    await calm.confirms(pavel, "Approve")
    await olga.hears("18:00 (UTC)")
    assert (await in_queue(calm, pavel, en)).labels == ["Put aside", "Cancel"]
    assert (await in_queue(calm, olga, en)).labels == ["Put aside", "Cancel", "Another time"]


async def test_plans_far_ahead_do_not_count_for_today(house: House, olga: Person, words: Words) -> None:
    """More than `per_day` takes one approval more: counted is the day around it alone."""
    await house.organiser("Pavel")
    await house.confirms(olga, words("button-approve"))
    async with house.store.begin() as tx:
        for day in range(12):
            await tx.broadcasts.add(agreed(bytes([day]) * 16, house.clock.now() + timedelta(days=10 + day)))
    await olga.says("/publish 3")
    assert words("draft-next", needed=2, seconds=1) in (await olga.hears(words("draft-title"))).text
    async with house.store.begin() as tx:
        for hour in range(8):
            await tx.broadcasts.add(
                agreed(bytes([99, hour]) * 8, house.clock.now() + timedelta(hours=1 + hour))
            )
    await olga.says("/publish 3")
    assert words("draft-next", needed=3, seconds=1) in (await olga.hears(words("draft-title"))).text
    assert State.DRAFT in await states(house)


def agreed(name: bytes, starts: datetime) -> Broadcast:
    """Something that waits for its moment."""
    return Broadcast(
        id=BroadcastId(name),
        state=State.COOLING,
        author=OrganiserId(bytes(16)),
        texts={},
        digest=bytes(32),
        created=starts - timedelta(days=30),
        needed=1,
        cooldown=1,
        starts=starts,
    )


async def test_a_freeze_ends_no_plan(house: House, en: Words) -> None:
    """What waited for its moment when its author was frozen waits on, for longer than a pause.

    Once that is decided it goes out at its time, with the approvals that it lost.
    """
    await house.imports("2026-11-update-couriers")
    olga, pavel, vera, ivan = await house.team("Olga", "Pavel", "Vera", "Ivan")
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-12-20 18:00 UTC")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await olga.hears("18:00 (UTC)")
    await vera.says("/freeze Olga")
    await pavel.hears(en("frozen", name="Vera", other="Olga"))
    house.clock.forward(days=3)
    await house.silent()
    assert (await only(house)).state is State.PAUSED
    async with house.store.begin() as tx:
        await Council(clock=house.clock, approvals=2).unfreeze(tx, "Olga")
    await house.deaf(ivan)
    await ivan.says("/resume")
    await ivan.hears("Olga wants to send this")
    await house.confirms(ivan, "Approve")
    await house.silent()
    assert (await only(house)).state is State.COOLING
    await until(house, datetime(2026, 12, 20, 18, 0, 1, tzinfo=UTC))
    await bert.hears("№ 3")


async def test_what_was_paused_past_its_moment(house: House, olga: Person, words: Words) -> None:
    """Long after its moment Resume alone does not send it: that takes a code."""
    bert = await subscribed(house, "Bert")
    await planned(house, olga, "/schedule 3 2026-11-22 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    async with house.store.begin() as tx:
        one = (await tx.broadcasts.in_states(State.COOLING))[0]
        await tx.broadcasts.replace(one.pause(Reason.ORGANISER, now=house.clock.now()))
    house.clock.forward(hours=20)
    await olga.says("/resume")
    await olga.hears(words("held-late", number=3))
    assert ((await only(house)).state, (await only(house)).reason) == (State.HELD, Reason.LATE)
    await house.deaf(bert)
    assert not any("№ 3" in message.text for message in bert.inbox)
    await house.confirms(olga, words("button-resume"))
    await bert.hears("№ 3")
