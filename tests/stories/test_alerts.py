"""What the other organisers are told about an account: wrong codes, a long silence, another name."""

from dataclasses import replace

import pytest

from bot.domain.approval import WRONG_CODES
from bot.domain.audit import Event
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.stories.test_audit import newest, since
from tests.support.house import House


@pytest.fixture
async def pair(house: House) -> list[Person]:
    olga, pavel = await house.team("Olga", "Pavel")
    return [olga, pavel]


async def test_each_wrong_code(house: House, pair: list[Person], en: Words) -> None:
    """Every wrong code is told to the others, the fifth as a lock-out; after that nothing more is."""
    olga, pavel = pair
    before = await newest(house)
    await olga.says("/broadcast Meeting")
    await olga.presses("Send", on=await olga.hears("Fingerprint"))
    await olga.hears("six digits")
    for _ in range(WRONG_CODES + 1):
        await olga.says(f"{(int(house.code(olga)) + 1) % 10**6:06}")
        await olga.hears("rong")
    await house.deaf(pavel)
    told = [message.text for message in pavel.inbox if "Olga" in message.text][-WRONG_CODES - 1 :]
    assert told[-WRONG_CODES:] == [en("alert-code", name="Olga")] * (WRONG_CODES - 1) + [
        en("alert-codes", name="Olga")
    ]
    assert en("alert-code", name="Olga") not in {message.text for message in olga.inbox}
    assert await since(house, before) == [(Event.WRONG_CODE, "Olga", "")] * (WRONG_CODES - 1) + [
        (Event.LOCKED_OUT, "Olga", "")
    ]


async def test_back_after_a_month(house: House, pair: list[Person], en: Words) -> None:
    """After 30 days without a word the first one is told to the others, once."""
    olga, pavel = pair
    house.clock.forward(seconds=29 * 86400)
    await house.deaf(olga)
    house.clock.forward(seconds=30 * 86400)
    before = await newest(house)
    for _ in range(2):
        await house.deaf(olga)
    assert await since(house, before) == [(Event.RETURNED, "Olga", "")]
    await house.silent()
    alerts = [message.text for message in pavel.inbox if message.text == en("alert-returned", name="Olga")]
    assert len(alerts) == 1
    assert en("alert-returned", name="Olga") not in {message.text for message in olga.inbox}


async def test_another_name(house: House, pair: list[Person], en: Words) -> None:
    """A changed name or user name of an organiser's account is told to the others; no name is kept."""
    olga, pavel = pair
    before = await newest(house)
    olga.peer = replace(olga.peer, name="Canary Name", username="canary_name")
    for _ in range(2):
        await house.deaf(olga)
    await pavel.hears(en("alert-renamed", name="Olga"))
    assert await since(house, before) == [(Event.RENAMED, "Olga", "")]
    async with house.store.read() as tx:
        [found] = [one for one in await tx.organisers.all() if one.name == "Olga"]
    assert len(found.named) == 32
    assert "anary" not in repr(found)


async def test_readers_are_not_looked_at(house: House, pair: list[Person]) -> None:
    """Of readers nobody keeps a day or a name: another one changes nothing."""
    bert = house.world.person("Bert")
    await bert.says("/subscribe")
    await bert.hears()
    before = await newest(house)
    bert.peer = replace(bert.peer, name="Robert")
    house.clock.forward(seconds=40 * 86400)
    await bert.says("/mydata")
    await bert.hears()
    assert await since(house, before) == []
