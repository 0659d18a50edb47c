"""`handbill schedule`: numbers and times of what is planned; and what `lock` and `unlock` say about it."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime

from bot.cli.locking import _after
from bot.config import load
from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.organiser import OrganiserId
from bot.domain.publication import Planned
from bot.domain.rich_text import RichText
from bot.domain.statement import StatementNumber
from bot.store import Store
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, Ended, Keeper

DUE = datetime(2027, 3, 1, 17, 0, tzinfo=UTC)
SECRET = "Everybody to the square"


def types(keeper: Keeper, *arguments: str) -> Ended:
    return keeper.types("schedule", *arguments, "--passphrase-file", keeper.passphrase_file)


async def plan(keeper: Keeper, *broadcasts: Broadcast) -> None:
    vault = Vault.unlock(keeper.home, Vault.open_home(keeper.home, PASSPHRASE), random=os.urandom)
    store = await Store.open(load(keeper.names()).database, vault, random=os.urandom)
    async with store.begin() as tx:
        for one in broadcasts:
            await tx.broadcasts.add(one)
    await store.close()


def waiting(number: int, state: State, at: datetime | None = DUE) -> Broadcast:
    return Broadcast(
        id=BroadcastId(bytes([number]) * 16),
        state=state,
        author=OrganiserId(bytes(16)),
        texts={"en": RichText(SECRET)},
        digest=bytes(32),
        created=DUE,
        needed=2,
        cooldown=1,
        starts=at if state is State.COOLING else None,
        planned=Planned(number=StatementNumber(number), texts=bytes(32), at=at),
    )


def test_nothing(keeper: Keeper) -> None:
    """Where nothing is planned the answer is empty."""
    done = types(keeper)
    assert (done.code, done.out, done.err.splitlines()[-1]) == (0, "", "Nothing is planned.")
    assert types(keeper, "--json").json == {"schedule": []}


def test_numbers_and_times(keeper: Keeper) -> None:
    """What waits is told by number, time and standing, never with a word of its text; drafts are not."""
    planned = [waiting(3, State.COOLING), waiting(4, State.WAITING, None), waiting(5, State.HELD)]
    update = replace(waiting(6, State.COOLING), planned=None)
    asyncio.run(plan(keeper, *planned, waiting(7, State.DRAFT), waiting(8, State.DONE), update))
    done = types(keeper, "--json")
    assert sorted(done.json["schedule"], key=lambda line: line["statement"]) == [
        {"statement": 3, "at": "2027-03-01T17:00:00Z", "state": "agreed"},
        {"statement": 4, "at": None, "state": "waiting"},
        {"statement": 5, "at": "2027-03-01T17:00:00Z", "state": "held"},
    ]
    shown = types(keeper)
    assert "2027-03-01T17:00:00Z  statement 3  agreed" in shown.out.splitlines()
    assert "once agreed           statement 4  waits for approvals" in shown.out.splitlines()
    assert SECRET not in done.out + shown.out


def test_it_locks_before() -> None:
    """`unlock --for` says when it will be locked again before the next thing is due."""
    assert _after(DUE, 3600, "2027-03-01T18:00:00Z")
    assert not _after(DUE, 3601, "2027-03-01T18:00:00Z")
