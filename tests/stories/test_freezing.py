"""One tap stops an organiser, and whoever pressed it; two others decide, each with a code."""

import pytest

from bot.domain.broadcast import Reason, State
from bot.domain.organiser import Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House


async def suspended(house: House) -> set[str]:
    """Who is suspended."""
    async with house.store.read() as tx:
        return {one.name for one in await tx.organisers.all() if one.suspended}


async def newest(house: House) -> tuple[State, Reason, int]:
    """State, reason and number of approvals of the newest broadcast."""
    async with house.store.read() as tx:
        one = (await tx.broadcasts.in_states(*State))[-1]
        return one.state, one.reason, len(one.approved_by)


async def agrees(house: House, person: Person, label: str) -> None:
    """Press a button of the question about a freeze, and send the code."""
    await house.confirms(person, label)


async def test_one_tap_suspends_both(house: House, en: Words) -> None:
    """The approver presses Freeze: both are suspended and can do nothing; the others are asked."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await pavel.presses("Freeze")
    await olga.hears(en("frozen-you", name="Pavel"))
    await pavel.hears(en("frozen-you", name="Olga"))
    asked = await vera.hears(en("frozen", name="Pavel", other="Olga"))
    assert asked.labels == ["Unfreeze Olga", "Unfreeze Pavel", "Remove Olga", "Remove Pavel"]
    assert await suspended(house) == {"Olga", "Pavel"}
    assert await newest(house) == (State.PAUSED, Reason.FROZEN, 0)
    for person in (olga, pavel):
        house.hush(person)
        for command in (
            "/broadcast More",
            "/freeze Vera",
            "/cancel",
            "/resume",
            "/private hello",
            "/organisers",
        ):
            await person.says(command)
            assert (await person.hears()).text == en("suspended")
        await person.says("/help")
        assert (await person.hears()).text == en("help")
        await person.says(house.code(person))
        await person.hears(en("unknown"))
    assert await suspended(house) == {"Olga", "Pavel"}


async def test_buttons_from_before(house: House, en: Words) -> None:
    """What the suspended were shown before does nothing any more, nor does a code that was asked for."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    await house.broadcasts(olga, "Meeting")
    for person in (pavel, vera):
        await person.hears("Olga wants to send this")
    await pavel.presses("Approve")
    await pavel.hears(en("code-ask"))
    await vera.says("/freeze pavel")
    await pavel.hears(en("frozen-you", name="Vera"))
    await pavel.says(house.code(pavel))
    await pavel.hears(en("unknown"))
    question = next(m for m in vera.inbox if m.button("Approve"))
    await vera.presses("Approve", on=question)
    await vera.hears(en("unknown"))
    assert (await newest(house))[0] is State.WAITING


async def test_an_approval_does_not_count_any_more(house: House, en: Words) -> None:
    """What cools down with the approval of somebody who is frozen waits for another approval."""
    olga, pavel, vera, ivan = await house.team("Olga", "Pavel", "Vera", "Ivan")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    async with house.store.begin() as tx:
        [one] = await tx.broadcasts.in_states(State.WAITING)
        everybody = {each.name: each for each in await tx.organisers.all()}
        later = one.approve(everybody["Pavel"].id, now=house.clock.now())
        assert later.state is State.COOLING
        assert later.starts is not None
        await tx.broadcasts.replace(later)
    await ivan.says("/freeze Pavel")
    await ivan.hears(en("frozen-you", name="Pavel"))
    assert await newest(house) == (State.WAITING, Reason.NONE, 1)
    house.clock.forward(minutes=5)
    await house.confirms(vera, "Approve")
    await olga.hears("Report")


async def test_two_others_decide(house: House, en: Words) -> None:
    """One agreement is not enough; with the second the organiser is free, and the other one is not."""
    olga, pavel, vera, ivan = await house.team("Olga", "Pavel", "Vera", "Ivan")
    await pavel.says("/freeze Olga")
    for person in (vera, ivan):
        await person.hears(en("frozen", name="Pavel", other="Olga"))
    await agrees(house, vera, "Unfreeze Olga")
    await vera.hears(en("unfreeze-agreed", name="Olga", agreed=1, needed=2))
    await ivan.hears("proposes that Olga is not suspended")
    await vera.presses("Unfreeze Pavel")
    await vera.hears(en("code-ask"))
    await vera.says(house.code(vera))
    await vera.hears(en("unfreeze-agreed", name="Pavel", agreed=1, needed=2))
    assert await suspended(house) == {"Olga", "Pavel"}
    await agrees(house, ivan, "Unfreeze Olga")
    for person in (ivan, vera):
        await person.hears(en("unfreeze-done", name="Olga"))
    await olga.hears(en("unfrozen-you"))
    assert await suspended(house) == {"Pavel"}
    await olga.says("/organisers")
    shown = await olga.hears("Organisers, by name")
    assert en("organiser-suspended", name="Pavel", role=en("role-author")) in shown.text


