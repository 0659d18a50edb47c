"""Fetches updates and confirms them only when their effects are committed.

A batch is handled to its end, one chat in order and chats beside each other, before the next offset is
asked for. The number of tries is written down first; an update that failed twice is logged and skipped, so
that a poisoned one never blocks those behind it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.chat.failures import FloodError, survives
from bot.clock import Clock
from bot.observability.logs import Log
from bot.store import Store

ALLOWED = ["message", "channel_post", "callback_query", "my_chat_member"]
"""Sticky on Telegram's side, so it is named in every call. Edited messages are not heard."""

LONG_POLL = 25
"""Seconds; Telegram takes up to 50."""

TRIES = 2
LONGEST_PAUSE = 60.0


class PollState(StrEnum):
    """How the connection to Telegram stands."""

    RUNNING = "running"
    NO_NETWORK = "no network"
    SECOND_POLLER = "second poller"
    TOKEN_REFUSED = "token refused"  # noqa: S105 - a state, no secret


class Poller:
    """The only caller of getUpdates."""

    def __init__(
        self,
        *,
        bot: Bot,
        store: Store,
        handle: Callable[[Update], Awaitable[None]],
        clock: Clock,
        log: Log,
        on_state: Callable[[PollState], None],
        token_works: Callable[[], Awaitable[bool]],
        give_up: Callable[[Update], None],
    ) -> None:
        """`give_up` is told of an update that failed twice; `token_works` asks Telegram once more."""
        self._token_works = token_works
        self._give_up = give_up
        self._bot = bot
        self._store = store
        self._handle = handle
        self._clock = clock
        self._log = log
        self._on_state = on_state

    async def run(self) -> None:
        """Until cancelled."""
        offset, pause = 0, 0.0
        wait = 0  # the first answer, and the one after trouble, come at once: the state is known soon
        while True:
            try:
                batch = await self._bot.get_updates(offset, timeout=wait, allowed_updates=ALLOWED)
            except TelegramError as error:
                pause, wait = await self._trouble(error, pause), 0
                await self._clock.sleep(pause)
                continue
            self._on_state(PollState.RUNNING)
            pause, wait = 0.0, LONG_POLL
            if batch:
                await self._work(batch)
                offset = batch[-1].update_id + 1

    async def _trouble(self, error: TelegramError, pause: float) -> float:
        """Report what is wrong; how many seconds to wait before asking again."""
        self._log.warning("poll.failed", error=error)
        if isinstance(error, FloodError):
            return error.seconds
        if isinstance(error, Conflict):
            self._on_state(PollState.SECOND_POLLER)
        elif isinstance(error, InvalidToken) and not await self._token_works():
            self._on_state(PollState.TOKEN_REFUSED)
        else:
            # A long poll that times out too: Telegram answers in time, even when it has nothing to say.
            self._on_state(PollState.NO_NETWORK)
        return min(LONGEST_PAUSE, max(1.0, pause * 2))

    async def _work(self, batch: Sequence[Update]) -> None:
        """Handle a batch to its end."""
        async with self._store.begin() as tx:
            # What came before this batch is confirmed by now, and Telegram may count anew one day.
            await tx.updates.prune([update.update_id for update in batch])
            tries = {update.update_id: await tx.updates.attempt(update.update_id) for update in batch}
        chats: dict[int, list[Update]] = defaultdict(list)
        for update in batch:
            if tries[update.update_id]:
                chat = update.effective_chat
                chats[chat.id if chat else 0].append(update)
        async with asyncio.TaskGroup() as group:
            for updates in chats.values():
                group.create_task(self._one_chat(updates, tries), name="updates of one chat")
        async with self._store.begin() as tx:
            for update in batch:
                await tx.updates.done(update.update_id)

    async def _one_chat(self, updates: Sequence[Update], tries: dict[int, int]) -> None:
        for update in updates:
            attempt = tries[update.update_id]
            while 0 < attempt <= TRIES and not await survives(self._handle(update), self._log):
                attempt = await self._again(update)
            if attempt > TRIES:
                self._log.warning("update.skipped")
                self._give_up(update)

    async def _again(self, update: Update) -> int:
        """The number of the next try; 0 if the effect was committed before something failed."""
        async with self._store.begin() as tx:
            return await tx.updates.attempt(update.update_id)
