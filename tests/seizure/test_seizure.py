"""A machine is taken away: whatever it was doing, its disk gives nobody away.

Real process, real commands, real encryption. What a service that is running and unlocked holds in memory is
another matter: SECURITY.md says so.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.domain.contact import ChatId
from bot.sandbox import Limits, Person, Sandbox, World
from bot.sandbox.faults import Fault
from tests.crash.disk import LEFT, every_broadcast, left_behind, opened, settled
from tests.seizure import canaries
from tests.seizure.canaries import Canary
from tests.seizure.search import Search
from tests.seizure.town import BODY, FILE, FILE_NAME, FIRST, SECOND, STATEMENT, TITLE, Town, secrets_of
from tests.support.keeper import Keeper, Running

READERS = 300 if os.environ.get("HANDBILL_TEST_SOAK") else 50
LONG = 600.0
"""Seconds to wait for what takes longer the more readers there are, and the busier the machine is."""


async def test_a_seized_disk_gives_nobody_away(tmp_path: Path, figures: list[str]) -> None:
    """Switched off, killed in the middle of a broadcast or running: no byte of a secret in any encoding."""
    search = Search()
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        keeper = Keeper(tmp_path, sandbox.url, PUBLISHING__COOLDOWN_SECONDS="1")
        town = Town(sandbox.world, keeper)
        town.knows(secrets_of(keeper))
        await keeper.init()
        assert not search.through(town.canaries, keeper.machine)
        search.remember(keeper.machine)
        sandbox.world.bot(keeper.token)
        running = await keeper.run()
        try:
            approver = await live(town)
            assert not search.through(town.canaries, keeper.machine)
            assert await running.stop() == 0
            forgotten = await traces(keeper, town.readers[0])
            running = await keeper.run()
            await forgets(town)
            await kill_in_the_middle(town, running, approver)
            assert not search.through([*town.canaries, *forgotten], keeper.machine)
            running = await keeper.run()
            await everybody_has(sandbox.world, town.readers[3:], SECOND)
            assert await running.stop() == 0
        finally:
            await running.kill()
        assert not search.through([*town.canaries, *forgotten], keeper.machine)
        await panics(town, search)
    figures.append(
        f"seizure: {len(town.canaries)} secrets of {READERS} readers, a group and three organisers, "
        f"{search.patterns} patterns, {search.files} files, {search.size / 2**20:.0f} MiB, 0 found"
    )


async def panics(town: Town, search: Search) -> None:
    """`handbill panic`: nobody is found, and nothing of the keys or the database either."""
    home = town.keeper.home
    pieces = [
        canaries.raw(f"{name} at {at}", (home / name).read_bytes()[at : at + 32])
        for name, at in (("shred.pad", 0), ("shred.pad", 2**21), ("keyring.json", 600), (LEFT[0], 8192))
    ]
    assert {hit.label for hit in Search().through(pieces, home)} == {piece.label for piece in pieces}
    await town.keeper.types("panic", "--yes-destroy-everything")
    assert not home.exists()
    assert not search.through(town.canaries, town.keeper.machine)
    assert not Search().through(pieces, town.keeper.machine)


async def live(town: Town) -> Person:
    """Readers, a group, a statement, organisers; a broadcast that meets a flood and a reader who blocked it.

    Another one, of a file, waits for the approval of the organiser who is returned.
    """
    await town.world.listening(timeout=LONG)
    await town.subscribes(READERS)
    group = await town.gathers()
    await imports(town)
    olga = await town.enrols("Olga", 901)
    town.world.faults.add(Fault(kind="429", chat=town.readers[1].id))
    town.world.faults.add(Fault(kind="blocked", chat=town.readers[2].id, times=None))
    await town.sends(olga, FIRST)
    await olga.hears("Report", timeout=LONG)
    await group.sees(FIRST)
    pavel = await town.enrols("Pavel", 902)
    await olga.hears("wants to become")
    await town.agrees(olga)
    await pavel.hears("You are enrolled")
    rita = await town.enrols("Ritana", 903)
    await pavel.hears("wants to become")
    await town.agrees(pavel)
    await rita.hears("You are enrolled")
    await town.sends_file(rita, FILE.encode(), FILE_NAME, SECOND)
    await pavel.hears("wants to send")
    return pavel


async def imports(town: Town) -> None:
    """The keeper imports a statement, and somebody reads it."""
    file = town.keeper.passphrase_file.with_name("en.md")
    file.write_text(STATEMENT)
    await town.keeper.types("statements", "import", str(file), kept=False)
    town.knows([*canaries.pieces("the title", TITLE), *canaries.pieces("the statement", BODY)])
    await town.readers[0].says("/latest")
    await town.readers[0].hears("Umbermouth")


async def forgets(town: Town) -> None:
    """A reader has everything erased."""
    await town.world.listening()
    await town.readers[0].says("/forget")
    await town.readers[0].hears()


async def kill_in_the_middle(town: Town, running: Running, approver: Person) -> None:
    """The second approval; the power fails when a third of the readers have the broadcast."""
    await town.agrees(approver)
    await everybody_has(town.world, town.readers[3:], SECOND, enough=READERS // 3)
    await running.kill()
    assert (town.keeper.home / LEFT[1]).stat().st_size
    async with left_behind(town.keeper) as store:
        newest = (await every_broadcast(store))[-1]
        assert 0 < len(await settled(store, newest.id)) < READERS


async def everybody_has(world: World, readers: list[Person], text: str, *, enough: int = READERS) -> None:
    """Wait until so many readers have a text, or all of them."""

    def probe() -> bool | None:
        have = [reader for reader in readers if any(text in message.text for message in reader.inbox)]
        return len(have) >= min(enough, len(readers)) or None

    await world.until(probe, timeout=LONG)


async def traces(keeper: Keeper, reader: Person) -> list[Canary]:
    """What the database holds of a reader: the row's id, its index, and the sealed record in pieces."""
    async with opened(keeper) as store, store.read() as tx:
        contact = await tx.contacts.find(ChatId(reader.id))
    assert contact is not None
    with closing(sqlite3.connect(keeper.home / LEFT[0])) as database:
        row = database.execute("SELECT bidx, rec FROM contacts WHERE id = ?", (contact.id,)).fetchone()
    found = [canaries.raw("the forgotten row", contact.id), canaries.raw("the forgotten index", row[0])]
    search = Search().through(found, keeper.machine)
    assert {hit.label for hit in search} == {"the forgotten row", "the forgotten index"}
    return [*found, *_cut(row[1])]


def _cut(record: bytes) -> Iterator[Canary]:
    """After the header, which says the version and the epoch and is the same in every row."""
    for start in range(3, len(record) - 16, 16):
        yield canaries.raw(f"the forgotten record at {start}", record[start : start + 16])
