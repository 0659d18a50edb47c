"""What a group, or a channel, can do with the bot."""

from pathlib import Path

import pytest

from bot.i18n.translator import Translator, Words
from bot.sandbox import Group, Person
from tests.support.house import House

LONG = """Statement: 7
Date: 2026-01-07
Language: {language}
Title: A long one

""" + "\n\n".join(f"Paragraph {n}. " + "Word after word. " * 20 for n in range(20))
KINDS = ["group", "supergroup", "channel"]


@pytest.fixture
def depot(house: House, alice: Person) -> Group:
    return house.world.group("Depot 3", admin=alice, kind="supergroup")


@pytest.fixture
async def here(depot: Group, words: Words) -> Group:
    """A group that has the bot."""
    await depot.add_bot()
    assert (await depot.hears()).text == words("group-hello")
    return depot


async def asks(person: Person, house: House, text: str, group: Group, *, thread: int | None = None) -> None:
    """Ask this bot and no other."""
    command, _, rest = text.partition(" ")
    await person.says(f"{command}@{house.world.bot_username} {rest}".strip(), chat=group, thread=thread)


async def silent(house: House, group: Group) -> None:
    """All is handled, and nothing new stands in the group."""
    await house.world.settled()
    assert {message.id for message in group.inbox} <= group.chat.heard


@pytest.mark.parametrize("kind", KINDS)
async def test_added(house: House, alice: Person, words: Words, kind: str) -> None:
    """Added to a group the bot says one line, and nothing is stored."""
    group = house.world.group("Depot 3", admin=alice, kind=kind)  # type: ignore[arg-type]  # one of KINDS
    await group.add_bot(by=alice)
    assert (await group.hears()).text == words("group-hello")
    await silent(house, group)
    assert await house.readers() == 0


async def test_an_admin_subscribes_and_leaves(house: House, alice: Person, here: Group, words: Words) -> None:
    """/subscribe and /stop by an admin put the group on the list and erase it."""
    for _ in range(2):
        await asks(alice, house, "/subscribe", here)
        assert (await here.hears()).text == words("group-subscribed")
        assert await house.readers() == 1
    await asks(alice, house, "/stop", here)
    assert (await here.hears()).text == words("group-stopped")
    assert await house.readers() == 0


async def test_others_cannot(house: House, alice: Person, here: Group, words: Words) -> None:
    """Somebody who is no admin can neither subscribe a group nor make it leave, nor set its language."""
    bert = house.world.person("Bert", language=words.language)
    await bert.joins(here)
    await asks(bert, house, "/subscribe", here)
    assert (await here.hears()).text == words("group-admins-only")
    assert await house.readers() == 0
    await asks(alice, house, "/subscribe", here)
    await here.hears()
    house.clock.forward(seconds=11)
    for command in ("/stop", "/language"):
        await asks(bert, house, command, here)
        assert (await here.hears()).text == words("group-admins-only")
        house.clock.forward(seconds=11)
    await here.promote(bert)
    await here.demote(bert)
    await asks(bert, house, "/stop", here)
    await here.hears()
    assert await house.readers() == 1


async def test_an_anonymous_admin(house: House, alice: Person, here: Group) -> None:
    """An admin who writes in the group's name is one."""
    await alice.says_anonymously(f"/subscribe@{house.world.bot_username}", chat=here)
    await here.hears()
    assert await house.readers() == 1


async def test_a_channel(house: House, translator: Translator) -> None:
    """A channel in which the bot may post counts as a group."""
    alice = house.world.person("Alice")
    channel = house.world.group("News", admin=alice, kind="channel")
    await channel.add_bot()
    await channel.hears()
    await asks(alice, house, "/subscribe", channel)
    await channel.hears(translator.speaking("en")("group-subscribed"))
    assert await house.readers() == 1
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "Meeting at six.")
    await channel.hears("Meeting at six.")
    await asks(alice, house, "/stop", channel)
    await channel.hears(translator.speaking("en")("group-stopped"))


