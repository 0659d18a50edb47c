"""/leaflet and /poster: laid out once, beside the event loop, and sent by Telegram's own name from then on.

Of a print it is remembered what it shows, never who asked. What a leaflet looks like is `library.print`.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.actions.fingerprints import fingerprints
from bot.actions.printing import Keys, Printer
from bot.actions.reading import Reading
from bot.chat import keyboards
from bot.chat.failures import survives
from bot.chat.heard import whole_number
from bot.chat.page import Page, page
from bot.chat.parts import Parts
from bot.chat.turn import Turn
from bot.domain.contact import ChatId
from bot.domain.media import Media, MediaKind
from bot.domain.rich_text import RichText
from bot.domain.statement import Slogan, Statement, StatementNumber
from bot.errors import BadInputError
from bot.i18n.translator import Words
from bot.library.print.style import Design, Ink, Sheet, Style
from bot.observability.logs import Log
from bot.store import Tx

AT_HOME = Style(sheet=Sheet.CUT, design=Design.SOBER, ink=Ink.BLACK)
"""What /leaflet gives first: for the printer that people have, without ink to waste or dots that betray."""

ON_SCREENS = Style(design=Design.LOUD, ink=Ink.COLOUR)
"""What /poster gives first: a picture to be passed on."""

WAITING = 20
"""Prints that may wait for the press; who comes then is asked to come again."""

READY = 8
"""Prints that are kept in memory until Telegram has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something to print and to send: `make` lays it out, `key` names it, `page` goes with it."""

    key: bytes
    make: Callable[[], bytes]
    kind: MediaKind
    name: str
    page: Page


class PrintDesk:
    """Takes orders in private chats and in groups."""

    def __init__(self, *, parts: Parts, reading: Reading, printer: Printer, log: Log) -> None:
        self._store, self._outbox, self._clock = parts.store, parts.outbox, parts.clock
        self._reading, self._printer, self._log = reading, printer, log
        self._press = asyncio.Lock()
        self._waiting = 0
        self._ready = lru_cache(maxsize=READY)(_Ready)

    async def leaflet(self, turn: Turn, argument: str) -> None:
        """`3`, nothing for the newest, or from a button `3:a4-fold:loud:colour`."""
        asked, *how = argument.split(":")
        number = whole_number(asked)
        if asked and number is None:
            turn.say(page(turn.words("leaflet-which")))
            return
        async with turn.look() as tx:
            wanted = None if number is None else StatementNumber(number)
            found = await self._reading.statement(tx, turn.words.language, wanted)
            signers = await self._signers(tx, found.signers if found else ())
        if found is None:
            unknown = "statement-unknown" if turn.chat > 0 else "group-statement-unknown"
            turn.say(page(turn.words("statements-none" if number is None else unknown)))
            return
        self._take(turn, self._leaflet(turn.words, found.statement, _style(how), signers))

    async def poster(self, turn: Turn, argument: str) -> None:
        """Of any slogan, or from a button `MARK:loud:colour:square`."""
        mark, *how = argument.split(":")
        async with turn.look() as tx:
            shown = await self._reading.slogan(tx, turn.words.language, marked=mark)
            signers = await self._signers(tx)
        if shown is None:
            turn.say(page(turn.words("slogan-none")))
            return
        self._take(turn, self._poster(turn.words, shown, how, signers))

    async def _signers(self, tx: Tx, first: Sequence[str] = ()) -> Keys:
        """The keys that a sheet names today; a change of the policy makes every sheet another one."""
        return fingerprints(await self._reading.trust(tx), self._clock.now().date(), first)

    def _leaflet(self, words: Words, shown: Statement, style: Style, signers: Keys) -> Order:
        about = self._printer.about(shown.language, style, keys=signers)
        return Order(
            key=hashlib.sha256(about + shown.source).digest(),
            make=lambda: self._printer.leaflet(shown, style, signers),
            kind=MediaKind.DOCUMENT,
            name=f"{shown.number}-{shown.language}-{style.sheet}-{style.design}-{style.ink}.pdf",
            page=page(words("leaflet-caption"), *keyboards.leaflets(words, shown, style)),
        )

    def _poster(self, words: Words, shown: Slogan, how: list[str], signers: Keys) -> Order:
        style, large = _style(["", *how[:2]], ON_SCREENS), how[2:] == ["a3"]
        about = self._printer.about(shown.language, style, large, keys=signers)
        return Order(
            key=hashlib.sha256(about + shown.text.encode()).digest(),
            make=lambda: self._printer.poster(shown, style.design, style.ink, large=large, keys=signers),
            kind=MediaKind.DOCUMENT if large else MediaKind.PHOTO,
            name=f"{shown.language}-{style.design}-{style.ink}.{'pdf' if large else 'png'}",
            page=page(
                RichText(shown.text).styled("bold"), *keyboards.posters(words, shown, style, large=large)
            ),
        )

    def _take(self, turn: Turn, order: Order) -> None:
        """Behind everything that this chat waits for; the batch of updates does not wait for it."""
        if turn.quiet:
            return
        if self._waiting >= WAITING:
            turn.say(page(turn.words("print-busy")))
            return
        if turn.chat < 0:  # the buttons of readers do nothing in a group
            order = replace(order, page=page(order.page.text))
        words, chat, thread = turn.words, turn.chat, turn.thread

        async def job() -> None:
            try:
                await survives(self._bring(chat, thread, order, words), self._log)
            finally:
                self._waiting -= 1

        if self._outbox.queue(chat, job):
            self._waiting += 1

    async def _bring(self, chat: ChatId, thread: int, order: Order, words: Words) -> None:
        async with self._store.read() as tx:
            known = await tx.prints.find(order.key)
        if known and await self._outbox.send(chat, replace(order.page, media=known), thread=thread):
            return
        try:
            data = await self._laid_out(order)
        except BadInputError:
            await self._outbox.send(chat, page(words("print-impossible")), thread=thread)
            return
        sent = await self._outbox.upload(chat, order.page, order.kind, order.name, data, thread=thread)
        if sent:
            await self._remember(order.key, sent)

    async def _laid_out(self, order: Order) -> bytes:
        """Once, however many ask for it at the same time."""
        ready = self._ready(order.key)
        async with self._press:
            if not ready.data:
                ready.data = await self._printer.beside(order.make)
        return ready.data

    async def _remember(self, key: bytes, sent: Media) -> None:
        self._ready.cache_clear()
        async with self._store.begin() as tx:
            await tx.prints.keep(key, sent)


@dataclass(slots=True)
class _Ready:
    """A print on its way to Telegram."""

    key: bytes
    data: bytes = b""


def _style(how: list[str], usual: Style = AT_HOME) -> Style:
    """The style that a button names; what it leaves out, or was forged, is as usual."""
    sheet, design, ink = (*how, "", "", "")[:3]
    return Style(
        sheet=Sheet(sheet) if sheet in list(Sheet) else usual.sheet,
        design=Design(design) if design in list(Design) else usual.design,
        ink=Ink(ink) if ink in list(Ink) else usual.ink,
    )
