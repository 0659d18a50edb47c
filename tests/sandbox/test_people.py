"""What people do reaches the bot, and what the bot does reaches people."""

import asyncio
from typing import Any

import pytest

from bot.sandbox import Sandbox, SandboxError, World
from bot.sandbox.kinds import OTHER_KINDS

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Subscribe", "callback_data": "sub"}, {"text": "Site", "url": "https://a.b"}]
    ]
}


async def test_start_and_answer(world: World, client: Any) -> None:
    """A person presses Start, the bot hears it and may write back."""
    alice = world.person("Alice", language="ru")
    assert (await client.refusal("sendMessage", chat_id=alice.id, text="hi"))[0] == 403
    await alice.says("/start s12")
    (update,) = await client.updates()
    message = update["message"]
    assert message["text"] == "/start s12"
    assert message["from"]["language_code"] == "ru"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["chat"] == {"id": alice.id, "type": "private", "first_name": "Alice"}
    await client.result("sendMessage", chat_id=alice.id, text="Welcome", reply_markup=KEYBOARD)
    heard = await alice.hears("Welcome")
    assert heard.labels == ["Subscribe", "Site"]
    assert heard.render() == "Welcome\n[ Subscribe ] [ Site ]"
    assert alice.last == heard
    assert [each.text for each in alice.messages] == ["/start s12", "Welcome"]


async def test_pressing_a_button(world: World, client: Any) -> None:
    """A pressed button arrives as callback query and waits for its answer."""
    alice = world.person("Alice", started=True)
    await client.result("sendMessage", chat_id=alice.id, text="Welcome", reply_markup=KEYBOARD)
    press = await alice.presses("Subscribe")
    (update,) = await client.updates()
    query = update["callback_query"]
    assert (query["data"], query["message"]["text"]) == ("sub", "Welcome")
    await client.result("answerCallbackQuery", callback_query_id=query["id"], text="Done")
    assert await alice.answer(press) == "Done"
    with pytest.raises(SandboxError, match="no button 'Stop'"):
        await alice.presses("Stop")


async def test_hearing_waits_for_what_is_new(world: World, client: Any) -> None:
    """hears() takes each message once, in any order, and waits for those still to come."""
    alice = world.person("Alice", started=True)
    for text in ("one", "two"):
        await client.result("sendMessage", chat_id=alice.id, text=text)
    assert (await alice.hears("two")).text == "two"
    assert (await alice.hears()).text == "one"
    waiting = asyncio.create_task(alice.hears("t", count=2))
    for text in ("first", "second", "third"):
        await client.result("sendMessage", chat_id=alice.id, text=text)
    assert (await waiting).text == "third"
    with pytest.raises(SandboxError, match="waited 0 s for 'third'"):
        await alice.hears("third", timeout=0)


async def test_people_type_what_clients_send(world: World) -> None:
    """What people type is cleaned as a client does it; what no client sends is refused."""
    alice = world.person("Alice")
    said = await alice.says(" /broadcast bold ", entities=[{"type": "bold", "offset": 12, "length": 4}])
    assert said.text == "/broadcast bold"
    assert [(each["type"], each["offset"]) for each in said.entities] == [("bot_command", 0), ("bold", 11)]
    for text in (" ", "x" * 4097):
        with pytest.raises(SandboxError, match="a client"):
            await alice.says(text)


async def test_forwarding_from_a_channel(world: World, client: Any) -> None:
    """A message forwarded from a channel names the channel as its origin."""
    alice = world.person("Alice")
    channel = world.group("Voice", admin=alice, kind="channel")
    post = await alice.says("statement", chat=channel)
    await alice.forwards(post, source=channel)
    (update,) = await client.updates()
    assert update["message"]["forward_origin"]["chat"]["id"] == channel.id


