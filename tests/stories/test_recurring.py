"""A slogan at the same hour, day after day: agreed to once, each at most once, none twice before all came."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.broadcast import State
from bot.domain.organiser import Role
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House, open_house


async def reader(house: House, name: str, language: str = "en") -> Person:
    person = house.world.person(name, language=language)
    await person.says("/subscribe")
    await person.hears()
    return person


async def known(house: House, language: str = "en", theme: str = "") -> set[str]:
    async with house.store.read() as tx:
        found = await tx.statements.slogans()
    return {one.text for one in found if one.language == language and theme in {"", one.theme}}


async def states(house: House) -> list[State]:
    async with house.store.read() as tx:
        return [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)]


def until(house: House, hour: int, *, day: int) -> None:
    """Time passes until this hour, UTC, of a day in November 2026."""
    at = datetime(2026, 11, day, hour, 0, 1, tzinfo=UTC)
    house.clock.forward(seconds=(at - house.clock.now()).total_seconds())


async def begins(house: House, olga: Person, words: Words, terms: str) -> None:
    """Plan it, and give the code."""
    await olga.says(f"/schedule slogans {terms}")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("slogans-next", rhythm="|", time="").partition("|")[0])


async def test_day_after_day(house: House, en: Words) -> None:
    """Preview, code, and from then on one a day in each reader's language, until somebody cancels it."""
    await house.imports("slogans")
    olga = await house.organiser("Olga")
    bert, dora = await reader(house, "Bert"), await reader(house, "Dora", "ru")
    await olga.says("/schedule slogans 18:00 Europe/Berlin")
    previews = [await olga.hears(), await olga.hears()]
    assert {preview.text for preview in previews} <= await known(house) | await known(house, "ru")
    listed = await olga.hears(en("slogans-pool"))
    assert all(text in listed.text for text in await known(house) | await known(house, "ru"))
    control = await olga.hears(en("draft-title"))
    assert en("slogans-daily", time="18:00", zone="Europe/Berlin") in control.text
    assert control.labels == [en(f"button-{name}") for name in ("send", "audience", "cancel")]
    await house.confirms(olga, en("button-send"))
    await olga.hears("18:00 (Europe/Berlin)")
    until(house, 16, day=22)
    await house.deaf(bert)
    seen = []
    for day in (22, 23, 24):
        until(house, 17, day=day)
        seen += [(await bert.hears()).text, (await dora.hears()).text]
        await olga.hears(en("report-done"))
    assert set(seen[::2]) <= await known(house)
    assert set(seen[1::2]) <= await known(house, "ru")
    assert len(set(seen)) == 6
    assert seen[:2] == [preview.text for preview in previews]
    await olga.says("/queue")
    await olga.hears("25")
    await olga.presses(en("button-cancel"))
    await olga.hears(en("cancelled", name="Olga"))
    until(house, 18, day=26)
    of_all = await known(house) | await known(house, "ru")
    for person in (bert, dora):
        await house.deaf(person)
        assert len([m for m in person.inbox if m.text in of_all]) == 3
    assert sorted(await states(house)) == [State.DONE] * 3 + [State.CANCELLED]


async def test_days_language_theme(house: House, en: Words) -> None:
    """Only on the days, only of the theme, only in its language: others are left out."""
    await house.imports("slogans")
    olga = await house.organiser("Olga")
    bert, dora = await reader(house, "Bert"), await reader(house, "Dora", "ru")
    await begins(house, olga, en, "18:00 UTC mon,wed ru война")
    for day in (22, 23, 24, 25):
        until(house, 18, day=day)
        if day in {23, 25}:
            assert (await dora.hears()).text in await known(house, "ru", "война")
            await olga.hears(en("report-done"))
    for person in (bert, dora):
        await house.deaf(person)
    of_all = await known(house) | await known(house, "ru")
    assert not [m for m in bert.inbox if m.text in of_all]
    assert len([m for m in dora.inbox if m.text in of_all]) == 2


async def test_one_clear_line(house: House, en: Words) -> None:
    """What cannot be understood gets one answer, and nothing is prepared."""
    olga = await house.organiser("Olga")
    for written, answer in (
        ("", "slogans-usage"),
        ("tomorrow", "slogans-usage"),
        ("25:00", "slogans-usage"),
        ("18:00 Europe/Atlantis", "plan-zone"),
        (f"18:00 {'x' * 3000}", "slogan-none"),
    ):
        await olga.says(f"/schedule slogans {written}".strip())
        assert (await olga.hears()).text == en(answer)
    await olga.says("/schedule slogans 18:00")
    assert (await olga.hears()).text == en("slogan-none")
    await house.imports("slogans")
    await olga.says("/schedule slogans 18:00 weather")
    assert (await olga.hears()).text.startswith(en("slogan-themes", themes="").strip())
    assert await states(house) == []


