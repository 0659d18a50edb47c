"""How one numbered point of a statement is read, quoted and passed on."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House

HEADER = "Statement: 7\nDate: 2026-01-07\nLanguage: en\nTitle: Two & three\n\n"


async def imported(house: House, folder: Path, body: str) -> None:
    """Statement 7 with this body."""
    (folder / "en.md").write_text(HEADER + body, encoding="utf-8")
    await house.imports(str(folder))


async def test_points_are_buttons(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """Each numbered point has a button under the statement; under a point are those beside it."""
    await imported(house, tmp_path, "Demands:\n\n1. Bread\n2. Peace\n3. **Land**\n")
    await alice.says("/latest")
    whole = await alice.hears("№ 7")
    assert whole.labels == ["1", "2", "3", words("button-leaflet"), words("button-share")]
    await alice.presses("2")
    second = await alice.hears("Peace")
    assert second.text.startswith(
        f"Two & three\n{words('point-of', point=2, number=7)}\n\n2. Peace\n\n№ 7 · "
    )
    assert second.labels == ["← 1", "3 →", words("button-read-all"), words("button-share")]
    await alice.presses("3 →")
    third = await alice.hears("Land")
    assert "Peace" not in third.text
    assert third.labels == ["← 2", words("button-read-all"), words("button-share")]
    await alice.presses(words("button-read-all"), on=third)
    assert (await alice.hears("Bread")).text == whole.text
    assert await house.readers() == 0


async def test_a_point_by_number(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """/statement 7 2 and the link of a shared point give the point; one that is not there is said so."""
    await imported(house, tmp_path, "1. Bread\n2. Peace\n")
    for asking in ("/statement 7 2", "/statement 7.2", "/statement 7:2", "/start s7-2"):
        await alice.says(asking)
        assert "2. Peace" in (await alice.hears()).text
    for asking in ("/statement 7 3", "/statement 7 0", "/start s7-9"):
        await alice.says(asking)
        assert (await alice.hears()).text == words("point-unknown")
    for asking in ("/statement 7 2 1", "/statement 7 two", "/statement 7 ²", "/statement 7 1234567"):
        await alice.says(asking)
        assert (await alice.hears()).text == words("statement-which")


async def test_sharing(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """Share hands Telegram a link to the statement or the point, and the title; nothing is sent by itself."""
    await imported(house, tmp_path, "1. Bread\n2. Peace\n")
    for asking, payload in (("/statement 7", "s7"), ("/statement 7 2", "s7-2")):
        await alice.says(asking)
        shown = await alice.hears("№ 7")
        button = shown.button(words("button-share"))
        assert button is not None
        asked = parse_qs(urlsplit(str(button.url)).query)
        assert asked["text"] == ["Two & three"]
        assert asked["url"][0].endswith(f"?start={payload}")
        await alice.says(f"/start {payload}")
        assert (await alice.hears("№ 7")).text == shown.text


async def test_a_long_point(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """A point that is too long for a message comes in parts; the buttons stand under the last."""
    await imported(house, tmp_path, "1. Bread\n2. " + "Peace and quiet. " * 400 + "\n")
    await alice.says("/statement 7 2")
    await alice.hears("№ 7 · ")
    *first, last = alice.inbox
    assert len(first) == 1
    assert all(not part.buttons for part in first)
    assert last.labels == ["← 1", words("button-read-all"), words("button-share")]


async def test_a_point_in_a_group(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """In a group a point is one message; the whole is read in a private chat."""
    await imported(house, tmp_path, "1. Bread\n2. " + "Peace and quiet. " * 400 + "\n")
    depot = house.world.group("Depot 3", admin=alice, kind="supergroup")
    await depot.add_bot()
    await depot.hears()
    for point, has in ((1, "1. Bread"), (2, "2. Peace"), (3, words("point-unknown"))):
        await alice.says(f"/statement@{house.world.bot_username} 7 {point}", chat=depot)
        shown = await depot.hears()
        assert has in shown.text
        assert shown.labels == ([words("button-read-all")] if point < 3 else [])
