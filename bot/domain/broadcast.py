"""A broadcast: one text, or one for each language, that goes to every reader once.

DRAFT ──Send, code──▶ WAITING ──approvals──▶ COOLING ──time──▶ SENDING ──▶ DONE
  │                      │                      │                │  ▲
  │                      │                      │ pause    pause ▼  │ resume
  └────── cancel ────────┴─────── cancel ───────┴──────────▶  PAUSED ──cancel, 24 h──▶ CANCELLED
                                                             SENDING ──our mistake──▶ STOPPED
HELD: unfinished when the list came from a backup or the bot changed; nothing happens until people decide.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from math import ceil
from typing import NewType

from bot.domain.audience import Audience
from bot.domain.contact import SHARDS
from bot.domain.link import Link
from bot.domain.media import Media
from bot.domain.organiser import OrganiserId
from bot.domain.publication import Planned
from bot.domain.repeats import Repeats
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText

BroadcastId = NewType("BroadcastId", bytes)
"""16 random bytes."""

ALL_OTHERS = ""
"""The key of the text for every language that has none of its own."""

WAVES_ABOVE = 1000
"""With more readers than this, a part goes first."""

MOST_FAILED = 20
"""Percent of the first wave that may stay undelivered before organisers must decide."""

PAUSE_LIMIT = timedelta(hours=24)
UPDATE_LIFE = timedelta(hours=72)
"""How long /updates shows a broadcast."""

MESSAGE_ID_LIFE = timedelta(hours=48)
"""How long the journal knows which message went where; after that a bot could not delete it anyway."""


class State(IntEnum):
    """Where a broadcast stands; the numbers are written to disk."""

    DRAFT = 1
    WAITING = 2
    COOLING = 3
    SENDING = 4
    PAUSED = 5
    DONE = 6
    CANCELLED = 7
    STOPPED = 8
    HELD = 9

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self in {State.DONE, State.CANCELLED, State.STOPPED}


class Reason(IntEnum):
    """Why a broadcast was paused, held or stopped; the numbers are written to disk."""

    NONE = 0
    BREAKER = 1
    """Too many readers seemed to be gone at once."""
    OUR_MISTAKE = 2
    """Telegram refused the message itself."""
    FAULTS = 3
    """Too many unknown faults."""
    TOO_LONG_PAUSED = 4
    OTHER_BOT = 5
    ORGANISER = 6
    """An organiser asked for it."""
    FIRST_WAVE = 7
    """Too much of the first wave was not delivered."""
    FROZEN = 8
    """Its author was frozen."""
    CENSUS = 9
    """The list is not what was written last."""
    RESTORED = 10
    """The list comes from a backup."""
    SIGNED_ONLY = 11
    """Since it was written only signed statements may go out."""
    LATE = 12
    """A publication whose moment passed too long ago."""
    CHANGED = 13
    """What it publishes is not what was agreed to, or may not be read any more."""
    SKIPPED = 14
    """An organiser put a publication aside before its moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many deliveries ended how. Exact; it is rounded before anybody sees it."""

    sent: int = 0
    gone: int = 0
    refused: int = 0
    in_doubt: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All that are finished."""
        return self.sent + self.gone + self.refused + self.in_doubt + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """Everything known about one broadcast except who got it, which is in the journal."""

    id: BroadcastId
    state: State
    author: OrganiserId
    texts: Mapping[str, RichText]
    """By language, exactly as readers see them; `ALL_OTHERS` serves the rest."""
    digest: bytes
    created: datetime
    needed: int
    """How many organisers must agree, the author included."""
    cooldown: int
    """Seconds between the last approval and the first message."""
    audience: str = "everyone"
    approved_by: tuple[OrganiserId, ...] = ()
    starts: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    paused: datetime | None = None
    reason: Reason = Reason.NONE
    tally: Tally = Tally()
    urgent: bool = False
    """No cool-down, before all others, and one more must agree."""
    people: int = 0
    """About how many readers the audience has, 0 if that was not asked; round it before anybody sees it."""
    wave: int = 0
    """Shards in the first wave, as long as that is not out; 0 where everything goes at once."""
    rest: datetime | None = None
    """When the rest follows the first wave by itself."""
    media: Media | None = None
    """The picture or file that goes with the text, whatever the language; the text is then its caption."""
    purpose: Purpose = Purpose.SEND
    of: BroadcastId | None = None
    """Whose messages an undo or an edit changes; `people` is then about how many they were."""
    edited: datetime | None = None
    withdrawn: datetime | None = None
    """When its messages were begun to be edited, or to be taken back."""
    progress: int = 0
    """The message in the author's chat that shows how far it is; 0 where there is none."""
    planned: Planned | None = None
    """The statement that it publishes, and when; None for an update."""
    links: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)
    """The buttons under a text, by the same languages as the texts; most have none."""
    repeats: Repeats | None = None
    """A plan of slogans: it never leaves itself, but makes a broadcast each time."""
    plan: BroadcastId | None = None
    """The plan that made it, and that counts in its place."""

    @property
    def shelved(self) -> bool:
        """Whether its words come from the shelf, and are no text of an organiser's own."""
        return bool(self.planned or self.repeats or self.plan)

    def text_for(self, language: str) -> RichText | None:
        """What a reader of this language gets; None when the broadcast leaves the language out."""
        return self.texts.get(language) or self.texts.get(ALL_OTHERS)

    def links_for(self, language: str) -> tuple[Link, ...]:
        """The buttons under what a reader of this language gets."""
        return self.links.get(language if language in self.texts else ALL_OTHERS, ())

    @property
    def readers(self) -> Audience:
        """Whom it is for."""
        return Audience.read(self.audience)

    @property
    def approved(self) -> bool:
        """Whether enough organisers agreed."""
        return len(self.approved_by) >= self.needed

    def approve(self, organiser: OrganiserId, *, now: datetime) -> "Broadcast":
        """The broadcast after one more approval: waiting for others, or cooling down."""
        approvals = (*(o for o in self.approved_by if o != organiser), organiser)
        more = replace(self, approved_by=approvals)
        if more.approved:
            return replace(more, state=State.COOLING, starts=self._first_moment(now))
        return replace(more, state=State.WAITING)

    def begin(self, *, now: datetime) -> "Broadcast":
        """The first message is about to leave, or sending goes on after a pause."""
        return replace(
            self,
            state=State.SENDING,
            started=self.started or now,
            paused=None,
            reason=Reason.NONE,
            rest=None,
        )

    def resume(self, *, now: datetime) -> "Broadcast":
        """Go on after a pause. One that was paused before its first message cools down anew.

        What has lost an approval meanwhile waits for it first.
        """
        if self.started:
            return self.begin(now=now)
        if not self.approved:
            return replace(self, state=State.WAITING, starts=None, paused=None, reason=Reason.NONE)
        return replace(
            self, state=State.COOLING, starts=self._first_moment(now), paused=None, reason=Reason.NONE
        )

    def _first_moment(self, now: datetime) -> datetime:
        """After the cool-down, and not before the moment that was chosen."""
        cooled = now + timedelta(seconds=self.cooldown)
        if self.repeats:
            return self.repeats.terms.after(cooled)
        return max(cooled, self.planned.at) if self.planned and self.planned.at else cooled

    def hold(self, reason: Reason) -> "Broadcast":
        """Nothing happens until people decide."""
        return replace(self, state=State.HELD, reason=reason)

    def pause(self, reason: Reason, *, now: datetime) -> "Broadcast":
        """Stop sending until an organiser decides."""
        return replace(self, state=State.PAUSED, paused=now, reason=reason, rest=None)

    def first_wave_out(self, tally: Tally, *, pause: timedelta, now: datetime) -> "Broadcast":
        """Everybody in the first wave is finished: the rest follows after a pause, or when somebody says so.

        What people decided meanwhile stands.
        """
        out = replace(self, wave=0, tally=tally)
        if self.state is not State.SENDING:
            return out
        if (tally.total - tally.sent) * 100 > tally.total * MOST_FAILED:
            return out.pause(Reason.FIRST_WAVE, now=now)
        return replace(out, rest=now + pause)

    def without(self, organisers: Collection[OrganiserId], *, now: datetime) -> "Broadcast":
        """The broadcast once these organisers are suspended or removed.

        What their approvals carried and has not begun waits for others; what one of them wrote is paused. An
        undo has nobody else's approval: it ends, and anybody who may can ask for it anew.
        """
        if self.state.ended:
            return self
        if self.purpose is Purpose.UNDO and self.started is None and self.author in organisers:
            return self.end(State.CANCELLED, now=now)
        less = self
        if self.started is None:
            less = replace(self, approved_by=tuple(o for o in self.approved_by if o not in organisers))
        if self.author in organisers and self.state in {State.WAITING, State.COOLING, State.SENDING}:
            return less.pause(Reason.FROZEN, now=now)
        if less.state is State.COOLING and not less.approved:
            return replace(less, state=State.WAITING, starts=None)
        return less

    def revised(self, by: "Broadcast", *, now: datetime) -> "Broadcast":
        """Itself once the first of its messages is deleted or edited.

        From then on /updates shows it no more, or as it reads now, and what is still to be sent of it says
        the new text.
        """
        if by.purpose is Purpose.UNDO:
            return replace(self, withdrawn=now)
        return replace(self, texts=by.texts, digest=by.digest, edited=now)

    def end(self, state: State, *, now: datetime, reason: Reason = Reason.NONE) -> "Broadcast":
        """Nothing more will be sent."""
        return replace(self, state=state, ended=now, reason=reason)


def first_wave(people: int, percent: int) -> int:
    """How many shards go first to an audience of this size; 0 where everything goes at once."""
    shards = ceil(SHARDS * percent / 100)
    return shards if people > WAVES_ABOVE and shards < SHARDS else 0


def turn(broadcast: Broadcast) -> tuple[bool, bool, datetime]:
    """What broadcasts are sorted by: urgent ones first, then what was begun, then the oldest."""
    return (
        not broadcast.urgent,
        broadcast.state is not State.SENDING,
        broadcast.starts or broadcast.created,
    )


def next_due(unfinished: Iterable[Broadcast]) -> datetime | None:
    """When the next one is due that waits for its moment alone."""
    return min((one.starts for one in unfinished if one.state is State.COOLING and one.starts), default=None)
