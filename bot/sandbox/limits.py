"""Telegram's sending limits: a token bucket a bot and a chat, twenty a minute a group, a penalty box.

The true figures are undocumented; these are the published ones (core.telegram.org/bots/faq), made strict.
Time is given with each question, so that a told clock works.
"""

import math
from collections import deque
from dataclasses import dataclass

_MINUTE = 60.0
_CLOSE = 1e-4  # clocks that are told add up floats; a ten-thousandth of a message early is not early


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is enforced. `rate` and `per_chat` are messages a second, `depth` and `chat_depth` bursts.

    None switches a limit off. With `penalty_seconds` above zero any refusal closes all sending for so long;
    refusals inside the closed time do not make it longer. `paid_rate` holds for allow_paid_broadcast=true.
    """

    rate: float | None = 30.0
    depth: int = 3
    per_chat: float | None = 1.0
    chat_depth: int = 5
    group_per_minute: int | None = 20
    penalty_seconds: float = 0.0
    paid_rate: float = 1000.0

    @classmethod
    def off(cls) -> "Limits":
        """No limit at all."""
        return cls(rate=None, per_chat=None, group_per_minute=None)


class Bucket:
    """Refills at `rate` a second up to `depth`; each message takes one."""

    __slots__ = ("_at", "_depth", "_rate", "_tokens")

    def __init__(self, rate: float, depth: float, now: float) -> None:
        self._rate, self._depth = rate, depth
        self._tokens, self._at = depth, now

    def wait(self, now: float) -> float:
        """Seconds until one may be taken; zero when it may be taken now."""
        self._tokens = min(self._depth, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return 0.0 if self._tokens >= 1 - _CLOSE else (1 - self._tokens) / self._rate

    def take(self) -> None:
        """Take one; ask `wait` first."""
        self._tokens -= 1


class Window:
    """At most `count` in any sixty seconds."""

    __slots__ = ("_count", "_times")

    def __init__(self, count: int) -> None:
        self._count = count
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more fits."""
        while self._times and now - self._times[0] >= _MINUTE - _CLOSE:
            self._times.popleft()
        return 0.0 if len(self._times) < self._count else self._times[0] + _MINUTE - now

    def take(self, now: float) -> None:
        """Count one."""
        self._times.append(now)


class Gate:
    """All limits of one bot."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._free: Bucket | None = None
        self._paid: Bucket | None = None
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, Window] = {}
        self._closed_until = -math.inf

    def ask(self, chat: int, now: float, *, paid: bool) -> int:
        """Zero and counted, or the whole seconds to wait. `chat` above zero is a person."""
        if now < self._closed_until:
            return max(1, math.ceil(self._closed_until - now - _CLOSE))
        bucket, own = self._bucket(now, paid=paid), self._own(chat, now)
        wait = max(bucket.wait(now) if bucket else 0.0, own.wait(now) if own else 0.0)
        if wait > 0:
            self._closed_until = now + self.limits.penalty_seconds
            return max(1, math.ceil(max(wait, self.limits.penalty_seconds) - _CLOSE))
        if bucket:
            bucket.take()
        if isinstance(own, Window):
            own.take(now)
        elif own:
            own.take()
        return 0

    def _bucket(self, now: float, *, paid: bool) -> Bucket | None:
        limits = self.limits
        if limits.rate is None:
            return None
        if not paid:
            self._free = self._free or Bucket(limits.rate, limits.depth, now)
            return self._free
        depth = limits.depth * max(1.0, limits.paid_rate / limits.rate)
        self._paid = self._paid or Bucket(limits.paid_rate, depth, now)
        return self._paid

    def _own(self, chat: int, now: float) -> Bucket | Window | None:
        limits = self.limits
        if chat < 0:
            if limits.group_per_minute is None:
                return None
            return self._groups.setdefault(chat, Window(limits.group_per_minute))
        if limits.per_chat is None:
            return None
        if chat not in self._chats:
            self._chats[chat] = Bucket(limits.per_chat, limits.chat_depth, now)
        return self._chats[chat]
