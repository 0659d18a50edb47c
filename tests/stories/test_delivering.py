"""What happens while a broadcast is on its way: progress, a report, readers who are gone, trouble."""

import asyncio

import pytest

from bot.domain.broadcast import MESSAGE_ID_LIFE, State
from bot.domain.contact import ChatId, Contact, ContactId, Kind, month
from bot.domain.organiser import Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import House


@pytest.fixture
async def readers(house: House) -> list[Person]:
    people = [house.world.person(f"Reader {n}") for n in range(4)]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    return people


@pytest.fixture
async def olga(house: House, words: Words) -> Person:
    return await house.organiser("Olga", language=words.language)


async def sends(house: House, olga: Person, words: Words, text: str = "Meeting at six.") -> None:
    """The only organiser broadcasts."""
    await olga.says(f"/broadcast {text}")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("starts-in", seconds=1))


def fails(house: House, kind: str, people: list[Person], times: int | None = None) -> None:
    for person in people:
        fault = Fault(kind=kind, chat=person.id, method="sendMessage", times=times)  # type: ignore[arg-type]  # checked by Fault
        house.world.faults.add(fault)


async def met(house: House, person: Person) -> None:
    """The fault that was set up for this person has happened."""
    for _ in range(5_000):
        if not any(fault.chat == person.id for fault in house.world.faults):
            return
        await asyncio.sleep(0.001)
    raise AssertionError("nothing was sent to this person")


async def the_only(house: House, state: State) -> None:
    async with house.store.read() as tx:
        assert [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)] == [state]


async def test_progress_and_report(house: House, readers: list[Person], olga: Person, words: Words) -> None:
    """One message shows progress and is changed; the report is a new one. No exact number is told."""
    await sends(house, olga, words)
    progress = await olga.hears(words("progress", bar="").strip())
    report = await olga.hears(words("report"))
    assert progress.text.startswith(words("progress", bar="").strip())
    assert report.text.split("\n")[:3] == [
        words("report"),
        words("report-done"),
        words("tally-sent", people=words("people-under-twenty")),
    ]
    full = await olga.sees(words("progress", bar="▰" * 10))
    assert full.id == progress.id
    head = words("audit-head", head="").strip()
    for message in (progress, full, report):
        assert "4" not in message.text.partition(head)[0]
    for reader in readers:
        await reader.hears("Meeting at six.")


async def test_progress_is_changed_on_the_way(house: House, readers: list[Person], en: Words) -> None:
    """While some have to wait, the progress message tells how far it is."""
    olga = await house.organiser("Olga")
    fails(house, "429", readers[:1], times=3)
    house.world.faults.add(Fault(kind="429", chat=readers[1].id, method="sendMessage", seconds=8, times=1))
    await sends(house, olga, en)
    await olga.hears("Report")
    assert len([message for message in olga.inbox if message.text.startswith("Sending")]) == 1
    for reader in readers:
        assert len([message for message in reader.inbox if "Meeting" in message.text]) == 1


async def test_gone(house: House, readers: list[Person], en: Words) -> None:
    """Who has blocked the bot, or has no account any more, is erased once the broadcast has ended."""
    words, olga = en, await house.organiser("Olga")
    await readers[0].deactivates()
    await sends(house, olga, words)
    report = await olga.hears(words("report"))
    assert words("tally-gone", people=words("people-under-twenty")) in report.text
    assert await house.readers() == 3


async def test_everybody_seems_gone(house: House, readers: list[Person], olga: Person, words: Words) -> None:
    """A relay that answers "chat not found" to everybody pauses the broadcast and empties no list."""
    fails(house, "chat not found", readers)
    await sends(house, olga, words)
    paused = await olga.hears(words("paused-breaker"))
    assert paused.labels == [words("button-resume"), words("button-cancel")]
    assert await house.readers() == 4
    await the_only(house, State.PAUSED)
    house.world.faults.clear()
    await olga.presses(words("button-resume"))
    await olga.hears(words("resumed", name="Olga"))
    for reader in readers:
        await reader.hears("Meeting at six.")
    await olga.hears(words("report-done"))
    assert await house.readers() == 4


async def test_a_pause_is_told_again(house: House, readers: list[Person], en: Words) -> None:
    """After a restart or with a new token, organisers are asked again: the notice may not have arrived."""
    olga = await house.organiser("Olga")
    fails(house, "chat not found", readers)
    await sends(house, olga, en)
    await olga.hears(en("paused-breaker"))
    await house.stop()
    await house.restart()
    paused = await olga.hears(en("paused-breaker"))
    assert paused.labels == [en("button-resume"), en("button-cancel")]


