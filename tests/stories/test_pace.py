"""How fast a broadcast goes: at Telegram's limit, and never over it."""

import os
from pathlib import Path

import pytest

from bot.domain.contact import ChatId, Contact, ContactId, Kind, month
from bot.sandbox import Limits
from tests.support.clock import RealClock, StoryClock
from tests.support.house import open_house

READERS = 150
REAL = pytest.param(
    RealClock,
    marks=pytest.mark.skipif(
        "HANDBILL_TEST_SOAK" not in os.environ,
        reason="a busy machine holds messages up: make soak",
    ),
)


@pytest.mark.parametrize("clock", [StoryClock, REAL])
async def test_thirty_a_second_and_never_refused(tmp_path: Path, clock: type[StoryClock | RealClock]) -> None:
    """With a penalty box on, a broadcast gets no 429 at all, and everybody gets it once."""
    limits = Limits(penalty_seconds=5)
    async with open_house(tmp_path / "home", limits=limits, clock=clock()) as house:
        people = [house.world.person(f"Reader {number}", started=True) for number in range(READERS)]
        async with house.store.begin() as tx:
            for number, person in enumerate(people):
                contact = Contact(
                    id=ContactId(number.to_bytes(2, "little") + bytes(14)),
                    chat=ChatId(person.id),
                    kind=Kind.PERSON,
                    language="en",
                    joined=month(house.clock.now()),
                )
                await tx.contacts.add(contact)
        olga = await house.organiser("Olga")
        await olga.says("/broadcast Meeting at six.")
        await olga.hears("Fingerprint")
        await olga.presses("Send")
        await olga.hears("six digits")
        await olga.says(house.code(olga))
        report = await olga.hears("Report", timeout=60)
        assert "Delivered: about 150" in report.text
        assert house.world.stats.refused == 0
        assert all(len(person.inbox) == 1 for person in people)
