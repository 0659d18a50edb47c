"""What each answer means for the reader, the broadcast and the list. Nothing is sent here.

A refusal in a private chat ("no write access") is recorded and nothing more: it is too unclear to erase
somebody for it, and no event would ever end a pause. The next broadcast simply tries again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.clock import Clock
from bot.delivery.agenda import Agenda, Delivery
from bot.delivery.breaker import Breaker, Faults
from bot.delivery.ends import End, Paused, Stopped
from bot.delivery.ledger import Ledger
from bot.delivery.pacing import Pacer
from bot.domain.broadcast import Reason
from bot.domain.contact import ChatId, Contact, ContactId, Kind
from bot.domain.outcome import Answer, Gone, InDoubt, Moved, Ours, Outcome, Refused, Retry, Sent, TokenSuspect
from bot.store import Store
from bot.store.connection import whole

MOST_TRIES = MOST_DOUBTS = 5
"""After so many failures, or lost answers, a reader is given up and reported."""

MOST_WAITS = 20
"""A 429 is no failure, so it is obeyed more often; but not for ever."""

AGAIN_AFTER = 1.0
"""Seconds until a delivery is tried again for which Telegram asked no other time."""

LONGER = 4
LONGEST = 60.0
"""Each further try waits four times as long, a minute at most, so that a short outage is outlived."""

DoubtPolicy = Literal["resend", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One message that left: which delivery, to whom, and when (monotonic seconds)."""

    delivery: Delivery
    contact: Contact
    started: float


@dataclass(slots=True, kw_only=True)
class Answers:
    """Takes in the answers of one run, in the order in which they come."""

    store: Store
    agenda: Agenda
    ledger: Ledger
    pacer: Pacer
    clock: Clock
    in_doubt: DoubtPolicy
    breaker: Breaker
    faults: Faults
    halt: Callable[[End], None]
    """Called at most a few times; the first end counts."""

    async def take(self, attempt: Attempt, answer: Answer) -> None:
        """Do what this answer asks for. A `TokenSuspect` must have been looked into before."""
        match answer:
            case Sent(message=message):
                self.faults.cleared()
                self._definite(attempt, Outcome.SENT, message=message)
            case Gone():
                self._gone(attempt.delivery)
            case Refused(media=media):
                # A group that takes no pictures still reads texts.
                if attempt.contact.kind is Kind.GROUP and not media:
                    await whole(self._mute(attempt.contact.id))
                self._definite(attempt, Outcome.REFUSED)
            case Moved(chat=chat):
                await self._moved(attempt, chat)
            case Ours(reason=reason):
                self.halt(Stopped(reason=Reason.OUR_MISTAKE, word=reason))
            case _:
                self._open(attempt, answer)

    def _open(self, attempt: Attempt, answer: Retry | InDoubt | TokenSuspect) -> None:
        """An answer that settles nothing; the last case is a token that getMe refused as well."""
        match answer:
            case Retry(after=after, flood=True):
                self.pacer.flooded(attempt.contact.chat, group=_is_group(attempt), after=after)
                self._again(attempt, after, replace(attempt.delivery, waits=attempt.delivery.waits + 1))
            case Retry(after=after):
                self._fault(attempt)
                tries = attempt.delivery.tries
                longer = min(after * LONGER**tries, LONGEST)
                tried = replace(attempt.delivery, tries=tries + (not self.faults.probing))
                self._again(attempt, max(after, longer), tried)
            case InDoubt():
                self._fault(attempt)
                self._doubt(attempt)
            case _:
                self._withdraw(attempt)
                self.halt(Paused(reason=Reason.FAULTS, word="token"))

    def _definite(self, attempt: Attempt, outcome: Outcome, *, message: int = 0) -> None:
        self.ledger.record(attempt.delivery, outcome, message=message)
        self.breaker.answered(gone=False)
        self.ledger.ripen(self.breaker.answers)

    def _gone(self, delivery: Delivery) -> None:
        """A reader who seemed gone before, when nobody was believed, is not erased for it (DESIGN §4)."""
        if delivery.doubted:
            self.ledger.record(delivery, Outcome.KEPT)
            return
        if self.breaker.answered(gone=True):
            self.ledger.doubt()
            self.halt(Paused(reason=Reason.BREAKER))
        self.ledger.gone(delivery, answers=self.breaker.answers)
        self.ledger.ripen(self.breaker.answers)

    def _fault(self, attempt: Attempt) -> None:
        now, delivery = self.clock.monotonic(), attempt.delivery
        self.faults.fault(attempt.contact.id, started=attempt.started, now=now, before=delivery.failed)
        if self.faults.hopeless:
            self.halt(Paused(reason=Reason.FAULTS))

    def _again(self, attempt: Attempt, after: float, delivery: Delivery) -> None:
        """Try later: a person as soon as may be, a group after everybody else."""
        if delivery.tries >= MOST_TRIES or delivery.waits >= MOST_WAITS:
            self.ledger.record(delivery, Outcome.FAILED)
            return
        self._withdraw(attempt)
        failed = self.faults.delivered if delivery.failed is None else delivery.failed
        later = replace(delivery, sealed=None, failed=failed)
        self.agenda.defer(later, at=self.clock.monotonic() + after, last=_is_group(attempt))

    def _doubt(self, attempt: Attempt) -> None:
        doubts = attempt.delivery.doubts + 1
        if self.in_doubt == "skip" or doubts >= MOST_DOUBTS:
            self.ledger.record(attempt.delivery, Outcome.IN_DOUBT)
            return
        self._again(attempt, AGAIN_AFTER, replace(attempt.delivery, doubts=doubts))

    def _withdraw(self, attempt: Attempt) -> None:
        """It was not delivered: under "skip", where it was announced, that must be known too."""
        if self.in_doubt == "skip":
            self.ledger.withdraw(attempt.delivery)

    async def _moved(self, attempt: Attempt, chat: ChatId) -> None:
        """Give the contact its new chat and send again; if that chat is a contact already, drop this one."""
        if not await whole(self._move(attempt.contact.id, chat)):
            self.ledger.forget(attempt.contact.id)
            self.ledger.skip(attempt.delivery)
        elif attempt.delivery.tries + 1 >= MOST_TRIES:
            self.ledger.record(attempt.delivery, Outcome.FAILED)
        else:
            self._withdraw(attempt)
            again = replace(attempt.delivery, sealed=None, tries=attempt.delivery.tries + 1)
            self.agenda.defer(again, at=self.clock.monotonic())

    async def _move(self, id_: ContactId, chat: ChatId) -> bool:
        async with self.store.begin() as tx:
            contact, other = await tx.contacts.get(id_), await tx.contacts.find(chat)
            if contact is None or (other is not None and other.id != id_):
                await tx.journal.forget(id_)
                await tx.contacts.erase(id_)
                return False
            await tx.contacts.replace(contact.moved(chat))
            await tx.journal.lose_messages(id_)
        return True

    async def _mute(self, id_: ContactId) -> None:
        async with self.store.begin() as tx:
            contact = await tx.contacts.get(id_)
            if contact is not None:
                await tx.contacts.replace(contact.muted(paused=True))


def _is_group(attempt: Attempt) -> bool:
    return attempt.contact.kind is Kind.GROUP
