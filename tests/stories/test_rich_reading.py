"""Long statements as one rich message, where the setting asks for it; in parts wherever it cannot be had."""

import pytest

from bot.i18n.translator import Words
from bot.sandbox import Fault, Message, Person
from tests.support.house import House

PROGRAMME = "2026-10-programme"
SHORT = "2026-11-update-couriers"


@pytest.fixture
async def reader(house: House, words: Words) -> Person:
    """Somebody of a house in which rich messages are switched on."""
    await house.imports(PROGRAMME, SHORT)
    await house.stop()
    telegram = house.config.telegram.model_copy(update={"rich_messages": True})
    house.config = house.config.model_copy(update={"telegram": telegram})
    await house.restart()
    return house.world.person("Bert", language=words.language)


async def asks(house: House, reader: Person, number: int) -> list[Message]:
    """The messages that answer /statement."""
    await house.deaf(reader)
    known = {message.id for message in reader.inbox}
    await reader.says(f"/statement {number}")
    await house.silent()
    return [message for message in reader.inbox if message.id not in known]


async def test_one_message(house: House, reader: Person, words: Words) -> None:
    """The whole programme in one message with its buttons; forwarded back it is known again."""
    (got,) = await asks(house, reader, 2)
    assert got.rich
    assert len(got.text) > 4096
    assert words("button-leaflet") in got.labels
    house.hush(reader)
    await reader.forwards(got)
    answer = await reader.hears()
    assert words("verify-whole", number=2) in answer.text


async def test_a_short_one(house: House, reader: Person) -> None:
    """It is a message like any other."""
    (got,) = await asks(house, reader, 3)
    assert got.rich is None


async def test_a_server_that_knows_none(house: House, reader: Person, words: Words) -> None:
    """It is asked once; from then on long statements come in parts, as without the setting."""
    house.world.faults.add(Fault(kind="no method", method="sendRichMessage"))
    for _ in range(2):
        parts = await asks(house, reader, 2)
        assert len(parts) > 1
        assert not any(part.rich for part in parts)
        assert words("button-leaflet") in parts[-1].labels


async def test_one_that_is_refused(house: House, reader: Person) -> None:
    """That answer comes in parts, once; the next one is tried again."""
    house.world.faults.add(Fault(kind="too long", method="sendRichMessage"))
    assert len(await asks(house, reader, 2)) > 1
    assert len(await asks(house, reader, 2)) == 1


async def test_one_that_was_lost(house: House, reader: Person) -> None:
    """Where it may have arrived it is not sent again in parts."""
    house.world.faults.add(Fault(kind="reset_after", method="sendRichMessage", times=1))
    got = await asks(house, reader, 2)
    assert got
    assert all(message.rich for message in got)
