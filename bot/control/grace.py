"""deadman.due: the time between the dead man's lock and the end of the keys, kept while nothing is open.

It must be readable without keys, so it says no more than since when, and how long the service ran. Whoever
can write it could delete the keys as well.
"""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bot.clock import Clock
from bot.domain.silence import GRACE
from bot.vault import files

FILE = "deadman.due"
LOOK = 3600.0
"""Seconds between two looks at the clocks; so much running time a kill may lose."""
LIMIT = 1000


class _Due(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    since: datetime
    ran: int = 0


class Grace:
    """Of one home."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._path = home / FILE
        self._clock = clock
        self._changed = asyncio.Event()

    @property
    def ends(self) -> datetime | None:
        """When the keys are destroyed at the earliest; None where nothing of the kind was begun."""
        due = self._read()
        return self._clock.now() + self._left(due) if due else None

    def problem(self) -> tuple[str, ...]:
        """What `status` says about it."""
        ends = self.ends
        return (
            (f"the dead man's switch has locked: keys are destroyed from {ends:%F %R} UTC on",)
            if ends
            else ()
        )

    def begin(self) -> None:
        """The switch has locked. Begun before, it goes on."""
        if self._read() is None:
            self._write(_Due(since=self._clock.now()))
        self._changed.set()

    def end(self) -> None:
        """Somebody with a passphrase has come."""
        self._path.unlink(missing_ok=True)
        self._changed.set()

    async def over(self) -> None:
        """Return when it has ended by itself: by the calendar and by running time."""
        while True:
            due = self._read()
            if due is None:
                self._changed.clear()
                await self._changed.wait()
                continue
            if not self._left(due):
                return
            before = self._clock.monotonic()
            await self._clock.sleep(min(LOOK, self._left(due).total_seconds()))
            if (due := self._read()) is not None:
                self._write(_Due(since=due.since, ran=due.ran + round(self._clock.monotonic() - before)))

    def _left(self, due: _Due) -> timedelta:
        lasted = min(self._clock.now() - due.since, timedelta(seconds=due.ran))
        return max(timedelta(0), GRACE - lasted)

    def _read(self) -> _Due | None:
        """What is written; one that makes no sense begins anew, rather than to end at once or never."""
        try:
            with self._path.open("rb") as file:
                found = msgspec.json.decode(file.read(LIMIT), type=_Due)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError):
            return _Due(since=self._clock.now())
        sane = found.since.tzinfo is not None and found.ran >= 0
        return found if sane else _Due(since=self._clock.now())

    def _write(self, due: _Due) -> None:
        files.replace(self._path, msgspec.json.encode(due))
