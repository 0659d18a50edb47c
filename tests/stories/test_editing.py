"""How the text of a broadcast is changed after it was sent: with everything that a broadcast takes."""

import re
from dataclasses import replace

import pytest

from bot.domain.broadcast import State
from bot.domain.contact import ChatId
from bot.domain.organiser import Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import House


async def subscribed(house: House, *names: str, language: str = "en") -> list[Person]:
    people = [house.world.person(name, language=language) for name in names]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    return people


async def sent(house: House, author: Person, words: Words, text: str = "Meeting at six") -> None:
    """The only organiser has broadcast this to everybody."""
    await author.says(f"/broadcast {text}")
    await author.hears(words("draft-title"))
    await house.confirms(author, words("button-send"))
    await author.hears(words("report-done"))
    await house.deaf(author)


def read(person: Person, text: str = "Meeting") -> list[str]:
    """What the person's broadcast messages say now."""
    return [message.text for message in person.inbox if text in message.text]


async def test_changed(house: House, words: Words) -> None:
    """/edit shows what readers will see; after Send and a code each message says it, with a new code."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga", language=words.language)
    await sent(house, olga, words)
    (before,) = read(bert)
    await olga.says("/edit Meeting at seven")
    preview = await olga.hears("Meeting at seven")
    control = await olga.hears(words("edit-title"))
    assert control.labels == [words("button-send"), words("button-cancel")]
    assert read(bert) == read(dora) == [before]
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("progress-edit", bar="").strip())
    report = await olga.hears(words("report-edit-done"))
    assert words("tally-edited", people=words("people-under-twenty")) in report.text
    assert report.labels == []
    assert read(bert) == read(dora) == [preview.text]
    codes = [re.search("Update · (.+)", text) for text in (before, preview.text)]
    assert all(codes)
    assert len({code[1] for code in codes if code}) == 2
    assert bert.inbox[-1].edited


async def test_updates_say_so(house: House, words: Words) -> None:
    """/updates shows the text as it reads now, and the day on which it was changed."""
    (bert,) = await subscribed(house, "Bert", language=words.language)
    olga = await house.organiser("Olga", language=words.language)
    await sent(house, olga, words)
    await olga.says("/edit Meeting at seven")
    await olga.hears(words("edit-title"))
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("report-edit-done"))
    await house.deaf(bert)
    await bert.says("/updates")
    shown = await bert.hears("Meeting at seven")
    assert shown.text.startswith(words("update-edited", date="")[:8])
    assert len(read(bert, "Meeting at six")) == 0


async def test_nobody_alone(house: House, en: Words) -> None:
    """A new text takes the approval of another organiser, as the old one did; until then nothing changes."""
    (bert,) = await subscribed(house, "Bert")
    olga, pavel = await house.team("Olga", "Pavel")
    await house.broadcasts(olga, "Meeting at six")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await olga.hears(en("report-done"))
    for person in (olga, pavel):
        await house.deaf(person)
    await olga.says("/edit Meeting at seven")
    await olga.hears(en("edit-title"))
    await house.confirms(olga, "Send")
    await olga.hears(en("waiting", agreed=1, needed=2))
    await pavel.hears("Meeting at seven")
    asked = await pavel.hears(en("edit-note"))
    assert asked.labels == ["Approve"]
    house.clock.forward(minutes=5)
    await house.deaf(bert)
    assert len(read(bert, "Meeting at seven")) == 0
    await house.confirms(pavel, "Approve")
    await olga.hears(en("report-edit-done"))
    assert len(read(bert, "Meeting at seven")) == 1


async def test_languages(house: House, en: Words) -> None:
    """A text for a language changes what its readers got, and text before it what all others got."""
    (bert,) = await subscribed(house, "Bert")
    (dora,) = await subscribed(house, "Dora", language="ru")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    await olga.says("/edit Meeting at seven\n== ru ==\nВстреча в семь")
    await olga.hears("Meeting at seven")
    await olga.hears("Встреча в семь")
    await olga.hears(en("edit-title"))
    await house.confirms(olga, "Send")
    await olga.hears(en("report-edit-done"))
    assert len(read(bert, "Meeting at seven")) == len(read(dora, "Встреча в семь")) == 1
    assert read(bert, "six") == read(dora, "six") == []


async def test_an_older_one(house: House, en: Words) -> None:
    """As an answer to its preview or its control message, /edit changes an older broadcast."""
    (bert,) = await subscribed(house, "Bert")
    olga = await house.organiser("Olga")
    await olga.says("/broadcast Meeting at six")
    preview = await olga.hears("Meeting at six")
    control = await olga.hears("Fingerprint")
    await house.confirms(olga, "Send")
    await olga.hears(en("report-done"))
    await sent(house, olga, en, "Bring umbrellas")
    for number, message in enumerate((preview, control)):
        await olga.says(f"/edit Meeting at seven{number}", reply_to=message)
        if number:
            # The text it was about has changed since: that control message is of the past.
            await olga.hears(en("edit-which"))
            continue
        await olga.hears(en("edit-title"))
        await house.confirms(olga, "Send")
        await olga.hears(en("report-edit-done"))
    assert len(read(bert, "Meeting at seven0")) == len(read(bert, "Bring umbrellas")) == 1
    other = await olga.says("Hello")
    await olga.says("/edit Meeting at eight", reply_to=other)
    await olga.hears(en("edit-which"))


async def test_text_in_the_answered_message(house: House, en: Words) -> None:
    """/edit alone, as an answer to a message, takes the new text from there."""
    (bert,) = await subscribed(house, "Bert")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    text = await olga.says("Meeting at nine")
    await olga.says("/edit", reply_to=text)
    await olga.hears(en("edit-title"))
    await house.confirms(olga, "Send")
    await olga.hears(en("report-edit-done"))
    assert len(read(bert, "Meeting at nine")) == 1


@pytest.mark.parametrize("why", ["nothing", "too old", "role", "empty", "too long", "taken back"])
async def test_refused(house: House, en: Words, why: str) -> None:
    """What cannot be changed is not: nothing was sent, it is too old, the role or the text is not right."""
    (bert,) = await subscribed(house, "Bert")
    olga = await house.organiser("Olga")
    person, text, answer = olga, "Meeting at seven", en("edit-nothing")
    if why != "nothing":
        await sent(house, olga, en)
    if why == "too old":
        house.clock.forward(hours=48, minutes=1)
    elif why == "role":
        person, answer = await house.organiser("Pavel", Role.APPROVER), en("not-allowed")
        await house.confirms(olga, "Approve")
        await person.hears("You are enrolled")
    elif why == "empty":
        text, answer = "", en("refused-empty")
    elif why == "too long":
        text, answer = "x" * 4001, en("refused-too-long", units=4001)
    elif why == "taken back":
        await olga.says("/undo")
        await olga.hears(en("code-ask"))
        await olga.says(house.code(olga))
        await olga.hears(en("report-undo-done"))
    await person.says(f"/edit {text}".strip())
    await person.hears(answer)
    assert len(read(bert)) == (why not in {"nothing", "taken back"})


async def test_the_rest_gets_the_new_text(house: House, en: Words) -> None:
    """Changed while it is paused, whoever has it sees the new text, and the others get that one at once."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga")
    stuck = Fault(kind="429", chat=dora.id, method="sendMessage", seconds=60, times=None)
    house.world.faults.add(stuck)
    await olga.says("/broadcast Meeting at six")
    await olga.hears("Fingerprint")
    await house.confirms(olga, "Send")
    await bert.hears("Meeting at six")
    await olga.says("/pause")
    paused = await olga.hears("Paused by")
    await olga.says("/edit Meeting at seven")
    await olga.hears(en("edit-title"))
    await house.confirms(olga, "Send")
    await olga.hears(en("report-edit-done"))
    assert len(read(bert, "Meeting at seven")) == 1
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await olga.presses("Resume", on=paused)
    await dora.hears("Meeting at seven")
    await olga.hears(en("report-done"))
    assert len(read(bert)) == len(read(dora)) == 1


