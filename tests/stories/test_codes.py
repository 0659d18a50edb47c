"""The six digits: when they are asked for, what a wrong or used one does, and who hears of it."""

import re

import pytest

from bot.domain.approval import WRONG_CODES
from bot.domain.broadcast import State
from bot.i18n.translator import Words
from bot.sandbox import Person
from bot.vault import totp
from tests.support.house import House


@pytest.fixture
async def olga(house: House, words: Words) -> Person:
    """The only organiser."""
    return await house.organiser("Olga", language=words.language)


async def asked(house: House, olga: Person, words: Words) -> None:
    """A draft, and Send."""
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await olga.presses(words("button-send"))
    await olga.hears(words("code-ask"))
    house.hush(olga)
    assert await states(house) == {State.DRAFT}


async def states(house: House) -> set[State]:
    async with house.store.read() as tx:
        return {broadcast.state for broadcast in await tx.broadcasts.in_states(*State)}


def wrong(house: House, person: Person) -> str:
    return f"{(int(house.code(person)) + 1) % 10**6:06}"


async def test_digits_are_deleted_before_anything_is_done(house: House, olga: Person, words: Words) -> None:
    """The message with the code is gone before the answer comes, whether it was right or wrong."""
    await asked(house, olga, words)
    for digits, answer in (
        (wrong(house, olga), words("code-wrong")),
        (house.code(olga), words("starts-in", seconds=1)),
    ):
        said = await olga.says(digits)
        await olga.hears(answer)
        assert said not in olga.messages


async def test_digits_nobody_asked_for(house: House, olga: Person, words: Words) -> None:
    """Without a question six digits are plain text; after /cancel too."""
    said = await olga.says(house.code(olga))
    assert (await olga.hears()).text == words("unknown")
    assert said in olga.messages
    await asked(house, olga, words)
    await olga.says("/cancel")
    await olga.hears(words("cancelled", name="Olga"))
    house.hush(olga)
    await olga.says(house.code(olga))
    assert (await olga.hears()).text == words("unknown")
    assert await states(house) == {State.CANCELLED}


async def test_a_used_code(house: House, olga: Person, words: Words) -> None:
    """A code that was used is refused with "wait for the next one", and is no failed try."""
    await asked(house, olga, words)
    used = totp.code(house.secrets[olga.id], house.clock.now())
    for _ in range(WRONG_CODES + 1):
        await olga.says(used)
        assert (await olga.hears()).text == words("code-reused")
    await olga.says(house.code(olga))
    await olga.hears(words("starts-in", seconds=1))


async def test_words_in_between(house: House, olga: Person, words: Words) -> None:
    """While a code is asked for, other things can be done; the question stays."""
    await asked(house, olga, words)
    await olga.says("/updates")
    await olga.hears(words("updates-none", hours=72))
    await olga.says("12345")
    await olga.hears(words("unknown"))
    await olga.says(house.code(olga))
    await olga.hears(words("starts-in", seconds=1))


async def test_five_wrong_codes(house: House) -> None:
    """Five wrong codes close the gate for an hour, even for right ones, and the others are told."""
    olga, pavel = await house.team("Olga", "Pavel")
    await olga.says("/broadcast Meeting")
    await olga.hears("Fingerprint")
    await olga.presses("Send")
    await olga.hears("six digits")
    for _ in range(WRONG_CODES - 1):
        await olga.says(wrong(house, olga))
        await olga.hears("wrong or too old")
    await olga.says(wrong(house, olga))
    await olga.hears("Too many wrong codes")
    await pavel.hears("five wrong codes as Olga")
    for _ in range(2):
        said = await olga.says(house.code(olga))
        await olga.hears("Too many wrong codes")
        assert said not in olga.messages
    await house.deaf(pavel)
    assert len([message for message in pavel.inbox if "five wrong codes" in message.text]) == 1
    house.clock.forward(minutes=60)
    await olga.says(house.code(olga))
    await olga.hears("Waiting for approval: 1 of 2")


async def test_wrong_codes_in_a_longer_time(house: House, olga: Person, words: Words) -> None:
    """Only five within a quarter of an hour count."""
    await asked(house, olga, words)
    for _ in range(WRONG_CODES + 1):
        await olga.says(wrong(house, olga))
        assert (await olga.hears()).text == words("code-wrong")
        house.clock.forward(minutes=4)
    await olga.says(house.code(olga))
    await olga.hears(words("starts-in", seconds=1))


async def test_the_question_says_what_for(house: House, en: Words) -> None:
    """Whose chat is used by somebody else too sees what his digits would do: another draft, another name."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    for text in ("Meeting at noon", "Strike\ntomorrow"):
        await olga.says(f"/broadcast {text}")
        shown = await olga.hears(en("draft-title"))
        mark = re.search(r"^Fingerprint: (.+)$", shown.text, re.MULTILINE)
        assert mark
        house.hush(olga)
        await olga.presses(en("button-send"))
        asked = await olga.hears(en("code-ask"))
        first = text.partition("\n")[0]
        assert en("code-for-send", name=first, fingerprint=mark[1]) in asked.text.splitlines()
        assert asked.text.endswith(en("code-not-you"))
    for person, label in ((pavel, "do-remove"), (vera, "do-remove")):
        name = "Pavel" if person is vera else "Vera"
        house.hush(olga)
        await olga.says("/organisers")
        await olga.hears(en("organisers"))
        await olga.presses(en(label, name=name))
        assert en("code-for-remove", name=name) in (await olga.hears(en("code-ask"))).text
