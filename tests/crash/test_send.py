"""A broadcast that its organiser has sent goes out, though the process is killed before the first message."""

from pathlib import Path

import pytest

from bot.sandbox import Person
from tests.crash.street import Street
from tests.support.nursery import Nursery

TEXT = "Meeting at six."


@pytest.mark.parametrize("moment", ["right after the code", "in the cool-down"])
async def test_killed_before_the_first_message(tmp_path: Path, nursery: Nursery, moment: str) -> None:
    """Whoever pressed Send and typed the code need not do it again; everybody gets it once."""
    async with Street.open(tmp_path, nursery, PUBLISHING__COOLDOWN_SECONDS="2") as street:
        await street.starts()
        olga = await street.organiser("Olga")
        readers = await street.readers(10)
        await olga.says(f"/broadcast {TEXT}")
        await olga.hears("Fingerprint")
        await olga.presses("Send")
        await olga.hears("six digits")
        digits = await olga.says(await street.code(olga))
        await olga.misses(digits)
        if moment == "in the cool-down":
            await olga.hears("Starts in 2 s")
        await street.killed()
        assert not any(got(reader) for reader in readers)
        await street.starts()
        await olga.hears("Report")
        assert [got(reader) for reader in readers] == [1] * len(readers)
        await street.killed()


def got(reader: Person) -> int:
    return sum(TEXT in message.text for message in reader.inbox)