async def test_what_is_decided_is_asked_no_more(house: House, readers: list[Person], en: Words) -> None:
    """An organiser who could not be asked is asked each minute, but not once somebody has decided."""
    olga = await house.organiser("Olga")
    vera = await house.organiser("Vera", Role.APPROVER)
    await house.confirms(olga, "Approve")
    await vera.hears("You are enrolled")
    await house.deaf(vera)
    fails(house, "chat not found", readers)
    await house.broadcasts(olga, "Meeting at six.")
    await vera.hears("Olga wants to send")
    await house.confirms(vera, "Approve")
    await vera.hears(en("starts-in", seconds=1))
    fails(house, "chat not found", [vera], times=1)
    await olga.hears(en("paused-breaker"))
    await met(house, vera)
    house.world.faults.clear()
    await olga.presses(en("button-resume"))
    await olga.hears(en("report-done"))
    await vera.hears(en("report-done"))
    house.clock.forward(minutes=5)
    await house.deaf(vera)
    assert not [message for message in vera.messages if en("paused-breaker") in message.text]


async def test_cancelled_in_the_pause(house: House, readers: list[Person], en: Words) -> None:
    """Cancel ends a paused broadcast, with a report; nobody is erased."""
    words, olga = en, await house.organiser("Olga")
    fails(house, "chat not found", readers)
    await sends(house, olga, words)
    await olga.hears(words("paused-breaker"))
    await olga.presses(words("button-cancel"))
    await olga.hears(words("cancelled", name="Olga"))
    await olga.hears(words("report-cancelled"))
    await the_only(house, State.CANCELLED)
    assert await house.readers() == 4


async def test_a_pause_of_a_day(house: House, readers: list[Person], en: Words) -> None:
    """A broadcast that stays paused for 24 hours ends by itself."""
    words, olga = en, await house.organiser("Olga")
    fails(house, "chat not found", readers)
    await sends(house, olga, words)
    await olga.hears(words("paused-breaker"))
    await house.deaf(olga)
    house.clock.forward(hours=24, minutes=1)
    report = await olga.hears(words("report"))
    assert words("reason-too-long-paused") in report.text
    await the_only(house, State.CANCELLED)
    await olga.presses(words("button-resume"))
    await olga.hears(words("unknown"))
    assert await house.readers() == 4


async def test_our_own_mistake(house: House, readers: list[Person], olga: Person, words: Words) -> None:
    """If Telegram refuses the message itself, it is not sent a second time, and nobody is erased."""
    fails(house, "too long", readers)
    before = house.world.stats.requests
    await sends(house, olga, words)
    report = await olga.hears(words("report-stopped"))
    assert words("reason-our-mistake") in report.text
    await the_only(house, State.STOPPED)
    assert house.world.stats.requests - before < 30
    assert await house.readers() == 4


async def test_leaving_while_it_is_sent(house: House, readers: list[Person], en: Words) -> None:
    """Nothing is sent after the answer to /stop, even to somebody whose turn was about to come."""
    olga = await house.organiser("Olga")
    leaver = readers[2]
    house.world.faults.add(Fault(kind="429", chat=leaver.id, method="sendMessage", seconds=4, times=1))
    await sends(house, olga, en)
    await readers[0].hears("Meeting at six.")
    await leaver.says("/stop")
    stopped = await leaver.hears(en("stopped"))
    await olga.hears("Report")
    house.clock.forward(minutes=5)
    await house.deaf(leaver)
    assert not [m for m in leaver.inbox if m.id > stopped.id and "Meeting" in m.text]
    assert await house.readers() == 3


@pytest.mark.parametrize("hours", [47, 49])
async def test_forget_takes_messages_back(house: House, readers: list[Person], en: Words, hours: int) -> None:
    """/forget deletes what was sent in the last 48 hours; older messages can no longer be taken back."""
    olga = await house.organiser("Olga")
    await sends(house, olga, en)
    message = await readers[0].hears("Meeting at six.")
    await olga.hears("Report")
    house.clock.forward(hours=hours)
    if hours > 48:
        async with house.store.begin() as tx:
            await tx.journal.wipe_message_ids(house.clock.now() - MESSAGE_ID_LIFE)
    await readers[0].says("/forget")
    await readers[0].hears(en("forgotten"))
    await house.deaf(readers[0])
    assert (message in readers[0].messages) is (hours > 48)
    assert [m for m in readers[1].messages if "Meeting" in m.text]


async def test_large_numbers_are_rounded(house: House, en: Words) -> None:
    """Nobody is told an exact number of readers, at any size."""
    olga = await house.organiser("Olga")
    async with house.store.begin() as tx:
        for n in range(47):
            contact = Contact(
                id=ContactId(bytes([n]) * 16),
                chat=ChatId(n + 1),
                kind=Kind.PERSON,
                language="ru",
                joined=month(house.clock.now()),
            )
            await tx.contacts.add(contact)
    await olga.says("/broadcast == en ==\nMeeting")
    control = await olga.hears("Fingerprint")
    assert en("draft-audience", people=en("people", number="50")) in control.text
    assert "47" not in control.text.replace(control.text.partition("Fingerprint")[2], "")