async def test_not_made_up_for(house: House, en: Words) -> None:
    """Locked for three days, it goes on with the next; a restart within the hour does not lose one."""
    await house.imports("slogans")
    olga, bert = await house.organiser("Olga"), await reader(house, "Bert")
    await begins(house, olga, en, "18:00 UTC")
    await house.deaf(bert)
    await house.stop()
    until(house, 20, day=25)
    await house.restart()
    await house.deaf(bert)
    await house.stop()
    until(house, 18, day=26)
    house.clock.forward(minutes=50)
    await house.restart()
    assert (await bert.hears()).text in await known(house)
    await olga.hears(en("report-done"))
    await house.stop()
    await house.restart()
    await house.deaf(bert)
    assert len([m for m in bert.inbox if m.text in await known(house)]) == 1
    assert sorted(await states(house)) == [State.COOLING, State.DONE]


async def test_changed_meanwhile(house: House, en: Words) -> None:
    """When a slogan is changed the plan is held, and Resume does not send it; a new plan is needed."""
    await house.imports("slogans")
    olga, bert = await house.organiser("Olga"), await reader(house, "Bert")
    await begins(house, olga, en, "18:00 UTC")
    await house.deaf(bert)
    async with house.store.begin() as tx:
        [file] = [one for one in await tx.statements.slogan_files() if one.language == "en"]
        words = [replace(one, text=f"{one.text} now") for one in file.slogans]
        await tx.statements.put_slogan_file(replace(file, slogans=tuple(words)))
    until(house, 18, day=22)
    held = await olga.hears(en("held-slogans"))
    assert held.labels == [en("button-resume"), en("button-cancel")]
    await house.confirms(olga, en("button-resume"))
    await olga.hears("18:00 (UTC)")
    until(house, 18, day=23)
    await olga.hears(en("held-slogans"))
    await house.deaf(bert)
    assert await states(house) == [State.HELD]
    assert not [m for m in bert.inbox if "now" in m.text]


@pytest.fixture
async def calm(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """A house where others must agree."""
    async with open_house(tmp_path / "calm", template=template, translator=translator) as house:
        await house.imports("slogans")
        yield house


async def test_approvers(calm: House, en: Words) -> None:
    """Who agrees sees every slogan, hour and days; freezing its author stops the plan."""
    olga, pavel = await calm.team("Olga", "Pavel", role=Role.APPROVER)
    bert = await reader(calm, "Bert")
    await olga.says("/schedule slogans 18:00 UTC mon-fri")
    await olga.hears("Fingerprint")
    await calm.confirms(olga, "Send")
    listed = await pavel.hears(en("slogans-pool"))
    assert all(text in listed.text for text in await known(calm))
    asked = await pavel.hears("Olga wants to send this")
    assert "at 18:00 (UTC) on these days: Monday, Tuesday, Wednesday, Thursday, Friday" in asked.text
    await calm.confirms(pavel, "Approve")
    await olga.hears("18:00 (UTC)")
    await calm.deaf(bert)
    until(calm, 18, day=23)
    assert (await bert.hears()).text in await known(calm)
    await olga.hears("Report")
    await pavel.says("/freeze Olga")
    await pavel.hears("Olga")
    calm.clock.forward(days=3)
    await calm.deaf(bert)
    assert len([m for m in bert.inbox if m.text in await known(calm)]) == 1


async def test_a_slogan_is_no_update(house: House, en: Words) -> None:
    """It is not listed by /updates and not edited; it can be taken back."""
    await house.imports("slogans")
    olga, bert = await house.organiser("Olga"), await reader(house, "Bert")
    await begins(house, olga, en, "18:00 UTC")
    until(house, 18, day=22)
    slogan = await bert.hears()
    assert slogan.preview == {"is_disabled": True}
    await olga.hears(en("report-done"))
    await bert.says("/updates")
    assert (await bert.hears()).text == en("updates-none", hours=72)
    await olga.says("/edit Something else")
    await olga.hears(en("refused-slogan"))
    await olga.says("/undo")
    await olga.hears("taken back")
    await house.confirms(olga, "Undo")
    await house.world.until(lambda: slogan.id not in {m.id for m in bert.inbox} or None)
