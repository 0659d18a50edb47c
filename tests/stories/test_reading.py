"""How anybody reads statements, updates and slogans. Nothing about reading is stored."""

from pathlib import Path

from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House

RESOLUTION = "2023-06-resolution-summary"
PROGRAMME = "2026-10-programme"
UPDATE = "2026-11-update-couriers"

TEXT = """Statement: {number}
Date: 2026-01-{number:02}
Language: {language}
Title: Statement the {number}th

One paragraph of number {number}.
"""


async def shelf(house: House, folder: Path, *numbers: int, language: str = "en") -> None:
    """So many small statements."""
    for number in numbers:
        where = folder / f"{number}"
        where.mkdir(parents=True, exist_ok=True)
        text = TEXT.format(number=number, language=language)
        (where / f"{language}.md").write_text(text, encoding="utf-8")
        await house.imports(str(where))


async def test_latest(house: House, alice: Person, words: Words) -> None:
    """/latest is the statement with the highest number, in the reader's language, marked as not signed."""
    await alice.says("/latest")
    assert (await alice.hears()).text == words("statements-none")
    await house.imports(RESOLUTION, PROGRAMME, UPDATE)
    await alice.says("/latest")
    last = await alice.hears("№")
    assert last.preview == {"is_disabled": True}, "a link's page is not asked for by anybody's client"
    assert words("statement-unsigned") in last.text
    assert words("statement-other-language") not in last.text
    other = "Русский" if words.language == "en" else "English"
    assert last.labels[0] == other
    assert last.labels[-1] == words("button-share")
    await alice.presses(other)
    assert (await alice.hears("№")).text != last.text
    assert await house.readers() == 0


async def test_the_button_on_the_card(house: House, alice: Person, words: Words) -> None:
    """Latest statement on the risk card does what /latest does."""
    await house.imports(UPDATE)
    await alice.says("/latest")
    asked = (await alice.hears("№")).text
    await alice.says("/start")
    await alice.hears()
    await alice.presses(words("button-latest"))
    assert (await alice.hears("№")).text == asked


async def test_a_long_statement_comes_in_parts(house: House, alice: Person, words: Words) -> None:
    """A long statement is cut into parts that fit a message; buttons stand under the last one."""
    await house.imports(RESOLUTION)
    number = 1
    await alice.says(f"/statement {number}")
    await alice.hears("№")
    parts = alice.inbox
    assert all(len(part.text.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert all(not part.buttons for part in parts[:-1])
    assert words("statement-unsigned") in parts[-1].text


async def test_a_statement_by_number(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """/statement N, and a deep link, give one statement; without a number the bot asks which."""
    await shelf(house, tmp_path, 3, 12)
    for asking in ("/statement 3", "/start s3", "/statement  03 "):
        await alice.says(asking)
        assert "One paragraph of number 3." in (await alice.hears()).text
    for asking in ("/statement", "/statement three", "/statement 1234567", "/statement -3", "/statement ³"):
        await alice.says(asking)
        assert (await alice.hears()).text == words("statement-which")
    for asking in ("/statement 4", "/start s4", "/statement 0"):
        await alice.says(asking)
        assert (await alice.hears()).text == words("statement-unknown")


async def test_in_another_language(house: House, tmp_path: Path, translator: Translator) -> None:
    """A statement that is missing in the reader's language is shown in another one, and marked."""
    await shelf(house, tmp_path, 5)
    ru, boris = translator.speaking("ru"), house.world.person("Boris", language="ru")
    await boris.says("/latest")
    shown = await boris.hears("One paragraph")
    assert ru("statement-other-language") in shown.text
    assert "5 января 2026" in shown.text
    await shelf(house, tmp_path, 5, language="ru")
    await boris.says("/latest")
    shown = await boris.hears("One paragraph")
    assert ru("statement-other-language") not in shown.text
    assert shown.labels == ["English", ru("button-leaflet"), ru("button-share")]
    german = house.world.person("Dora", language="de")
    await german.says("/latest")
    assert "5 January 2026" in (await german.hears("One paragraph")).text


async def test_the_list(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """/statements lists eight at a time, newest first; a button turns the page of the same message."""
    await alice.says("/statements")
    assert (await alice.hears()).text == words("statements-none")
    await shelf(house, tmp_path, *range(1, 19))
    await alice.says("/statements")
    first = await alice.hears(words("statements-title"))
    assert first.labels[0] == "18 · Statement the 18th"
    assert first.labels[7:] == ["11 · Statement the 11th", words("button-older")]
    await alice.presses(words("button-older"))
    await house.world.until(lambda: "10 · Statement the 10th" in alice.message(first.id).labels or None)
    assert alice.message(first.id).labels[-2:] == [words("button-newer"), words("button-older")]
    await alice.presses(words("button-older"))
    await house.world.until(lambda: "2 · Statement the 2th" in alice.message(first.id).labels or None)
    assert alice.message(first.id).labels[-1] == words("button-newer")
    await alice.presses("2 · Statement the 2th")
    assert "One paragraph of number 2." in (await alice.hears()).text
    await alice.presses_data(f"statements:{words.language}:999", on=first)
    await house.world.settled()
    assert "2 · Statement the 2th" in alice.message(first.id).labels


async def test_updates(house: House, alice: Person, words: Words) -> None:
    """/updates shows what was broadcast in the last 72 hours, to anybody, in their language."""
    await alice.says("/updates")
    assert (await alice.hears()).text == words("updates-none", hours=72)
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "Meeting at six.\n== ru ==\nСобрание в шесть.")
    await olga.hears("Report")
    expected = {"en": "Meeting at six.", "ru": "Собрание в шесть."}[words.language]
    await alice.says("/updates")
    update = await alice.hears("Update · ")
    assert update.text.startswith(expected)
    house.clock.forward(hours=71)
    await alice.says("/updates")
    assert (await alice.hears()).text == update.text
    house.clock.forward(hours=2)
    await alice.says("/updates")
    assert (await alice.hears()).text == words("updates-none", hours=72)


async def test_updates_that_leave_a_language_out(house: House) -> None:
    """An update without a text for a language is not shown to its readers."""
    olga = await house.organiser("Olga")
    await house.broadcasts(olga, "== ru ==\nТолько по-русски.")
    await olga.hears("Report")
    alice, boris = house.world.person("Alice"), house.world.person("Boris", language="ru")
    await alice.says("/updates")
    await alice.hears("There were no updates")
    await boris.says("/updates")
    await boris.hears("Только по-русски.")