async def test_a_press_has_consequences_only_with_data(world: World, client: Any) -> None:
    """A link button opens its page; no bot hears of it."""
    alice = world.person("Alice", started=True)
    await client.result("sendMessage", chat_id=alice.id, text="Welcome", reply_markup=KEYBOARD)
    press = await alice.presses("Site", on=alice.last)
    assert (press.answered, press.url) == (True, "https://a.b")
    assert await client.updates() == []
    pending = await alice.presses("Subscribe")
    with pytest.raises(SandboxError, match="answer to a pressed button"):
        await alice.answer(pending, timeout=0)
    with pytest.raises(SandboxError, match="on this message"):
        await alice.presses("Stop", on=alice.last)


async def test_waiting_for_anything(world: World, client: Any) -> None:
    """world.until() asks again after each change anywhere; every wait has an end."""
    alice, bob = world.person("Alice", started=True), world.person("Bob", started=True)
    both = asyncio.create_task(world.until(lambda: bool(alice.inbox and bob.inbox) or None))
    for person in (alice, bob):
        await client.result("sendMessage", chat_id=person.id, text="hi")
    assert await both
    await alice.says("waits")
    for wait in (
        world.until(lambda: None, timeout=0),
        world.settled(timeout=0),
        world.listening(timeout=0),
        alice.sees("never", timeout=0),
    ):
        with pytest.raises(SandboxError, match="waited"):
            await wait


async def test_before_any_bot() -> None:
    """Without a bot nobody can be written to, and the sandbox says how to get one."""
    async with Sandbox.start() as sandbox:
        alice = sandbox.world.person("Alice")
        with pytest.raises(SandboxError, match=r"world.bot\(token\)"):
            await alice.says("/start")
        with pytest.raises(SandboxError, match=r"world.bot\(token\)"):
            sandbox.world.bot()
        with pytest.raises(SandboxError, match="a token is"):
            sandbox.world.bot("short")


async def test_silence(world: World) -> None:
    """Without a bot's message there is none; one's own account and blocks are respected."""
    alice = world.person("Alice")
    with pytest.raises(SandboxError, match="no bot has written"):
        _ = alice.last
    with pytest.raises(SandboxError, match="no message 5"):
        alice.message(5)
    said = await alice.says("hi")
    bob = world.person("Bob")
    with pytest.raises(SandboxError, match="only one's own"):
        await bob.edits(said, "forged")
    await alice.deactivates()
    with pytest.raises(SandboxError, match="is gone"):
        await alice.says("still here")


async def test_pictures_and_files(world: World, client: Any) -> None:
    """A picture or file comes with its caption and formatting, and says what it answers to."""
    alice = world.person("Alice", started=True)
    bold = {"type": "bold", "offset": 0, "length": 4}
    said = await alice.says("hello")
    photo = await alice.sends_photo(b"picture", "Look /here", entities=[bold], reply_to=said)
    await alice.replies(photo, "nice")
    _, shown, answer = [update["message"] for update in await client.updates()]
    assert shown["caption"] == "Look /here"
    assert [each["type"] for each in shown["caption_entities"]] == ["bold", "bot_command"]
    assert shown["photo"][0]["file_size"] == len(b"picture")
    assert shown["reply_to_message"]["text"] == "hello"
    assert answer["reply_to_message"]["photo"] == shown["photo"]
    assert photo.render() == "[photo]\nLook /here"


async def test_albums_and_other_kinds(world: World, client: Any) -> None:
    """The pictures of an album come one by one under one number; other kinds come as what they are."""
    alice = world.person("Alice", started=True)
    await alice.sends_album(b"one", b"two", caption="both")
    await alice.sends_album(b"three")
    first, second, third = [update["message"] for update in await client.updates()]
    assert first["media_group_id"] == second["media_group_id"] != third["media_group_id"]
    assert (first["caption"], "caption" in second) == ("both", False)
    for kind in OTHER_KINDS:
        sent = await alice.sends(kind)
        assert sent.render() == f"[{kind}]"
        (update,) = await client.updates(offset=-1)
        assert kind in update["message"]
        assert "text" not in update["message"]
