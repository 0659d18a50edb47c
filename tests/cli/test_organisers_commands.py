"""`handbill organisers remove` and `unfreeze`: what the keeper can begin, and what takes a passphrase."""

import asyncio
import os
from datetime import UTC, datetime

from bot.actions import policy
from bot.clock import SystemClock
from bot.config import load
from bot.domain.contact import ChatId
from bot.domain.organiser import Organiser, OrganiserId, Role, Standing
from bot.store import Store
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, Keeper

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def organiser(name: str, *, suspended: bool = False) -> Organiser:
    return Organiser(
        id=OrganiserId(os.urandom(16)),
        name=name,
        role=Role.AUTHOR,
        chat=ChatId(int.from_bytes(os.urandom(3), "big")),
        language="en",
        standing=Standing.ENROLLED,
        since=NOW,
        suspended=NOW if suspended else None,
    )


def enrol(keeper: Keeper, *organisers: Organiser) -> None:
    """Put organisers into the home, as enrolment would."""

    async def put() -> None:
        vault = Vault.unlock(keeper.home, Vault.open_home(keeper.home, PASSPHRASE), random=os.urandom)
        store = await Store.open(load(keeper.names()).database, vault, random=os.urandom)
        async with store.begin() as tx:
            for one in organisers:
                await tx.organisers.add(one, bytes(20))
        await store.close()

    asyncio.run(put())


def standing(keeper: Keeper) -> dict[str, str]:
    listed = keeper.types("organisers", "list", "--json", "--passphrase-file", keeper.passphrase_file)
    return {line["name"]: line["standing"] for line in listed.json["organisers"]}


def test_unfreeze(keeper: Keeper) -> None:
    """One side of a freeze is ended with a passphrase, and the other side is not."""
    enrol(keeper, organiser("Olga", suspended=True), organiser("Pavel", suspended=True))
    wrong = keeper.file("wrong", "copper ladder violin meadow sturdy onions")
    keeper.types("organisers", "unfreeze", "Olga", "--passphrase-file", wrong).fails(5)
    keeper.types("organisers", "unfreeze", "Vera", "--passphrase-file", keeper.passphrase_file).fails(10)
    assert standing(keeper) == {"Olga": "suspended", "Pavel": "suspended"}
    done = keeper.types("organisers", "unfreeze", "Olga", "--passphrase-file", keeper.passphrase_file)
    assert done.code == 0
    assert standing(keeper) == {"Olga": "enrolled", "Pavel": "suspended"}


def test_remove_only_proposes(keeper: Keeper) -> None:
    """The keeper removes nobody alone, and not the only one who could agree to anything."""
    files = ["--passphrase-file", keeper.passphrase_file]
    enrol(keeper, organiser("Olga"))
    keeper.types("organisers", "remove", "Olga", *files).fails(10, "no other organiser")
    enrol(keeper, organiser("Pavel"))
    keeper.types("organisers", "remove", "Vera", *files).fails(10)
    assert keeper.types("organisers", "remove", "Pavel", *files).code == 0
    assert standing(keeper) == {"Olga": "enrolled", "Pavel": "enrolled"}


def test_weaker_settings_open_nothing(keeper: Keeper) -> None:
    """`run` with a passphrase ends with 3 and names the key that is weaker than what was sealed."""
    enrol(keeper, organiser("Olga"))
    seal(keeper)
    keeper.environment["HANDBILL_PUBLISHING__APPROVALS"] = "1"
    keeper.runs("run", "--passphrase-file", keeper.passphrase_file).fails(3, "[publishing] approvals")


def seal(keeper: Keeper) -> None:
    """Open the home once, as `unlock` does."""

    async def once() -> None:
        vault = Vault.unlock(keeper.home, Vault.open_home(keeper.home, PASSPHRASE), random=os.urandom)
        store = await Store.open(load(keeper.names()).database, vault, random=os.urandom)
        await policy.hold(store, load(keeper.names()), SystemClock())
        await store.close()

    asyncio.run(once())
