"""When the next message may leave: the three limits of Telegram as pure arithmetic over a given `now`.

Nothing here waits or reads a clock. All times are seconds of one monotonic clock. The figures are those of
the Bot API FAQ (30 a second in all, one a second in a chat, 20 a minute in a group); what Telegram really
allows is undocumented, so each refusal (429) is obeyed to the letter and reported here.
"""

from bot.domain.contact import ChatId

FREE = 30.0
"""Messages a second that cost nothing."""

AIM = 149 / 150
"""The share of the permitted rate that is used: 29.8 of 30. The rest pays for the network's jitter."""

CATCH_UP = 0.02
"""Seconds of lost slots that may be made up for, so that waking late costs nothing."""

SECOND = 1.05
"""One message a second in a chat, and what the network may bring two messages closer together."""

BURST = 5
"""Replies that may follow each other at once in a private chat, because an answer comes in parts."""

MINUTE = 60.5
GROUP_MESSAGES = 20
"""A group takes 20 messages in any minute; half a second pays for the network."""

SLOWER = 0.5
CREEP = 30.0
"""After a pause sending begins at half the rate and is back at the full one after 30 seconds."""

FLOOD_WINDOW = 1.0
FLOODED_PEOPLE = 2
FLOODED_GROUPS = 5
"""So many different chats refusing within a second mean the whole bot, not the chat."""


class Schedule:
    """Evenly spaced send slots for the whole process."""

    def __init__(self, *, rate: float, now: float) -> None:
        self.rate = rate * AIM
        self._next = now
        self._resumed = now - CREEP

    def next(self, now: float) -> float:
        """When the next message may leave; not after `now` means at once."""
        return max(self._next, now - CATCH_UP)

    def take(self, now: float) -> None:
        """A message leaves now. Only to be called when `next` allows it."""
        self._next = self.next(now) + 1 / self._rate_at(now)

    def pause(self, until: float) -> None:
        """No message leaves before `until`; afterwards the rate creeps back."""
        if until > self._next:
            self._next = self._resumed = until

    def _rate_at(self, now: float) -> float:
        return recovering(self.rate, now - self._resumed)


def recovering(rate: float, since: float) -> float:
    """The rate so many seconds after a pause."""
    return rate * (SLOWER + (1 - SLOWER) * min(max(since, 0.0) / CREEP, 1.0))


class Slots:
    """The send slots of the process: all messages together, and those that nothing is paid for.

    Only a broadcast's messages above the free rate are paid (`allow_paid_broadcast`); replies and edits are
    not, so that at a paid rate they keep to the free one among themselves.
    """

    def __init__(self, *, rate: float, now: float, schedule: Schedule | None = None) -> None:
        self._all = schedule or Schedule(rate=rate, now=now)
        self._unpaid = Schedule(rate=FREE, now=now) if rate > FREE else self._all

    def rate(self, *, bulk: bool) -> float:
        """How many leave in a second, when nothing is wrong."""
        return (self._all if bulk else self._unpaid).rate

    def next(self, now: float, *, bulk: bool) -> float:
        """When the next one of this kind may leave; not after `now` means at once."""
        return self._all.next(now) if bulk else max(self._all.next(now), self._unpaid.next(now))

    def take(self, now: float, *, bulk: bool) -> None:
        """One leaves now."""
        self._all.take(now)
        if not bulk and self._unpaid is not self._all:
            self._unpaid.take(now)

    def pause(self, until: float) -> None:
        """None leaves before `until`."""
        self._all.pause(until)
        self._unpaid.pause(until)


class ChatLimits:
    """What each chat that was written to lately still allows. Idle chats are forgotten on the way."""

    def __init__(self) -> None:
        self._chats: dict[ChatId, _Person | _Group] = {}

    def __len__(self) -> int:
        return len(self._chats)

    def ready(self, chat: ChatId, *, bulk: bool) -> float:
        """When this chat takes a message: a reply, or a message of a broadcast (`bulk`)."""
        known = self._chats.get(chat)
        return known.ready(bulk=bulk) if known else 0.0

    def take(self, chat: ChatId, now: float, *, group: bool) -> None:
        """A message to this chat leaves now."""
        self._of(chat, group=group).take(now)
        self._forget_idle(now)

    def block(self, chat: ChatId, until: float, *, group: bool) -> None:
        """Telegram refused this chat: nothing goes there before `until`."""
        known = self._of(chat, group=group)
        known.blocked = max(known.blocked, until)

    def _of(self, chat: ChatId, *, group: bool) -> "_Person | _Group":
        known = self._chats.get(chat)
        if known is None:
            known = self._chats[chat] = _Group() if group else _Person()
        return known

    def _forget_idle(self, now: float) -> None:
        """Look at the two chats seen longest ago: two for each one added keep the number bounded."""
        for _ in range(min(2, len(self._chats))):
            chat = next(iter(self._chats))
            known = self._chats.pop(chat)
            if known.idle_from() > now:
                self._chats[chat] = known


class _Person:
    """A private chat: a bucket of five for replies, and a second of distance for broadcasts."""

    __slots__ = ("blocked", "full", "last")

    def __init__(self) -> None:
        self.blocked = self.full = self.last = float("-inf")

    def ready(self, *, bulk: bool) -> float:
        free = self.last + SECOND if bulk else self.full - (BURST - 1) * SECOND
        return max(free, self.blocked)

    def take(self, now: float) -> None:
        self.last = now
        self.full = max(self.full, now) + SECOND

    def idle_from(self) -> float:
        return max(self.full, self.blocked)


class _Group:
    """A group: one message a second, twenty in any minute, whoever they are for."""

    __slots__ = ("blocked", "sent")

    def __init__(self) -> None:
        self.blocked = float("-inf")
        self.sent: list[float] = []

    def ready(self, *, bulk: bool) -> float:  # noqa: ARG002 - a group makes no difference, a person does
        if not self.sent:
            return self.blocked
        full = self.sent[-GROUP_MESSAGES] + MINUTE if len(self.sent) >= GROUP_MESSAGES else 0.0
        return max(self.sent[-1] + SECOND, full, self.blocked)

    def take(self, now: float) -> None:
        self.sent = [*self.sent[1 - GROUP_MESSAGES :], now]

    def idle_from(self) -> float:
        return max(self.sent[-1] + MINUTE if self.sent else self.blocked, self.blocked)


class Floods:
    """Decides whether refusals (429) mean one chat or the whole bot."""

    def __init__(self) -> None:
        self._recent: dict[ChatId, tuple[float, float, bool]] = {}

    def refused(self, chat: ChatId, *, group: bool, until: float, now: float) -> float | None:
        """Note one refusal; give the moment until which all sending must pause, if it must."""
        self._recent = {c: r for c, r in self._recent.items() if now - r[0] <= FLOOD_WINDOW}
        self._recent[chat] = (now, until, group)
        groups = sum(group for _, _, group in self._recent.values())
        people = len(self._recent) - groups
        if people >= FLOODED_PEOPLE or groups >= FLOODED_GROUPS:
            return max(until for _, until, _ in self._recent.values())
        return None
