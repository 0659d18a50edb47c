"""The control API, as its manual describes it."""

import asyncio
import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import World
from bot.sandbox.control.routes import control_routes
from bot.sandbox.faults import KINDS
from bot.sandbox.methods.table import METHODS

MANUAL = Path("bot/sandbox/README.md").read_text(encoding="utf-8")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
KEYBOARD = {
    "inline_keyboard": [[{"text": "Subscribe", "callback_data": "s"}, {"text": "Site", "url": "https://a.b"}]]
}


@pytest.fixture
def call(client: Any) -> Any:
    async def ask(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        data = json.dumps(body) if isinstance(body, dict) else body
        async with client.session.request(method, f"{client.url}{path}", data=data) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    return ask


async def test_a_conversation(call: Any, client: Any) -> None:
    """A person is made, writes, gets an answer, presses its button and reads on."""
    alice = await call("POST", "/world/people", {"name": "Alice", "language": "ru"})
    assert alice == {"id": alice["id"], "name": "Alice", "language": "ru"}
    chat = f"/world/chats/{alice['id']}"
    said = (await call("POST", f"{chat}/say", {"text": "/start"}))["message"]
    assert said["from"] == {"id": alice["id"], "name": "Alice", "bot": False}
    reading = asyncio.create_task(call("GET", f"{chat}/messages?after={said['id']}&wait=10"))
    await client.result("sendMessage", chat_id=alice["id"], text="Welcome", reply_markup=KEYBOARD)
    (message,) = (await reading)["messages"]
    assert message["text"] == "Welcome"
    assert message["buttons"] == [
        [{"label": "Subscribe", "data": "s"}, {"label": "Site", "url": "https://a.b"}]
    ]
    pressing = asyncio.create_task(call("POST", f"{chat}/press", {"label": "Subscribe", "wait": 10}))
    query = (await client.updates(offset=-1, timeout=10, allowed_updates=["callback_query"]))[0]
    while "callback_query" not in query:
        (query,) = await client.updates(offset=query["update_id"] + 1, timeout=10)
    await client.result("answerCallbackQuery", callback_query_id=query["callback_query"]["id"], text="Done")
    assert (await pressing)["answer"] == "Done"
    assert (await call("POST", f"{chat}/press", {"label": "Site"}))["url"] == "https://a.b"
    forged = {"data": "x", "message_id": message["id"]}
    assert not (await call("POST", f"{chat}/press", forged))["answered"]
    await call("POST", f"{chat}/block", {})
    await call("POST", f"{chat}/say", {"text": "hi"}, status=400)
    await call("POST", f"{chat}/unblock")
    assert (await call("GET", "/world/people"))["people"] == [alice]
    assert len((await call("GET", f"{chat}/messages"))["messages"]) == 2


async def test_pictures_and_files(call: Any, client: Any) -> None:
    """People send pictures and files in base64; what stands in the chat says where the bytes are."""
    chat = f"/world/chats/{(await call('POST', '/world/people', {'name': 'Alice'}))['id']}"
    body = {"text": "Look", "photo": base64.b64encode(PNG).decode(), "album": "a"}
    photo = (await call("POST", f"{chat}/say", body))["message"]
    assert (photo["photo"], photo["text"], photo["album"]) == (True, "Look", "a")
    body = {"document": base64.b64encode(b"<script>").decode(), "name": "plan.html", "reply_to": photo["id"]}
    file = (await call("POST", f"{chat}/say", body))["message"]
    assert (file["document"], file["text"], file["reply_to"]) == ("plan.html", "", photo["id"])
    sticker = (await call("POST", f"{chat}/say", {"other": "sticker"}))["message"]
    assert (sticker["other"], sticker["file"]) == ("sticker", None)
    for message, content, kind in (
        (photo, PNG, "image/png"),
        (file, b"<script>", "application/octet-stream"),
    ):
        async with client.session.get(f"{client.url}{message['file']}") as response:
            assert await response.read() == content
            assert response.content_type == kind
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with client.session.get(f"{client.url}/world/files/AgAD0") as response:
        assert response.status == 404


async def test_groups(call: Any, client: Any, world: World) -> None:
    """Every action a group knows."""
    alice = (await call("POST", "/world/people", {"name": "Alice"}))["id"]
    bob = (await call("POST", "/world/people", {"name": "Bob"}))["id"]
    group = await call("POST", "/world/groups", {"title": "Depot 3", "admin": alice, "kind": "group"})
    path = f"/world/groups/{group['id']}"
    assert group["members"] == [{"id": alice, "status": "creator"}]
    for action, body in (
        ("add_bot", {"by": alice}),
        ("mute", {}),
        ("unmute", {}),
        ("promote_bot", {}),
        ("add", {"person": bob}),
        ("promote", {"person": bob}),
        ("demote", {"person": bob}),
    ):
        await call("POST", f"{path}/{action}", body)
    new = await call("POST", f"{path}/migrate")
    assert new["kind"] == "supergroup"
    path = f"/world/groups/{new['id']}"
    thread = (await call("POST", f"{path}/topic", {"name": "News"}))["thread_id"]
    chat = f"/world/chats/{new['id']}"
    text = {"text": f"/latest@{world.bot_username}", "thread_id": thread}
    said = (await call("POST", f"{chat}/say", {**text, "from": bob}))["message"]
    hidden = await call(
        "POST", f"{chat}/say", {**text, "from": alice, "anonymous": True, "reply_to": said["id"]}
    )
    assert (hidden["message"]["anonymous"], hidden["message"]["reply_to"]) == (True, said["id"])
    await call("POST", f"{chat}/say", {"text": "hi"}, status=400)
    assert (await call("GET", f"{chat}/messages?after={said['id']}"))["messages"] == [hidden["message"]]
    for action, body in (
        ("close_topic", {"thread_id": thread}),
        ("remove", {"person": bob}),
        ("kick_bot", {}),
        ("delete", {}),
    ):
        await call("POST", f"{path}/{action}", body)
    listed = (await call("GET", "/world/groups"))["groups"]
    assert [each["migrated_to"] for each in listed] == [new["id"], None]
    await call("POST", f"{path}/explode", {}, status=404)


async def test_faults_and_figures(call: Any, client: Any) -> None:
    """Faults are made, listed and ended; the overview counts; a revoked bot is refused."""
    fault = await call("POST", "/world/faults", {"kind": "429", "seconds": 2, "times": None})
    assert (await call("GET", "/world/faults"))["faults"] == [fault]
    assert (await client.refusal("getMe"))[0] == 429
    assert await call("DELETE", "/world/faults") == {"faults": []}
    await client.result("getMe")
    world = await call("GET", "/world")
    assert world["stats"] == {"requests": 2, "accepted": 0, "refused": 1, "busiest_second": 0, "rate": 0.0}
    (bot,) = world["bots"]
    assert bot == {"id": 1234567890, "username": "handbill_1234567890_bot", "waiting": 0, "revoked": False}
    await call("POST", f"/world/bots/{bot['id']}/revoke")
    assert (await client.refusal("getMe"))[0] == 401
    made = await call("POST", "/world/bots", {"token": "987654321:" + "b" * 35})
    assert made["id"] == 987654321
    person = (await call("POST", "/world/people", {"name": "Alice"}))["id"]
    await call("POST", f"/world/chats/{person}/say?bot=987654321", {"text": "hi"})
    await call("POST", f"/world/chats/{person}/say?bot=5", {"text": "hi"}, status=404)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/world/people", "{", 400, "truncated"),
        ("POST", "/world/people", {}, 400, "missing required field `name`"),
        ("POST", "/world/people", {"name": "A", "age": 5}, 400, "unknown field `age`"),
        ("POST", "/world/people", {"name": 5}, 400, "Expected `str`"),
        ("POST", "/world/groups", {"title": "A", "admin": 5}, 404, "no person"),
        ("POST", "/world/chats/5/say", {"text": "hi"}, 404, "no person"),
        ("POST", "/world/chats/-5/say", {"text": "hi", "from": 5}, 404, "no group"),
        ("POST", "/world/chats/x/say", {"text": "hi"}, 404, "whole number"),
        ("POST", "/world/groups/-5/add", {}, 404, "no group"),
        ("GET", "/world/chats/5/messages", None, 404, "no person"),
        ("POST", "/world/bots/5/revoke", None, 404, "no bot"),
        ("POST", "/world/bots", {"token": "5"}, 400, "a token is"),
        ("POST", "/world/faults", {"kind": "rain"}, 400, "Invalid enum value"),
        ("POST", "/world/faults", {"kind": "migrate"}, 400, 'needs "to"'),
    ],
)
async def test_mistakes(call: Any, method: str, path: str, body: Any, status: int, words: str) -> None:
    """Every mistake is answered with its reason."""
    answer = await call(method, path, body, status=status)
    assert words in answer["error"]


