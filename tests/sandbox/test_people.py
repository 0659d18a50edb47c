"""What people do reaches the bot, and what the bot does reaches people."""

import asyncio
from typing import Any

import pytest

from bot.sandbox import SandboxError, World

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
