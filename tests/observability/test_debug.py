"""The log audit: every feature is used while all logging of the process stands at DEBUG.

The same day without Handbill's own logging shows that there is something to be found.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.observability import logs
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.seizure import canaries
from tests.seizure.canaries import Canary
from tests.seizure.search import Search
from tests.support.house import PASSPHRASE, TOKEN, House, open_house

TEXT = "The heron keeps a blue ledger under the seventh bridge; bring nobody else."
SAID = "My neighbour at the tannery reads it aloud on Thursdays."
BIG = 2**32
"""Ids below this fit four bytes, and would be found by chance."""


@contextmanager
def everything_at_debug(own: io.StringIO, library: io.StringIO, *, guarded: bool) -> Iterator[None]:
    """All loggers speak, into a handler of the root's and one that a library brought along."""
    handler, plain = logging.StreamHandler(library), logging.StreamHandler(library)
    log = logs.Log(own, now=lambda: datetime.now(UTC))
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in tuple(logging.root.manager.loggerDict))]
    levels = [logger.level for logger in loggers]
    telegram = logging.getLogger("telegram")

    @contextmanager
    def nothing() -> Iterator[None]:
        root.addHandler(plain)
        yield
        root.removeHandler(plain)

    with logs.install(log) if guarded else nothing():
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        if guarded:
            # Even where somebody takes away the first bar, that nothing below a warning is written.
            root.manager.disable = logging.NOTSET
            root.handlers[0].setLevel(logging.DEBUG)
        telegram.addHandler(handler)
        try:
            yield
        finally:
            telegram.removeHandler(handler)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def person(house: House, name: str, found: list[Canary]) -> Person:
    """Somebody with a long number, whose name, user name and number must not be found."""
    username = f"kingfisher_{name.lower()}"
    while (one := house.world.person(f"{name} Зимородок", language="en", username=username)).id < BIG:
        continue
    found += [canaries.number(f"number of {name}", one.id), canaries.text(f"name of {name}", one.name)]
    found.append(canaries.text(f"user name of {name}", username))
    return one


async def lives(house: House) -> list[Canary]:
    """A day with everything that can happen; what must not be found."""
    found = [canaries.text("the token", TOKEN), canaries.text("the passphrase", PASSPHRASE)]
    found += [*canaries.pieces("the broadcast", TEXT), *canaries.pieces("what was said", SAID)]
    olga, pavel, rosa, emil = [person(house, name, found) for name in ("Olga", "Pavel", "Rosa", "Emil")]
    await house.imports("2026-11-update-couriers", "2026-10-programme")
    for reader in (rosa, emil):
        await reader.says("/subscribe")
        await reader.says(SAID)
        await reader.hears(count=2)
    for command in (
        "/start",
        "/latest",
        "/statements",
        "/updates",
        "/slogan",
        "/mydata",
        "/privacy",
        "/help",
    ):
        await rosa.says(command)
        await rosa.hears()
    group = house.world.group("Weavers of the tannery", admin=rosa)
    found.append(canaries.text("the group", "Weavers of the tannery"))
    await group.add_bot(rosa)
    await group.hears()
    await joins(house, olga, pavel, found)
    house.world.faults.add(Fault(kind="429", chat=rosa.id))
    house.world.faults.add(Fault(kind="500", chat=emil.id))
    await house.broadcasts(olga, TEXT)
    await house.confirms(pavel, "Approve")
    await rosa.hears(TEXT[:20], timeout=60)
    await olga.hears("Report", timeout=60)
    await pavel.presses_data("h" + "A" * 16)
    await pavel.says("/start " + "o" + "A" * 22)
    await emil.block()
    await rosa.says("/forget")
    await rosa.hears("erased")
    return found


async def joins(house: House, olga: Person, pavel: Person, found: list[Canary]) -> None:
    """Two organisers, the second with a wrong code first."""
    await house.enrols(olga, "Olga of the lock")
    code = await house.invites(pavel, "Pavel of the lock")
    found.append(canaries.text("the enrolment code", code))
    found += [canaries.raw(f"secret {n}", secret) for n, secret in enumerate(house.secrets.values())]
    await pavel.says(f"/start {code}")
    await pavel.hears()
    await pavel.says("000000")
    await pavel.hears()
    await pavel.says(house.code(pavel))
    await pavel.hears()
    await house.confirms(olga, "Approve")
    await pavel.hears("You are enrolled")
    for one in (olga, pavel):
        await house.deaf(one)


async def a_day(folder: Path, *, guarded: bool) -> tuple[list[Canary], int]:
    """Everything that was written stands below the folder; the lines that were."""
    own, library = io.StringIO(), io.StringIO()
    folder.mkdir()  # noqa: ASYNC240 - nothing runs beside it yet
    with everything_at_debug(own, library, guarded=guarded):
        async with open_house(folder.with_name(f"{folder.name}-home")) as house:
            found = await lives(house)
    for name, stream in (("own", own), ("library", library), ("house", house.log)):
        (folder / name).write_text(stream.getvalue())
    return found, sum(stream.getvalue().count("\n") for stream in (own, library, house.log))


async def test_at_debug_the_log_tells_nothing(tmp_path: Path, figures: list[str]) -> None:
    """Thousands of lines at DEBUG, no id, name, text, token or code in any of 14 encodings."""
    found, lines = await a_day(tmp_path / "guarded", guarded=True)
    assert lines > 100
    hits = Search().through(found, tmp_path / "guarded")
    figures.append(f"log audit: {lines} lines at DEBUG, {len(found)} canaries, {len(hits)} found")
    assert hits == []


async def test_there_is_something_to_find(tmp_path: Path) -> None:
    """Without Handbill's logging the same day at DEBUG names people, texts and the token."""
    found, _ = await a_day(tmp_path / "bare", guarded=False)
    labels = {hit.label.partition(",")[0] for hit in Search().through(found, tmp_path / "bare")}
    assert {"the broadcast", "number of Rosa", "name of Rosa"} <= labels
