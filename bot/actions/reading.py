"""What anybody may read: statements, updates of the last days, slogans. Reading is never recorded.

Answers come only from what was imported into the database; the workshop folder may live elsewhere.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.actions.catalogue import Catalogue, Shelf, Text
from bot.clock import Clock
from bot.domain.broadcast import UPDATE_LIFE, State
from bot.domain.media import Media
from bot.domain.rich_text import RichText
from bot.domain.statement import Slogan, Statement, StatementNumber
from bot.i18n.translator import FALLBACK
from bot.library.trust import Trust
from bot.store import Tx

_FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A statement, the languages it can be read in, and who signed it."""

    statement: Statement
    languages: tuple[str, ...]
    signers: tuple[str, ...] = ()
    """Who signed it, where a policy of signatures is set; before that nobody."""


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

    def __init__(
        self,
        *,
        clock: Clock,
        random: Callable[[int], bytes],
        catalogue: Catalogue | None = None,
        signed_only: bool = False,
    ) -> None:
        """`catalogue` is shared with others who look at the shelf; `signed_only` shows nothing unsigned."""
        self._clock = clock
        self._random = random
        self.catalogue = catalogue or Catalogue()
        self._signed_only = signed_only

    async def trust(self, tx: Tx) -> Trust | None:
        """Who may sign; None before that was set."""
        return (await self.catalogue.look(tx)).trust

    async def texts(self, tx: Tx, at: datetime | None = None) -> list[Text]:
        """Every text that may be read now, or at a later moment, newest number first, all languages.

        Once a policy of signatures is set these are the texts that enough signers have signed.
        """
        shelf, now = await self.catalogue.look(tx), at or self._clock.now()
        found = [
            text
            for text in shelf.texts
            if self._answered(shelf, signed=text.signed)
            and text.statement.withdrawn is None
            and (text.statement.publish_at is None or text.statement.publish_at <= now)
        ]
        return sorted(found, key=lambda text: (-text.statement.number, text.statement.language))

    async def shelf(self, tx: Tx) -> list[Statement]:
        """The same, the statements alone."""
        return [text.statement for text in await self.texts(tx)]

    def _answered(self, shelf: Shelf, *, signed: bool) -> bool:
        return signed if shelf.trust else not self._signed_only

    async def readable(self, tx: Tx, number: StatementNumber, *, at: datetime | None = None) -> list[Text]:
        """Every text of one statement that may be read now, or at a later moment: what can be published."""
        return [text for text in await self.texts(tx, at) if text.statement.number == number]

    async def embargo(self, tx: Tx, number: StatementNumber) -> datetime | None:
        """When the last text of a statement is out that is not yet; None if nothing keeps it.

        A text that will not be read then either, withdrawn or unsigned, keeps nothing back.
        """
        texts = await self.readable(tx, number, at=_FOREVER)
        last = max((at for text in texts if (at := text.statement.publish_at)), default=None)
        return last if last and last > self._clock.now() else None

    def choose(self, texts: Sequence[Text], language: str) -> Found:
        """The text for readers of a language, of those of one statement."""
        shown = _in_language([text.statement for text in texts], language)
        return Found(
            statement=shown,
            languages=tuple(text.statement.language for text in texts),
            signers=next(text.signers for text in texts if text.statement is shown),
        )

    async def titles(self, tx: Tx, language: str) -> list[Statement]:
        """One text for each statement, newest first, in the reader's language where there is one."""
        shelf = await self.shelf(tx)
        numbers = sorted({s.number for s in shelf}, reverse=True)
        return [_in_language([s for s in shelf if s.number == n], language) for n in numbers]

    async def statement(self, tx: Tx, language: str, number: StatementNumber | None = None) -> Found | None:
        """One statement, the newest without a number; in another language where it lacks the reader's."""
        shelf = await self.texts(tx)
        if number is None:
            number = max((text.statement.number for text in shelf), default=None)
        texts = [text for text in shelf if text.statement.number == number]
        if not texts:
            return None
        return self.choose(texts, language)

    async def updates(self, tx: Tx, language: str) -> list[Update]:
        """The updates of the last 72 hours, oldest first, for this language; none that was taken back."""
        recent = await tx.broadcasts.recent(self._clock.now() - UPDATE_LIFE)
        shown = [b for b in recent if b.started and b.state in {State.SENDING, State.PAUSED, State.DONE}]
        shown = [b for b in shown if not b.purpose.revises and b.withdrawn is None and not b.shelved]
        shown.sort(key=lambda b: b.started or b.created)
        texts = [(b.text_for(language), b) for b in shown]
        return [Update(text=text, media=b.media, edited=b.edited) for text, b in texts if text is not None]

    async def slogans(self, tx: Tx, language: str) -> list[Slogan]:
        """Every slogan in the reader's language, in the order of its file; in another where there is none."""
        everything = await self.every_slogan(tx)
        for each in (language, FALLBACK):
            if own := [slogan for slogan in everything if slogan.language == each]:
                return own
        return everything

    async def slogan(self, tx: Tx, language: str, *, marked: str = "") -> Slogan | None:
        """Any slogan for readers of a language; `marked`: the one with this mark, if it is still there."""
        if marked and (same := [slogan for slogan in await self.every_slogan(tx) if mark(slogan) == marked]):
            return same[0]
        choice = await self.slogans(tx, language)
        return choice[int.from_bytes(self._random(4), "big") % len(choice)] if choice else None

    async def every_slogan(self, tx: Tx) -> list[Slogan]:
        """All that may be shown: with a policy of signatures, those of files that enough have signed."""
        shelf = await self.catalogue.look(tx)
        sheets = [sheet.file for sheet in shelf.sheets if self._answered(shelf, signed=sheet.signed)]
        return [slogan for file in sheets for slogan in file.slogans]


def mark(slogan: Slogan) -> str:
    """A short name for a slogan, for a button; another slogan may have it by chance only."""
    return hashlib.sha256(f"{slogan.language} {slogan.text}".encode()).hexdigest()[:12]


def _in_language(texts: Sequence[Statement], language: str) -> Statement:
    by_language = {s.language: s for s in texts}
    return by_language.get(language) or by_language.get(FALLBACK) or texts[0]
