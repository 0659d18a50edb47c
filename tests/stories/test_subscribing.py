"""How somebody reads what this is, subscribes, asks what is stored, and leaves."""

import pytest

from bot.chat.render import HOURS
from bot.domain.broadcast import MESSAGE_ID_LIFE
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House

MONTH = {"en": "November 2026", "ru": "ноябрь 2026 г."}
IDS = int(MESSAGE_ID_LIFE.total_seconds()) // HOURS


async def test_the_risk_card(house: House, alice: Person, words: Words) -> None:
    """/start shows what we hold, what Telegram holds and how to leave; nothing is stored for it."""
    await alice.says("/start")
    card = await alice.hears()
    for part in ("card-title", "card-what", "card-we", "card-telegram", "card-leave", "card-unsigned"):
        assert words(part) in card.text
    assert card.labels == [words("button-subscribe"), words("button-latest"), words("button-language")]
    assert await house.readers() == 0


async def test_the_language_of_the_card(
    house: House, alice: Person, words: Words, translator: Translator
) -> None:
    """Language changes the card itself; what is chosen there lives in its buttons until Subscribe."""
    await alice.says("/start")
    card = await alice.hears()
    now = words

    async def shows(label: str) -> None:
        await house.world.until(lambda: label in alice.message(card.id).labels or None)

    for language in ("ru", "en", "ru"):
        await alice.presses(now("button-language"), on=card)
        await shows("English")
        now = translator.speaking(language)
        await alice.presses(now("language-name"), on=card)
        await shows(now("button-subscribe"))
        assert now("card-telegram") in alice.message(card.id).text
    assert await house.readers() == 0
    await alice.presses("Подписаться", on=card)
    assert (await alice.hears()).text == translator.speaking("ru")("subscribed")
    await alice.says("/mydata")
    await alice.hears("Русский")


async def test_any_other_payload_shows_the_card(house: House, en: Words) -> None:
    """A deep link of a kind that is not known, an invitation, a wrong code: all show the risk card."""
    alice = house.world.person("Alice")
    for payload in (
        "",
        "i4711",
        "s",
        "s12x",
        "sx",
        "oNoSuchCode",
        "x",
        "s1234567",
        "from-a-poster",
        "123456",
    ):
        await alice.says(f"/start {payload}".strip())
        assert en("card-what") in (await alice.hears()).text
    assert await house.readers() == 0


@pytest.mark.parametrize("by", ["button", "command"])
async def test_subscribing_and_leaving(house: House, alice: Person, words: Words, by: str) -> None:
    """Subscribe or /subscribe puts a chat on the list; Unsubscribe or /stop erases it at once."""
    if by == "button":
        await alice.says("/start")
        await alice.hears()
        await alice.presses(words("button-subscribe"))
    else:
        await alice.says("/subscribe")
    joined = await alice.hears()
    assert joined.text == words("subscribed")
    assert joined.labels == [words("button-unsubscribe")]
    assert await house.readers() == 1
    if by == "button":
        await alice.presses(words("button-unsubscribe"))
    else:
        await alice.says("/stop")
    left = await alice.hears()
    assert left.text == words("stopped")
    assert left.labels == [words("button-subscribe")]
    assert await house.readers() == 0


async def test_members_and_strangers_get_the_same_words(house: House) -> None:
    """Whoever looks over a shoulder cannot tell from an answer whether somebody was subscribed."""
    member, stranger = house.world.person("Member"), house.world.person("Stranger")
    for text in ("/start", "/subscribe", "/stop", "/forget", "/start s1", "/start i1", "/start x"):
        await member.says("/subscribe")
        await member.hears()
        await stranger.says("/stop")
        await stranger.hears()
        for person in (member, stranger):
            await person.says(text)
        to_member, to_stranger = await member.hears(), await stranger.hears()
        assert to_member.text == to_stranger.text
        assert to_member.buttons == to_stranger.buttons


async def test_privacy(alice: Person, words: Words) -> None:
    """/privacy makes the promises, with the figures that the code keeps."""
    await alice.says("/privacy")
    promises = await alice.hears()
    assert words("privacy", hours=IDS, passphrases=1) in promises.text
    assert "48" in promises.text


async def test_mydata(house: House, alice: Person, words: Words) -> None:
    """/mydata says exactly what is stored: nothing about a stranger, three things about a reader."""
    await alice.says("/mydata")
    assert (await alice.hears()).text == words("mydata-nothing")
    await alice.says("/subscribe")
    await alice.hears()
    await alice.says("/mydata")
    stored = await alice.hears()
    month = MONTH[words.language]
    assert stored.text == words("mydata", language=words("language-name"), month=month, hours=IDS, more="")
    assert await house.readers() == 1


async def test_forget(house: House, alice: Person, words: Words) -> None:
    """/forget erases everything, and then there is nothing to show."""
    await alice.says("/subscribe")
    await alice.hears()
    await alice.says("/forget")
    assert (await alice.hears()).text == words("forgotten")
    assert await house.readers() == 0
    await alice.says("/mydata")
    assert (await alice.hears()).text == words("mydata-nothing")


async def test_blocking_the_bot_is_leaving(house: House) -> None:
    """Whoever blocks the bot is erased as soon as Telegram says so."""
    alice, bert = house.world.person("Alice"), house.world.person("Bert")
    for person in (alice, bert):
        await person.says("/subscribe")
        await person.hears()
    await alice.block()
    await house.world.settled()
    assert await house.readers() == 1
    await alice.unblock()
    await house.world.settled()
    assert await house.readers() == 1


async def test_a_reader_chooses_a_language(
    house: House, alice: Person, translator: Translator, words: Words
) -> None:
    """/language of a subscriber is remembered."""
    other = translator.speaking("ru" if words.language == "en" else "en")
    await alice.says("/subscribe")
    await alice.hears()
    await alice.says("/language")
    question = await alice.hears(words("language-choose"))
    assert question.labels == ["English", "Русский"]
    await alice.presses(other("language-name"))
    await alice.sees(other("language-chosen"))
    await alice.says("/updates")
    assert (await alice.hears()).text == other("updates-none", hours=72)


async def test_a_stranger_chooses_a_language(
    house: House, alice: Person, translator: Translator, words: Words
) -> None:
    """Of a stranger no language is stored; it lives in the buttons below the answer."""
    other = translator.speaking("ru" if words.language == "en" else "en")
    await alice.says("/language")
    await alice.hears()
    await alice.presses(other("language-name"))
    answer = await alice.sees(other("language-chosen"))
    assert other("button-subscribe") in answer.labels
    assert await house.readers() == 0
    await alice.says("/updates")
    assert (await alice.hears()).text == words("updates-none", hours=72)
    await alice.presses(other("button-subscribe"))
    assert (await alice.hears()).text == other("subscribed")


async def test_help(alice: Person, words: Words) -> None:
    """/help lists what a reader can do, and nothing that only organisers can."""
    await alice.says("/help")
    answer = await alice.hears()
    assert answer.text == words("help").strip()
    assert "/broadcast" not in answer.text


@pytest.mark.parametrize("command", ["/stop", "/forget"])
async def test_the_command_goes_too(house: House, alice: Person, words: Words, command: str) -> None:
    """Nobody who finds the phone reads there who left: the command itself is deleted, a stranger's too."""
    for _ in range(2):
        said = await alice.says(command)
        await alice.hears(words("stopped" if command == "/stop" else "forgotten"))
        await house.silent()
        assert said.id not in alice.chat.messages
        await alice.says("/subscribe")
        await alice.hears()
