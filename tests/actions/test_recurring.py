"""Plans of slogans without chat: a year of them, kills at each commit, and signatures."""

import asyncio
import os
import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.actions.agreed import digest_of
from bot.actions.broadcasts import Broadcasts, Changed, Drafted
from bot.actions.dispatch import Dispatcher
from bot.actions.publications import Watch
from bot.actions.reading import Reading
from bot.actions.recurring import PATIENCE, NoSlogans, Recurring
from bot.actions.rules import Rules
from bot.actions.shelving import Shelving
from bot.clock import Clock
from bot.domain.broadcast import Broadcast, BroadcastId, Reason, State
from bot.domain.organiser import OrganiserId
from bot.domain.repeats import EVERY_DAY, Repeats, Terms
from bot.domain.statement import Slogan
from bot.errors import StatementError
from bot.store import Store
from tests.actions.conftest import Enrol
from tests.actions.fleet import Told
from tests.delivery.scripted import BROADCAST, Town, broadcast, make_home, town
from tests.support.clock import StoryClock
from tests.support.workshop import BORIS, OLGA, VERA, signed, trust

PLAN = BroadcastId(b"p" * 16)
AUTHOR = OrganiserId(b"o" * 16)
RULES = Rules(approvals=1, cooldown=1, per_day=8, wave_percent=1)
SLOGANS = tuple(Slogan(text=f"Slogan {number}", theme="war", language="en") for number in range(7))


MORNING = 60.0
"""Seconds before a day's hour at which the service is looked at: it looks for work twice a minute."""


class Killed(Exception):  # noqa: N818 - no error of the program's
    """The process ended here."""


def plan(terms: Terms, now: datetime) -> Broadcast:
    """A plan that was agreed to."""
    repeats = Repeats(terms=terms, pools={"": SLOGANS})
    one = Broadcast(
        id=PLAN,
        state=State.COOLING,
        author=AUTHOR,
        texts=repeats.texts,
        digest=b"",
        created=now,
        needed=1,
        cooldown=1,
        approved_by=(AUTHOR,),
        starts=terms.after(now),
        repeats=repeats,
    )
    return replace(one, digest=digest_of(one))


async def begun(store: Store, terms: Terms, clock: Clock) -> Watch:
    """The slogans are on the shelf and the plan waits for its hour."""
    async with store.begin() as tx:
        await tx.statements.put_slogans("en", SLOGANS)
        await tx.broadcasts.add(plan(terms, clock.now()))
        await tx.journal.prepare(PLAN)
    return Watch(clock=clock, reading=Reading(clock=clock, random=os.urandom), rules=RULES)


async def standing(store: Store) -> Broadcast:
    async with store.read() as tx:
        found = await tx.broadcasts.get(PLAN)
    assert found
    assert found.starts
    return found


async def turned(store: Store, watch: Watch, *, killed: bool = False) -> Broadcast:
    """The hour has come; what it led to, as if everybody had got it. A kill leaves nothing of that."""
    async with store.begin() as tx:
        found = await tx.broadcasts.get(PLAN)
        assert found
        made = await watch.turn(tx, found)
        if killed:
            raise Killed
        if made.plan:
            await tx.broadcasts.replace(made.end(State.DONE, now=made.starts or made.created))
            await tx.journal.end(made.id)
    return made


