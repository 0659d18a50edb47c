"""How an organiser comes in, as a conversation: code, six digits, the others' approval.

A wrong or old code is answered like any other /start; only a good one is answered with a question.
"""

from bot.actions.gate import Gate
from bot.actions.organisers import CodeWrong, Enrolled, NoInvitation, Organisers
from bot.chat import keyboards
from bot.chat.heard import Said
from bot.chat.letter import Consequence, Letter, letter
from bot.chat.page import page
from bot.chat.turn import Turn
from bot.domain.contact import ChatId
from bot.domain.organiser import Action, Organiser, Standing
from bot.i18n.translator import Translator, Words
from bot.store import Tx

APPROVE = "enrol"
"""The action of an Approve button for a newcomer."""


class Enrolment:
    """From the code to "You are enrolled"."""

    def __init__(self, *, organisers: Organisers, gate: Gate, translator: Translator) -> None:
        self._organisers = organisers
        self._gate = gate
        self._translator = translator

    async def claim(self, turn: Turn, code: str) -> bool:
        """Take a code. False, and nothing said, if it is not a good one."""
        async with turn.work() as tx:
            good = await self._organisers.claim(tx, code, turn.chat)
        if good:
            # A code should not stand in a chat longer than needed.
            if isinstance(turn.heard, Said):
                turn.delete(turn.heard.message)
            turn.say(page(turn.words("enrol-digits")))
        return good

    async def asked(self, tx: Tx, chat: ChatId) -> bool:
        """Whether six digits are asked for in this chat."""
        return await self._organisers.claims(tx, chat)

    async def forget(self, tx: Tx, chat: ChatId) -> None:
        """Forget whoever in this chat is on the way in."""
        await self._organisers.forget(tx, chat)

    async def digits(self, turn: Turn, said: Said) -> bool:
        """Take six digits from somebody who is not an organiser. False if none are asked of them."""
        async with turn.look() as tx:
            if not await self.asked(tx, turn.chat):
                return False
        # The code goes before anything is done with it.
        await turn.delete_now(said.message)
        async with turn.work() as tx:
            result = await self._organisers.enrol(tx, turn.chat, said.digits, turn.words.language)
            letters = await self._tell_others(tx, result)
        if not isinstance(result, Enrolled):
            closed = isinstance(result, NoInvitation) or result.closed
            turn.say(page(turn.words("enrol-closed" if closed else "code-wrong")))
            turn.post(letters)
            return True
        turn.say(
            page(turn.words("enrol-waiting") if result.waiting else _enrolled(turn.words, result.organiser))
        )
        turn.post(letters)
        return True

    async def approved(self, tx: Tx, approver: Organiser, subject: bytes) -> Consequence:
        """An organiser agreed, with a code, that a newcomer joins."""
        words = self._translator.speaking(approver.language)
        result = await self._organisers.approve(tx, approver, subject)
        if result is None:
            return Consequence(letters=(letter(approver.chat, page(words("too-late"))),))
        newcomer = result.organiser
        letters = [letter(approver.chat, page(words("enrol-agreed", name=newcomer.name)))]
        if not result.waiting:
            theirs = self._translator.speaking(newcomer.language)
            letters.append(letter(newcomer.chat, page(_enrolled(theirs, newcomer))))
            letters += [letter(other.chat, page(self._news(other, newcomer))) for other in result.approvers]
        return Consequence(letters=tuple(letters))

    async def _tell_others(self, tx: Tx, result: Enrolled | CodeWrong | NoInvitation) -> tuple[Letter, ...]:
        """Organisers hear of a newcomer, and of wrong digits for an invitation."""
        if isinstance(result, Enrolled):
            return await self._ask_others(tx, result)
        if isinstance(result, NoInvitation):
            return ()
        readers = [one for one in await tx.organisers.all() if one.active]
        return tuple(
            letter(one.chat, page(self._translator.speaking(one.language)("alert-digits", name=result.name)))
            for one in readers
        )

    async def _ask_others(self, tx: Tx, result: Enrolled) -> tuple[Letter, ...]:
        """Every organiser is told of a newcomer; whose role decides such things, with a button to agree."""
        newcomer = result.organiser
        letters = []
        for approver in result.approvers:
            words = self._translator.speaking(approver.language)
            if approver.may(Action.DECIDE):
                letters.append(await self._question(tx, approver, newcomer))
                continue
            text = words("enrol-wanted", name=newcomer.name, role=words(f"role-{newcomer.role}"))
            letters.append(letter(approver.chat, page(text)))
        return tuple(letters)

    async def asking(self, tx: Tx, who: Organiser) -> list[Letter]:
        """Every newcomer whom this organiser may let in and has not agreed to."""
        if not who.may(Action.DECIDE):
            return []
        waiting = [one for one in await tx.organisers.all() if one.standing is Standing.WAITING]
        return [await self._question(tx, who, one) for one in waiting if who.id not in one.approved_by]

    async def _question(self, tx: Tx, approver: Organiser, newcomer: Organiser) -> Letter:
        words = self._translator.speaking(approver.language)
        data = await self._gate.button(tx, approver.id, APPROVE, newcomer.id)
        text = words("enrol-ask", name=newcomer.name, role=words(f"role-{newcomer.role}"))
        return letter(approver.chat, page(text, *keyboards.one(words("button-approve"), data)))

    def _news(self, other: Organiser, newcomer: Organiser) -> str:
        words = self._translator.speaking(other.language)
        return words("enrolled-other", name=newcomer.name, role=words(f"role-{newcomer.role}"))


def _enrolled(words: Words, organiser: Organiser) -> str:
    return words("enrolled", name=organiser.name, role=words(f"role-{organiser.role}"))
