"""Sending, changing, deleting and copying as Telegram allows it."""

from typing import Any

import pytest

from bot.sandbox import World

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)
BUTTON = {"text": "a", "callback_data": "a"}
URL_WORDS = "inline keyboard button URL 'a.b' is invalid: Wrong HTTP URL"
PLAIN_WORDS = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
ROWS_WORDS = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
ROW = {"inline_keyboard": [[{"text": "Subscribe", "callback_data": "s"}]]}


@pytest.fixture
def alice(world: World) -> Any:
    return world.person("Alice", started=True)


async def _sent(client: Any, chat: int, **parts: Any) -> dict[str, Any]:
    sent = await client.result("sendMessage", chat_id=chat, **{"text": "hello", **parts})
    return {"chat_id": chat, "message_id": sent["message_id"]}


async def test_all_a_message_can_carry(alice: Any, client: Any) -> None:
    """Entities, buttons, silence, protection, preview options and the answered message arrive as sent."""
    asked = await alice.says("question")
    result = await client.result(
        "sendMessage",
        chat_id=alice.id,
        text=" bold ",
        entities=[{"type": "bold", "offset": 1, "length": 4}],
        reply_markup={"inline_keyboard": [[{"text": "Copy", "copy_text": {"text": "slogan"}}], []]},
        disable_notification=True,
        protect_content=True,
        link_preview_options={"is_disabled": True},
        reply_parameters={"message_id": asked.id},
    )
    assert result["reply_to_message"]["text"] == "question"
    assert result["link_preview_options"] == {"is_disabled": True}
    message = alice.last
    assert (message.text, message.silent, message.protected) == ("bold", True, True)
    assert message.entities == ({"type": "bold", "offset": 0, "length": 4},)
    press = await alice.presses("Copy")
    assert press.copied == "slogan"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \u200b"}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "x", "parse_mode": "HTML"}, "can't parse entities: not supported by the sandbox"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}},
            "inline keyboard button text must be non-empty",
        ),
        ({"reply_markup": {"inline_keyboard": [[{"text": "a", "url": "a.b"}]]}}, URL_WORDS),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "copy_text": {}}]]}},
            "BUTTON_COPY_TEXT_INVALID",
        ),
        ({"reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}, PLAIN_WORDS),
        (
            {"reply_markup": {"inline_keyboard": [["a"]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ({"reply_markup": {"inline_keyboard": [[BUTTON] * 101]}}, "reply markup is too long"),
        ({"reply_markup": {"inline_keyboard": BUTTON}}, ROWS_WORDS),
        ({"text": "я" * 16385}, "message is too long"),
        ({"reply_markup": {"rows": []}}, "object expected as reply markup"),
        ({"reply_parameters": {"message_id": 1}}, "message to be replied not found"),
        ({"message_thread_id": 5}, "message thread not found"),
    ],
)
async def test_our_mistakes(alice: Any, client: Any, parts: dict[str, Any], words: str) -> None:
    """What a bot does wrong is a 400 that says so, and nothing is sent."""
    asked = {"chat_id": alice.id, "text": "hello", **parts}
    assert await client.refusal("sendMessage", **asked) == (400, f"Bad Request: {words}")
    assert alice.messages == []


async def test_people_who_cannot_be_reached(world: World, client: Any) -> None:
    """Each way of being out of reach has Telegram's own words; after unblocking all is well."""
    bob = world.person("Bob")

    async def try_it(chat: int) -> Any:
        return await client.refusal("sendMessage", chat_id=chat, text="hi")

    assert await try_it(12345) == (400, "Bad Request: chat not found")
    assert await try_it(bob.id) == (403, "Forbidden: bot can't initiate conversation with a user")
    await bob.says("/start")
    await bob.block()
    assert await try_it(bob.id) == (403, "Forbidden: bot was blocked by the user")
    await bob.unblock()
    changes = [each["my_chat_member"] for each in await client.updates() if "my_chat_member" in each]
    assert [each["new_chat_member"]["status"] for each in changes] == ["kicked", "member"]
    await client.result("sendMessage", chat_id=bob.id, text="hi")
    await bob.deactivates()
    assert await try_it(bob.id) == (403, "Forbidden: user is deactivated")


async def test_edits(alice: Any, client: Any) -> None:
    """An edit puts a new message in the old one's place; buttons go unless they are sent again."""
    which = await _sent(client, alice.id, reply_markup=ROW)
    before = alice.last
    await client.result("editMessageText", text="changed", **which)
    assert (before.text, before.edited) == ("hello", False)
    after = alice.message(before.id)
    assert (after.text, after.edited, after.buttons) == ("changed", True, ())
    assert await client.refusal("editMessageText", text=" changed", **which) == (400, SAME)
    await client.result("editMessageReplyMarkup", reply_markup=ROW, **which)
    assert alice.last.labels == ["Subscribe"]
    assert (await alice.sees("changed")).id == before.id
    lost = {**which, "message_id": 99}
    assert (await client.refusal("editMessageText", text="x", **lost))[
        1
    ] == "Bad Request: message to edit not found"
    own = await alice.says("mine")
    theirs = {**which, "message_id": own.id}
    assert (await client.refusal("editMessageText", text="x", **theirs))[
        1
    ] == "Bad Request: message can't be edited"


async def test_deleting(alice: Any, client: Any, clock: Any) -> None:
    """In a private chat a bot deletes all messages, its own and the person's, for 48 hours."""
    code = await alice.says("123456")
    await client.result("deleteMessage", chat_id=alice.id, message_id=code.id)
    await alice.misses(code)
    assert await client.refusal("deleteMessage", chat_id=alice.id, message_id=code.id) == (
        400,
        "Bad Request: message to delete not found",
    )
    which = await _sent(client, alice.id)
    clock.pass_by(48 * 3600)
    assert await client.refusal("deleteMessage", **which) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )
    young = [(await _sent(client, alice.id))["message_id"] for _ in range(3)]
    await client.result("deleteMessages", chat_id=alice.id, message_ids=[*young, 99])
    assert [each.id for each in alice.messages] == [which["message_id"]]


async def test_others_messages_in_a_group(world: World, alice: Any, client: Any) -> None:
    """In a group only an admin bot deletes what others wrote."""
    group = world.group("Depot", admin=alice)
    await group.add_bot()
    said = await alice.says("hello", chat=group)
    which = {"chat_id": group.id, "message_id": said.id}
    assert await client.refusal("deleteMessage", **which) == (400, "Bad Request: message can't be deleted")
    await group.promote_bot()
    await client.result("deleteMessage", **which)


async def test_copies(world: World, alice: Any, client: Any) -> None:
    """A copy has the content, not the buttons; a caption can be replaced; a lost original is told."""
    which = await _sent(
        client, alice.id, entities=[{"type": "bold", "offset": 0, "length": 5}], reply_markup=ROW
    )
    bob = world.person("Bob", started=True)
    source = {"from_chat_id": alice.id, "message_id": which["message_id"]}
    assert (await client.result("copyMessage", chat_id=bob.id, **source))["message_id"] == bob.last.id
    assert (bob.last.text, len(bob.last.entities), bob.last.buttons) == ("hello", 1, ())
    photo = await alice.sends_photo(b"picture", "old")
    source["message_id"] = photo.id
    await client.result("copyMessage", chat_id=bob.id, caption="new", **source)
    assert bob.last.text == "new"
    assert bob.last.media is not None
    assert bob.last.media.content == b"picture"
    source["message_id"] = 99
    assert (await client.refusal("copyMessage", chat_id=bob.id, **source))[
        1
    ] == "Bad Request: message to copy not found"


async def test_answers_to_presses_expire(alice: Any, client: Any, clock: Any) -> None:
    """A press can be answered for 150 seconds; an unknown one never."""
    await _sent(client, alice.id, reply_markup=ROW)
    press = await alice.presses("Subscribe")
    clock.pass_by(150)
    await client.result("answerCallbackQuery", callback_query_id=press.id, text="ok", show_alert=True)
    assert (press.answer, press.alert) == ("ok", True)
    late = await alice.presses("Subscribe")
    clock.pass_by(151)
    too_late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    for number in (late.id, "1"):
        assert await client.refusal("answerCallbackQuery", callback_query_id=number) == (400, too_late)


async def test_forged_presses(alice: Any, client: Any) -> None:
    """A forged client sends any data, on a deleted message too."""
    await _sent(client, alice.id, reply_markup=ROW)
    message = alice.last
    await alice.presses_data("x:1")
    await client.result("deleteMessage", chat_id=alice.id, message_id=message.id)
    await alice.presses_data("x:2", on=message)
    first, second = [each["callback_query"] for each in await client.updates()]
    assert (first["data"], first["message"]["text"]) == ("x:1", "hello")
    assert (second["data"], second["message"]["date"]) == ("x:2", 0)


async def test_people_edit_and_forward(alice: Any, client: Any) -> None:
    """What people edit comes as edited_message, what they forward with its origin."""
    said = await alice.says("one")
    await alice.edits(said, "two")
    await _sent(client, alice.id)
    await alice.forwards(alice.last)
    await alice.deletes(said)
    _, edited, forwarded = await client.updates()
    assert (edited["edited_message"]["text"], "edit_date" in edited["edited_message"]) == ("two", True)
    assert forwarded["message"]["forward_origin"]["sender_user"]["is_bot"]
    assert said.id not in [each.id for each in alice.messages]
