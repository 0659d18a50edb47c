"""Statements that were planned go out at their moment, each once, however often the process is killed."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.actions.agreed import digest_of
from bot.actions.shelving import Shelving
from bot.clock import SystemClock
from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.organiser import OrganiserId
from bot.domain.publication import Planned, fingerprint
from bot.domain.rich_text import RichText
from bot.domain.statement import Statement
from bot.store import Store
from tests.crash.disk import every_broadcast, left_behind, opened
from tests.crash.hunt import TIMES, Hunt, Pace
from tests.crash.test_broadcasts import survives
from tests.support.nursery import Nursery
from tests.support.workshop import text

ITEMS = 4 * TIMES
PACE = Pace(rate=30, readers=20, shards=256, broadcasts=0)


async def test_killed_with_a_plan(tmp_path: Path, nursery: Nursery, figures: list[str]) -> None:
    """None early, none begun a second time, nobody left out; twice only what was just under way."""
    async with Hunt.begin(tmp_path, nursery, PACE) as hunt:
        async with opened(hunt.keeper) as store:
            due = await plan(store, hunt)
        await survives(hunt, figures, f"SQLite, {ITEMS} planned statements")
        async with left_behind(hunt.keeper) as store:
            found = {broadcast.id: broadcast for broadcast in await every_broadcast(store)}
        assert found.keys() == due.keys()
        assert {broadcast.state for broadcast in found.values()} == {State.DONE}
        moments = {hunt.campaign.texts[each]: moment.timestamp() for each, moment in due.items()}
        for person in hunt.campaign.readers.values():
            assert all(message.sent_at >= moments[message.text] for message in person.inbox)


async def plan(store: Store, hunt: Hunt) -> dict[BroadcastId, datetime]:
    """Statements on the shelf, agreed to for one moment after another; when each of them is due."""
    due = {}
    async with store.begin() as tx:
        files = [(f"{number}/en.md", text(number)) for number in range(1, ITEMS + 1)]
        await Shelving(clock=SystemClock()).import_files(tx, files)
        for statement in await tx.statements.all():
            made = planned(statement, datetime.now(UTC) + timedelta(seconds=3 + 2 * statement.number))
            await tx.broadcasts.add(made)
            await tx.journal.prepare(made.id)
            due[made.id] = made.starts or made.created
            hunt.campaign.texts[made.id] = made.texts[""].text
    return due


def planned(statement: Statement, at: datetime) -> Broadcast:
    made = Broadcast(
        id=BroadcastId(os.urandom(16)),
        state=State.COOLING,
        author=OrganiserId(os.urandom(16)),
        texts={"": RichText(f"Statement {statement.number} is out")},
        digest=b"",
        created=datetime.now(UTC),
        needed=1,
        cooldown=1,
        starts=at,
        planned=Planned(number=statement.number, texts=fingerprint([statement]), at=at),
    )
    return replace(made, digest=digest_of(made))
