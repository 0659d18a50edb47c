"""Which bot a home belongs to: the one whose token is sealed, once Telegram says the same."""

from collections.abc import Callable
from dataclasses import replace

from bot.chat.application import Application
from bot.chat.bot_identity import BotIdentity
from bot.clock import Clock
from bot.control.messages import State
from bot.domain.bot_record import BotRecord
from bot.errors import NetworkError, TokenError
from bot.store import Store

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two tries to reach Telegram; doubled each time."""


class Identity:
    """Asks Telegram who the bot is, and compares."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def record(self) -> BotRecord:
        """What is sealed. Raises TokenError when no token is."""
        async with self._store.read() as tx:
            record = await tx.bot.get()
        if record is None:
            raise TokenError("there is no token in this home", hint="seal one with `handbill token set`")
        return record

    async def is_ours(self, identity: BotIdentity) -> bool:
        """Whether it is the bot that is sealed here; its public name is kept, for links."""
        async with self._store.begin() as tx:
            record = await tx.bot.get()
            if record is None or record.bot_id != identity.id:
                return False
            if record.username != identity.username:
                await tx.bot.set(replace(record, username=identity.username))
        return True

    async def asked(self, application: Application, show: Callable[[State], None]) -> BotIdentity:
        """Who we are, once Telegram says so and it is who we should be. Tries for as long as it takes."""
        pause = FIRST_PAUSE
        while True:
            try:
                identity = await application.identify()
                if await self.is_ours(identity):
                    return identity
                show(State.OTHER_BOT)
            except NetworkError:
                show(State.NO_NETWORK)
            except TokenError:
                show(State.TOKEN_REFUSED)
            await self._clock.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
