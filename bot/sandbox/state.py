"""Everything the sandbox holds: bots, people's chats, groups, files, and who hears of a new message.

The Bot API side (`methods`) and the people's side (`world`) both work on this. It refuses in Telegram's words
and never waits.
"""

import itertools
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.sandbox.bots import BotAccount
from bot.sandbox.chats import Chat, Kind, chat_not_found
from bot.sandbox.errors import SandboxError
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Gate, Limits
from bot.sandbox.members import Member, Status
from bot.sandbox.messages import Json, Media, Message, Peer
from bot.sandbox.privacy import hears
from bot.sandbox.signal import Signal
from bot.sandbox.stats import Stats
from bot.sandbox.updates import UpdateQueue

TOKEN = re.compile(r"(\d{5,16}):[A-Za-z0-9_-]{30,60}")
_SUPERGROUP = -1_000_000_000_000


class State:
    """The whole of one sandbox. `now` is monotonic seconds, `wall` seconds since 1970."""

    def __init__(
        self, *, limits: Limits, now: Callable[[], float], wall: Callable[[], float], chance: random.Random
    ) -> None:
        self.limits, self.now, self.wall, self.chance = limits, now, wall, chance
        self.bots: dict[int, BotAccount] = {}
        self.people: dict[int, Peer] = {}
        self.gone: set[int] = set()
        self.groups: dict[int, Chat] = {}
        self.media: dict[str, Media] = {}
        self.faults = Faults(chance)
        self.stats = Stats()
        self.changed = Signal()
        self._private: dict[tuple[int, int], Chat] = {}
        self._message_ids: dict[int, itertools.count[int]] = {}

    # Bots and people

    def bot(self, token: str) -> BotAccount | None:
        """The bot of this token, made on first sight; None for what cannot be a token."""
        match = TOKEN.fullmatch(token)
        if not match:
            return None
        number = int(match[1])
        known = self.bots.get(number)
        if known is None:
            known = self.bots[number] = self._new_bot(token, number)
            self.changed.fire()
        # A second token for the same id is what a keeper gets who revoked the first with @BotFather.
        return known if known.token == token else self._with_token(known, token)

    def _new_bot(self, token: str, number: int) -> BotAccount:
        peer = Peer(id=number, name="Handbill", is_bot=True, username=f"handbill_{number}_bot")
        queue = UpdateQueue(self.chance.randrange(10**8, 9 * 10**8), self.wall)
        return BotAccount(token=token, peer=peer, queue=queue, gate=Gate(self.limits))

    def _with_token(self, known: BotAccount, token: str) -> BotAccount:
        if not known.revoked:
            return replace(known, token=token, revoked=True)
        known.token, known.revoked = token, False
        return known

    def new_id(self) -> int:
        """A number of ten digits nobody has."""
        while (number := self.chance.randrange(10**9, 10**10)) in self.people or number in self.bots:
            continue
        return number

    # Chats

    def new_group(self, title: str, kind: Kind) -> Chat:
        """An empty group, supergroup or channel."""
        number = -self.new_id()
        if kind != "group":
            number += _SUPERGROUP
        chat = Chat(id=number, kind=kind, title=title, next_id=self._counter(number, kind))
        self.groups[number] = chat
        return chat

    def private(self, bot: BotAccount, person: Peer) -> Chat:
        """The chat of a person with a bot, started or not."""
        key = (bot.id, person.id)
        if key not in self._private:
            counter = self._counter(bot.id, "private")
            chat = Chat(id=person.id, kind="private", title=person.name, person=person, next_id=counter)
            chat.deleted = person.id in self.gone
            self._private[key] = chat
        return self._private[key]

    def _counter(self, key: int, kind: Kind) -> Callable[[], int]:
        """Message ids: one sequence a bot over all private chats, one each for other chats, as Telegram's."""
        first = 1 if kind != "private" else self.chance.randrange(100, 10_000)
        counter = self._message_ids.setdefault(key, itertools.count(first))
        return lambda: next(counter)

    def privates_of(self, person: int) -> list[Chat]:
        """All chats of one person with bots."""
        return [chat for (_, whose), chat in self._private.items() if whose == person]

    def find(self, bot: BotAccount, number: int) -> Chat:
        """The chat a bot names. Raises "chat not found" for what nobody has."""
        if number in self.groups:
            return self.groups[number]
        if number in self.people:
            return self.private(bot, self.people[number])
        raise chat_not_found()

    # Messages

    def post(self, chat: Chat, author: Peer, **parts: Any) -> Message:
        """A new message; every bot that hears of it gets its update."""
        message = Message(id=chat.next_id(), author=author, sent_at=self.wall(), **parts)
        chat.messages[message.id] = message
        if author.is_bot and not message.service:
            chat.last_bot = author.id
        self.tell(chat, message, "channel_post" if chat.kind == "channel" else "message")
        self._fire(chat)
        return message

    def change(self, chat: Chat, message: Message, **parts: Any) -> Message:
        """An edited message in the place of the old one."""
        edited = replace(message, edited_at=self.wall(), **parts)
        chat.messages[message.id] = edited
        self.tell(chat, edited, "edited_channel_post" if chat.kind == "channel" else "edited_message")
        self._fire(chat)
        return edited

    def remove(self, chat: Chat, number: int) -> None:
        """Take a message away for everybody."""
        chat.messages.pop(number, None)
        self._fire(chat)

    def tell(self, chat: Chat, message: Message, kind: str) -> None:
        """Queue an update about a message for each bot that may hear it."""
        if message.author.is_bot and not message.service:
            return
        for bot in self.listeners(chat):
            if hears(chat, bot.peer, message):
                bot.queue.push(kind, chat.message_json(message, bot.id))

    def listeners(self, chat: Chat) -> list[BotAccount]:
        """The bots that are in the chat."""
        return [bot for bot in self.bots.values() if chat.inside(bot.id)]

    def _fire(self, chat: Chat) -> None:
        chat.changed.fire()
        self.changed.fire()

    # Membership

    def stand(self, chat: Chat, who: Peer, status: Status, *, by: Peer, anonymous: bool = False) -> None:
        """Change how somebody stands in a chat; a bot hears of it when it is the one."""
        old = chat.members.get(who.id) or Member(user=who, status="left")
        new = Member(user=who, status=status, anonymous=anonymous)
        chat.members[who.id] = new
        bot = self.bots.get(who.id)
        if bot is not None and old != new:
            bot.queue.push("my_chat_member", self._change_json(chat, old, new, by))
        self._fire(chat)

    def _change_json(self, chat: Chat, old: Member, new: Member, by: Peer) -> Json:
        channel = chat.kind == "channel"
        return {
            "chat": chat.json(),
            "from": by.json(),
            "date": int(self.wall()),
            "old_chat_member": old.json(channel=channel),
            "new_chat_member": new.json(channel=channel),
        }

    # Files

    def keep(self, media: Media) -> Media:
        """Store a file for good."""
        self.media[media.unique_id] = media
        return media

    def check_token(self, token: str) -> BotAccount:
        """The bot of a token. Raises SandboxError for a malformed one."""
        bot = self.bot(token)
        if bot is None:
            raise SandboxError("a token is digits, a colon, and thirty or more of A-Z a-z 0-9 _ -")
        return bot
