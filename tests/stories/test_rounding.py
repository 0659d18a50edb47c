"""No number of people is told exactly, to anybody, at any time."""

import os
import re

import pytest

from bot.actions.subscriptions import Subscriptions
from bot.domain.contact import ChatId, Kind
from bot.i18n.translator import Words
from tests.support.house import House


@pytest.mark.parametrize("people", [7, 37])
async def test_numbers_of_people_are_rounded(house: House, en: Words, people: int) -> None:
    """Draft, approval, progress, report, undo: "under 20" or the nearest ten, and nothing finer."""
    subscriptions = Subscriptions(clock=house.clock, random=os.urandom)
    olga, pavel = await house.team("Olga", "Pavel")
    readers = [house.world.person(f"Reader {number}") for number in range(people)]
    async with house.store.begin() as tx:
        for reader in readers:
            reader.start()
            await subscriptions.join(tx, ChatId(reader.id), Kind.PERSON, "en")
    await house.broadcasts(olga, "Meeting")
    await house.confirms(pavel, "Approve")
    report = await olga.hears(en("report-done"))
    about = en("people-under-twenty") if people < 20 else en("people", number="40")
    assert en("tally-sent", people=about) in report.text
    await olga.says("/undo")
    await olga.hears(en("undo-known", people=about))
    for text in ("/progress", "/mydata", "/help"):
        await olga.says(text)
    await house.silent()
    told = "\n".join(message.text for person in (olga, pavel) for message in person.messages)
    assert re.search(r"about 40|under 20", told)
    assert not re.search(rf"(?<![\w-]){people}(?![\w-])(?! s\b)", told)
