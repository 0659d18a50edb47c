"""What waits for a bot: the queue behind getUpdates, with Telegram's rules for offset, long poll and rivals.

Sources: core.telegram.org/bots/api#getupdates and the source of tdlib/telegram-bot-api.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.signal import Signal

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)
KEPT_SECONDS = 24 * 3600
MAX_WAITING = 100_000
# Sent only to bots that ask for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Updates of one bot, oldest first, numbered one after the other from `first_id`."""

    def __init__(self, first_id: int, wall: Callable[[], float]) -> None:
        self._next_id = first_id
        self._wall = wall
        self._waiting: deque[tuple[float, dict[str, Any]]] = deque()
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[ApiError | None] | None = None
        self.emptied = Signal()
        self.polled = Signal()

    def __len__(self) -> int:
        """Updates that the bot has not yet confirmed."""
        return len(self._waiting)

    @property
    def listening(self) -> bool:
        """Whether the bot waits in a long poll now."""
        return self._poll is not None

    def push(self, kind: str, body: dict[str, Any]) -> int | None:
        """Queue an update and return its id; None when the bot has not asked for this kind."""
        wanted = kind in self._allowed if self._allowed else kind not in ON_REQUEST
        if not wanted:
            return None
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append((self._wall(), {"update_id": update_id, kind: body}))
        if len(self._waiting) > MAX_WAITING:
            self._waiting.popleft()
        self._end_poll(None)
        return update_id

    def allow(self, kinds: list[str]) -> None:
        """Remember what the bot wants from now on; an empty list means everything usual."""
        self._allowed = frozenset(kinds)

    @property
    def allowed(self) -> list[str]:
        """What the bot asked for; empty for everything usual."""
        return sorted(self._allowed)

    async def fetch(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """Confirm everything below `offset`, then up to `limit` updates, at latest after `timeout` seconds.

        A negative offset keeps only that many of the newest. A call that still waits when another one
        arrives ends with a 409.
        """
        self._end_poll(ApiError(409, CONFLICT))
        self._confirm(offset)
        if not self._waiting and timeout > 0:
            await self._arrive(timeout)
        return [update for _, update in list(self._waiting)[:limit]]

    def drop(self) -> None:
        """Forget all that waits."""
        self._waiting.clear()
        self.emptied.fire()

    def end(self, refusal: ApiError | None = None) -> None:
        """End an open long poll: with a refusal, or with an empty list when the server closes."""
        self._end_poll(refusal)

    async def _arrive(self, timeout: float) -> None:
        poll: asyncio.Future[ApiError | None] = asyncio.get_running_loop().create_future()
        self._poll = poll
        self.polled.fire()
        try:
            async with asyncio.timeout(timeout):
                refusal = await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None
        if refusal is not None:
            raise refusal

    def _end_poll(self, refusal: ApiError | None) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(refusal)
        self._poll = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self._next_id + offset
        too_old = self._wall() - KEPT_SECONDS
        while self._waiting:
            queued_at, update = self._waiting[0]
            if update["update_id"] >= offset and queued_at > too_old:
                break
            self._waiting.popleft()
        if not self._waiting:
            self.emptied.fire()
