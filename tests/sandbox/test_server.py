"""The HTTP side: tokens, parameters, files, starting and stopping."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox, World


@pytest.mark.parametrize(
    "path", ["bot123:short/getMe", "botx/getMe", "bot/getMe", "file/bot1:a/documents/a.pdf"]
)
async def test_malformed_tokens(client: Any, path: str) -> None:
    """What cannot be a token is answered like an unknown address."""
    async with client.session.get(f"{client.url}/{path}") as response:
        assert response.status == 404
        assert await response.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_any_other_token_is_a_bot(client: Any, world: World) -> None:
    """A bot exists from its first request; a revoked token is worthless, a new one takes the account over."""
    client.token = "987654321:" + "b" * 35
    me = await client.result("GETME")
    assert (me["id"], me["username"]) == (987654321, "handbill_987654321_bot")
    world.revoke(world.bot(client.token))
    assert await client.refusal("getMe") == (401, "Unauthorized")
    client.token = "987654321:" + "c" * 35
    assert (await client.result("getMe"))["id"] == 987654321
    client.token = "987654321:" + "b" * 35
    assert await client.refusal("getMe") == (401, "Unauthorized")


async def test_two_bots_do_not_mix(client: Any, world: World) -> None:
    """People talk to the first bot unless turned to another; each hears only what is for it."""
    other = world.bot("987654321:" + "b" * 35)
    alice = world.person("Alice", started=True)
    await alice.says("to the first")
    alice.bot = other
    await alice.says("to the second")
    assert [each["message"]["text"] for each in await client.updates()] == ["to the first"]
    client.token = other.token
    assert [each["message"]["text"] for each in await client.updates()] == ["to the second"]


async def test_parameters(client: Any, world: World) -> None:
    """The query string comes first, the first occurrence wins; every encoding means the same."""
    alice = world.person("Alice", started=True)
    url = f"{client.url}/bot{client.token}/SendMessage"
    form = aiohttp.FormData([("chat_id", str(alice.id)), ("text", "multipart"), ("text", "ignored")])
    form.add_field("unused", b"x", filename="x")
    for request in (
        client.session.get(url, params=[("chat_id", alice.id), ("text", "get"), ("text", "ignored")]),
        client.session.post(url, data=[("chat_id", str(alice.id)), ("text", "form"), ("text", "ignored")]),
        client.session.post(url, json={"chat_id": alice.id, "text": "json", "unknown": [1], "none": None}),
        client.session.post(url, data=form),
        client.session.post(f"{url}?text=query", json={"chat_id": alice.id, "text": "body"}),
    ):
        async with request as response:
            assert response.status == 200
    assert [each.text for each in alice.inbox] == ["get", "form", "json", "multipart", "query"]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "chat_id is empty"),
        ({"chat_id": "nobody", "text": "x"}, "chat not found"),
        (
            {"chat_id": 1, "text": "x", "reply_markup": "{"},
            "can't parse reply_markup: can't parse JSON object",
        ),
        ({"chat_id": 1, "text": "x", "reply_markup": "[]"}, "can't parse reply_markup: expected an Object"),
    ],
)
async def test_unreadable_parameters(client: Any, world: World, parts: dict[str, Any], words: str) -> None:
    """What cannot be read is a 400 that names it."""
    if parts.get("chat_id") == 1:
        parts = parts | {"chat_id": world.person("Alice", started=True).id}
    assert await client.refusal("sendMessage", **parts) == (400, f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("kind", "body"), [("application/json", b"{"), ("x/y", b"\xff"), ("multipart/form-data", b"x")]
)
async def test_unreadable_bodies(client: Any, kind: str, body: bytes) -> None:
    """A broken body is a 400, never a crash."""
    url = f"{client.url}/bot{client.token}/getMe"
    async with client.session.post(url, data=body, headers={"Content-Type": kind}) as response:
        assert (await response.json())["error_code"] == 400


async def test_unknown_method(client: Any) -> None:
    """A method nobody has."""
    assert await client.refusal("sendVoice") == (404, "Not Found: method not found")


async def test_profile(client: Any) -> None:
    """Commands by scope and language, names and descriptions by language; wrong ones are refused."""
    commands = [{"command": "start", "description": "Begin"}]
    await client.result("setMyCommands", commands=commands, language_code="ru")
    assert await client.result("getMyCommands", language_code="ru") == commands
    assert await client.result("getMyCommands") == []
    await client.result("deleteMyCommands", language_code="ru")
    assert await client.result("getMyCommands", language_code="ru") == []
    wrong = await client.refusal("setMyCommands", commands=[{"command": "Ä", "description": "x"}])
    assert wrong == (400, "Bad Request: BOT_COMMAND_INVALID")
    empty = await client.refusal("setMyCommands", commands=[{"command": "a", "description": " "}])
    assert empty == (400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    for name, method in (
        ("name", "Name"),
        ("description", "Description"),
        ("short_description", "ShortDescription"),
    ):
        await client.result(f"setMy{method}", **{name: "general"})
        await client.result(f"setMy{method}", **{name: "особое"}, language_code="ru")
        assert await client.result(f"getMy{method}", language_code="ru") == {name: "особое"}
        assert await client.result(f"getMy{method}", language_code="de") == {name: "general"}
    assert (await client.refusal("setMyName", name="x" * 65))[0] == 400
    assert (await client.refusal("setMyName", language_code="xxx"))[0] == 400


async def test_files(client: Any, world: World) -> None:
    """A file is uploaded once and known by its file_id to this bot alone; it can be downloaded."""
    alice = world.person("Alice", started=True)
    form = aiohttp.FormData({"chat_id": str(alice.id), "document": "attach://leaflet", "caption": "Read"})
    form.add_field("leaflet", b"%PDF", filename="leaflet.pdf")
    async with client.session.post(f"{client.url}/bot{client.token}/sendDocument", data=form) as response:
        document = (await response.json())["result"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("leaflet.pdf", "application/pdf")
    known = document["file_id"]
    again = await client.result("sendDocument", chat_id=alice.id, document=known)
    assert again["document"] == document
    path = (await client.result("getFile", file_id=known))["file_path"]
    async with client.session.get(f"{client.url}/file/bot{client.token}/{path}") as response:
        assert await response.read() == b"%PDF"
    async with client.session.get(f"{client.url}/file/bot{client.token}/documents/none.pdf") as response:
        assert response.status == 404
    wrong = {
        "x": "wrong file identifier/HTTP URL specified",
        "": "there is no photo in the request",
        known: "can't use file of type Document as Photo",
    }
    for name, words in wrong.items():
        refusal = await client.refusal("sendPhoto", chat_id=alice.id, photo=name)
        assert refusal == (400, f"Bad Request: {words}")
    world.bot("987654321:" + "b" * 35)
    client.token = "987654321:" + "b" * 35
    assert await client.refusal("getFile", file_id=known) == (400, "Bad Request: invalid file_id")


async def test_picture_size_and_caption(client: Any, world: World) -> None:
    """A PNG tells its size; a caption may be 1024 units and can be edited, a text cannot be put there."""
    alice = world.person("Alice", started=True)
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big")
    form = aiohttp.FormData({"chat_id": str(alice.id), "caption": "x" * 1024})
    form.add_field("photo", png, filename="p.png")
    async with client.session.post(f"{client.url}/bot{client.token}/sendPhoto", data=form) as response:
        sent = (await response.json())["result"]
    assert (sent["photo"][0]["width"], sent["photo"][0]["height"]) == (40, 30)
    which = {"chat_id": alice.id, "message_id": sent["message_id"]}
    await client.result("editMessageCaption", caption="short", **which)
    assert alice.last.render() == "[photo]\nshort"
    long = await client.refusal("editMessageCaption", caption="x" * 1025, **which)
    assert long == (400, "Bad Request: message caption is too long")
    text = await client.refusal("editMessageText", text="x", **which)
    assert text == (400, "Bad Request: there is no text in the message to edit")


async def test_the_end_comes_at_once() -> None:
    """An open long poll does not hold the sandbox up: it gets an empty list, long before its time is over."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        async with Sandbox.start() as sandbox:
            token = "1234567890:" + "A" * 35
            sandbox.world.bot(token)
            poll = asyncio.create_task(session.get(f"{sandbox.url}/bot{token}/getUpdates?timeout=50"))
            await sandbox.world.listening()
        response = await poll
        assert await response.json() == {"ok": True, "result": []}


async def test_a_taken_port(sandbox: Sandbox) -> None:
    """A taken port is the caller's OSError."""
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        async with Sandbox.start(port=port):
            pass