async def test_a_year(store: Store, clock: StoryClock, figures: list[str]) -> None:
    """Every hour at most once through a year of kills and absences, both clock changes in it.

    What is an hour late at most goes out, what is later never does; no slogan comes again before all came.
    """
    days = EVERY_DAY if os.environ.get("HANDBILL_TEST_SOAK") else (3, 7)
    terms, dice = Terms(minute=150, zone="Europe/Berlin", days=days), random.Random(20261122)
    watch, end = await begun(store, terms, clock), clock.now() + timedelta(days=366)
    dues, made, kills = list[datetime](), list[Broadcast](), 0
    while clock.now() < end:
        due = terms.after(clock.now())
        late = timedelta(minutes=dice.choice([0, 0, 0, 0, 0, 0, 0, 59, 61, 300, 3000]))
        clock.forward(seconds=(due + late - clock.now()).total_seconds())
        if dice.random() < 0.2:
            kills += 1
            with suppress(Killed):
                await turned(store, watch, killed=True)
        found = await turned(store, watch)
        dues.append(due)
        if late <= PATIENCE:
            assert found.plan == PLAN
            assert found.starts == due
            made.append(found)
        else:
            assert (found.id, found.starts) == (PLAN, terms.after(clock.now()))
    times = [due.astimezone(ZoneInfo("Europe/Berlin")) for due in dues]
    assert len({time.date() for time in times}) == len(times) > 80
    assert Counter(f"{time:%H:%M}" for time in times) == {"02:30": len(times) - 1, "03:30": 1}
    assert len({one.id for one in made}) == len(made)
    texts = [one.texts[""].text for one in made]
    assert all(len(set(texts[start : start + 7])) == 7 for start in range(0, len(texts) - 7, 7))
    figures.append(
        f"slogans: a year, {len(made)} sent, {len(dues) - len(made)} passed over, {kills} kills, none twice"
    )


async def test_an_hour_that_comes_again(store: Store, clock: StoryClock) -> None:
    """A clock that was ahead is set back, and the plan is resumed: what went out already is passed over."""
    terms = Terms(minute=18 * 60, zone="UTC")
    watch, due = await begun(store, terms, clock), terms.after(clock.now())
    clock.forward(seconds=(due - clock.now()).total_seconds() + 1)
    assert (await turned(store, watch)).starts == due
    clock.set(hours=-1)
    async with store.begin() as tx:
        paused = (await standing(store)).pause(Reason.ORGANISER, now=clock.now())
        await tx.broadcasts.replace(paused.resume(now=clock.now()))
    assert (await standing(store)).starts == due
    clock.forward(hours=1)
    ahead = await turned(store, watch)
    assert (ahead.id, ahead.starts) == (PLAN, due + timedelta(days=1))


