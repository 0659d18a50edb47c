"""What the bot makes of what was said while it was away, and of a service that stops in the middle."""

import sqlite3

from bot.chat.poller import PollState
from bot.domain.broadcast import State
from bot.i18n.translator import Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import House


async def away(house: House, *, minutes: float) -> None:
    """The service was off for so long since the last thing was said, and is back."""
    house.clock.forward(minutes=minutes)
    await house.restart()
    await house.world.settled()


async def test_ten_minutes(house: House, alice: Person, words: Words) -> None:
    """What was said less than ten minutes ago is answered as if nothing had happened."""
    await house.stop()
    await alice.says("/slogan")
    await away(house, minutes=9)
    assert (await alice.hears()).text == words("slogan-none")


async def test_old_questions(house: House, alice: Person, words: Words) -> None:
    """Older questions and texts are dropped without a word; what joins or leaves is always carried out."""
    await house.stop()
    for text in ("/latest", "/slogan", "hello", "/help", "/language"):
        await alice.says(text)
    await alice.says("/start")
    await alice.says("/subscribe")
    await away(house, minutes=11)
    assert words("card-what") in (await alice.hears()).text
    assert (await alice.hears()).text == words("subscribed")
    assert len(alice.inbox) == 2
    assert await house.readers() == 1
    for text, answer in (("/stop", "stopped"), ("/forget", "forgotten")):
        await house.stop()
        await alice.says(text)
        await away(house, minutes=11)
        assert (await alice.hears()).text == words(answer)
    assert await house.readers() == 0


async def test_old_buttons(house: House, alice: Person, words: Words) -> None:
    """Of the buttons pressed long ago only Subscribe and Unsubscribe are carried out."""
    await alice.says("/start")
    await alice.hears()
    await house.world.settled()
    await house.stop()
    await alice.presses(words("button-latest"))
    await alice.presses(words("button-subscribe"))
    await away(house, minutes=11)
    assert (await alice.hears()).text == words("subscribed")
    assert await house.readers() == 1
    await house.stop()
    await alice.presses(words("button-unsubscribe"))
    await away(house, minutes=11)
    assert (await alice.hears()).text == words("stopped")
    assert len(alice.inbox) == 3


async def test_old_changes_of_membership(house: House) -> None:
    """A block, and a group that throws the bot out, count however late they are heard of."""
    alice = house.world.person("Alice")
    depot = house.world.group("Depot 3", admin=alice)
    await depot.add_bot()
    await depot.hears()
    await alice.says("/subscribe")
    await alice.says(f"/subscribe@{house.world.bot_username}", chat=depot)
    await alice.hears()
    await depot.hears()
    assert await house.readers() == 2
    await house.stop()
    await alice.block()
    await depot.kick_bot()
    await away(house, minutes=700)
    assert await house.readers() == 0


async def test_a_group_leaves_late(house: House) -> None:
    """/stop by a group's admin is carried out late too."""
    alice = house.world.person("Alice")
    depot = house.world.group("Depot 3", admin=alice)
    await depot.add_bot()
    await depot.hears()
    await alice.says(f"/subscribe@{house.world.bot_username}", chat=depot)
    await depot.hears("is subscribed")
    await house.stop()
    await alice.says(f"/slogan@{house.world.bot_username}", chat=depot)
    await alice.says(f"/stop@{house.world.bot_username}", chat=depot)
    await away(house, minutes=11)
    await depot.hears("is not subscribed")
    assert await house.readers() == 0
    assert not [message for message in depot.inbox if "slogan" in message.text]


async def test_old_commands_of_organisers(house: House, alice: Person, words: Words) -> None:
    """An organiser's old command or button is never carried out; the bot says that it was away."""
    await house.enrols(alice, "Olga")
    await alice.says("/broadcast Meeting")
    await alice.hears(words("draft-title"))
    house.hush(alice)
    await house.world.settled()
    await house.stop()
    await alice.says("/broadcast Another")
    await alice.presses(words("button-send"))
    await away(house, minutes=11)
    for _ in range(2):
        assert (await alice.hears()).text == words("was-away")
    await alice.says(house.code(alice))
    assert (await alice.hears()).text == words("unknown")
    async with house.store.read() as tx:
        assert [b.state for b in await tx.broadcasts.in_states(*State)] == [State.DRAFT]


