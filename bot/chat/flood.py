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
BUTTONS = ("subscribe:", "unsubscribe:", "stay:")
"""What takes effect however many speak."""

READING = frozenset({"latest", "statements", "statement", "updates", "slogan", "help", "privacy"})
READING_BUTTONS = ("card:", "card-languages:", "latest:", "point:", "slogan:", "statement:", "statements:")
"""What changes nothing: there is no effect that a crash could lose or repeat, only an answer."""

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
        self._albums: OrderedDict[bytes, None] = OrderedDict()
        self._all = float("-inf")

    def __len__(self) -> int:
        return len(self._chats)

    def admits(self, chat: ChatId, now: float) -> bool:
        """Whether an update of this chat is still within the limits."""
        who = self._keyed(chat.to_bytes(8, "big", signed=True))
        limits, share = self._limits, 1 / self._limits.in_all
        its, of_all = max(self._chats.get(who, now), now), max(self._all, now)
        if its - now > (limits.at_once - 1) * limits.every or of_all - now > 1 - share:
            return False
        self._chats[who], self._all = its + limits.every, of_all + share
        self._chats.move_to_end(who)
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        return True

    def repeats(self, album: str) -> bool:
        """Whether a picture of this album was seen before: Telegram sends each by itself."""
        which = self._keyed(album.encode(errors="surrogatepass"))
        if which in self._albums:
            return True
        self._albums[which] = None
        if len(self._albums) > REMEMBERED:
            self._albums.popitem(last=False)
        return False

    def _keyed(self, name: bytes) -> bytes:
        return hmac.digest(self._key, name, "sha256")[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """An update that is to be carried out; `quiet`: without an answer; `reads`: it changes nothing.

    `wish` is whose it is and what for, where a later one of the same kind makes it needless.
    """

    update: Update
    quiet: bool = False
    reads: bool = False
    wish: "Wish | None" = None


Wish = tuple[ChatId, int | None, str]
"""A chat, who spoke there, and what is wanted: to be on the list or off it, to stay, or to be forgotten."""


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
        """What is left of a batch, in its order. Whatever cannot be judged is left in.

        Of somebody who joins and leaves over and over the last word counts: one transaction a batch.
        """
        passed: list[Passed] = []
        for update in batch:
            if not await survives(self._weigh(update, passed), self._log):
                passed.append(Passed(update=update))
        self._organisers = None
        last = {each.wish: each for each in passed if each.wish}
        return [each for each in passed if each.wish is None or last[each.wish] is each]

    async def _weigh(self, update: Update, passed: list[Passed]) -> None:
        heard = hear(update, self._bot_name)
        if heard is None or _for_others(heard) or await self._repeated(heard):
            return
        if self._within(heard) or await self._is_organiser(heard):
            passed.append(Passed(update=update, reads=_reads(heard)))
        elif _always(heard, COMMANDS):
            passed.append(Passed(update=update, quiet=True, wish=_wish(heard)))
        else:
            self._dropped.count()

    async def _repeated(self, heard: Heard) -> bool:
        """A further picture of an album: one answer is enough. An organiser's words may be under any."""
        album = heard.album if isinstance(heard, Said) else ""
        return bool(album) and self._flood.repeats(album) and not await self._is_organiser(heard)

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
        return heard.kind is Kind.PERSON and heard.data.startswith(BUTTONS)
    return isinstance(heard, Said) and heard.command in commands


def _reads(heard: Heard) -> bool:
    """Whether somebody in a private chat only wants to see something."""
    if isinstance(heard, Pressed):
        return heard.kind is Kind.PERSON and heard.data.startswith(READING_BUTTONS)
    return isinstance(heard, Said) and heard.kind is Kind.PERSON and heard.command in READING


def _wish(heard: Heard) -> Wish | None:
    """What is wanted. In a group not everybody may want it, so it is also whose wish it is."""
    if isinstance(heard, Membership | Migrated):
        return None
    wish = "list"
    if isinstance(heard, Said):
        wish = "forget" if heard.command == "forget" else wish
    elif isinstance(heard, Pressed) and heard.data.startswith("stay:"):
        wish = "stay"
    return (heard.chat, heard.sender, wish)


def _for_others(heard: Heard) -> bool:
    """What people in a group say to each other, where the bot is allowed to hear it."""
    return isinstance(heard, Said) and heard.kind is Kind.GROUP and not heard.command
