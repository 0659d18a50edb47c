"""A plan over both clock changes in three zones, in told time, with kills and restarts at random."""

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.actions.broadcasts import Broadcasts, Changed, Drafted
from bot.actions.dispatch import Dispatcher
from bot.actions.publications import Publications, Watch
from bot.actions.reading import Found, Reading
from bot.actions.rules import Rules
from bot.delivery.pacing import Pacer
from bot.delivery.worker import Worker
from bot.domain.broadcast import Broadcast, BroadcastId, Reason, State
from bot.domain.contact import ChatId, Contact
from bot.domain.link import Link
from bot.domain.media import Media
from bot.domain.organiser import Organiser, OrganiserId, Role, Standing
from bot.domain.outcome import Answer
from bot.domain.publication import Moment, doubled, local
from bot.domain.rich_text import RichText
from bot.domain.statement import Statement, StatementNumber
from tests.actions.fleet import Told
from tests.delivery.scripted import CountedStore, ScriptedSender, contact, opened
from tests.delivery.told_clock import EPOCH, ToldClock, running

SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
ITEMS, READERS = (500 if SOAK else 24), 3
MAX_LATE = timedelta(hours=6)
A_LITTLE, LAST_COMMIT = timedelta(minutes=5), timedelta(seconds=1)
"""What others before it take; and how long a message may be sent and not noted yet."""
CHANGES = (
    ("America/New_York", date(2027, 3, 14)),
    ("Europe/Berlin", date(2027, 3, 28)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Europe/Berlin", date(2027, 10, 31)),
    ("America/New_York", date(2027, 11, 7)),
)
"""The days of 2027 on which clocks change; the plan is for these, and the nights around them."""

OLGA = Organiser(
    id=OrganiserId(b"o" * 16),
    name="Olga",
    role=Role.AUTHOR,
    chat=ChatId(77),
    language="en",
    standing=Standing.ENROLLED,
    since=EPOCH,
)


@dataclass
class Post:
    """What arrived: by number of the statement and reader, the moments."""

    arrived: defaultdict[tuple[int, int], list[datetime]] = field(default_factory=lambda: defaultdict(list))


class NotingSender(ScriptedSender):
    """Notes which text reached whom, and when."""

    def __init__(self, clock: ToldClock, post: Post) -> None:
        super().__init__(clock)
        self.post = post

    async def send(
        self, contact: Contact, text: RichText, media: Media | None = None, links: tuple[Link, ...] = ()
    ) -> Answer:
        answer = await super().send(contact, text, media, links)
        self.post.arrived[int(text.text.split()[1]), contact.chat].append(self.clock.now())
        return answer


def press(found: Found, _: str) -> tuple[RichText, tuple[Link, ...]]:
    return RichText(f"Statement {found.statement.number} says so"), ()


def moments(draw: random.Random) -> dict[int, Moment]:
    """A local time for each statement: any quarter of an hour from the evening before to the noon after."""
    plan = {}
    for number in range(1, ITEMS + 1):
        zone, day = CHANGES[number % len(CHANGES)]
        start = datetime(day.year, day.month, day.day) - timedelta(hours=3)  # noqa: DTZ001 - local
        # Half of them in the hours that are skipped or come twice.
        quarter = draw.randrange(16, 24) if draw.random() < 0.5 else draw.randrange(0, 60)
        plan[number] = local(start + timedelta(minutes=15 * quarter), zone)
    return plan


class Closing(Told):
    """Notes what needs no more watching."""

    def __init__(self, closed: set[BroadcastId]) -> None:
        super().__init__()
        self.closed = closed

    async def finished(self, broadcast: Broadcast) -> None:
        self.closed.add(broadcast.id)


class Home:
    """One home, whose service is started and killed."""

    def __init__(self, folder: Path, clock: ToldClock, post: Post) -> None:
        self.folder, self.clock, self.post = folder, clock, post
        self.due: dict[BroadcastId, datetime] = {}
        self.closed: set[BroadcastId] = set()

    async def beat(self) -> None:
        """Time goes in small steps while something is due: it would else jump while a thread works."""
        while True:
            now = self.clock.now()
            waiting = [at for id_, at in self.due.items() if id_ not in self.closed]
            if any(at <= now for at in waiting):
                self.clock.busy += 1
                try:
                    await asyncio.sleep(0.0005)
                finally:
                    self.clock.busy -= 1
                await self.clock.sleep(0.05)
            else:
                ahead = min(waiting, default=now + timedelta(days=1)) - now
                await self.clock.sleep(ahead.total_seconds())

    def broadcasts(self) -> Broadcasts:
        return Broadcasts(
            clock=self.clock,
            random=os.urandom,
            rules=Rules(approvals=1, cooldown=60, per_day=10_000, wave_percent=1),
            languages=("en",),
            notice=lambda *_: "",
        )

    async def plan(self, store: CountedStore, moments: dict[int, Moment]) -> dict[BroadcastId, int]:
        """Readers, statements, and for each of these what people do: draft, send, agree."""
        reading = Reading(clock=self.clock, random=os.urandom)
        broadcasts = self.broadcasts()
        publications = Publications(
            clock=self.clock, reading=reading, broadcasts=broadcasts, languages=("en",)
        )
        async with store.begin() as tx:
            await tx.organisers.add(OLGA, bytes(20))
            for chat in range(1, READERS + 1):
                await tx.contacts.add(contact(chat))
            for number in moments:
                await tx.statements.put(statement(number))
        planned = {}
        for number, moment in moments.items():
            async with store.begin() as tx:
                drafted = await publications.draft(tx, OLGA, StatementNumber(number), press, moment)
                assert isinstance(drafted, Drafted)
                agreed = drafted.broadcast.digest
                sent = await broadcasts.send(tx, OLGA, drafted.broadcast.id, agreed)
                assert isinstance(sent, Changed)
                assert sent.broadcast.state is State.COOLING
                planned[sent.broadcast.id] = number
                self.due[sent.broadcast.id] = moment.at
        return planned

    @asynccontextmanager
    async def serves(self) -> AsyncIterator[CountedStore]:
        """The service runs; it is killed when the block ends, wherever it stands."""
        store = await opened(self.folder, self.clock)
        async with store.read() as tx:
            over = await tx.broadcasts.in_states(State.DONE, State.HELD)
        self.closed |= {one.id for one in over}
        try:
            sender, pacer = NotingSender(self.clock, self.post), Pacer(clock=self.clock, rate=1000.0)
            dispatcher = Dispatcher(
                store=store,
                worker=Worker(store=store, sender=sender, pacer=pacer, clock=self.clock, in_doubt="resend"),
                clock=self.clock,
                observer=Closing(self.closed),
                wave_pause=timedelta(seconds=60),
                watch=Watch(
                    clock=self.clock,
                    reading=Reading(clock=self.clock, random=os.urandom),
                    rules=Rules(approvals=1, cooldown=1, per_day=100, wave_percent=0, max_late=MAX_LATE),
                ),
            )
            async with running(pacer.run(), dispatcher.run(), self.beat()):
                yield store
        finally:
            await store.close()


def statement(number: int) -> Statement:
    return Statement(
        number=StatementNumber(number),
        date=date(2026, 11, 1),
        language="en",
        title="T",
        body="B",
        source=b"%d" % number,
    )


def lives(draw: random.Random, plan: dict[int, Moment]) -> list[tuple[datetime, datetime]]:
    """When the service is up: for minutes or hours at a time, mostly down for little, seldom for a day."""
    found, last = [], max(moment.at for moment in plan.values()) + timedelta(days=2)
    due = sorted(moment.at for moment in plan.values())
    now = due[0] - timedelta(hours=1)
    while now < last:
        # Every other kill comes in the very moment in which something is being sent.
        next_due = next((each for each in due if each > now), last)
        close = next_due + timedelta(seconds=draw.uniform(0, 0.4))
        end = close if draw.random() < 0.5 else now + timedelta(hours=draw.uniform(0.1, 12))
        found.append((now, end))
        down = timedelta(hours=draw.choice([0, 0, 0.01, 0.5, 3, 5, 9]))
        later = next((each for each in due if each > end), last)
        now = max(end + down, later - timedelta(hours=2) if later - end > timedelta(days=3) else end)
    return found


@pytest.mark.timeout(3000)
async def test_a_plan(tmp_path: Path, figures: list[str]) -> None:
    """Each goes out once or is held, none early, none twice, whatever is killed and whatever clocks do."""
    draw = random.Random(20270328)
    clock, post, plan = ToldClock(), Post(), moments(draw)
    home = Home(tmp_path, clock, post)
    async with running(clock.run()):
        store = await opened(tmp_path, clock)
        planned = await home.plan(store, plan)
        await store.close()
        ups = []
        for begins, ends in lives(draw, plan):
            clock.time = max(clock.time, (begins - EPOCH).total_seconds())
            since = clock.now()
            async with home.serves():
                await clock.sleep((ends - since).total_seconds())
            ups.append((since, clock.now()))
        ups.append((clock.now(), clock.now()))
        async with home.serves() as store:
            await clock.sleep(3600)
            async with store.read() as tx:
                ended = await tx.broadcasts.in_states(*State)
    downs = [(down, up) for (_, down), (up, _) in pairwise(ups)]
    held = {planned[one.id] for one in ended if one.state is State.HELD}
    done = {planned[one.id] for one in ended if one.state is State.DONE}
    assert held | done == set(plan)
    assert all(one.reason is Reason.LATE for one in ended if one.state is State.HELD)
    started = {planned[one.id]: one.started for one in ended if one.started}
    doubts = 0
    for number, moment in plan.items():
        for reader in range(1, READERS + 1):
            times = post.arrived[number, reader]
            assert (number in done) == bool(times)
            assert all(moment.at <= time for time in times), "early"
            for first, again in pairwise(times):
                # Only where a kill came between a message and the note that it was sent.
                assert any(timedelta() <= down - first < LAST_COMMIT and down <= again for down, _ in downs)
                doubts += 1
        # What had begun when it was killed goes on, however long that took.
        assert number in held or started[number] - moment.at <= MAX_LATE + A_LITTLE
    for number in held:
        at = plan[number].at
        assert any(down <= at + A_LITTLE and up - at > MAX_LATE - A_LITTLE for down, up in downs)
    skipped = sum(moment.skipped for moment in plan.values())
    figures.append(
        f"plan: {ITEMS} statements over {len(CHANGES)} clock changes in 3 zones ({skipped} at skipped times),"
        f" {len(downs)} kills: {len(done)} out once, {len(held)} held as too late, 0 early, 0 begun twice,"
        f" {doubts} messages in doubt and sent again"
    )


def test_the_plan_is_hard() -> None:
    """Among its times are skipped ones and ones that come twice, in each zone."""
    plan = moments(random.Random(20270328))
    assert any(moment.skipped for moment in plan.values())
    assert any(doubled(moment.at, moment.zone) for moment in plan.values())
    assert {moment.zone for moment in plan.values()} == {zone for zone, _ in CHANGES}
    assert all(moment.at.tzinfo is UTC for moment in plan.values())
