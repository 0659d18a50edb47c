"""What nobody's client would send: each gets the constant answer or silence, and costs next to nothing.

Strangers, members and organisers alike; in private, in a group, in a forum's topic and in a channel.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from bot.actions.subscriptions import Subscriptions
from bot.chat.poller import PollState
from bot.domain.contact import ChatId, Kind
from bot.i18n.translator import Words
from bot.sandbox import Group, Person
from tests.support import oddities
from tests.support.ear import Ear, listen
from tests.support.house import House
from tests.support.oddities import Json
from tests.support.raw import Sender, private, stored


@pytest.fixture
def ear(house: House, monkeypatch: pytest.MonkeyPatch) -> Ear:
    return listen(monkeypatch)


Make = Callable[[Sender], Json]
Oddity = tuple[str, str, Make, str]
"""Its name, the kind of update, the update of a sender, and what happens: an answer's name, or silence."""


FORWARDED = "verify-short|verify-unknown|verify-picture-only"
"""What is forwarded is looked at: it may be a statement."""


def oddities_in_private() -> Iterator[Oddity]:
    """All of them, with the message that answers each; `|` stands between several."""
    for name, text in oddities.TEXTS.items():
        yield name, "message", holding({"text": text}), "unknown"
    for name, text in oddities.COMMANDS.items():
        yield name, "message", saying(text), "unknown"
    for name, content in oddities.MEDIA.items():
        yield name, "message", holding(content), FORWARDED if "forward_origin" in content else "unknown"
    for name, content in oddities.SERVICE.items():
        yield name, "message", holding(content), ""
    for number in oddities.NUMBERS:
        yield number, "message", saying(f"/statement {number}"), "statement-which|statement-unknown"
    for payload in oddities.PAYLOADS:
        yield payload, "message", saying(f"/start {payload}"), "card|statement-unknown"
    for data in oddities.DATA:
        yield data, "callback_query", pressing(data), "unknown|slogan-none"


def holding(content: Json) -> Make:
    return lambda sender: sender.message(**content)


def saying(text: str) -> Make:
    return lambda sender: sender.said(text)


def pressing(data: str) -> Make:
    return lambda sender: sender.pressed(data)


async def sent(house: House, ear: Ear, *updates: tuple[str, Json]) -> dict[int, list[str]]:
    """What the bot says to whom because of these updates; nothing else is done, stored or logged."""
    ear.take()
    before = stored(house)
    queue = house.world.bot().queue
    for kind, body in updates:
        queue.allow([kind])
        assert queue.push(kind, body) is not None
    await house.silent()
    assert stored(house) == before
    assert house.log.getvalue() == ""
    said: dict[int, list[str]] = {}
    for method, given in ear.take():
        assert method in {"sendMessage", "answerCallbackQuery"}
        assert "parse_mode" not in given
        if method == "sendMessage":
            said.setdefault(int(given["chat_id"]), []).append(given["text"])
    return said


@pytest.mark.parametrize("who", ["stranger", "member"])
async def test_in_private(house: House, ear: Ear, words: Words, who: str) -> None:
    """Whatever somebody sends who may do nothing, member or not: the one constant answer, once."""
    every = list(oddities_in_private())
    senders = [private(house, number, words.language) for number in range(len(every))]
    if who == "member":
        subscriptions = Subscriptions(clock=house.clock, random=os.urandom)
        async with house.store.begin() as tx:
            for sender in senders:
                await subscriptions.join(tx, ChatId(sender.chat["id"]), Kind.PERSON, words.language)
    updates = [(kind, make(by)) for by, (_, kind, make, _) in zip(senders, every, strict=True)]
    said = await sent(house, ear, *updates)
    for by, (name, _, _, answers) in zip(senders, every, strict=True):
        heard = said.get(by.chat["id"], [])
        assert len(heard) == bool(answers), name
        for text in heard:
            known = [words("card-title") if each == "card" else words(each) for each in answers.split("|")]
            assert text.startswith(tuple(known)), name


async def test_an_organiser(house: House, ear: Ear, en: Words) -> None:
    """An organiser's plain text is never a broadcast, and forged handles open nothing."""
    olga = await house.organiser("Olga")
    await house.deaf(olga)  # heard once today: that much is written down
    await house.silent()
    by = Sender(house, olga.peer.json(), {"id": olga.id, "type": "private", "first_name": "A"})
    every = [(kind, make(by)) for _, kind, make, answers in oddities_in_private() if answers == "unknown"]
    every = [(kind, body) for kind, body in every if "broadcast" not in body.get("text", "").lower()]
    for begin in range(0, len(every), 40):
        some = every[begin : begin + 40]
        assert await sent(house, ear, *some) == {olga.id: [en("unknown")] * len(some)}


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
@pytest.mark.parametrize("subscribed", [False, True])
async def test_in_a_group(house: House, ear: Ear, en: Words, kind: str, *, subscribed: bool) -> None:
    """In a group there are other bots: silence, even to its admin, in a topic and in a channel."""
    anna = house.world.person("Anna")
    group = await a_group(house, anna, en, kind)
    if subscribed:
        await anna.says(f"/subscribe@{house.world.bot_username}", chat=group)
        await group.hears(en("group-subscribed"))
    await house.silent()
    chat = group.chat.json()
    as_chat = {"sender_chat": chat, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}
    topic = {"message_thread_id": 5, "is_topic_message": True} if kind == "supergroup" else {}
    by = Sender(house, anna.peer.json(), chat, **(as_chat if kind == "channel" else topic))
    posted = "channel_post" if kind == "channel" else "message"
    updates = [
        (posted if what == "message" else what, make(by))
        for _, what, make, answers in oddities_in_private()
        if answers in {"", "unknown", "unknown|slogan-none", FORWARDED}
    ]
    assert await sent(house, ear, *updates) == {}


async def a_group(house: House, admin: Person, words: Words, kind: str) -> Group:
    group = house.world.group("Depot 3", admin=admin, kind=kind)  # type: ignore[arg-type]  # one of the kinds
    await group.add_bot()
    await group.hears(words("group-hello"))
    return group


async def test_other_kinds_of_updates(house: House, ear: Ear) -> None:
    """Edited commands, inline queries, payments, business messages, other bots: silence.

    So for what cannot be read. They come although nobody asked for them, as Telegram says they may.
    """
    by = private(house, 1, "en")
    assert await sent(house, ear, *oddities.others(by.who, by.chat)) == {}
    assert set(house.states) == {PollState.RUNNING}


async def test_an_update_that_cannot_be_understood(house: House, alice: Person, words: Words) -> None:
    """It is tried twice and skipped; the service stays up, and those behind it are heard."""
    queue = house.world.bot().queue
    alice.start()
    queue.push("my_chat_member", {"chat": alice.chat.json(), "from": alice.peer.json(), "date": 1})
    await alice.says("/slogan")
    await alice.hears(words("slogan-none"))
    assert "update.skipped" in house.log.getvalue()
    assert str(alice.id) not in house.log.getvalue()