async def test_undo_ends_an_edit(house: House, en: Words) -> None:
    """What is taken back is not changed any more: an edit that waits for approval ends with it."""
    (bert,) = await subscribed(house, "Bert")
    olga, pavel = await house.team("Olga", "Pavel")
    await house.broadcasts(olga, "Meeting at six")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await olga.hears(en("report-done"))
    for person in (olga, pavel):
        await house.deaf(person)
    await olga.says("/edit Meeting at seven")
    await olga.hears(en("edit-title"))
    await house.confirms(olga, "Send")
    await pavel.hears(en("edit-note"))
    await pavel.says("/undo")
    await pavel.hears(en("code-ask"))
    await pavel.says(house.code(pavel))
    await pavel.hears(en("report-undo-done"))
    await house.confirms(pavel, "Approve")
    await pavel.hears(en("too-late"))
    assert read(bert) == []
    async with house.store.read() as tx:
        assert await tx.broadcasts.in_states(State.WAITING) == []


async def test_across_a_restart(house: House, en: Words) -> None:
    """An edit that the service's end interrupted goes on by itself; each message is changed."""
    bert, dora = await subscribed(house, "Bert", "Dora")
    olga = await house.organiser("Olga")
    await sent(house, olga, en)
    house.world.faults.add(Fault(kind="429", chat=dora.id, method="editMessageText", seconds=60, times=None))
    await olga.says("/edit Meeting at seven")
    await olga.hears(en("edit-title"))
    await house.confirms(olga, "Send")
    await house.world.until(lambda: bert if read(bert, "Meeting at seven") else None)
    await house.world.settled()
    await house.stop()
    house.world.faults.clear()
    await house.restart()
    await olga.hears(en("report-edit-done"))
    assert len(read(bert, "Meeting at seven")) == len(read(dora, "Meeting at seven")) == 1


async def test_a_code_is_for_what_was_shown(house: House, en: Words) -> None:
    """Whoever asked to take back one text does not take back another that stands there meanwhile."""
    (bert,) = await subscribed(house, "Bert")
    olga, pavel = await house.team("Olga", "Pavel")
    await house.broadcasts(olga, "Meeting at six")
    await pavel.hears("Olga wants to send this")
    await house.confirms(pavel, "Approve")
    await olga.hears(en("report-done"))
    for person in (olga, pavel):
        await house.deaf(person)
    await olga.says("/edit Meeting at seven")
    await olga.hears(en("edit-title"))
    await house.confirms(olga, "Send")
    await pavel.hears(en("edit-note"))
    await house.confirms(pavel, "Approve")
    await pavel.says("/undo")
    await pavel.hears("Meeting at")
    await olga.hears(en("report-edit-done"))
    async with house.store.begin() as tx:
        who = await tx.organisers.by_chat(ChatId(pavel.id))
        assert who is not None
        stepup = await tx.stepups.get(who.id)
        assert stepup is not None
        await tx.stepups.set(who.id, replace(stepup, digest=b"of the text before"))
    await pavel.says(house.code(pavel))
    await pavel.hears(en("too-late"))
    assert len(read(bert, "Meeting at seven")) == 1
