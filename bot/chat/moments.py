"""Moments in a reader's words: the day, the hour, the zone, and what clock changes do to them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.chat import render
from bot.domain.broadcast import Broadcast
from bot.domain.publication import Planned, doubled
from bot.domain.repeats import EVERY_DAY, Terms
from bot.i18n.translator import Words


def when(words: Words, at: datetime, zone: str) -> str:
    """Day, hour and zone of a moment, and what it is in UTC."""
    here, there = at.astimezone(ZoneInfo(zone)), at.astimezone(UTC)
    text = words("plan-time", date=render.day(words, here.date()), time=f"{here:%H:%M}", zone=zone)
    if not here.utcoffset():
        return text
    return f"{text} = {f'{there:%H:%M}' if there.date() == here.date() else f'{there:%F %H:%M}'} UTC"


def planned(words: Words, plan: Planned) -> str:
    """When a publication goes out; nothing for one without a moment of its own."""
    return words("plan-at", time=when(words, plan.at, plan.zone)) if plan.at else ""


def oddities(words: Words, plan: Planned) -> list[str]:
    """That this local time comes twice, where it does."""
    return [words("plan-doubled")] if plan.at and doubled(plan.at, plan.zone) else []


def rhythm(words: Words, terms: Terms) -> str:
    """On which days, and at what time."""
    if terms.days == EVERY_DAY:
        return words("slogans-daily", time=terms.clock, zone=terms.zone)
    days = ", ".join(words("weekday", day=day) for day in terms.days)
    return words("slogans-weekly", days=days, time=terms.clock, zone=terms.zone)


def waits(words: Words, broadcast: Broadcast) -> str:
    """When a publication that was agreed to goes out; nothing where only the cool-down is waited for."""
    if broadcast.repeats and broadcast.starts:
        terms = broadcast.repeats.terms
        next_time = when(words, broadcast.starts, terms.zone)
        return words("slogans-next", rhythm=rhythm(words, terms), time=next_time)
    plan = broadcast.planned
    return (
        words("starts-at", time=when(words, plan.at, plan.zone))
        if plan and _awaited(broadcast) and plan.at
        else ""
    )


def _awaited(broadcast: Broadcast) -> bool:
    return broadcast.planned is not None and broadcast.starts == broadcast.planned.at
