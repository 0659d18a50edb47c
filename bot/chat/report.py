"""Sentences about where a broadcast, an undo or an edit stands, and how it ended. No database, no buttons."""

from collections.abc import Mapping

from bot.chat import moments, render
from bot.chat.live import FEW
from bot.domain.approval import fingerprint
from bot.domain.audit import Head
from bot.domain.broadcast import Broadcast, Reason, State
from bot.domain.revision import Purpose
from bot.i18n.translator import Words

_ENDS: Mapping[tuple[Purpose, State], str] = {
    (Purpose.SEND, State.DONE): "report-done",
    (Purpose.SEND, State.CANCELLED): "report-cancelled",
    (Purpose.UNDO, State.DONE): "report-undo-done",
    (Purpose.UNDO, State.CANCELLED): "report-undo-cancelled",
    (Purpose.EDIT, State.DONE): "report-edit-done",
    (Purpose.EDIT, State.CANCELLED): "report-edit-cancelled",
}

_HELD: Mapping[Reason, str] = {
    Reason.LATE: "held-late",
    Reason.CHANGED: "held-changed",
    Reason.SKIPPED: "held-skipped",
}


def waiting(words: Words, broadcast: Broadcast) -> str:
    """How many have agreed; of something urgent also the fingerprint that the others see."""
    text = words("waiting", agreed=len(broadcast.approved_by), needed=broadcast.needed)
    if not broadcast.urgent:
        return text
    digest = words("draft-digest", digest=fingerprint(broadcast.digest))
    return f"{words('urgent-note')}\n\n{text}\n{digest}"


def starting(words: Words, broadcast: Broadcast) -> str:
    """When the first message leaves."""
    if planned := moments.waits(words, broadcast):
        return planned
    return words("starts-urgent") if broadcast.urgent else words("starts-in", seconds=broadcast.cooldown)


def paused(words: Words, broadcast: Broadcast) -> str:
    """Why it is paused, and how far it came."""
    why = words(f"paused-{broadcast.reason.name.lower().replace('_', '-')}")
    return f"{why}\n\n{render.tally(words, broadcast.tally, broadcast.purpose)}"


def held(words: Words, broadcast: Broadcast) -> str:
    """Why nothing happens to it until people decide."""
    if broadcast.planned and broadcast.reason is Reason.LATE and not broadcast.approved:
        return words("held-lapsed", number=broadcast.planned.number)
    if broadcast.planned and broadcast.reason in _HELD:
        return words(_HELD[broadcast.reason], number=broadcast.planned.number)
    if broadcast.repeats and broadcast.reason is Reason.CHANGED:
        return words("held-slogans")
    return words("held-restored" if broadcast.reason is Reason.RESTORED else "held")


def report(words: Words, broadcast: Broadcast) -> str:
    """How a broadcast ended, in numbers."""
    started, ended = broadcast.started, broadcast.ended
    seconds = (ended - started).total_seconds() if started and ended else 0.0
    # In whole messages a second, and not for a few readers: time and rate together would tell their number.
    rate = round(broadcast.tally.total / seconds) if seconds >= 1 and broadcast.tally.total >= FEW else 0
    lines = [words("report"), words(_ENDS.get((broadcast.purpose, broadcast.state), "report-stopped"))]
    if broadcast.reason is not Reason.NONE:
        lines.append(words(f"reason-{broadcast.reason.name.lower().replace('_', '-')}"))
    lines.append(render.tally(words, broadcast.tally, broadcast.purpose))
    lines += _beyond(words, broadcast)
    time = render.duration(words, seconds)
    lines.append(words("report-speed", time=time, rate=rate) if rate else words("report-time", time=time))
    return "\n".join(lines)


def audit(words: Words, head: Head | None) -> str:
    """The head of the audit, which whoever keeps it can hold against the audit later."""
    return words("audit-head", head=str(head)) if head else words("audit-none")


def _beyond(words: Words, broadcast: Broadcast) -> list[str]:
    """Of an undo or an edit that came to its end: how many messages it could not get at."""
    beyond = broadcast.people - broadcast.tally.total
    if not broadcast.purpose.revises or broadcast.state is not State.DONE or beyond <= 0:
        return []
    return [words("tally-beyond", people=render.people(words, beyond))]
