"""What an organiser can write, and how it looks before anything is sent."""

import pytest

from bot.domain.broadcast import State
from bot.domain.draft import TEXT_LIMIT
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House

MARK = "Update · "
MENTION = {"type": "mention", "offset": 46, "length": 5}


async def states(house: House) -> list[State]:
    """Where every broadcast stands."""
    async with house.store.read() as tx:
        return [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)]


@pytest.fixture
async def olga(house: House, words: Words) -> Person:
    """The only organiser."""
    return await house.organiser("Olga", language=words.language)


async def test_a_draft(house: House, olga: Person, words: Words, translator: Translator) -> None:
    """One preview a language, then what will happen; nothing has been sent."""
    bert = house.world.person("Bert")
    await bert.says("/subscribe")
    await bert.hears()
    await olga.says("/broadcast Meeting at six.\n== ru ==\nСобрание в шесть.\n==EN==\nMeeting at six sharp.")
    previews = [await olga.hears(MARK) for _ in range(3)]
    assert [message.text.partition("\n")[0] for message in previews] == [
        "Meeting at six.",
        "Meeting at six sharp.",
        "Собрание в шесть.",
    ]
    control = await olga.hears(words("draft-title"))
    assert control.labels == [words(f"button-{name}") for name in ("send", "urgent", "audience", "cancel")]
    assert words("draft-audience", people=words("people-under-twenty")) in control.text
    assert words("draft-next", needed=1, seconds=1) in control.text
    names = ", ".join(translator.speaking(language)("language-name") for language in ("en", "ru"))
    assert words("draft-languages-and-rest", languages=names) in control.text
    await house.world.settled()
    assert not [message for message in bert.inbox if MARK in message.text]
    assert await states(house) == [State.DRAFT]


async def test_who_reads_what(house: House, olga: Person, words: Words) -> None:
    """The control message says who gets which text, and who gets none."""
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-languages-all"))
    await olga.says("/broadcast == ru ==\nСобрание")
    await olga.hears(words("draft-languages-only", languages="Русский"))


async def test_as_a_reply(house: House, olga: Person) -> None:
    """/broadcast as a reply to a message broadcasts that message."""
    note = await olga.says("Meeting at six, gate 2.")
    await olga.hears()
    await olga.replies(note, "/broadcast")
    assert (await olga.hears(MARK)).text.startswith("Meeting at six, gate 2.\n\nUpdate · ")


async def test_formatting_is_kept(house: House, olga: Person, words: Words) -> None:
    """The organiser's formatting is kept, in the text and in a reply; Markdown signs are not read."""
    text = "/broadcast **Meeting** at six, see here"
    bold = {"type": "bold", "offset": 23, "length": 2}
    link = {"type": "text_link", "offset": 35, "length": 4, "url": "https://example.org/"}
    await olga.says(text, entities=[bold, link])
    preview = await olga.hears(MARK)
    assert preview.text.startswith("**Meeting** at six, see here")
    kinds = {(e["type"], e["offset"], e["length"]) for e in preview.entities}
    assert {("bold", 12, 2), ("text_link", 24, 4)} <= kinds
    await olga.hears(words("draft-title"))
    await olga.says("/broadcast See https://example.org/ #meeting @olga", entities=[MENTION])
    await olga.hears(words("draft-title"))
    async with house.store.read() as tx:
        newest = max(await tx.broadcasts.in_states(State.DRAFT), key=lambda one: "See" in one.texts[""].text)
    assert newest.texts[""].entities == ()
    house.hush(olga)
    note = await olga.says("Six sharp", entities=[{"type": "italic", "offset": 0, "length": 3}])
    await olga.hears()
    await olga.replies(note, "/broadcast")
    preview = await olga.hears(MARK)
    assert ("italic", 0, 3) in {(e["type"], e["offset"], e["length"]) for e in preview.entities}


async def test_readers_get_exactly_the_preview(house: House, olga: Person) -> None:
    """Text and formatting of the preview are what every reader gets, in their language."""
    bert, boris = house.world.person("Bert"), house.world.person("Boris", language="ru")
    for reader in (bert, boris):
        await reader.says("/subscribe")
        await reader.hears()
    bold = {"type": "bold", "offset": 11, "length": 7}
    await olga.says("/broadcast Meeting 👋 at six @olga\n== ru ==\nСобрание", entities=[bold])
    first, second = await olga.hears(MARK), await olga.hears(MARK)
    await house.confirms(olga, {"en": "Send", "ru": "Отправить"}[olga.peer.language or "en"])
    for preview, reader in ((first, bert), (second, boris)):
        message = await reader.hears(MARK)
        assert (message.text, message.entities) == (preview.text, preview.entities)
        assert not message.buttons


async def test_refused(house: House, olga: Person, words: Words) -> None:
    """What cannot be broadcast is refused at once, with the reason."""
    too_long = words("refused-too-long", units=TEXT_LIMIT + 1)
    for text, refusal in (
        ("", words("refused-empty")),
        ("\u200b\u202e", words("refused-empty")),
        ("== ru ==\n", words("refused-empty-language", language="ru")),
        ("one\n== xx ==\ntwo", words("refused-unknown-language", language="xx")),
        ("== ru ==\none\n== ru ==\ntwo", words("refused-twice", language="ru")),
        ("x" * (TEXT_LIMIT + 1), too_long),
        ("👋" * (TEXT_LIMIT // 2) + "x", too_long),
    ):
        await olga.says(f"/broadcast {text}")
        assert (await olga.hears()).text == refusal
    assert await states(house) == []


async def test_the_longest_text(house: House, olga: Person, words: Words) -> None:
    """4,000 units fit, with the line that ends an update."""
    await olga.says("/broadcast " + "👋" * (TEXT_LIMIT // 2))
    preview = await olga.hears(MARK)
    assert len(preview.text.encode("utf-16-le")) // 2 <= 4096
    await olga.hears(words("draft-title"))


async def test_plain_text_is_never_broadcast(house: House, olga: Person, words: Words) -> None:
    """Whatever an organiser writes without a command is answered like anybody's."""
    await olga.says("Meeting at six.")
    assert (await olga.hears()).text == words("unknown")
    await olga.forwards(olga.messages[0])
    assert words("verify-unknown") in (await olga.hears("/keys")).text
    assert await states(house) == []


async def test_a_draft_is_forgotten_after_a_day(house: House, olga: Person, words: Words) -> None:
    """The buttons of a draft work for 24 hours; after that the draft goes."""
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    house.clock.forward(hours=24, seconds=1)
    await olga.presses(words("button-send"))
    await olga.hears(words("unknown"))
    await olga.says("/broadcast Another")
    await olga.hears(words("draft-title"))
    assert await states(house) == [State.DRAFT]
