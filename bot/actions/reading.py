"""What anybody may read: statements, updates of the last days, slogans. Reading is never recorded.

Answers come only from what was imported into the database; the workshop folder may live elsewhere.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.clock import Clock
from bot.domain.broadcast import UPDATE_LIFE, State
from bot.domain.media import Media
from bot.domain.rich_text import RichText
from bot.domain.statement import Slogan, Statement, StatementNumber
from bot.i18n.translator import FALLBACK
from bot.library import proof, slogans
from bot.store import Tx

SLOGAN_FOLDER = "slogans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many files were new, the same as before, or took the place of an older text."""

    new: int = 0
    same: int = 0
    replaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A statement, and the languages it can be read in."""

    statement: Statement
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An update as it reads now: its text, or the caption of its picture or file.

    `edited` is when it was changed after it was sent.
    """

    text: RichText
    media: Media | None
    edited: datetime | None = None


class Reading:
    """The shelf, as readers see it."""

    def __init__(self, *, clock: Clock, random: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random = random

    async def import_files(self, tx: Tx, files: Sequence[tuple[str, bytes]]) -> Imported:
        """Seal checked files into the database; `StatementError` for the first that is not right.

        A name that ends in `slogans/<language>.md` is a slogan file; every other is a statement.
        """
        texts = {(s.number, s.language) for s in await tx.statements.all()}
        languages = {s.language for s in await tx.statements.slogans()}
        counts = Counter[str]()
        for name, data in files:
            path = Path(name)
            if path.parent.name == SLOGAN_FOLDER:
                found = slogans.parse(data, path, path.stem)
                known = path.stem in languages
                changed = await tx.statements.put_slogans(path.stem, found, data)
            else:
                statement = proof.accept(data, path)
                known = (statement.number, statement.language) in texts
                changed = await tx.statements.put(statement)
            counts[("replaced" if known else "new") if changed else "same"] += 1
        return Imported(new=counts["new"], same=counts["same"], replaced=counts["replaced"])

    async def shelf(self, tx: Tx, at: datetime | None = None) -> list[Statement]:
        """Every statement that may be read now, or at a later moment, newest number first, all languages."""
        now = at or self._clock.now()
        found = [s for s in await tx.statements.all() if s.publish_at is None or s.publish_at <= now]
        return sorted(found, key=lambda s: (-s.number, s.language))

    async def readable(
        self, tx: Tx, number: StatementNumber, *, at: datetime | None = None
    ) -> list[Statement]:
        """Every text of one statement that may be read now, or at a later moment: what can be published."""
        return [s for s in await self.shelf(tx, at) if s.number == number]

    async def embargo(self, tx: Tx, number: StatementNumber) -> datetime | None:
        """When the last text of a statement is out that is not yet; None if nothing keeps it."""
        times = [s.publish_at for s in await tx.statements.all() if s.number == number and s.publish_at]
        last = max(times, default=None)
        return last if last and last > self._clock.now() else None

    def choose(self, texts: Sequence[Statement], language: str) -> Found:
        """The text for readers of a language, of those of one statement."""
        return Found(statement=_in_language(texts, language), languages=tuple(s.language for s in texts))

    async def titles(self, tx: Tx, language: str) -> list[Statement]:
        """One text for each statement, newest first, in the reader's language where there is one."""
        shelf = await self.shelf(tx)
        numbers = sorted({s.number for s in shelf}, reverse=True)
        return [_in_language([s for s in shelf if s.number == n], language) for n in numbers]

    async def statement(self, tx: Tx, language: str, number: StatementNumber | None = None) -> Found | None:
        """One statement, the newest without a number; in another language where it lacks the reader's."""
        shelf = await self.shelf(tx)
        if number is None:
            number = max((s.number for s in shelf), default=None)
        texts = [s for s in shelf if s.number == number]
        if not texts:
            return None
        languages = tuple(s.language for s in texts)
        return Found(statement=_in_language(texts, language), languages=languages)

    async def updates(self, tx: Tx, language: str) -> list[Update]:
        """The updates of the last 72 hours, oldest first, for this language; none that was taken back."""
        recent = await tx.broadcasts.recent(self._clock.now() - UPDATE_LIFE)
        shown = [b for b in recent if b.started and b.state in {State.SENDING, State.PAUSED, State.DONE}]
        shown = [b for b in shown if not b.purpose.revises and b.withdrawn is None and b.planned is None]
        shown.sort(key=lambda b: b.started or b.created)
        texts = [(b.text_for(language), b) for b in shown]
        return [Update(text=text, media=b.media, edited=b.edited) for text, b in texts if text is not None]

    async def slogan(self, tx: Tx, language: str, *, marked: str = "") -> Slogan | None:
        """Any slogan in the reader's language; one in another where there is none.

        `marked`: the one with this mark, if it is still there.
        """
        everything = await tx.statements.slogans()
        if marked and (same := [slogan for slogan in everything if mark(slogan) == marked]):
            return same[0]
        choice = [s for s in everything if s.language == language] or everything
        if not choice:
            return None
        return choice[int.from_bytes(self._random(4), "big") % len(choice)]


def mark(slogan: Slogan) -> str:
    """A short name for a slogan, for a button; another slogan may have it by chance only."""
    return hashlib.sha256(f"{slogan.language} {slogan.text}".encode()).hexdigest()[:12]


def _in_language(texts: Sequence[Statement], language: str) -> Statement:
    by_language = {s.language: s for s in texts}
    return by_language.get(language) or by_language.get(FALLBACK) or texts[0]