async def test_mistakes_in_a_chat(call: Any, world: World) -> None:
    """A press needs one button, a button that is there, and numbers are numbers."""
    chat = f"/world/chats/{world.person('Alice').id}"
    for body in (
        {},
        {"label": "a", "data": "b"},
        {"label": "a"},
        {"data": "b"},
        {"label": "a", "message_id": 1},
    ):
        await call("POST", f"{chat}/press", body, status=400)
    for body in (
        {"text": "hi", "anonymous": True},
        {},
        {"photo": "no base64"},
        {"photo": "AAAA", "document": "AAAA"},
        {"photo": "AAAA", "thread_id": 3},
        {"other": "dream"},
    ):
        await call("POST", f"{chat}/say", body, status=400)
    group = world.group("Depot 3", admin=world.person("Bob"))
    body = {"other": "sticker", "from": group.admin.id}
    await call("POST", f"/world/chats/{group.id}/say", body, status=400)
    await call("GET", f"{chat}/messages?after=x", status=400)


async def test_the_page_names_the_doors(client: Any) -> None:
    """The front page is HTML and says where everything is."""
    async with client.session.get(f"{client.url}/") as response:
        page = await response.text()
        assert response.content_type == "text/html"
    for door in ("/world", "/world/people", "/world/groups", "/world/faults", "/world/chats/ID/say"):
        assert door in page


def test_the_manual_is_complete(world: World) -> None:
    """The manual names every address, fault and method."""
    for route in control_routes(world):
        pattern = re.sub(r"\\\{\w+\\\}", r"[-\\w]+", re.escape(route.path))
        assert re.search(rf"{route.method} +{pattern}\b", MANUAL), route.path
    for kind in KINDS:
        assert f"`{kind}`" in MANUAL
    lower = MANUAL.lower()
    for name in METHODS:
        assert name in lower or name.startswith("getmy"), name
