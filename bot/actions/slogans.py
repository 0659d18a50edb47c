"""The slogan of the day, others of the same round, and all of them by theme. Nothing about readers is kept.

Whoever asks on the same day is shown the same one; a button leads on to the next, until all have come.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions.reading import Reading
from bot.clock import Clock
from bot.domain.slogans import in_turn, of_theme, themes
from bot.domain.statement import Slogan
from bot.store import Tx

ON_A_PAGE = 10
"""Slogans of one theme on a page of the list; ten of the longest fit a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Which slogan somebody was shown: of which day, how many steps on, and of which theme, if of one."""

    day: int
    step: int = 0
    theme: str = ""
    """The mark of a theme, or nothing for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A slogan, the turn that it is, and the themes there are."""

    slogan: Slogan
    turn: Turn
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchTheme:
    """What there is instead."""

    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Some slogans of one theme: one page of all."""

    theme: str
    slogans: tuple[Slogan, ...]
    page: int
    pages: tuple[str, ...]
    """The theme of every page."""


class Slogans:
    """What readers may see of the slogans."""

    def __init__(self, *, clock: Clock, reading: Reading) -> None:
        self._clock = clock
        self._reading = reading

    async def of_the_day(self, tx: Tx, language: str, theme: str = "") -> Shown | NoSuchTheme | None:
        """Today's, of all or of the theme that somebody wrote; None where there are no slogans."""
        everything = await self._reading.slogans(tx, language)
        if not everything:
            return None
        chosen = of_theme(everything, theme)
        if not chosen:
            return NoSuchTheme(themes=themes(everything))
        return _shown(everything, Turn(day=self._today, theme=mark(chosen[0].theme) if theme else ""))

    async def at(self, tx: Tx, language: str, turn: Turn) -> Shown | None:
        """The slogan of a turn. A theme that is gone counts as all of them."""
        everything = await self._reading.slogans(tx, language)
        return _shown(everything, turn) if everything else None

    async def today(self, tx: Tx, language: str, theme: str) -> Shown | None:
        """Today's of the theme with this mark."""
        return await self.at(tx, language, Turn(day=self._today, theme=theme))

    async def listed(self, tx: Tx, language: str, page: int) -> Listed | None:
        """One page of all slogans, the nearest there is; None where there are no slogans."""
        everything = await self._reading.slogans(tx, language)
        pages = [
            (theme, tuple(found[start : start + ON_A_PAGE]))
            for theme in themes(everything)
            for found in [of_theme(everything, theme)]
            for start in range(0, len(found), ON_A_PAGE)
        ]
        if not pages:
            return None
        page = min(page, len(pages) - 1)
        theme, slogans = pages[page]
        return Listed(theme=theme, slogans=slogans, page=page, pages=tuple(theme for theme, _ in pages))

    @property
    def _today(self) -> int:
        return self._clock.now().date().toordinal()


def mark(theme: str) -> str:
    """A short name for a theme, for a button."""
    return hashlib.sha256(theme.encode()).hexdigest()[:12]


def _shown(everything: Sequence[Slogan], turn: Turn) -> Shown:
    chosen = [slogan for slogan in everything if turn.theme == mark(slogan.theme)] or everything
    return Shown(slogan=in_turn(chosen, turn.day, turn.step), turn=turn, themes=themes(everything))
