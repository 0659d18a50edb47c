"""/slogan and /slogans: all of them come before one comes again, and nobody is remembered for it."""

from pathlib import Path

from bot.domain.statement import Slogan
from bot.i18n.translator import Words
from bot.sandbox import Group, Message, Person
from tests.support.house import House


async def known(house: House, language: str) -> list[Slogan]:
    async with house.store.read() as tx:
        return [one for one in await tx.statements.slogans() if one.language == language]


async def another(person: Person, words: Words, slogan: Message) -> Message:
    await person.presses(words("button-another"), on=slogan)
    return await person.hears()


async def changed(house: House, where: Person | Group, before: Message) -> Message:
    """The message, once it reads otherwise."""

    def after() -> Message | None:
        found = where.message(before.id)
        return found if found.text != before.text else None

    return await house.world.until(after)


async def test_slogan(house: House, en: Words) -> None:
    """The slogan of the day, to copy, as a poster, exchanged for the next, by theme, or all of them."""
    alice = house.world.person("Alice")
    await alice.says("/slogan")
    assert (await alice.hears()).text == en("slogan-none")
    await house.imports("slogans")
    await alice.says("/slogan")
    slogan = await alice.hears()
    own = await known(house, en.language)
    names = list(dict.fromkeys(one.theme for one in own))
    buttons = [en(f"button-{name}") for name in ("copy", "poster", "another")]
    assert slogan.labels == [*buttons, *names, en("button-slogans")]
    press = await alice.presses(en("button-copy"))
    assert press.copied == slogan.text
    seen = [slogan]
    while len(seen) < len(own):
        seen.append(await another(alice, en, seen[-1]))
    assert {one.text for one in seen} == {one.text for one in own}
    assert (await another(alice, en, seen[-1])).text == slogan.text, "they begin again"
    assert await house.readers() == 0


async def test_day_by_day(house: House, en: Words) -> None:
    """On one day everybody is shown the same one; tomorrow it is another."""
    alice, bert = house.world.person("Alice"), house.world.person("Bert")
    await house.imports("slogans")
    seen = []
    for _ in range(3):
        for person in (alice, bert):
            await person.says("/slogan")
            seen.append((await person.hears()).text)
        house.clock.forward(days=1)
    assert seen[0] == seen[1] != seen[2] == seen[3] != seen[4] == seen[5]
    assert set(seen) <= {one.text for one in await known(house, en.language)}


async def test_theme(house: House, en: Words) -> None:
    """By its button or by its name; Another stays within the theme, and the theme is ticked."""
    alice = house.world.person("Alice")
    await house.imports("slogans")
    own = await known(house, en.language)
    theme = own[-1].theme
    of_it = {one.text for one in own if one.theme == theme}
    await alice.says("/slogan")
    await alice.presses(theme, on=await alice.hears())
    pressed = await alice.hears()
    await alice.says(f"/slogan  {theme.upper()} ")
    said = await alice.hears()
    assert said.text == pressed.text
    assert f"✓ {theme}" in said.labels
    seen = [said]
    while len(seen) < len(of_it):
        seen.append(await another(alice, en, seen[-1]))
    assert {one.text for one in seen} == of_it


async def test_no_such_theme(house: House, en: Words) -> None:
    """One line, and what there is instead; whatever was written does not come back."""
    alice = house.world.person("Alice")
    await house.imports("slogans")
    for written in ("weather", "x" * 3000, "../etc", "*", "<b>"):
        await alice.says(f"/slogan {written}")
        said = await alice.hears()
        assert said.text == en("slogan-theme")
    names = dict.fromkeys(one.theme for one in await known(house, en.language))
    assert said.labels == list(names)


async def test_all_of_them(house: House, en: Words) -> None:
    """/slogans lists them by theme, in pages of one message; a tap on one copies it."""
    alice = house.world.person("Alice")
    await alice.says("/slogans")
    assert (await alice.hears()).text == en("slogan-none")
    await house.imports("slogans")
    own = await known(house, en.language)
    names = list(dict.fromkeys(one.theme for one in own))
    await alice.says("/slogans")
    shown, seen = await alice.hears(), []
    for place, theme in enumerate(names, 1):
        assert shown.text.startswith(f"{theme}\n{en('slogans-place', page=place, pages=len(names))}")
        seen += [one.text for one in own if one.theme == theme and f"· {one.text}" in shown.text]
        assert [e["type"] for e in shown.entities].count("code") == 3
        if place < len(names):
            await alice.presses(f"{names[place]} →", on=shown)
            shown = await changed(house, alice, shown)
    assert seen == [one.text for one in own]
    assert shown.preview == {"is_disabled": True}
    assert shown.labels == [f"← {names[-2]}"]


async def test_many(house: House, en: Words, tmp_path: Path) -> None:
    """Many long slogans under themes with long names fit their messages and buttons."""
    alice = house.world.person("Alice")
    (tmp_path / "slogans").mkdir()
    lines = []
    for theme in range(10):
        lines.append(f"# {theme} " + "theme " * 30)
        lines += [f"- {theme}.{number} " + "я" * 240 for number in range(12)]
    text = "\n".join(line.rstrip() for line in lines)
    (tmp_path / "slogans" / f"{en.language}.md").write_text(text, encoding="utf-8")
    await house.imports(str(tmp_path / "slogans"))
    await alice.says("/slogans")
    shown = await alice.hears()
    assert en("slogans-place", page=1, pages=20) in shown.text
    await alice.presses_data(f"slogans:{en.language}:999999", on=shown)
    await house.world.until(lambda: "20" in alice.message(shown.id).text.split("\n")[1] or None)
    await alice.says("/slogan")
    assert len((await alice.hears()).labels) == 3 + 8 + 1


async def test_forged(house: House, en: Words) -> None:
    """A button that says nothing useful shows a slogan."""
    alice = house.world.person("Alice")
    await house.imports("slogans")
    own = {one.text for one in await known(house, en.language)}
    await alice.says("/slogan")
    first = await alice.hears()
    for data in ("", ":x", ":-1.5", ":999999.999999.zz", ":1.1.1.1", f":{'9' * 40}"):
        await alice.presses_data(f"slogan:en{data}", on=first)
        assert (await alice.hears()).text in own
    await alice.presses_data("theme:en:no", on=first)
    assert (await alice.hears()).text == first.text


async def test_in_a_group(house: House, en: Words) -> None:
    """One message to copy; Another exchanges it there, for anyone, at most every ten seconds."""
    alice, olga = house.world.person("Alice"), house.world.person("Olga")
    await house.imports("slogans")
    here = house.world.group("Here", admin=olga)
    await alice.joins(here)
    await here.add_bot()
    await here.hears()
    to = f"@{house.world.bot_username}"
    await alice.says(f"/slogan{to}", chat=here)
    slogan = await here.hears()
    assert slogan.labels == [en("button-copy"), en("button-another")]
    seen = [slogan.text]
    for _ in range(3):
        house.clock.forward(seconds=10)
        await alice.presses(en("button-another"), on=slogan, chat=here)
        slogan = await changed(house, here, slogan)
        seen.append(slogan.text)
    assert len(set(seen)) == 4
    assert set(seen) <= {one.text for one in await known(house, en.language)}
    await alice.presses(en("button-another"), on=slogan, chat=here)
    await olga.says(f"/slogan{to} weather", chat=here)
    names = ", ".join(dict.fromkeys(one.theme for one in await known(house, en.language)))
    assert (await here.hears()).text == en("slogan-themes", themes=names)
    assert here.message(slogan.id).text == slogan.text, "too soon"
