"""Who gets a broadcast: everyone, groups or people only, readers of some languages."""

import pytest

from bot.i18n.translator import Words
from bot.sandbox import Group, Person
from tests.support.house import House


@pytest.fixture
async def town(house: House) -> tuple[Person, Person, Group]:
    """A reader in each language and a group, which reads English."""
    bert = house.world.person("Bert", language="en")
    dora = house.world.person("Dora", language="ru")
    for person in (bert, dora):
        await person.says("/subscribe")
        await person.hears()
    depot = house.world.group("Depot", admin=bert)
    await depot.add_bot()
    await depot.hears()
    await bert.says(f"/subscribe@{house.world.bot_username}", chat=depot)
    await depot.hears()
    return bert, dora, depot


def got(*readers: Person | Group) -> list[bool]:
    return [any("Update ·" in message.text for message in reader.inbox) for reader in readers]


async def chooses(house: House, olga: Person, words: Words, label: str) -> str:
    """Press Audience under the newest control message, then a choice; what the next one says."""
    await olga.presses(words("button-audience"))
    await olga.hears(words("audience-ask"))
    await olga.presses(label)
    return (await olga.hears(words("draft-title"))).text


@pytest.mark.parametrize("kind", ["groups", "people"])
async def test_groups_or_people(
    house: House, town: tuple[Person, Person, Group], words: Words, kind: str
) -> None:
    """Groups only, or people only: named in the control message and in the report."""
    bert, dora, depot = town
    olga = await house.organiser("Olga", language=words.language)
    await olga.says("/broadcast Meeting")
    first = await olga.hears(words("draft-title"))
    assert words("audience", audience=words("audience-everyone")) in first.text
    name = words(f"audience-{kind}")
    control = await chooses(house, olga, words, name)
    assert words("audience", audience=name) in control
    assert words("draft-audience", people=words("people-under-twenty")) in control
    await house.confirms(olga, words("button-send"))
    report = await olga.hears(words("report-done"))
    assert words("audience", audience=name) in report.text
    assert got(bert, dora, depot) == [kind == "people", kind == "people", kind == "groups"]


async def test_languages(house: House, town: tuple[Person, Person, Group], words: Words) -> None:
    """Languages are ticked one by one; the group that reads one of them gets it too."""
    bert, dora, depot = town
    olga = await house.organiser("Olga", language=words.language)
    await olga.says("/broadcast Meeting")
    await olga.hears(words("draft-title"))
    both = await chooses(house, olga, words, "Русский")
    assert words("audience-languages", languages="Русский") in both
    both = await chooses(house, olga, words, "English")
    assert words("audience-languages", languages="English, Русский") in both
    assert words("audience-languages", languages="English") in await chooses(house, olga, words, "✓ Русский")
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("report-done"))
    assert got(bert, dora, depot) == [True, False, True]


async def test_it_is_part_of_what_is_approved(
    house: House, town: tuple[Person, Person, Group], en: Words
) -> None:
    """The approver sees the audience and its fingerprint; Send for the audience of before is void."""
    bert, dora, depot = town
    olga, pavel = await house.team("Olga", "Pavel")
    await olga.says("/broadcast Meeting")
    before = await olga.hears("Fingerprint")
    control = await chooses(house, olga, en, "groups only")
    fingerprint = control.partition("Fingerprint: ")[2][:9]
    assert fingerprint not in before.text
    await olga.presses("Send", on=before)
    await olga.hears(en("unknown"))
    await house.confirms(olga, "Send")
    question = await pavel.hears("Olga wants to send this")
    assert "For: groups only." in question.text
    assert f"Fingerprint: {fingerprint}" in question.text
    await house.confirms(pavel, "Approve")
    await olga.hears("Report")
    assert got(bert, dora, depot) == [False, False, True]


async def test_a_code_for_another_audience(house: House, en: Words) -> None:
    """A code that was asked for before the audience changed sends nothing."""
    olga = await house.organiser("Olga")
    await olga.says("/broadcast Meeting")
    await olga.hears("Fingerprint")
    await olga.presses("Audience")
    await olga.hears(en("audience-ask"))
    await olga.presses("Send")
    await olga.hears(en("code-ask"))
    await olga.presses("people only")
    await olga.hears("For: people only")
    await olga.says(house.code(olga))
    await olga.hears(en("too-late"))


async def test_only_a_draft_has_a_choice(house: House, en: Words) -> None:
    """Once it was sent off, nobody changes whom it goes to."""
    olga, pavel = await house.team("Olga", "Pavel")
    await olga.says("/broadcast Meeting")
    await olga.hears("Fingerprint")
    await olga.presses("Audience")
    await olga.hears(en("audience-ask"))
    await house.confirms(olga, "Send")
    await pavel.hears("Olga wants to send this")
    await olga.presses("groups only")
    await olga.hears(en("too-late"))
