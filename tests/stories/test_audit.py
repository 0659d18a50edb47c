"""What organisers do stands in the audit, and its head in their chats; readers never do."""

import re

import pytest

from bot.domain.audit import Event, Head, Numbered, Review, head_of
from bot.domain.organiser import Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House

HEAD = re.compile(r"\d+(?:-[A-Z2-7]{4}){4}")


def shown(text: str) -> Head:
    """The head in a message."""
    found = HEAD.search(text)
    head = head_of(found[0]) if found else None
    assert head, text
    return head


async def entries(house: House) -> list[Numbered]:
    async with house.store.read() as tx:
        return await tx.audit.last(1000)


async def since(house: House, number: int) -> list[tuple[Event, str, str]]:
    """What was written after an entry: event, by whom, about whom."""
    acts = [one.act for one in await entries(house) if one.number > number]
    return [(act.event, act.by, act.about) for act in acts if act]


async def review(house: House, head: Head) -> Review:
    async with house.store.read() as tx:
        return await tx.audit.review(head)


async def newest(house: House) -> int:
    async with house.store.read() as tx:
        head = await tx.audit.head()
    return head.number if head else 0


@pytest.fixture
async def alice_reads(house: House) -> Person:
    alice = house.world.person("Alice-the-reader")
    await alice.says("/subscribe")
    await alice.hears()
    return alice


async def test_a_broadcast_and_its_head(house: House, alice_reads: Person, en: Words) -> None:
    """Sent, approved, ended: three entries; every report brings the same head, and it is found later."""
    olga, pavel = await house.team("Olga", "Pavel")
    before = await newest(house)
    await house.broadcasts(olga, "Meeting at six")
    await house.confirms(pavel, "Approve")
    reports = [(await person.hears("Report")).text for person in (olga, pavel)]
    assert await since(house, before) == [
        (Event.SENT, "Olga", ""),
        (Event.APPROVED, "Pavel", ""),
        (Event.ENDED, "", ""),
    ]
    head = shown(reports[0])
    assert shown(reports[1]) == head
    assert reports[0].endswith(en("audit-head", head=str(head)))
    assert head.number == before + 3
    for name in ("Ivan", "Vera"):
        await house.invites(house.world.person(name), name)
    found = await review(house, head)
    assert (found.broken, found.known, found.entries) == (None, True, before + 5)
    everything = repr(await entries(house))
    assert alice_reads.name not in everything
    assert str(alice_reads.id) not in everything
    assert "Meeting" not in everything


async def test_what_is_stopped_and_taken_back(house: House, alice_reads: Person) -> None:
    """Pausing, resuming, cancelling and taking back are entries; a refused try and a draft are none."""
    [olga] = await house.team("Olga")
    before = await newest(house)
    await house.broadcasts(olga, "One")
    await olga.hears("Report")
    await olga.says("/undo")
    await house.confirms(olga, "Undo")
    await olga.hears("Report")
    await olga.says("/broadcast Two")
    await olga.hears("Fingerprint")
    await olga.says("/pause")
    await olga.hears("not possible any more")
    await olga.says("/cancel")
    await olga.hears()
    assert await since(house, before) == [
        (Event.SENT, "Olga", ""),
        (Event.ENDED, "", ""),
        (Event.UNDONE, "Olga", ""),
        (Event.ENDED, "", ""),
    ]
    details = [one.act.detail for one in await entries(house) if one.act and one.number > before]
    assert all(re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", detail) for detail in details)


async def test_how_somebody_comes_in(house: House) -> None:
    """Invitation, wrong digits, application, agreement and enrolment, by the names that they chose."""
    [olga] = await house.team("Olga")
    before = await newest(house)
    pavel = house.world.person("Pavel")
    await pavel.says(f"/start {await house.invites(pavel, 'Pavel', Role.APPROVER)}")
    await pavel.hears()
    await pavel.says(f"{(int(house.code(pavel)) + 1) % 10**6:06}")
    await pavel.hears("wrong")
    await olga.hears("wrong digits for the invitation of Pavel")
    await pavel.says(house.code(pavel))
    await pavel.hears("Waiting")
    await house.confirms(olga, "Approve")
    await pavel.hears("You are enrolled")
    assert await since(house, before) == [
        (Event.INVITED, "", "Pavel"),
        (Event.REFUSED, "", "Pavel"),
        (Event.APPLIED, "Pavel", ""),
        (Event.WELCOMED, "Olga", "Pavel"),
        (Event.ENROLLED, "Pavel", ""),
    ]


async def test_what_organisers_decide(house: House) -> None:
    """A freeze, a proposal of the policy and /lock are entries; /policy shows the head."""
    house.application.on_lock = lambda: None
    olga, pavel = await house.team("Olga", "Pavel")
    before = await newest(house)
    await olga.says("/policy publishing.per_day 12")
    await olga.hears("six digits")
    await olga.says(house.code(olga))
    await olga.hears("1 of 2")
    await house.confirms(pavel, "Approve")
    await olga.hears("12 is allowed")
    await house.deaf(olga)
    await olga.says("/policy")
    assert shown((await olga.hears()).text).number == before + 3
    await olga.says("/freeze Pavel")
    await olga.hears("Pavel")
    assert await since(house, before) == [
        (Event.AGREED, "Olga", ""),
        (Event.AGREED, "Pavel", ""),
        (Event.LOOSENED, "", ""),
        (Event.FROZE, "Olga", "Pavel"),
    ]
    details = [one.act.detail for one in await entries(house) if one.act and one.act.event is Event.AGREED]
    assert details == ["publishing.per_day = 12"] * 2
