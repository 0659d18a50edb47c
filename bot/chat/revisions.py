"""What an organiser sees before an undo or an edit: which messages, how many, what they would say instead.

Nothing happens before a code. What happens then is told by `bulletin`, as of any broadcast.
"""

from bot.actions.broadcasts import Drafted, TooLate
from bot.actions.gate import Gate
from bot.actions.revisions import Revisable
from bot.chat import keyboards, render
from bot.chat.digits import question
from bot.chat.drafts import CANCEL, SEND, previews
from bot.chat.page import Page, page
from bot.domain.approval import fingerprint
from bot.domain.broadcast import State
from bot.domain.organiser import Organiser
from bot.i18n.translator import Words
from bot.store import Tx

UNDO = "undo"
"""What the code is asked for."""

ASK_UNDO = "undo?"
"""The action of the button Undo: it only asks."""


class Revised:
    """Pages about what could be done about a broadcast that was sent."""

    def __init__(self, *, gate: Gate) -> None:
        self._gate = gate

    async def ask_undo(
        self, tx: Tx, who: Organiser, words: Words, found: Revisable | TooLate
    ) -> tuple[Page, ...]:
        """What would be taken back, and the question for a code."""
        if isinstance(found, TooLate):
            return (page(words("undo-nothing")),)
        original = found.original
        await self._gate.ask_for(tx, who.id, UNDO, original.id, original.digest)
        asked = await question(tx, words, UNDO, original.id)
        lines = [words("undo-ask"), words("undo-known", people=render.people(words, found.known))]
        if found.beyond:
            lines.append(words("tally-beyond", people=render.people(words, found.beyond)))
        if original.state is State.PAUSED:
            lines.append(words("undo-paused"))
        return (*previews(original), page("\n".join(lines)), asked)

    async def draft(self, tx: Tx, who: Organiser, words: Words, drafted: Drafted) -> list[Page]:
        """One preview a language, exactly as readers will see it, then what will happen."""
        edit = drafted.broadcast
        send = await self._gate.button(tx, who.id, SEND, edit.id, edit.digest)
        cancel = await self._gate.button(tx, who.id, CANCEL, edit.id)
        text = "\n".join(
            [
                words("edit-title"),
                words("edit-known", people=render.people(words, edit.people)),
                words("draft-digest", digest=fingerprint(edit.digest)),
                words("draft-next", needed=edit.needed, seconds=edit.cooldown),
            ]
        )
        return [*previews(edit), page(text, *keyboards.edit(words, send=send, cancel=cancel))]
