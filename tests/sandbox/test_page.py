"""The chat page: what it is made of, what it may load, and the events that keep it fresh."""

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox, World
from bot.sandbox.control.events import MOST_STREAMS

PAGE = Path("bot/sandbox/page")
FILES = sorted(path for path in PAGE.rglob("*") if path.suffix in {".html", ".css", ".js", ".txt"})
OWN = [path for path in FILES if path.parent == PAGE]
CONTENTS = {path: path.read_bytes() for path in FILES}
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".txt": "text/plain"}


def name(path: Path) -> str:
    return path.relative_to(PAGE).as_posix()


async def next_event(stream: aiohttp.ClientResponse) -> bytes:
    async with asyncio.timeout(30):
        return await stream.content.readuntil(b"\n\n")


@pytest.mark.parametrize("path", FILES, ids=name)
async def test_every_file_is_served(client: Any, path: Path) -> None:
    """Each file comes as what it is, and may load nothing but its neighbours."""
    content = CONTENTS[path]
    async with client.session.get(f"{client.url}/page/{name(path)}") as response:
        assert (response.status, response.content_type) == (200, KINDS[path.suffix])
        assert await response.read() == content
        policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"} <= set(policy)
    assert not re.search(r"unsafe|\*|https?:", " ".join(policy))


async def test_the_page_itself(client: Any) -> None:
    """At / stands the page; what is no part of it cannot be had."""
    async with client.session.get(f"{client.url}/") as response:
        assert await response.read() == CONTENTS[PAGE / "index.html"]
        assert response.content_type == "text/html"
        assert "Content-Security-Policy" in response.headers
    for path in ("serve.py", "../sandbox.py", "%2e%2e/sandbox.py", "vendor/", "none.js"):
        async with client.session.get(f"{client.url}/page/{path}") as response:
            assert response.status == 404


