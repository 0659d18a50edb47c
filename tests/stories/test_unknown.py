"""Whatever the bot does not know, and whatever is not for the one who asks, gets one constant answer."""

from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House

ORGANISERS = [
    "/broadcast Meeting at six.",
    "/cancel",
    "/publish 3",
    "/approve",
    "/private hello",
    "/panic",
    "/lock",
]

FORGED = [
    "x",
    ":",
    "::::",
    "subscribe",
    "subscribe:",
    "subscribe:xx",
    "speak:xx",
    "h",
    "h" + "A" * 16,
    "hÜ",
    "broadcast:en",
    "start:en",
    "forget:en",
    "a" * 64,
]


async def test_unknown_words(house: House, alice: Person, words: Words) -> None:
    """Unknown commands, plain text, and organisers' commands typed by a stranger."""
    for text in ("hello", "/nothing", "/", "//start", "Subscribe", "12", "123456", "123 456", *ORGANISERS):
        said = await alice.says(text)
        assert (await alice.hears()).text == words("unknown")
        assert said in alice.messages
    assert await house.readers() == 0


async def test_what_is_no_text(alice: Person, words: Words) -> None:
    """Pictures and files get the same answer, and nothing is downloaded; what is forwarded is looked at."""
    await alice.sends_photo(b"picture", "a caption")
    assert (await alice.hears()).text == words("unknown")
    await alice.sends_document(b"file", "list.csv")
    assert (await alice.hears()).text == words("unknown")
    await alice.forwards(alice.messages[0])
    assert (await alice.hears()).text == words("verify-short")


async def test_a_command_for_another_bot(alice: Person, words: Words) -> None:
    """Even in private, a command that names another bot is not obeyed."""
    await alice.says("/subscribe@another_bot")
    assert (await alice.hears()).text == words("unknown")


async def test_forged_buttons(house: House, alice: Person, words: Words) -> None:
    """Data that no button has shown gets the constant answer, from a stranger and from an organiser."""
    await alice.says("/start")
    await alice.hears()
    for data in FORGED:
        press = await alice.presses_data(data)
        assert await alice.answer(press) == ""
        assert (await alice.hears()).text == words("unknown")
    await house.enrols(alice, "Alice")
    house.hush(alice)
    for data in FORGED:
        await alice.presses_data(data)
        assert (await alice.hears()).text == words("unknown")
    assert await house.readers() == 0


async def test_buttons_of_somebody_else(house: House, en: Words) -> None:
    """An organiser's button works for that organiser alone, and once."""
    olga, pavel = await house.team("Olga", "Pavel")
    eve = house.world.person("Eve")
    await eve.says("/start")
    await eve.hears()
    await olga.says("/broadcast Meeting")
    control = await olga.hears("Fingerprint")
    house.hush(olga)
    send, urgent, audience, cancel = (button.data or "" for row in control.buttons for button in row)
    for person in (pavel, eve):
        for data in (send, urgent, audience, cancel):
            await person.presses_data(data)
            assert (await person.hears()).text == en("unknown")
    await olga.presses("Send", on=control)
    await olga.hears("Send the six digits")
    await olga.presses_data(send)
    assert (await olga.hears()).text == en("unknown")
    await olga.presses("Cancel", on=control)
    await olga.hears("Cancelled by Olga")
    house.hush(olga)
    await olga.presses_data(cancel)
    assert (await olga.hears()).text == en("unknown")
    await olga.says(house.code(olga))
    await olga.hears("not possible any more")