async def test_latest(house: House, alice: Person, here: Group, words: Words, tmp_path: Path) -> None:
    """/latest gives one message, and a way to the whole text in private."""
    await asks(alice, house, "/latest", here)
    assert (await here.hears()).text == words("statements-none")
    await house.imports("2023-06-resolution-summary")
    await asks(alice, house, "/statement 1", here)
    assert not (await here.hears("№")).buttons
    for language in ("en", "ru"):
        (tmp_path / f"{language}.md").write_text(LONG.format(language=language), encoding="utf-8")
    await house.imports(str(tmp_path))
    await asks(alice, house, "/latest", here)
    shown = await here.hears("№")
    await silent(house, here)
    button = shown.button(words("button-read-all"))
    assert button is not None
    assert button.url == f"https://t.me/{house.world.bot_username}?start=s7"
    await alice.says("/start s7")
    await alice.hears("№")
    await asks(alice, house, "/statement 7", here)
    assert (await here.hears()).text == shown.text
    await asks(alice, house, "/statement 9", here)
    assert (await here.hears()).text == words("group-statement-unknown")
    await asks(alice, house, "/statement", here)
    assert (await here.hears()).text == words("group-statement-which")


async def test_leaflet(house: House, alice: Person, here: Group, words: Words) -> None:
    """/leaflet gives the PDF, without the buttons of private chats."""
    await house.imports("2026-11-update-couriers")
    await asks(alice, house, "/leaflet 3", here)
    sent = await here.hears()
    assert sent.media
    assert sent.media.content.startswith(b"%PDF")
    assert sent.labels == []
    await asks(alice, house, "/leaflet 9", here)
    assert (await here.hears()).text == words("group-statement-unknown")


async def test_one_answer_in_ten_seconds(house: House, alice: Person, here: Group) -> None:
    """People who are no admins get one answer in ten seconds, all of them together; admins always."""
    bert, carla = house.world.person("Bert"), house.world.person("Carla")
    for person in (bert, carla):
        await person.joins(here)
    await asks(bert, house, "/latest", here)
    await here.hears("There are no statements")
    for _ in range(2):
        await asks(bert, house, "/latest", here)
        await asks(carla, house, "/slogan", here)
        await asks(carla, house, "/subscribe", here)
    await silent(house, here)
    await asks(alice, house, "/slogan", here)
    await here.hears()
    house.clock.forward(seconds=10)
    await asks(carla, house, "/slogan", here)
    await here.hears()


async def test_what_is_not_for_the_bot(house: House, alice: Person, here: Group) -> None:
    """Commands for other bots, unknown ones, plain text and pictures are met with silence."""
    await here.promote_bot()
    for text in (
        "/latest@another_bot",
        "/subscribe@another_bot",
        "/broadcast x",
        "/start",
        "/help",
        "latest",
    ):
        await alice.says(text, chat=here)
    await alice.sends_photo(b"picture", "/nothing", chat=here)
    await silent(house, here)
    assert await house.readers() == 0


async def test_language(
    house: House, alice: Person, here: Group, words: Words, translator: Translator
) -> None:
    """/language by an admin is remembered for a subscribed group; nobody else's press counts."""
    other = translator.speaking("ru" if words.language == "en" else "en")
    bert = house.world.person("Bert", language=words.language)
    await bert.joins(here)
    await asks(alice, house, "/subscribe", here)
    await here.hears()
    await asks(alice, house, "/language", here)
    question = await here.hears(words("language-choose"))
    await bert.presses(other("language-name"), chat=here, on=question)
    await bert.presses_data("speak:xx", chat=here, on=question)
    await bert.presses_data("unsubscribe:en", chat=here, on=question)
    await house.world.settled()
    assert here.message(question.id).text == words("language-choose")
    await alice.presses(other("language-name"), chat=here)
    await here.sees(other("group-language-chosen"))
    await asks(alice, house, "/latest", here)
    assert (await here.hears()).text == other("statements-none")
    assert await house.readers() == 1


async def test_a_topic(house: House) -> None:
    """In a forum the bot answers in the topic it was asked in, and delivers where /subscribe was said."""
    alice = house.world.person("Alice")
    here = house.world.group("Depot 3", admin=alice)
    await here.add_bot()
    await here.hears()
    news, chatter = await here.topic("News"), await here.topic("Chatter")
    await asks(alice, house, "/latest", here, thread=chatter)
    assert (await here.hears()).thread_id == chatter
    await asks(alice, house, "/subscribe", here, thread=news)
    assert (await here.hears()).thread_id == news
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "Meeting at six.")
    assert (await here.hears("Meeting at six.")).thread_id == news
