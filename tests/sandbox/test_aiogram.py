"""aiogram 3.31 can use the sandbox too: it is no mirror of one library."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
)

from bot.sandbox import Fault, Sandbox, World

TOKEN = "1234567890:" + "A" * 35


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(TOKEN, session=session).context() as running:
        yield running


async def test_every_update_is_understood(world: World, bot: Bot, everything: Any) -> None:
    """Each kind of update the sandbox makes is parsed."""
    await everything()
    updates = await bot.get_updates()
    assert {update.event_type for update in updates} == {
        "message",
        "edited_message",
        "channel_post",
        "callback_query",
        "my_chat_member",
    }
    assert await bot.get_updates(offset=updates[-1].update_id + 1) == []


async def test_messages(world: World, bot: Bot) -> None:
    """Send with keyboard and entities, edit, copy, answer, delete."""
    alice = world.person("Alice", started=True)
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Subscribe", callback_data="s")]]
    )
    bold = MessageEntity(type="bold", offset=0, length=7)
    sent = await bot.send_message(alice.id, "Welcome", entities=[bold], reply_markup=keyboard)
    assert sent.text == "Welcome"
    assert sent.reply_markup is not None
    assert sent.reply_markup.model_dump() == keyboard.model_dump()
    assert sent.entities is not None
    assert [(each.type, each.offset, each.length) for each in sent.entities] == [("bold", 0, 7)]
    press = await alice.presses("Subscribe")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await bot.answer_callback_query(query.id, "Done")
    assert await alice.answer(press) == "Done"
    edited = await bot.edit_message_text("Changed", chat_id=alice.id, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert edited.text == alice.last.text == "Changed"
    copy = await bot.copy_message(alice.id, alice.id, sent.message_id)
    assert await bot.delete_message(alice.id, sent.message_id)
    assert await bot.delete_messages(alice.id, [copy.message_id])
    assert alice.messages == []


async def test_files(world: World, bot: Bot) -> None:
    """Upload, send again by file_id, download."""
    alice = world.person("Alice", started=True)
    sent = await bot.send_document(alice.id, BufferedInputFile(b"%PDF", "leaflet.pdf"), caption="Read")
    assert sent.document is not None
    again = await bot.send_document(alice.id, sent.document.file_id)
    assert again.document == sent.document
    downloaded = await bot.download(sent.document)
    assert downloaded is not None
    assert downloaded.read() == b"%PDF"
    photo = await bot.send_photo(alice.id, BufferedInputFile(b"picture", "p.jpg"))
    assert photo.photo


async def test_the_bot_and_its_chats(world: World, bot: Bot) -> None:
    """What a bot says of itself, and what it asks about groups."""
    assert (await bot.me()).username == world.bot_username
    await bot.set_my_commands([BotCommand(command="start", description="Begin")])
    assert (await bot.get_my_commands())[0].command == "start"
    alice = world.person("Alice")
    group = world.group("Depot", admin=alice)
    await group.add_bot()
    await group.promote_bot()
    assert (await bot.get_chat(group.id)).title == "Depot"
    assert [each.user.id for each in await bot.get_chat_administrators(group.id)] == [alice.id]
    assert (await bot.get_chat_member(group.id, bot.id)).status == "administrator"
    assert await bot.leave_chat(group.id)


async def test_errors(world: World, bot: Bot) -> None:
    """Refusals become the library's own errors."""
    alice = world.person("Alice", started=True)
    cases: list[tuple[Fault, type[Exception]]] = [
        (Fault(kind="429", seconds=7), TelegramRetryAfter),
        (Fault(kind="blocked"), TelegramForbiddenError),
        (Fault(kind="migrate", to=-100123), TelegramMigrateToChat),
        (Fault(kind="chat not found"), TelegramBadRequest),
        (Fault(kind="unauthorized"), TelegramUnauthorizedError),
        (Fault(kind="502"), TelegramServerError),
        (Fault(kind="reset_before"), TelegramNetworkError),
    ]
    for fault, error in cases:
        world.faults.add(fault)
        with pytest.raises(error):
            await bot.send_message(alice.id, "hi")
    assert alice.inbox == []
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await world.listening()
    newer = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError):
        await older
    await alice.says("hi")
    assert len(await newer) == 1