class Service:
    """The loop that delivers, over a town with a few readers; it can be killed at any commit."""

    def __init__(self, town: Town, watch: Watch) -> None:
        self.town, self.watch, self.told = town, watch, Told()

    async def runs(self, kill_at: int = 0) -> bool:
        """Until a report, or until the process is killed right after its n-th commit: whether it was."""
        killed, store = asyncio.Event(), self.town.store
        commits = 0

        def committed() -> None:
            nonlocal commits
            commits += 1
            if commits == kill_at:
                store.killed = True
                killed.set()

        self.told.end.clear()
        store.after_write = committed
        dispatcher = Dispatcher(
            store=store,
            worker=self.town.worker,
            clock=self.town.clock,
            observer=self.told,
            wave_pause=timedelta(seconds=5),
            watch=self.watch,
        )
        running = asyncio.create_task(dispatcher.run())
        ends = [asyncio.create_task(each.wait()) for each in (self.told.end, killed)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in (running, *ends):
            task.cancel()
        await asyncio.gather(running, *ends, return_exceptions=True)
        store.after_write, store.killed = None, False
        self.town.restarted()
        return killed.is_set()


async def test_killed_at_each_commit(tmp_path: Path, figures: list[str]) -> None:
    """Day after day killed one commit later: everybody gets the day's slogan, and there is one of it."""
    await make_home(tmp_path)
    async with town(tmp_path) as t:
        await t.settle(5)
        async with t.store.begin() as tx:
            await tx.broadcasts.replace(broadcast().end(State.DONE, now=t.clock.now()))
            await tx.journal.end(BROADCAST)
        service = Service(t, await begun(t.store, Terms(minute=18 * 60, zone="UTC"), t.clock))
        points, killed = 0, True
        while killed:
            t.sender.delivered.clear()
            t.sender.texts.clear()
            due = (await standing(t.store)).starts
            assert due
            t.clock.time += (due - t.clock.now()).total_seconds() - MORNING
            killed = await service.runs(kill_at=points + 1)
            points += killed
            if not (done := await _of_the_day(t.store, due)) or done[0].state is not State.DONE:
                assert not await service.runs()
            [one] = await _of_the_day(t.store, due)
            assert one.state is State.DONE
            assert set(t.sender.delivered) == set(range(1, 6))
            assert max(t.sender.delivered.values()) <= 2
            assert t.sender.texts == {one.texts[""].text}
            assert (await standing(t.store)).starts == due + timedelta(days=1)
    assert points >= 3
    figures.append(f"slogans: killed after each of {points} commits of a day, one broadcast each")


async def _of_the_day(store: Store, due: datetime) -> list[Broadcast]:
    async with store.read() as tx:
        return [one for one in await tx.broadcasts.in_states(*State) if one.plan and one.starts == due]


def file(language: str, *lines: str) -> tuple[str, bytes]:
    return f"slogans/{language}.md", "\n".join(["# war", *(f"- {line}" for line in lines), ""]).encode()


async def test_signatures(store: Store, clock: StoryClock, enrolled: Enrol) -> None:
    """With `signed_only`, slogans go out that enough have signed; a key that falls holds the plan."""
    rules = replace(RULES, signed_only=True)
    reading = Reading(clock=clock, random=os.urandom, signed_only=True)
    broadcasts = Broadcasts(
        clock=clock, random=os.urandom, rules=rules, languages=("en", "ru"), notice=lambda *_: ""
    )
    recurring = Recurring(reading=reading, broadcasts=broadcasts, languages=("en", "ru"))
    watch, olga = Watch(clock=clock, reading=reading, rules=rules), await enrolled("Olga")
    terms, shelving = Terms(minute=18 * 60, zone="UTC"), Shelving(clock=clock)
    name, data = file("en", "One", "Two")
    async with store.begin() as tx:
        await shelving.import_files(tx, [file("ru", "Раз")])
        assert isinstance(await recurring.draft(tx, olga, terms), NoSlogans), "nobody has signed them"
        await shelving.set_trust(tx, [("trust.toml", trust(VERA, BORIS, OLGA))])
        with pytest.raises(StatementError):
            await shelving.import_files(tx, signed(name, data, VERA))
        await shelving.import_files(tx, signed(name, data, VERA, OLGA))
        drafted = await recurring.draft(tx, olga, terms)
        assert isinstance(drafted, Drafted)
        agreed = await broadcasts.send(tx, olga, drafted.broadcast.id, drafted.broadcast.digest)
        assert isinstance(agreed, Changed)
    found = agreed.broadcast
    assert found.state is State.COOLING
    assert found.repeats
    assert set(found.repeats.pools) == {""}
    clock.forward(hours=6)
    async with store.begin() as tx:
        assert (await watch.turn(tx, found)).plan == found.id
        fallen = trust(VERA, BORIS, OLGA, more=[("olga", "revoked_on = 2026-11-01")])
        await shelving.set_trust(tx, signed("trust.toml", fallen, VERA, BORIS))
    clock.forward(days=1)
    async with store.begin() as tx:
        plan = await tx.broadcasts.get(found.id)
        assert plan
        held = await watch.turn(tx, plan)
    assert (held.state, held.reason) == (State.HELD, Reason.CHANGED)


@pytest.mark.parametrize("why", ["another slogan", "another order", "one more", "gone", "record altered"])
async def test_what_was_agreed_to(store: Store, clock: StoryClock, why: str) -> None:
    """Nothing goes out but what every organiser has seen, word for word; else the plan is held."""
    watch = await begun(store, Terms(minute=18 * 60, zone="UTC"), clock)
    others = {
        "another slogan": [replace(SLOGANS[0], text="Slogan O"), *SLOGANS[1:]],
        "another order": SLOGANS[::-1],
        "one more": [*SLOGANS, replace(SLOGANS[0], text="One more")],
        "gone": SLOGANS[1:],
    }
    async with store.begin() as tx:
        await tx.statements.put_slogans("en", others.get(why, SLOGANS))
        if why == "record altered":
            found = plan(Terms(minute=18 * 60, zone="UTC"), clock.now())
            await tx.broadcasts.replace(replace(found, audience="groups"))
    clock.forward(hours=6)
    assert (await turned(store, watch)).reason is Reason.CHANGED
    assert (await standing(store)).state is State.HELD
