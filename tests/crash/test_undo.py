"""An undo comes to its end though the process is killed in the middle of it, and takes back nothing else."""

from functools import partial
from pathlib import Path

from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.crash.street import Street
from tests.support.nursery import Nursery

KEPT, TAKEN = "Bring umbrellas.", "Meeting at six."
KILLS = (3, 9, 15)
"""The process is killed when so many messages are gone."""


async def sends(street: Street, author: Person, text: str) -> None:
    await author.says(f"/broadcast {text}")
    await author.hears("Fingerprint")
    await author.presses("Send")
    await author.hears("six digits")
    await author.says(await street.code(author))
    await author.hears("Report")


async def test_killed_while_it_deletes(tmp_path: Path, nursery: Nursery) -> None:
    """Killed three times, it goes on by itself each time; every message of the one broadcast goes."""
    async with Street.open(tmp_path, nursery, PUBLISHING__COOLDOWN_SECONDS="1") as street:
        await street.starts()
        olga = await street.organiser("Olga")
        readers = await street.readers(20)
        await sends(street, olga, KEPT)
        await sends(street, olga, TAKEN)
        street.world.faults.add(Fault(kind="latency", method="deleteMessage", seconds=0.3, times=None))
        await olga.says("/undo")
        await olga.hears("six digits")
        await olga.says(await street.code(olga))
        for gone in KILLS:
            await street.world.until(partial(enough, readers, gone), timeout=30)
            await street.killed()
            assert having(readers, TAKEN) > 0
            await street.starts()
        await olga.hears("Taking back has ended.", timeout=30)
        assert having(readers, TAKEN) == 0
        assert having(readers, KEPT) == 20
        bars = [message for message in olga.inbox if message.text.startswith("Taking back ▱")]
        assert len(bars) <= 1
        await street.killed()


def enough(readers: list[Person], gone: int) -> bool | None:
    """Whether so many messages are gone."""
    return len(readers) - having(readers, TAKEN) >= gone or None


def having(readers: list[Person], text: str) -> int:
    return sum(any(text in message.text for message in reader.inbox) for reader in readers)