@pytest.mark.parametrize("path", OWN, ids=name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    """No file names an outside address, makes markup out of text, or has scripts or styles in attributes."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?://|src=\"//|url\(", text)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text
    )
    assert not re.search(r"dangerouslySetInnerHTML|<script>|<style|\sstyle=|\son[a-z]+=\"", text)
    assert len(text.splitlines()) < 300


def test_every_file_named_exists() -> None:
    """What the page, its styles and its modules name is there, and nothing lies there unused."""
    named: set[Path] = {PAGE / "index.html"}
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    named |= {PAGE / each for each in re.findall(r'(?:src|href)="/page/([^"]+)"', html)}
    for path in OWN:
        text = path.read_text(encoding="utf-8")
        named |= {PAGE / each for each in re.findall(r'^import .* from "\./([^"]+)";$', text, re.MULTILINE)}
    assert named == {path for path in FILES if path.suffix != ".txt"}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("ground", "surface", "raised", "mine", "accent-soft")
PAIRS = [
    *((text, ground, 4.5) for text in ("ink", "soft", "accent") for ground in GROUNDS),
    *(("bad", ground, 4.5) for ground in ("surface", "raised", "bad-soft")),
    *(("accent-ink", "accent", 4.5), ("ink", "line", 4.5), ("edge", "raised", 3), ("edge", "surface", 3)),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_everything_can_be_read(scheme: int) -> None:
    """Text stands out from its ground by 4.5 to 1, the edges of fields by 3 to 1, in both schemes."""
    root = re.findall(r":root \{(.*?)\}", (PAGE / "base.css").read_text(encoding="utf-8"), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", root))
    for text, ground, least in PAIRS:
        assert contrast(colours[text], colours[ground]) >= least, (text, ground)
    signs = (PAGE / "page.css").read_text(encoding="utf-8")
    for colour in re.findall(r"^\.c\d \{ background: (#\w{6})|^  background: (#\w{6})", signs, re.MULTILINE):
        assert contrast("#ffffff", "".join(colour)) >= 4.5


def test_licences_lie_beside() -> None:
    """Other people's code is named with its version, and its licences are there."""
    vendor = PAGE / "vendor"
    assert "Apache License" in (vendor / "htm.LICENSE.txt").read_text(encoding="utf-8")
    assert "MIT License" in (vendor / "preact.LICENSE.txt").read_text(encoding="utf-8")
    assert "htm 3.1.1" in (vendor / "__init__.py").read_text(encoding="utf-8")


async def test_events_tell_of_changes(client: Any, world: World) -> None:
    """A stream begins with an event, and has another after a new message, an edit, and a new person."""
    alice = world.person("Alice")
    async with client.session.get(f"{client.url}/world/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert await next_event(stream) == b"data: changed\n\n"
        said = await alice.says("/start")
        assert await next_event(stream) == b"data: changed\n\n"
        await alice.edits(said, "changed")
        await next_event(stream)
        world.person("Bob")
        await next_event(stream)


async def test_many_changes_are_few_events(client: Any, world: World) -> None:
    """What happens at once is one event, so that a broadcast does not drown the page."""
    alice = world.person("Alice", started=True)
    async with client.session.get(f"{client.url}/world/events") as stream:
        await next_event(stream)
        for _ in range(500):
            await alice.says("hello")
            await asyncio.sleep(0)
        await next_event(stream)
        # A tenth of a second lies between two events: this many would have taken ten seconds.
        assert stream.content.total_bytes <= 100 * len(b"data: changed\n\n")


async def test_streams_are_bounded(client: Any) -> None:
    """One stream too many is refused; a place that was left is free again."""
    url = f"{client.url}/world/events"
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        streams = [await session.get(url) for _ in range(MOST_STREAMS)]
        async with session.get(url) as refused:
            assert refused.status == 503
            assert "streams already" in (await refused.json())["error"]
        for stream in streams:
            stream.close()
        async with asyncio.timeout(30):
            while (again := await session.get(url)).status == 503:
                again.release()
        again.close()


async def test_streams_end_with_the_sandbox() -> None:
    """Open streams do not hold the sandbox up, and each stream ends properly: it is not cut off."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        async with Sandbox.start() as sandbox:
            streams = [await session.get(f"{sandbox.url}/world/events") for _ in range(3)]
            for stream in streams:
                await next_event(stream)
        for stream in streams:
            assert await stream.content.read() == b""


async def test_what_a_page_lists(client: Any, world: World) -> None:
    """Chats come with how the bot stands in them and their newest message; the menu in their language."""
    alice, bob = world.person("Alice", language="ru"), world.person("Bob", started=True)
    group = world.group("Depot 3", admin=alice)
    await alice.says("/start")
    await alice.block()
    await group.add_bot(by=alice)
    gone = world.group("Gone", admin=bob)
    await gone.delete()
    listed = await get(client, "/world/chats")
    assert [(chat["title"], chat["kind"], chat["bot"]) for chat in listed["chats"]] == [
        ("Alice", "private", "kicked"),
        ("Bob", "private", "member"),
        ("Depot 3", "supergroup", "member"),
    ]
    assert listed["chats"][0]["last"]["text"] == "/start"
    assert listed["chats"][2]["members"] == [{"id": alice.id, "name": "Alice", "status": "creator"}]
    for language, words in (("", "Newest"), ("ru", "Последнее")):
        commands = [{"command": "latest", "description": words}]
        await client.result("setMyCommands", commands=commands, language_code=language)
        await client.result("setMyDescription", description=words, language_code=language)
    for chat, words in ((alice, "Последнее"), (bob, "Newest"), (group, "Newest")):
        menu = await get(client, f"/world/chats/{chat.id}/menu")
        assert (menu["commands"][0]["description"], menu["description"]) == (words, words)
    await alice.unblock()
    await alice.says("newest")
    read = await get(client, f"/world/chats/{alice.id}/messages?last=1")
    assert [message["text"] for message in read["messages"]] == ["newest"]


async def test_before_any_bot() -> None:
    """Without a bot the lists are there, with nothing in them that a bot would know."""
    async with Sandbox.start() as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        alice = sandbox.world.person("Alice")
        async with session.get("/world/chats") as response:
            (chat,) = (await response.json())["chats"]
        assert (chat["id"], chat["bot"], chat["last"]) == (alice.id, None, None)
        async with session.get(f"/world/chats/{alice.id}/menu") as response:
            assert await response.json() == {"commands": [], "description": ""}


async def get(client: Any, path: str) -> Any:
    async with client.session.get(f"{client.url}{path}") as response:
        assert response.status == 200
        return await response.json()


async def test_other_web_pages_are_refused() -> None:
    """A page from elsewhere in the same browser can neither read nor act; the sandbox's own page can."""
    async with Sandbox.start() as sandbox, aiohttp.ClientSession() as session:
        people = f"{sandbox.url}/world/people"
        for origin, status in (("https://example.org", 403), ("null", 403), (sandbox.url, 200)):
            async with session.get(people, headers={"Origin": origin}) as answer:
                assert answer.status == status
