"""A long list: a part of it first, a pause, then the rest."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.broadcast import State
from bot.domain.contact import ChatId, Contact, ContactId, Kind, month
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from tests.support.house import House, open_house

READERS = 16


@pytest.fixture
async def large(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """A house in which half of a long list goes first, and ten minutes lie in between."""
    home, rules = tmp_path / "large", {"wave_percent": "50", "wave_pause_seconds": "600"}
    async with open_house(home, template=template, translator=translator, publishing=rules) as house:
        yield house


@pytest.fixture
async def readers(large: House) -> list[Person]:
    """Sixteen people, in sixteen parts of a list of over a thousand; the others are paused groups."""
    people = [large.world.person(f"Reader {n}") for n in range(READERS)]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    async with large.store.begin() as tx:
        for n in range(1000):
            contact = Contact(
                id=ContactId(os.urandom(16)),
                chat=ChatId(-n - 1),
                kind=Kind.GROUP,
                language="en",
                joined=month(large.clock.now()),
                paused=True,
            )
            await tx.contacts.add(contact)
        for n, person in enumerate(people):
            found = await tx.contacts.find(ChatId(person.id))
            assert found
            await tx.contacts.erase(found.id)
            await tx.contacts.add(replace(found, id=ContactId(bytes([n * 16]) + os.urandom(15))))
    return people


def got(readers: list[Person]) -> list[int]:
    return [len([m for m in reader.inbox if "Meeting" in m.text]) for reader in readers]


async def sends(house: House, words: Words) -> Person:
    """The only organiser broadcasts, and hears that the first wave is out."""
    olga = await house.organiser("Olga", language=words.language)
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    told = await olga.hears(words("wave-out", seconds=600))
    assert told.labels == [words("button-pause"), words("button-cancel")]
    assert words("tally-sent", people=words("people-under-twenty")) in told.text
    return olga


async def test_the_rest_follows_by_itself(large: House, readers: list[Person], words: Words) -> None:
    """Organisers are told when the first part is out; the rest follows after the pause, each reader once."""
    olga = await sends(large, words)
    first = got(readers)
    assert 0 < sum(first) < READERS
    large.clock.forward(minutes=9)
    await large.deaf(olga)
    assert got(readers) == first
    await olga.says("/progress")
    await olga.hears(words("wave-out", seconds=60).partition("60")[0])
    large.clock.forward(minutes=2)
    await olga.hears(words("report-done"))
    assert got(readers) == [1] * READERS
    assert len([m for m in olga.inbox if m.text.startswith(words("progress", bar="").strip())]) == 1


async def test_across_a_restart(large: House, readers: list[Person], en: Words) -> None:
    """The pause goes on while the service is away, and nobody gets it twice."""
    olga = await sends(large, en)
    first = got(readers)
    await large.world.settled()
    await large.stop()
    large.clock.forward(minutes=5)
    await large.restart()
    await large.deaf(olga)
    assert got(readers) == first
    large.clock.forward(minutes=6)
    await olga.hears(en("report-done"))
    assert got(readers) == [1] * READERS


async def test_paused_between_the_waves(large: House, readers: list[Person], en: Words) -> None:
    """Paused in between, the rest does not follow until somebody lets it."""
    olga = await sends(large, en)
    first = got(readers)
    await olga.presses("Pause")
    paused = await olga.hears(en("paused-by", name="Olga"))
    large.clock.forward(hours=2)
    await large.deaf(olga)
    assert got(readers) == first
    await olga.presses("Resume", on=paused)
    await olga.hears(en("report-done"))
    assert got(readers) == [1] * READERS


async def test_cancelled_between_the_waves(large: House, readers: list[Person], en: Words) -> None:
    """Cancelled in between, the others never get it."""
    olga = await sends(large, en)
    first = got(readers)
    await olga.presses("Cancel")
    await olga.hears(en("report-cancelled"))
    large.clock.forward(hours=2)
    await large.deaf(olga)
    assert got(readers) == first
    async with large.store.read() as tx:
        assert [b.state for b in await tx.broadcasts.in_states(*State)] == [State.CANCELLED]


async def test_a_first_wave_that_failed(large: House, readers: list[Person], words: Words) -> None:
    """If over a fifth of the first part was not delivered, the rest waits until somebody lets it go on."""
    for reader in readers:
        large.world.faults.add(Fault(kind="no rights", chat=reader.id, method="sendMessage", times=None))
    olga = await large.organiser("Olga", language=words.language)
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await large.confirms(olga, words("button-send"))
    paused = await olga.hears(words("paused-first-wave"))
    assert paused.labels == [words("button-resume"), words("button-cancel")]
    large.world.faults.clear()
    large.clock.forward(hours=2)
    await large.deaf(olga)
    assert sum(got(readers)) == 0
    assert await large.readers() > 1000
    await olga.presses(words("button-resume"), on=paused)
    await olga.hears(words("report-done"))
    assert 0 < sum(got(readers)) < READERS


async def test_a_short_list_goes_at_once(house: House, en: Words) -> None:
    """With a thousand readers or fewer there is no first part."""
    bert = house.world.person("Bert")
    await bert.says("/subscribe")
    await bert.hears()
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "Meeting")
    await olga.hears(en("report-done"))
    assert not [m for m in olga.inbox if "first part" in m.text]
