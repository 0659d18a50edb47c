"""The seam between the dispatcher and whoever tells people how a broadcast goes."""

from typing import Protocol

from bot.domain.broadcast import Broadcast, Tally


class Observer(Protocol):
    """Tells people how a broadcast goes."""

    async def began(self, broadcast: Broadcast) -> None:
        """The first message is about to leave, or sending goes on."""
        ...

    def progress(self, tally: Tally) -> None:
        """So much is done; called often, must be cheap."""
        ...

    async def first_wave(self, broadcast: Broadcast) -> None:
        """The first wave is out, and the rest follows by itself; the tally says how it went."""
        ...

    async def finished(self, broadcast: Broadcast) -> None:
        """It ended, or was paused; the broadcast's state and tally say how."""
        ...
