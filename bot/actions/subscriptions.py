"""Joining and leaving. A member and a stranger get the same answers, so nothing here says which it was.

Nobody is told who subscribed, and nothing here counts or lists.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.contact import ChatId, Contact, ContactId, Kind, month
from bot.domain.quiet import Quiet
from bot.domain.renewal import staying
from bot.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Somebody was erased. `messages` are those that can still be deleted from the chat."""

    contact: ContactId
    messages: tuple[int, ...]


class Subscriptions:
    """The reader's own side of the list."""

    def __init__(self, *, clock: Clock, random: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random = random

    async def join(self, tx: Tx, chat: ChatId, kind: Kind, language: str, thread: int = 0) -> None:
        """Put a chat on the list; one that is there already reads this language and topic from now on."""
        known = await tx.contacts.find(chat)
        if known is not None:
            wanted = replace(known, kind=kind, language=language, thread=thread, paused=False)
            await self._answer(tx, known, wanted)
            return
        contact = Contact(
            id=ContactId(self._random(16)),
            chat=chat,
            kind=kind,
            language=language,
            joined=month(self._clock.now()),
            thread=thread,
        )
        await tx.contacts.add(contact)

    async def stay(self, tx: Tx, chat: ChatId) -> None:
        """The answer to the yearly question. Of somebody who was not asked nothing is changed."""
        known = await tx.contacts.find(chat)
        if known is not None:
            await self._answer(tx, known, known)

    async def _answer(self, tx: Tx, known: Contact, wanted: Contact) -> None:
        """Write what has changed; whoever was asked whether to stay has answered by it."""
        wanted = staying(wanted, self._clock.now())
        if known != wanted:
            await tx.contacts.replace(wanted)
        await _count(tx, known)

    async def leave(self, tx: Tx, chat: ChatId) -> Left | None:
        """Erase a chat and every trace of it in the journals. None when there was nothing."""
        contact = await tx.contacts.find(chat)
        if contact is None:
            return None
        messages = await tx.journal.messages_of(contact.id)
        await _erase(tx, contact.id)
        await _count(tx, contact)
        return Left(contact=contact.id, messages=tuple(messages))

    async def about(self, tx: Tx, chat: ChatId) -> Contact | None:
        """Exactly what is stored about this chat; shown to nobody else."""
        return await tx.contacts.find(chat)

    async def speak(self, tx: Tx, chat: ChatId, language: str) -> None:
        """Remember the language of a subscriber or an organiser; of a stranger nothing is stored."""
        contact = await tx.contacts.find(chat)
        if contact is not None and contact.language != language:
            await tx.contacts.replace(contact.speaking(language))
        organiser = await tx.organisers.by_chat(chat)
        if organiser is not None and organiser.language != language:
            await tx.organisers.replace(replace(organiser, language=language))

    async def quieten(self, tx: Tx, chat: ChatId, quiet: Quiet | None) -> None:
        """Remember the quiet hours of a subscriber; of a stranger nothing is stored."""
        contact = await tx.contacts.find(chat)
        if contact is not None and contact.quiet != quiet:
            await tx.contacts.replace(replace(contact, quiet=quiet))

    async def moved(self, tx: Tx, old: ChatId, new: ChatId) -> ContactId | None:
        """A group became a supergroup. The contact that had to go because both were known, if any."""
        contact = await tx.contacts.find(old)
        if contact is None:
            return None
        if await tx.contacts.find(new) is not None:
            await _erase(tx, contact.id)
            return contact.id
        await tx.contacts.replace(contact.moved(new))
        await tx.journal.lose_messages(contact.id)
        return None

    async def muted(self, tx: Tx, chat: ChatId, *, paused: bool) -> None:
        """A group took away, or gave back, the right to write."""
        contact = await tx.contacts.find(chat)
        if contact is not None and contact.paused != paused:
            await tx.contacts.replace(contact.muted(paused=paused))


async def _count(tx: Tx, contact: Contact) -> None:
    """One more answer to the yearly question, if there was one."""
    if contact.asked:
        await tx.renewals.change(lambda terms: terms.counted(contact.renewed, answers=1))


async def _erase(tx: Tx, contact: ContactId) -> None:
    """Out of the journals and off the list. A checkpoint follows."""
    await tx.journal.forget(contact)
    await tx.contacts.erase(contact)
