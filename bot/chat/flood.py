"""Who is heard when everybody talks at once: five updates at once, then one in three seconds a chat.

What is over the limit is dropped before anything is written or read for it. Joining, leaving, changes of
membership and organisers always take effect (VAULT §6); a stranger's is then carried out without an answer.
"""

import hmac
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from telegram import Update

from bot.chat.failures import survives
from bot.chat.heard import Heard, Membership, Migrated, Pressed, Said, hear
from bot.clock import Clock
from bot.domain.contact import ChatId, Kind
from bot.observability.logs import Log
from bot.observability.seldom import Seldom
from bot.store import Store

OLD = timedelta(minutes=10)
"""Messages older than this are answered no more."""

REMEMBERED = 1_000
"""Chats. One is spoken of for 15 s and 50 a second are let in, so that more than 800 never count."""

COMMANDS = frozenset({"subscribe", "stop", "forget"})
BUTTONS = ("subscribe:", "unsubscribe:")
"""What takes effect however many speak."""

LATE_TOO = COMMANDS | {"start"}
"""What is carried out and answered however old it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Updates of one chat `at_once`, then one `every` so many seconds; `in_all` chats so many a second."""

    at_once: int = 5
    every: float = 3.0
    in_all: int = 50


USUAL = Limits()


class Flood:
    """The limits as arithmetic over a given `now`; what is refused changes nothing."""

    def __init__(self, key: bytes, limits: Limits = USUAL) -> None:
        """`key` is new at each start, so that memory holds no chat's number."""
        self._key = key
        self._limits = limits
        self._chats: OrderedDict[bytes, float] = OrderedDict()
        self._all = float("-inf")

    def __len__(self) -> int:
        return len(self._chats)

    def admits(self, chat: ChatId, now: float) -> bool:
        """Whether an update of this chat is still within the limits."""
        who = hmac.digest(self._key, chat.to_bytes(8, "big", signed=True), "sha256")[:16]
        limits, share = self._limits, 1 / self._limits.in_all
        its, of_all = max(self._chats.get(who, now), now), max(self._all, now)
        if its - now > (limits.at_once - 1) * limits.every or of_all - now > 1 - share:
            return False
        self._chats[who], self._all = its + limits.every, of_all + share
        self._chats.move_to_end(who)
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """An update that is to be carried out; `quiet`: without an answer."""

    update: Update
    quiet: bool = False


class Sieve:
    """Takes out of a batch what is dropped. Reads the organisers once a batch, if that matters."""

    def __init__(self, *, bot_name: str, store: Store, clock: Clock, log: Log, flood: Flood) -> None:
        self._bot_name = bot_name
        self._store = store
        self._clock = clock
        self._log = log
        self._flood = flood
        self._dropped = Seldom(log, clock.monotonic, "updates.dropped")
        self._organisers: frozenset[ChatId] | None = None

    async def sift(self, batch: Sequence[Update]) -> list[Passed]:
        """What is left of a batch, in its order. Whatever cannot be judged is left in."""
        passed: list[Passed] = []
        for update in batch:
            if not await survives(self._weigh(update, passed), self._log):
                passed.append(Passed(update=update))
        self._organisers = None
        return passed

    async def _weigh(self, update: Update, passed: list[Passed]) -> None:
        heard = hear(update, self._bot_name)
        if heard is None or _for_others(heard):
            return
        if self._within(heard) or await self._is_organiser(heard):
            passed.append(Passed(update=update))
        elif _always(heard, COMMANDS):
            passed.append(Passed(update=update, quiet=True))
        else:
            self._dropped.count()

    def _within(self, heard: Heard) -> bool:
        """Neither too old nor too many."""
        return not too_late(heard, self._clock) and self._flood.admits(heard.chat, self._clock.monotonic())

    async def _is_organiser(self, heard: Heard) -> bool:
        if heard.kind is not Kind.PERSON:
            return False
        if self._organisers is None:
            async with self._store.read() as tx:
                self._organisers = frozenset(organiser.chat for organiser in await tx.organisers.all())
        return heard.chat in self._organisers


def too_late(heard: Heard, clock: Clock) -> bool:
    """Whether it was said so long ago that it is dropped. A button does not tell its age."""
    old = heard.at is not None and clock.now() - heard.at > OLD
    return old and not always(heard)


def always(heard: Heard) -> bool:
    """What takes effect however late it is heard: joining, leaving, and what happens to the chat itself."""
    return _always(heard, LATE_TOO)


def _always(heard: Heard, commands: frozenset[str]) -> bool:
    if isinstance(heard, Membership | Migrated):
        return True
    if isinstance(heard, Pressed):
        return heard.data.startswith(BUTTONS)
    return isinstance(heard, Said) and heard.command in commands


def _for_others(heard: Heard) -> bool:
    """What people in a group say to each other, where the bot is allowed to hear it."""
    return isinstance(heard, Said) and heard.kind is Kind.GROUP and not heard.command
