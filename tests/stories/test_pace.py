"""How fast a broadcast goes: at Telegram's limit, and never over it."""

from pathlib import Path

from bot.domain.contact import ChatId, Contact, ContactId, Kind, month
from bot.sandbox import Limits
from tests.support.clock import RealClock
from tests.support.house import open_house

READERS = 150


async def test_thirty_a_second_and_never_refused(tmp_path: Path) -> None:
    """With a penalty box on, a broadcast uses the slots there are and gets no 429 at all.

    In real time, because the sandbox measures when messages arrive. On a slow machine it is slower, not
    wrong: only refusals and losses are judged.
    """
    limits = Limits(penalty_seconds=5)
    async with open_house(tmp_path / "home", limits=limits, clock=RealClock()) as house:
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
