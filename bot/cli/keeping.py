"""What `handbill doctor` says about the list over time: its census, its backups, the dead man's switch.

Most of it is sealed: without an unlocked service it is not known, and nothing is called wrong.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Config
from bot.control.messages import State, Status

OLD = timedelta(days=30)
"""An older backup holds too many who have left, and lacks too many who came (KEEPER.md, Backups)."""
SOON = 0.5
"""From this part of the dead man's time on the organisers are warned."""
_CLOSED = {State.LOCKED, State.STARTING}
_UNKNOWN = "not known until the service is unlocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check; the hint says what to do where it is not ok."""

    name: str
    ok: bool
    hint: str = ""


def examine(folder: Path, config: Config | None, service: Status | None, *, now: datetime) -> list[Check]:
    """Three checks."""
    known = None if service is None or service.state in _CLOSED else service
    return [_census(known), _backup(config, known, now), _deadman(folder, config, known, now)]


def _census(known: Status | None) -> Check:
    """The list is what was written last, as far as the service has looked."""
    if known is None:
        return Check(name="census", ok=True, hint=_UNKNOWN)
    hint = "the list is not what was written last: `handbill database check`" if known.doubt else ""
    return Check(name="census", ok=not known.doubt, hint=hint)


def _backup(config: Config | None, known: Status | None, now: datetime) -> Check:
    """The last backup is not too old; where a server keeps the list it is the server's business."""
    if known is None or config is None:
        return Check(name="backup", ok=True, hint=_UNKNOWN)
    if config.database_file is None:
        return Check(name="backup", ok=True, hint="the database server has its own: see KEEPER.md")
    if known.backed_up is None:
        return Check(name="backup", ok=True, hint="there was none yet: `handbill backup`")
    days = (now - known.backed_up).days
    hint = f"the last one is {days} days old"
    old = now - known.backed_up > OLD
    return Check(name="backup", ok=not old, hint=f"{hint}: `handbill backup`" if old else hint)


def _deadman(folder: Path, config: Config | None, known: Status | None, now: datetime) -> Check:
    """Nobody has to hurry."""
    from bot.control.grace import FILE as GRACE

    name = "dead man's switch"
    if (folder / GRACE).exists():
        return Check(name=name, ok=False, hint="it has locked, and the keys will be destroyed: unlock")
    if config is None or not config.vault.deadman_days:
        return Check(name=name, ok=True, hint="off")
    if known is None or known.silent_until is None:
        return Check(name=name, ok=True, hint=_UNKNOWN)
    late = known.silent_until - now < timedelta(days=config.vault.deadman_days) * SOON
    until = f"locks after {known.silent_until:%Y-%m-%d %H:%M} UTC unless an organiser sends a code"
    return Check(name=name, ok=not late, hint=until)
