"""Nothing that the bot does tells whether somebody is on the list: neither its words nor its other requests.

How long it takes is measured elsewhere. /mydata tells it to whoever holds the phone, and is meant to; so do
broadcasts that stand in the chat, and that /forget takes them out of it.
"""

import os
import re

import pytest

from bot.actions.subscriptions import Subscriptions
from bot.domain.contact import ChatId, Kind
from bot.i18n.translator import Words
from tests.support.ear import Ear, listen
from tests.support.house import House
from tests.support.raw import Sender, private

SAID = [
    *("/start", "/start s1", "/start s9", "/start i4711", "/start x", "/start o" + "A" * 22),
    *("/subscribe", "/stop", "/forget", "/latest", "/statements", "/statement 1", "/statement"),
    *("/updates", "/slogan", "/language", "/quiet", "/privacy", "/help", "/nothing", "hello", "123456"),
    *("/broadcast Hello", "/panic"),
]
PRESSED = [
    *("subscribe", "unsubscribe", "latest", "slogan", "speak", "card", "card-languages", "statements"),
    *("statement", "forged", "start", "forget", "stay", "quiet"),
]

Calls = list[tuple[str, dict[str, str]]]


@pytest.fixture
def ear(house: House, monkeypatch: pytest.MonkeyPatch) -> Ear:
    return listen(monkeypatch)


async def test_members_and_strangers_are_treated_alike(house: House, ear: Ear, words: Words) -> None:
    """Each command and button makes the same calls with the same words, in the same order, byte for byte."""
    await house.imports("2026-11-update-couriers")
    every = [("message", text) for text in SAID]
    every += [("callback_query", f"{action}:{words.language}:1") for action in PRESSED]
    members = [private(house, number, words.language) for number in range(len(every))]
    strangers = [private(house, 1000 + number, words.language) for number in range(len(every))]
    await join(house, members, words.language)
    ear.take()
    queue = house.world.bot().queue
    for (kind, what), *both in zip(every, members, strangers, strict=True):
        for by in both:
            queue.push(kind, by.said(what) if kind == "message" else by.pressed(what))
    await house.silent()
    calls = ear.take()
    for (_, what), member, stranger in zip(every, members, strangers, strict=True):
        assert made(calls, member) == made(calls, stranger), what
        assert made(calls, member), what


async def join(house: House, senders: list[Sender], language: str) -> None:
    subscriptions = Subscriptions(clock=house.clock, random=os.urandom)
    async with house.store.begin() as tx:
        for sender in senders:
            await subscriptions.join(tx, ChatId(sender.chat["id"]), Kind.PERSON, language)


def made(calls: Calls, sender: Sender) -> list[tuple[str, str]]:
    """What was asked of Telegram for one of them, without the number that tells them apart."""
    number = str(sender.chat["id"])
    lines = [(method, repr(sorted(given.items()))) for method, given in calls]
    return [(method, re.sub(number, "NUMBER", line)) for method, line in lines if number in line]
