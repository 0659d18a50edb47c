"""A statement that goes out to every reader at a chosen moment: which one, exactly which texts, and when.

The rules of local time are here; looking the statement up is `actions`. It travels as a broadcast.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.statement import Statement, StatementNumber

FURTHEST = timedelta(days=366)
"""How far ahead something can be planned."""

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})")
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+/-]{1,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a broadcast publishes. Approvals hold for all of it."""

    number: StatementNumber
    texts: bytes
    """32 bytes that stand for every text of the statement, as they were when this was written."""
    at: datetime | None = None
    """Not before this moment, in UTC; None: as soon as it is agreed to."""
    zone: str = "UTC"
    """How people read that moment: an IANA name."""

    def overdue(self, now: datetime, most: timedelta) -> bool:
        """Whether its moment passed longer ago than that."""
        return self.at is not None and now - self.at > most

    @property
    def written(self) -> str:
        """One line for the digest."""
        moment = f"{self.at.isoformat()} {self.zone}" if self.at else "as soon as agreed"
        return f"statement {self.number} {self.texts.hex()}, {moment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment somebody chose, in UTC, and how it reads in their zone."""

    at: datetime
    zone: str
    skipped: bool = False
    """That local time does not exist, because clocks go forward: it is the same distance later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Why a moment was not understood: `form`, `date`, `zone`, `past` or `far`."""

    why: str


def fingerprint(statements: Iterable[Statement]) -> bytes:
    """32 bytes that stand for the exact files of one statement in all its languages."""
    state = hashlib.sha256(b"handbill/publication/v1")
    for statement in sorted(statements, key=lambda one: one.language):
        for part in (str(statement.number).encode(), statement.language.encode(), statement.source):
            state.update(len(part).to_bytes(8, "big") + part)
    return state.digest()


def zone_of(name: str) -> str | None:
    """The IANA name of a zone, whatever the case it was written in; None if there is none.

    Looked up in the list of zones: what was written is never opened as the name of a file.
    """
    if not _ZONE.fullmatch(name[:1].upper() + name[1:]):
        return None
    known = {zone.casefold(): zone for zone in available_timezones() if _ZONE.fullmatch(zone)}
    return known.get(name.casefold())


def local(moment: datetime, zone: str) -> Moment:
    """A local time without zone, in a zone.

    A time that clocks skip moves forward by as much as they do; of one that comes twice it is the first.
    """
    aware = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
    at = aware.astimezone(UTC)
    skipped = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment
    return Moment(at=at, zone=zone, skipped=skipped)


def doubled(at: datetime, zone: str) -> bool:
    """Whether the local time of a moment comes twice, because clocks go back; then this is one of the two."""
    here = at.astimezone(ZoneInfo(zone))
    return here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset()


def read_moment(written: str, *, zone: str, now: datetime) -> Moment | Unreadable:
    """`2026-12-01 18:00`, with or without a zone after it; `zone` is the one meant without.

    Whatever is written, the answer is a moment between now and a year from now, or why there is none.
    """
    words = written.split()
    if len(words) not in {2, 3}:
        return Unreadable(why="form")
    day, time = _DAY.fullmatch(words[0]), _TIME.fullmatch(words[1])
    if day is None or time is None:
        return Unreadable(why="form")
    named = zone_of(words[2]) if len(words) == 3 else zone  # noqa: PLR2004 - day, time and zone
    if named is None:
        return Unreadable(why="zone")
    try:
        naive = datetime(*(int(part) for part in (*day.groups(), *time.groups())))  # type: ignore[arg-type]  # noqa: DTZ001 - five numbers; the zone comes next
        moment = local(naive, named)
    except (ValueError, OverflowError):
        return Unreadable(why="date")
    return moment if now <= moment.at <= now + FURTHEST else Unreadable(why=_where(moment.at, now))


def _where(at: datetime, now: datetime) -> str:
    return "past" if at < now else "far"