async def test_what_was_paused_goes_on_afterwards(house: House, en: Words) -> None:
    """While its author is frozen nobody resumes it; afterwards it takes the approvals that it lost."""
    olga, pavel, vera, ivan = await house.team("Olga", "Pavel", "Vera", "Ivan")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    await pavel.presses("Freeze")
    await vera.hears("Pavel has frozen Olga")
    await vera.says("/resume")
    await vera.hears(en("too-late"))
    for person in (vera, ivan):
        await agrees(house, person, "Unfreeze Olga")
        await person.hears("of 2" if person is vera else en("unfreeze-done", name="Olga"))
    await olga.hears(en("unfrozen-you"))
    await olga.says("/resume")
    await house.confirms(vera, "Approve")
    await vera.hears(en("waiting", agreed=1, needed=2))
    await house.confirms(olga, "Approve")
    await olga.hears("Report")


async def test_one_of_two_is_removed(house: House, en: Words) -> None:
    """Two others can also remove one side: a stranger from then on. Approvals needed stay the same."""
    olga, pavel, vera, ivan = await house.team("Olga", "Pavel", "Vera", "Ivan")
    await pavel.says("/freeze Olga")
    for person in (vera, ivan):
        await person.hears("Pavel has frozen Olga")
        await agrees(house, person, "Remove Olga")
    await olga.hears(en("removed-you"))
    await ivan.hears(en("remove-done", name="Olga"))
    await olga.says("/broadcast Mine")
    await olga.hears(en("unknown"))
    assert await suspended(house) == {"Pavel"}
    await house.broadcasts(vera, "Meeting")
    await vera.hears(en("waiting", agreed=1, needed=2))


@pytest.mark.parametrize("name", ["", "Nobody", "Pavel", "olga "])
async def test_whom(house: House, en: Words, name: str) -> None:
    """/freeze takes the name of another organiser, whatever its letters' case; not one's own."""
    olga, pavel = await house.team("Olga", "Pavel")
    await pavel.says(f"/freeze {name}")
    if name == "olga ":
        await olga.hears(en("frozen-you", name="Pavel"))
    else:
        await pavel.hears(en("freeze-which"))
        assert await suspended(house) == set()


@pytest.mark.parametrize("role", Role)
async def test_anybody_may_freeze(house: House, en: Words, role: Role) -> None:
    """Every role may freeze; who may not approve is told, and not asked."""
    olga, pavel = await house.team("Olga", "Pavel")
    ivan = await house.organiser("Ivan", role)
    await house.confirms(olga, "Approve")
    await ivan.hears("You are enrolled")
    await ivan.says("/freeze Olga")
    await olga.hears(en("frozen-you", name="Ivan"))
    assert (await pavel.hears(en("frozen", name="Ivan", other="Olga"))).labels


async def test_what_the_removed_wrote(house: House, en: Words) -> None:
    """It is shown as theirs, not as that of whoever resumed it, and takes every approval anew."""
    olga, pavel, vera, ivan = await house.team("Olga", "Pavel", "Vera", "Ivan")
    await house.broadcasts(olga, "Meeting")
    await pavel.hears("Olga wants to send this")
    for person in (vera, ivan):
        await person.says("/organisers")
        await person.hears("Organisers, by name")
        await house.confirms(person, "Remove Olga")
        await person.hears(en("remove-agreed", name="Olga", agreed=1, needed=2) if person is vera else None)
    await olga.hears(en("removed-you"))
    await vera.says("/resume")
    asked = await pavel.hears(en("author-removed"))
    assert "0 of 2 have agreed" in asked.text
    assert asked.labels == ["Approve", "Freeze"]
