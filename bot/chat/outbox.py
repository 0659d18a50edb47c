"""Answers on their way out: in order within a chat, chats beside each other, each waiting for its send slot.

An answer that would wait too long is dropped, so that a crowd never holds up the batch of updates it came
from. Broadcasts do not pass through here.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from telegram import Bot, Document, InputFile, LinkPreviewOptions, Message, PhotoSize
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.chat.failures import FloodError, unchanged
from bot.chat.heard import sent_file
from bot.chat.page import Page, entities, markup
from bot.chat.rich_sending import RichSending
from bot.clock import Clock
from bot.delivery.pacing import Pacer
from bot.domain.contact import ChatId
from bot.domain.media import Media, MediaKind
from bot.domain.rich_message import RichMessage
from bot.observability.logs import Log
from bot.observability.seldom import Seldom

PATIENCE = 5.0
"""Seconds an answer may wait, from the moment it is posted."""

LONG_PATIENCE = 60.0
"""Seconds for organisers, and for the later parts of an answer in several."""

AGAIN_AFTER, LONGEST_PAUSE = 1.0, 8.0
"""Seconds until an answer is tried again that did not get through; doubled each time."""

INSIST_TRIES, INSIST_PAUSE = 60, 60.0
"""How often, and after how many seconds, a decision is asked for again that nobody could be asked for."""

QUEUE = 50
"""Answers that may wait in one chat."""

Result = TypeVar("Result")
Call = Callable[[], Awaitable[Result]]
Job = Call[None]


class Outbox:
    """Sends pages. Run it as a task; `settle` waits until nothing is left."""

    def __init__(self, *, bot: Bot, pacer: Pacer, clock: Clock, log: Log) -> None:
        self._clock = clock
        self._bot = bot
        self._pacer = pacer
        self._log = log
        self._rich = RichSending(bot, log)
        self._dropped = Seldom(log, clock.monotonic, "answer.dropped")
        self._waiting: dict[ChatId, deque[Job]] = {}
        self._group: asyncio.TaskGroup | None = None
        self.untidy = asyncio.Event()
        """Set when somebody was erased since the last checkpoint."""
        self._empty = asyncio.Event()
        self._empty.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            await asyncio.Event().wait()

    async def settle(self) -> None:
        """Return when every answer has been sent or dropped."""
        await self._empty.wait()

    def post(self, chat: ChatId, *pages: Page, thread: int = 0, patience: float = PATIENCE) -> None:
        """Answer with one page or several in a row."""
        deadline = self._clock.monotonic() + patience

        async def job() -> None:
            await self._send_all(chat, pages, thread, deadline - self._clock.monotonic())

        self.queue(chat, job)

    def insist(self, chat: ChatId, *pages: Page, wanted: Call[bool]) -> None:
        """Say something that people must decide on, every minute for an hour, until it gets through.

        `wanted` says whether it is still to be decided; it is asked before each try.
        """

        async def keep_trying() -> None:
            for _ in range(INSIST_TRIES):
                if not await wanted():
                    return
                if None not in [await self.send(chat, each) for each in pages]:
                    return
                await self._clock.sleep(INSIST_PAUSE)

        if self._group is not None:
            self._group.create_task(keep_trying(), name="what must get through")

    def edit(self, chat: ChatId, message: int, new: Page) -> None:
        """Change a message of ours."""

        async def job() -> None:
            await self.change(chat, message, new)

        self.queue(chat, job)

    def delete(self, chat: ChatId, messages: Sequence[int]) -> None:
        """Delete messages, a hundred at a time; those that are gone already do not matter."""

        async def job() -> None:
            await self.remove(chat, messages)

        self.queue(chat, job)

    def tidy(self) -> None:
        """Ask for a checkpoint, without waiting for it."""
        self.untidy.set()

    async def remove(self, chat: ChatId, messages: Sequence[int]) -> None:
        """Delete messages; deleting takes no send slot."""
        for start in range(0, len(messages), 100):
            some = list(messages[start : start + 100])
            await self._call(chat, partial(self._bot.delete_messages, chat, some), PATIENCE, paced=False)

    async def send(
        self, chat: ChatId, new: Page, *, thread: int = 0, patience: float = LONG_PATIENCE
    ) -> int | None:
        """Send one page; its message id, or None if it had to be dropped or was refused."""
        if new.rich is not None:
            return await self._send_rich(chat, new, new.rich, thread, patience)
        sent = await self._call(chat, lambda: self._sending(chat, new, thread or None), patience)
        if sent is None and new.instead:
            return await self._send_all(chat, new.instead, thread, patience)
        return sent.message_id if sent is not None else None

    async def _send_rich(
        self, chat: ChatId, new: Page, rich: RichMessage, thread: int, patience: float
    ) -> int | None:
        """In parts only where Telegram refused it: what was lost on the way may have arrived."""
        refused = not self._rich.known

        async def call() -> Message | None:
            nonlocal refused
            sent = await self._rich.send(chat, new, rich, thread or None)
            refused = sent is None
            return sent

        sent = None if refused else await self._call(chat, call, patience)
        if refused:
            return await self._send_all(chat, new.instead, thread, patience)
        return sent.message_id if sent is not None else None

    async def _send_all(
        self, chat: ChatId, pages: Sequence[Page], thread: int, patience: float
    ) -> int | None:
        """One after the other; the id of the last, None as soon as one did not get through."""
        number = None
        for each in pages:
            number = await self.send(chat, each, thread=thread, patience=patience)
            if number is None:
                return None
            patience = max(patience, LONG_PATIENCE)
        return number

    async def upload(
        self, chat: ChatId, new: Page, kind: MediaKind, name: str, data: bytes, *, thread: int = 0
    ) -> Media | None:
        """Send something that was made here; under which names it can be sent again, None if it was not."""
        file = InputFile(data, filename=name)
        made = replace(new, media=Media(kind=kind, file_id="", unique_id=""))
        sent = await self._call(chat, lambda: self._sending(chat, made, thread or None, file), LONG_PATIENCE)
        return sent_file(sent) if sent is not None else None

    async def change(self, chat: ChatId, message: int, new: Page) -> bool:
        """Edit one message; False if that was not possible."""
        return bool(await self._call(chat, partial(self._change, chat, message, new), LONG_PATIENCE))

    async def _change(self, chat: ChatId, message: int, new: Page) -> bool:
        """True also if the message says so already."""
        try:
            await self._bot.edit_message_text(
                new.text.text,
                chat,
                message,
                entities=entities(new.text),
                reply_markup=markup(new.rows),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except BadRequest as error:
            if not unchanged(error):
                raise
        return True

    def _sending(
        self, chat: ChatId, new: Page, thread: int | None, file: InputFile | None = None
    ) -> Awaitable[Message]:
        """The call that a page takes. Of a file only its name goes out, except what was made here."""
        text, marks, buttons, media = new.text.text, entities(new.text), markup(new.rows), new.media
        if new.file is not None:
            return self._bot.send_document(
                chat,
                InputFile(new.file.data, filename=new.file.name),
                caption=text,
                caption_entities=marks,
                reply_markup=buttons,
                message_thread_id=thread,
            )
        if media is None:
            return self._bot.send_message(
                chat,
                text,
                entities=marks,
                reply_markup=buttons,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                message_thread_id=thread,
            )
        if media.kind is MediaKind.PHOTO:
            return self._bot.send_photo(
                chat,
                file or PhotoSize(media.file_id, media.unique_id, 0, 0),
                caption=text,
                caption_entities=marks,
                reply_markup=buttons,
                message_thread_id=thread,
            )
        return self._bot.send_document(
            chat,
            file or Document(media.file_id, media.unique_id),
            caption=text,
            caption_entities=marks,
            reply_markup=buttons,
            message_thread_id=thread,
        )

    async def _call(
        self, chat: ChatId, call: Call[Result], patience: float, *, paced: bool = True
    ) -> Result | None:
        """Make a call in its send slot; None if it was dropped or refused.

        Where Telegram could not be reached, or failed, the call is made again, for as long as there is
        patience: the same answer twice is better than none. A 429 is obeyed to the letter; then it is made
        once more.
        """
        deadline = self._clock.monotonic() + patience
        floods, pause = 0, AGAIN_AFTER
        while True:
            left = deadline - self._clock.monotonic()
            if paced and not await self._pacer.slot(chat, group=chat < 0, bulk=False, patience=left):
                self._dropped.count()
                return None
            paced = True
            try:
                return await call()
            except FloodError as error:
                self._pacer.flooded(chat, group=chat < 0, after=error.seconds)
                self._log.warning("answer.flood")
                floods += 1
                if floods > 1:
                    return None
            except TelegramError as error:
                self._log.warning("answer.failed", error=error)
                if not _passes(error) or self._clock.monotonic() + pause > deadline:
                    return None
                await self._clock.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    def queue(self, chat: ChatId, job: Job) -> bool:
        """Do something behind everything that waits for this chat; False where too much does already."""
        waiting = self._waiting.get(chat)
        if waiting is not None:
            if len(waiting) >= QUEUE:
                return False
            waiting.append(job)
            return True
        if self._group is None:
            return False
        self._waiting[chat] = deque([job])
        self._empty.clear()
        self._group.create_task(self._work(chat), name="answers to one chat")
        return True

    async def _work(self, chat: ChatId) -> None:
        waiting = self._waiting[chat]
        try:
            while waiting:
                await waiting.popleft()()
        finally:
            del self._waiting[chat]
            if not self._waiting:
                self._empty.set()


def _passes(error: TelegramError) -> bool:
    """Whether another try may get through. No refusal does; what is no JSON is a plain TelegramError."""
    lost = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return lost or type(error) is TelegramError
