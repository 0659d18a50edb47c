"""Ten thousand updates in ten seconds: all confirmed, nobody who joins, leaves or organises is overheard."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.sandbox import Person
from tests.crash.disk import every_broadcast, left_behind, opened
from tests.crash.street import Street
from tests.support.nursery import Nursery

FLOODERS, EACH = 42, 195
CURIOUS = 1_020
LEAVING = JOINING = FORGETTING = 260
ORGANISERS = 10
UPDATES = FLOODERS * EACH + CURIOUS + LEAVING + JOINING + FORGETTING + ORGANISERS
MEMORY = 200
"""MB that the process may take."""

Word = Callable[[], Awaitable[object]]


def says(person: Person, text: str) -> Word:
    return lambda: person.says(text)


async def members(street: Street, people: list[Person]) -> None:
    """They are readers already, when the service starts."""
    async with opened(street.keeper) as store, store.begin() as tx:
        for number, person in enumerate(people):
            id_ = ContactId(random.Random(number).randbytes(16))
            chat, joined = ChatId(person.id), Month(1)
            await tx.contacts.add(Contact(id=id_, chat=chat, kind=Kind.PERSON, language="en", joined=joined))


def resident(pid: int) -> float:
    """The most memory a process ever had, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1000


async def test_ten_thousand_updates(tmp_path: Path, nursery: Nursery, figures: list[str]) -> None:
    """All are confirmed, each answered or dropped; /stop, /subscribe, /forget and organisers always count."""
    async with Street.open(tmp_path, nursery) as street:
        people = [street.world.person(f"Person {n}", started=True) for n in range(UPDATES // 4)]
        flooders, curious = people[:FLOODERS], people[FLOODERS : FLOODERS + CURIOUS]
        rest = people[FLOODERS + CURIOUS :]
        leaving, forgetting = rest[:LEAVING], rest[LEAVING : LEAVING + FORGETTING]
        joining = rest[LEAVING + FORGETTING :][:JOINING]
        await members(street, [*leaving, *forgetting])
        await street.starts()
        olga = await street.organiser("Olga")
        await street.world.listening()
        words = [
            *(says(person, "/slogan") for person in [*flooders * EACH, *curious]),
            *(says(person, "/stop") for person in leaving),
            *(says(person, "/forget") for person in forgetting),
            *(says(person, "/subscribe") for person in joining),
            *(says(olga, "/progress") for _ in range(ORGANISERS - 1)),
        ]
        random.Random(3).shuffle(words)
        words.append(says(olga, "/broadcast In the flood."))
        assert len(words) == UPDATES
        began = asyncio.get_running_loop().time()
        for number, word in enumerate(words):
            await word()
            if number % 100 == 0:
                await asyncio.sleep(0.01)
        await street.world.settled(timeout=120)
        seconds = asyncio.get_running_loop().time() - began
        for _ in range(ORGANISERS - 1):
            await olga.hears("under way", timeout=60)
        await olga.hears("Fingerprint", timeout=60)
        memory = resident(street.pid)
        answered = sum(len(person.inbox) for person in people)
        await street.killed()
        async with left_behind(street.keeper) as store, store.read() as tx:
            for person in [*leaving, *forgetting, *flooders, *curious]:
                assert await tx.contacts.find(ChatId(person.id)) is None
            for person in joining:
                assert await tx.contacts.find(ChatId(person.id)) is not None
            assert len(await every_broadcast(store)) == 1
        assert memory < MEMORY
        assert len(flooders[0].inbox) <= 5 + seconds / 3 + 5
    figures.append(
        f"flood: {UPDATES} updates confirmed in {seconds:.1f} s, {answered} strangers' answered, "
        f"{LEAVING + FORGETTING} left and {JOINING} joined, {ORGANISERS} of {ORGANISERS} of an organiser "
        f"answered, {memory:.0f} MB"
    )
