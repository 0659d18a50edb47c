"""At the door: tells the other organisers when an account is back after a month or has changed its name.

It looks before anything that the account asks for is done. Most days, most updates, it only compares.
"""

from bot.actions import presence
from bot.chat.letter import letter
from bot.chat.page import page
from bot.chat.turn import Turn
from bot.clock import Clock
from bot.domain.audit import Event
from bot.domain.organiser import Standing
from bot.i18n.translator import Translator
from bot.store import Store

_ALERTS = {Event.RETURNED: "alert-returned", Event.RENAMED: "alert-renamed"}


class Doorkeeper:
    """Looks at each organiser who comes."""

    def __init__(self, *, store: Store, translator: Translator, clock: Clock) -> None:
        self._store = store
        self._translator = translator
        self._clock = clock

    async def look(self, turn: Turn) -> None:
        """Tell the others of what is odd, once."""
        who, now, named = turn.organiser, self._clock.now(), turn.heard.named
        if who is None or who.standing is not Standing.ENROLLED:
            return
        if presence.is_known(who, named, now.date()):
            return
        async with self._store.begin() as tx:
            met = await presence.meet(tx, who, named, now)
        if met is None:
            return
        turn.post(
            [
                letter(one.chat, page(self._translator.speaking(one.language)(_ALERTS[event], name=who.name)))
                for event in met.odd
                for one in met.others
            ]
        )