async def test_nothing_is_done_twice(house: House, en: Words) -> None:
    """What was carried out, but not confirmed before the service ended, is not carried out again."""
    alice = house.world.person("Alice")
    await alice.says("/subscribe")
    await alice.hears()
    await house.world.listening()
    house.world.faults.add(Fault(kind="502", method="getUpdates", times=None))
    await alice.says("/stop")
    await alice.hears(en("stopped"))
    await house.stop()
    house.world.faults.clear()
    await house.restart()
    await house.world.settled()
    await alice.says("/mydata")
    await alice.hears(en("mydata-nothing"))
    assert len([message for message in alice.inbox if message.text == en("stopped")]) == 1


async def test_nothing_is_answered_twice(house: House, en: Words) -> None:
    """What only reads is noted down as well: an answer is not given again after a restart."""
    alice = house.world.person("Alice")
    await house.world.listening()
    house.world.faults.add(Fault(kind="502", method="getUpdates", times=None))
    await alice.says("/slogan")
    await alice.hears(en("slogan-none"))
    await house.becomes(PollState.NO_NETWORK)
    await house.stop()
    house.world.faults.clear()
    await house.restart()
    await house.world.settled()
    await house.deaf(alice)
    assert len([message for message in alice.inbox if message.text == en("slogan-none")]) == 1


async def test_an_update_that_fails(house: House, alice: Person, words: Words) -> None:
    """Something that fails twice is skipped, with an apology; those behind it are handled."""
    await house.imports("2026-11-update-couriers")
    bert = house.world.person("Bert", language=words.language)
    assert house.config.database_file
    with sqlite3.connect(house.config.database_file) as database:
        database.execute("UPDATE statements SET rec = randomblob(300)")
    for person in (alice, bert):
        await person.says("/latest")
    await alice.says("/help")
    assert (await alice.hears()).text == words("failure")
    assert (await alice.hears()).text == words("help")
    assert (await bert.hears()).text == words("failure")
    lines = house.log.getvalue()
    assert lines.count("update.failed") == 4
    assert lines.count("update.skipped") == 2


async def test_a_stop_in_the_middle_of_sending(house: House, en: Words) -> None:
    """A broadcast that was on its way when the service stopped goes on by itself, and repeats nobody."""
    readers = [house.world.person(f"Reader {n}") for n in range(4)]
    for person in readers:
        await person.says("/subscribe")
        await person.hears()
    olga = await house.organiser("Olga")
    house.world.faults.add(
        Fault(kind="429", chat=readers[0].id, method="sendMessage", seconds=3600, times=None)
    )
    await house.broadcasts(olga, "Meeting at six.")
    for reader in readers[1:]:
        await reader.hears("Meeting at six.")
    await house.stop()
    assert not [message for message in olga.inbox if "Report" in message.text]
    house.world.faults.clear()
    await house.restart()
    await readers[0].hears("Meeting at six.")
    await olga.hears(en("report-done"))
    for reader in readers:
        assert len([message for message in reader.inbox if "Meeting" in message.text]) == 1


async def test_a_cancel_just_before_a_stop(house: House, en: Words) -> None:
    """What was cancelled when the service stopped is settled when it is back, with its report."""
    bert, carla = house.world.person("Bert"), house.world.person("Carla")
    for person in (bert, carla):
        await person.says("/subscribe")
        await person.hears()
    olga = await house.organiser("Olga")
    house.world.faults.add(Fault(kind="429", chat=carla.id, method="sendMessage", seconds=3600, times=None))
    await house.broadcasts(olga, "Meeting at six.")
    await bert.hears("Meeting at six.")
    await house.stop()
    async with house.store.begin() as tx:
        (broadcast,) = await tx.broadcasts.in_states(State.SENDING)
        await tx.broadcasts.replace(broadcast.end(State.CANCELLED, now=house.clock.now()))
    await house.restart()
    report = await olga.hears(en("report-cancelled"))
    assert "Delivered: under 20" in report.text
    async with house.store.read() as tx:
        assert not await tx.journal.open_shards(broadcast.id)
