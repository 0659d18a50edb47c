"""python-telegram-bot 22.8 with its own HTTP client can use the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.sandbox import Fault, Sandbox, World

TOKEN = "1234567890:" + "A" * 35


def _bot(sandbox: Sandbox, token: str = TOKEN) -> Bot:
    return Bot(token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with _bot(sandbox) as running:
        yield running


async def test_every_update_is_understood(world: World, bot: Bot, everything: Any) -> None:
    """Each kind of update the sandbox makes is parsed and has a sender and a chat."""
    await everything()
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    kinds = {kind for update in updates for kind in update.to_dict() if kind != "update_id"}
    assert kinds == {
        "message",
        "edited_message",
        "channel_post",
        "callback_query",
        "my_chat_member",
    }
    for update in updates:
        assert update.effective_chat is not None
        assert update.effective_sender is not None
    commands = [update.message for update in updates if update.message and update.message.entities]
    assert commands[0].parse_entities(["bot_command"])
    assert await bot.get_updates(offset=updates[-1].update_id + 1) == ()


async def test_messages(world: World, bot: Bot) -> None:
    """Send with keyboard and entities, edit, copy, answer, delete."""
    alice = world.person("Alice", started=True)
    keyboard = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("Subscribe", callback_data="s"),
                InlineKeyboardButton("Site", url="https://a.b"),
            ],
            [InlineKeyboardButton("Copy", copy_text=CopyTextButton("slogan"))],
        ]
    )
    bold = MessageEntity("bold", 0, 7)
    sent = await bot.send_message(alice.id, "Welcome", entities=[bold], reply_markup=keyboard)
    assert (sent.text, sent.entities, sent.reply_markup) == ("Welcome", (bold,), keyboard)
    press = await alice.presses("Subscribe")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await query.answer("Done")
    assert await alice.answer(press) == "Done"
    edited = await bot.edit_message_text("Changed", alice.id, sent.message_id)
    assert edited.text == alice.last.text == "Changed"  # type: ignore[union-attr] # True only for inline messages
    await bot.edit_message_reply_markup(alice.id, sent.message_id, reply_markup=keyboard)
    copy = await bot.copy_message(alice.id, alice.id, sent.message_id)
    answer = await bot.send_message(alice.id, "reply", reply_parameters=ReplyParameters(copy.message_id))
    assert answer.reply_to_message is not None
    assert await bot.delete_message(alice.id, sent.message_id)
    assert await bot.delete_messages(alice.id, [copy.message_id, answer.message_id])
    assert alice.messages == []


async def test_files(world: World, bot: Bot) -> None:
    """Upload, send again by file_id, caption, download."""
    alice = world.person("Alice", started=True)
    sent = await bot.send_document(alice.id, b"%PDF", filename="leaflet.pdf", caption="Read")
    assert sent.document is not None
    again = await bot.send_document(alice.id, sent.document.file_id)
    assert again.document == sent.document
    await bot.edit_message_caption(alice.id, sent.message_id, caption="Print")
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF"
    photo = await bot.send_photo(alice.id, b"picture")
    assert photo.photo[0].width == 800


async def test_the_bot_and_its_chats(world: World, bot: Bot) -> None:
    """What a bot says of itself, and what it asks about groups."""
    assert (await bot.get_me()).username == world.bot_username
    await bot.set_my_commands([BotCommand("start", "Begin")], language_code="ru")
    assert (await bot.get_my_commands(language_code="ru"))[0].command == "start"
    await bot.set_my_description("A bot")
    assert (await bot.get_my_description()).description == "A bot"
    alice = world.person("Alice", started=True)
    group = world.group("Depot", admin=alice)
    await group.add_bot()
    assert (await bot.get_chat(group.id)).title == "Depot"
    assert [each.user.id for each in await bot.get_chat_administrators(group.id)] == [alice.id]
    assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
    await bot.send_chat_action(group.id, "typing")
    assert await bot.leave_chat(group.id)
    assert await bot.delete_webhook()
    assert (await bot.get_webhook_info()).pending_update_count == 3


async def test_errors(sandbox: Sandbox, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals become the library's own errors."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns of its own next version
    world = sandbox.world
    alice = world.person("Alice", started=True)
    cases: list[tuple[Fault, type[Exception]]] = [
        (Fault(kind="429", seconds=7), RetryAfter),
        (Fault(kind="blocked"), Forbidden),
        (Fault(kind="migrate", to=-100123), ChatMigrated),
        (Fault(kind="chat not found"), BadRequest),
        (Fault(kind="unauthorized"), InvalidToken),
        (Fault(kind="502"), NetworkError),
        (Fault(kind="html"), NetworkError),
        (Fault(kind="reset_before"), NetworkError),
    ]
    for fault, error in cases:
        world.faults.add(fault)
        with pytest.raises(error):
            await bot.send_message(alice.id, "hi")
    assert alice.inbox == []
    async with _bot(sandbox) as rival:
        older = asyncio.create_task(bot.get_updates(timeout=30))
        await world.listening()
        newer = asyncio.create_task(rival.get_updates(timeout=30))
        with pytest.raises(Conflict):
            await older
        await alice.says("hi")
        assert len(await newer) == 1
