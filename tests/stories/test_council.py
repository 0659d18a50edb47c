"""What organisers do among themselves: who there is, removal, words to all, a checklist, numbers, /lock."""

from bot.actions.council import Council
from bot.domain.organiser import PERMISSIONS, Action, Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House

COMMANDS = {
    "/organisers": (Action.ORGANISERS, "Organisers, by name"),
    "/private hello": (Action.PRIVATE, "on its way"),
    "/checklist": (Action.CHECKLIST, "Two-Step Verification"),
    "/stats": (Action.STATS, "Readers: 0"),
    "/lock": (Action.LOCK, ""),
}


async def with_roles(house: House) -> dict[Role, Person]:
    """One organiser of each role."""
    olga, _ = await house.team("Olga", "Pavel")
    people = {Role.AUTHOR: olga}
    for role in (Role.APPROVER, Role.ANSWERER, Role.KEEPER):
        people[role] = await house.organiser(role.title(), role)
        await house.confirms(olga, "Approve")
        await people[role].hears("You are enrolled")
    for person in people.values():
        await house.deaf(person)
    return people


async def test_who_may(house: House, en: Words) -> None:
    """Each command belongs to some roles; the others are told that theirs does not allow it."""
    locked: list[bool] = []
    house.application.on_lock = lambda: locked.append(True)
    for role, person in (await with_roles(house)).items():
        for command, (action, answer) in COMMANDS.items():
            house.hush(person)
            await person.says(command)
            if action not in PERMISSIONS[role]:
                await person.hears(en("not-allowed"))
            elif answer:
                await person.hears(answer)
        await person.says("/help")
        shown = (await person.hears("/slogan")).text
        for command, (action, _) in COMMANDS.items():
            assert (command.split()[0] in shown) is (action in PERMISSIONS[role])
    assert locked == [True]


async def test_strangers_get_the_constant_answer(house: House, en: Words) -> None:
    """Whoever is no organiser gets the same answer to these commands as to any unknown word."""
    await house.team("Olga", "Pavel")
    eve = house.world.person("Eve")
    for command in (*COMMANDS, "/freeze Olga", "/policy"):
        await eve.says(command)
        assert (await eve.hears()).text == en("unknown")


async def test_private(house: House, en: Words) -> None:
    """The others read it as plain text under the sender's name; nothing of it is stored."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    await olga.says("/private *Tonight* \u202eat six")
    for person in (pavel, vera):
        heard = await person.hears(en("private", name="Olga"))
        assert heard.text.endswith("*Tonight* at six")
        assert heard.labels == []
    await olga.hears(en("private-sent"))
    await olga.says("/private")
    await olga.hears(en("private-empty"))
    await olga.says(f"/private {'x' * 3950}")
    await olga.hears(en("private-too-long"))


async def test_removal_from_chat(house: House, en: Words) -> None:
    """A removal takes as many codes as a broadcast; whoever proposes it is one of them."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    await olga.says("/organisers")
    await olga.hears("Organisers, by name")
    await house.confirms(olga, "Remove Vera")
    await olga.hears(en("remove-agreed", name="Vera", agreed=1, needed=2))
    asked = await pavel.hears("Olga proposes that Vera")
    assert asked.labels == ["Approve", "Freeze"]
    await vera.says("/organisers")
    await vera.hears(en("organiser-enrolled", name="Vera", role=en("role-author")))
    await house.confirms(pavel, "Approve")
    await vera.hears(en("removed-you"))
    for person in (olga, pavel):
        await person.hears(en("remove-done", name="Vera"))
    await vera.says("/progress")
    await vera.hears(en("unknown"))
    await house.broadcasts(olga, "Meeting")
    await olga.hears(en("waiting", agreed=1, needed=2))


async def test_removal_from_the_terminal(house: House, en: Words) -> None:
    """The keeper proposes; nothing happens before another organiser has agreed with a code."""
    olga, pavel = await house.team("Olga", "Pavel")
    council = Council(clock=house.clock, approvals=2)
    async with house.store.begin() as tx:
        await council.propose_removal(tx, "Pavel")
    await house.application.ask()
    await olga.hears("keeper proposes that Pavel")
    await pavel.says("/progress")
    await pavel.hears(en("progress-none"))
    await house.confirms(olga, "Approve")
    await pavel.hears(en("removed-you"))
    await house.broadcasts(olga, "Alone")
    await olga.hears(en("waiting", agreed=1, needed=2))


async def test_a_proposal_does_not_wait_for_ever(house: House, en: Words) -> None:
    """After a day nothing that was proposed can be agreed to."""
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    await olga.says("/organisers")
    await olga.hears("Organisers, by name")
    await house.confirms(olga, "Remove Vera")
    await pavel.hears("Olga proposes that Vera")
    house.clock.forward(minutes=24 * 60 + 1)
    await pavel.presses("Approve")
    await pavel.hears(en("unknown"))
    await vera.says("/progress")
    await vera.hears(en("progress-none"))
