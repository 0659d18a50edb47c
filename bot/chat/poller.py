"""Fetches updates and confirms them only when their effects are committed.

A batch is handled to its end, one chat in order and chats beside each other, before the next offset is
asked for. The number of tries is written down first; an update that failed twice is logged and skipped, so
that a poisoned one never blocks those behind it. What the flood rule drops is confirmed like all others. Of
what only reads nothing is written: its answer does not wait for the disk.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.chat.failures import FloodError, survives
from bot.chat.flood import Passed
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who takes the updates: what of a batch is to be handled, who does it, who is told of a failure."""

    sift: Callable[[Sequence[Update]], Awaitable[list[Passed]]]
    handle: Callable[[Passed], Awaitable[None]]
    give_up: Callable[[Update], Awaitable[None]]


class Poller:
    """The only caller of getUpdates."""

    def __init__(
        self,
        *,
        bot: Bot,
        store: Store,
        hands: Hands,
        clock: Clock,
        log: Log,
        on_state: Callable[[PollState], None],
        token_works: Callable[[], Awaitable[bool]],
    ) -> None:
        """`token_works` asks Telegram once more."""
        self._token_works = token_works
        self._bot = bot
        self._store = store
        self._sift = hands.sift
        self._handle = hands.handle
        self._give_up = hands.give_up
        self._clock = clock
        self._log = log
        self._on_state = on_state
        self._first = True

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
        passed = await self._sift(batch)
        # After a start all are counted: one of the first batch may be what ended the process.
        counted = [each.update.update_id for each in passed if self._first or not each.reads]
        self._first = False
        tries = {each.update.update_id: 1 for each in passed}
        if counted:
            async with self._store.begin() as tx:
                # What came before this batch is confirmed by now, and Telegram may count anew one day.
                await tx.updates.prune([update.update_id for update in batch])
                tries |= {number: await tx.updates.attempt(number) for number in counted}
        chats: dict[int, list[Passed]] = defaultdict(list)
        for each in passed:
            if tries[each.update.update_id]:
                chat = each.update.effective_chat
                chats[chat.id if chat else 0].append(each)
        async with asyncio.TaskGroup() as group:
            for updates in chats.values():
                group.create_task(self._one_chat(updates, tries), name="updates of one chat")
        if counted:
            async with self._store.begin() as tx:
                for number in counted:
                    await tx.updates.done(number)

    async def _one_chat(self, updates: Sequence[Passed], tries: dict[int, int]) -> None:
        for each in updates:
            attempt = tries[each.update.update_id]
            while 0 < attempt <= TRIES and not await survives(self._handle(each), self._log):
                attempt = attempt + 1 if await self._again(each.update) else 0
            if attempt > TRIES:
                self._log.warning("update.skipped")
                await survives(self._give_up(each.update), self._log)

    async def _again(self, update: Update) -> bool:
        """Count one more try; False if the effect was committed before something failed."""
        async with self._store.begin() as tx:
            return await tx.updates.attempt(update.update_id) > 0
