"""What is refused on purpose, seen from a chat: reading leaves no trace, nobody is written to unasked."""

import pytest

from bot.i18n.translator import Words
from tests.support.ear import Ear, listen
from tests.support.house import House
from tests.support.raw import private, stored

READING = (
    *("/start", "/latest", "/statement 1", "/statements", "/updates", "/slogan"),
    *("/privacy", "/mydata", "/help"),
)
PRESSES = ("latest:en", "statement:en:1", "statements:en:0", "slogan:en", "card:en")


@pytest.fixture
def ear(house: House, monkeypatch: pytest.MonkeyPatch) -> Ear:
    return listen(monkeypatch)


async def test_reading_leaves_no_trace(house: House, ear: Ear, en: Words) -> None:
    """Whatever a reader reads or presses: not one row of the database is another afterwards."""
    await house.imports("2026-11-update-couriers")
    alice = house.world.person("Alice")
    await alice.says("/subscribe")
    await alice.hears(en("subscribed"))
    by = private(house, 2, "en")
    by.who, by.chat = alice.peer.json(), by.chat | {"id": alice.id}
    await house.silent()
    before, queue = stored(house), house.world.bot().queue
    for text in READING:
        queue.push("message", by.said(text))
    for data in PRESSES:
        queue.push("callback_query", by.pressed(data))
    await house.silent()
    assert len(ear.take()) > len(READING) + len(PRESSES)
    assert stored(house) == before


async def test_nobody_is_written_to_who_did_not_subscribe(house: House, en: Words) -> None:
    """Somebody who only pressed Start, and an organiser who did not subscribe, get no broadcast."""
    olga, bert, carla = await house.organiser("Olga"), house.world.person("Bert"), house.world.person("Carla")
    await bert.says("/start")
    await bert.hears(en("card-title"))
    await carla.says("/subscribe")
    await carla.hears(en("subscribed"))
    await house.broadcasts(olga, "Meeting at six.")
    await carla.hears("Meeting at six.")
    await olga.hears(en("report-done"))
    assert not any("Meeting at six." in message.text for message in bert.inbox)
