"""Whether a text that somebody shows is the group's: `/verify`. What was asked is never kept.

What may not be read yet is as unknown as what was never written.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.actions.catalogue import Catalogue, Shelf, Text
from bot.clock import Clock
from bot.domain.broadcast import State
from bot.domain.rich_text import RichText
from bot.domain.statement import Slogan, Statement, StatementNumber
from bot.library import recognise
from bot.library.canon import canonical
from bot.library.likeness import Piece
from bot.library.recognise import Framing, Index
from bot.store import Tx

MEMORY = timedelta(days=30)
"""How long a broadcast is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A text made of a statement on the shelf.

    `signers` are those who count, `trusted` whether they are enough. `pieces` tell how it was altered,
    `added` what stands before and behind it, `links` what lies under its words that is not the statement's.
    """

    statement: Statement
    signers: tuple[str, ...]
    trusted: bool
    whole: bool
    pieces: tuple[Piece, ...] = ()
    added: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def withdrawn(self) -> date | None:
        """Since when it is withdrawn."""
        return self.statement.withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSlogan:
    """One of the group's slogans."""

    slogan: Slogan
    trusted: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """This bot has sent it, with the organisers' approval; nobody signed it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that this bot knows; `short` if it is too short to say."""

    short: bool


Answer = Known | KnownSlogan | Sent | Unknown


class Verifying:
    """Looks for a text on the shelf; the index is made at the first question after a change."""

    def __init__(self, *, clock: Clock, catalogue: Catalogue, framing: Framing) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._framing = framing
        self._turn = asyncio.Lock()
        self._shelf: Shelf | None = None
        self._index = Index((), framing)
        self._slogans: dict[str, KnownSlogan] = {}
        self._broadcasts: dict[str, str] = {}

    async def verify(self, tx: Tx, asked: RichText) -> Answer:
        """What this text is."""
        shelf = await self._catalogue.look(tx)
        text = canonical(asked.text)
        index = await self._indexed(shelf)
        if slogan := self._slogans.get(text):
            return slogan
        found = index.find(asked)
        if found:
            return _known(next(each for each in shelf.texts if each.statement is found.statement), found)
        if text and await self._sent(tx, text):
            return Sent()
        return Unknown(short=len(text.split(" ")) < recognise.FEWEST)

    async def text(self, tx: Tx, number: StatementNumber, language: str) -> Text | None:
        """A statement that may be read, for whoever wants its file."""
        shelf = await self._catalogue.look(tx)
        return next(
            (
                each
                for each in self._open(shelf)
                if (each.statement.number, each.statement.language) == (number, language)
                and each.statement.withdrawn is None
                and (each.signed or shelf.trust is None)
            ),
            None,
        )

    def _open(self, shelf: Shelf) -> Sequence[Text]:
        now = self._clock.now()
        return [
            each
            for each in shelf.texts
            if each.statement.publish_at is None or each.statement.publish_at <= now
        ]

    async def _indexed(self, shelf: Shelf) -> Index:
        """The index of what may be read now. Made in a thread: a thousand statements take seconds."""
        async with self._turn:
            statements = [each.statement for each in self._open(shelf)]
            if shelf is self._shelf and len(statements) == len(self._index.entries):
                return self._index
            self._index = await asyncio.to_thread(_changed, self._index, statements)
            self._slogans = _slogans(shelf)
            self._shelf = shelf
            return self._index

    async def _sent(self, tx: Tx, text: str) -> bool:
        """Whether a broadcast of the last days reads so, with the line at its end or without."""
        recent = [
            written.text
            for one in await tx.broadcasts.recent(self._clock.now() - MEMORY)
            if one.state in {State.SENDING, State.PAUSED, State.DONE} and not one.purpose.revises
            for written in one.texts.values()
        ]
        self._broadcasts = {each: self._broadcasts.get(each) or canonical(each) for each in recent}
        return any(text in {sent, sent.partition(" Update · ")[0]} for sent in self._broadcasts.values())


def _known(text: Text, found: recognise.Recognised) -> Known:
    likeness = found.likeness
    return Known(
        statement=text.statement,
        signers=text.signers,
        trusted=text.signed,
        whole=likeness.whole,
        pieces=likeness.pieces,
        added=likeness.added,
        links=found.links,
    )


def _changed(index: Index, statements: Sequence[Statement]) -> Index:
    """An index of exactly these; read anew is only what was not in the old one."""
    known = {id(each.statement): each for each in index.entries}
    gone = known.keys() - {id(one) for one in statements}
    new = [recognise.entry(one) for one in statements if id(one) not in known]
    return index.changed([known[one] for one in gone], new)


def _slogans(shelf: Shelf) -> dict[str, KnownSlogan]:
    """What may be shown of the slogans, by canonical text; the first of several that read the same."""
    found: dict[str, KnownSlogan] = {}
    for sheet in shelf.sheets:
        for slogan in sheet.file.slogans if sheet.signed or shelf.trust is None else ():
            found.setdefault(canonical(slogan.text), KnownSlogan(slogan=slogan, trusted=sheet.signed))
    return found
