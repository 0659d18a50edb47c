"""Slogans that go out at the same local hour again and again: on which days, which ones, in whose turn.

Organisers agree once to all of it, the words of every slogan included. Sending one is a broadcast of its own,
which `actions.recurring` makes when the hour has come.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.domain.publication import Unreadable, local, zone_of
from bot.domain.rich_text import RichText
from bot.domain.slogans import in_turn
from bot.domain.statement import Slogan

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
"""The days of the week, Monday first."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(_DAYS)
_WEEKDAYS = re.compile(rf"(?:{_DAY})(?:-(?:{_DAY}))?(?:,(?:{_DAY})(?:-(?:{_DAY}))?)*")
_HOUR = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What somebody asked for: a minute of the day in a zone, days of the week, and which slogans."""

    minute: int
    """From 0 to 1439."""
    zone: str
    days: tuple[int, ...] = EVERY_DAY
    language: str = ""
    """Only for readers of this language; nothing for all of them."""
    theme: str = ""

    @property
    def clock(self) -> str:
        """The hour as people write it."""
        return f"{self.minute // 60:02}:{self.minute % 60:02}"

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment, in UTC.

        Once on each of the days: a local hour that clocks skip is as much later, of one that comes twice it
        is the first.
        """
        hour, day = time(*divmod(self.minute, 60)), moment.astimezone(ZoneInfo(self.zone)).date()
        days = (day + timedelta(days=ahead) for ahead in count(-1))
        times = (
            local(datetime.combine(each, hour), self.zone).at
            for each in days
            if each.isoweekday() in self.days
        )
        return next(at for at in times if at > moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """The terms with the slogans that they stand for, and how many of them went out already."""

    terms: Terms
    pools: Mapping[str, tuple[Slogan, ...]]
    """What takes turns, by the same languages as the texts of a broadcast; none is empty."""
    turn: int = 0

    @property
    def texts(self) -> dict[str, RichText]:
        """What readers get in this turn, by language."""
        return {
            language: RichText(in_turn(pool, self.turn).text).styled("bold")
            for language, pool in self.pools.items()
        }

    @property
    def further(self) -> "Repeats":
        """The same after one more went out."""
        return replace(self, turn=self.turn + 1)

    @property
    def written(self) -> str:
        """One line for the digest: the terms, and every word of every slogan. Not how many went out."""
        state = hashlib.sha256(b"handbill/slogans/v1")
        for language, pool in sorted(self.pools.items()):
            for part in (language, *(word for one in pool for word in (one.language, one.theme, one.text))):
                data = part.encode()
                state.update(len(data).to_bytes(8, "big") + data)
            state.update(b"\xff" * 8)
        terms = self.terms
        return (
            f"slogans {state.hexdigest()} at {terms.clock} {terms.zone} on {terms.days}"
            f" for {terms.language!r} about {terms.theme!r}"
        )


def read_terms(written: str, *, zone: str, languages: tuple[str, ...]) -> Terms | Unreadable:
    """`18:00 Europe/Berlin mon-fri en labour`: all but the hour may be missing; `zone` is meant without one.

    Whatever is written, the answer is terms, or `form` or `zone` for why there are none.
    """
    first, *words = written.split() or [""]
    hour = _HOUR.fullmatch(first)
    if hour is None:
        return Unreadable(why="form")
    named: str | None = zone
    if words and ("/" in words[0] or words[0].casefold() == "utc"):
        named = zone_of(words.pop(0))
    if named is None:
        return Unreadable(why="zone")
    days = _weekdays(words.pop(0)) if words and _WEEKDAYS.fullmatch(words[0].casefold()) else EVERY_DAY
    language = words.pop(0) if words and words[0] in languages else ""
    minute = int(hour[1]) * 60 + int(hour[2])
    return Terms(minute=minute, zone=named, days=days, language=language, theme=" ".join(words))


def _weekdays(written: str) -> tuple[int, ...]:
    """`mon-wed,sat`; `fri-mon` goes over the end of the week."""
    found = set[int]()
    for part in written.casefold().split(","):
        first, _, last = part.partition("-")
        start = _DAYS.index(first)
        length = (_DAYS.index(last or first) - start) % 7
        found.update((start + ahead) % 7 + 1 for ahead in range(length + 1))
    return tuple(sorted(found))
