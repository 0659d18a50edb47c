"""/approve: everything that waits for the agreement of whoever asks, whole again and with new buttons.

A button lives for a day, and whoever was suspended or away when the question came has none.
"""

from bot.chat.bulletin import Bulletin
from bot.chat.council import Command, CouncilDesk
from bot.chat.enrolment import Enrolment
from bot.chat.heard import Said
from bot.chat.letter import Consequence, letter
from bot.chat.page import page
from bot.domain.broadcast import State, turn
from bot.domain.organiser import Action, Organiser
from bot.store import Tx


class Approving:
    """The command."""

    def __init__(self, bulletin: Bulletin, council: CouncilDesk, enrolment: Enrolment) -> None:
        self._bulletin, self._council, self._enrolment = bulletin, council, enrolment
        self.commands: dict[str, tuple[Action, Command]] = {"approve": (Action.APPROVE, self._approve)}

    async def _approve(self, tx: Tx, who: Organiser, _: Said) -> Consequence:
        """Broadcasts in the order of their turns, then newcomers, then what is about organisers or policy."""
        waiting = sorted(await tx.broadcasts.in_states(State.WAITING), key=turn)
        letters = [
            await self._bulletin.state(tx, who, who, each)
            for each in waiting
            if who.id not in each.approved_by
        ]
        letters += await self._enrolment.asking(tx, who)
        letters += await self._council.asked(tx, reader=who)
        nothing = letter(who.chat, page(self._bulletin.words(who)("approve-none")))
        return Consequence(letters=tuple(letters) or (nothing,))
