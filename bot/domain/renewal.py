"""Renewal: after a year readers are asked whether they stay, and who does not answer is erased. Pure rules.

Neither a calendar that was put forward, nor a service that could not hear, nor a relay that swallows
questions or answers may empty the list: in doubt somebody stays for another year.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.contact import Asked, Contact, Kind, Month, month

YEAR = 12
"""Months from joining, or from the last question or answer, until a reader is asked (VAULT §6)."""
ANSWER = 1
"""Whole months for an answer, after the month of the question."""
HEARD = timedelta(days=21)
"""For so long the bot must have heard its readers after the month of the question."""
FEW = 20
"""So few questions say nothing about how many people answer."""
SHARE = 20
"""One in so many of those who were asked in a month must have answered."""
_NEVER = Month(0)
_LATE = timedelta(days=1)
"""A month is over when it is over everywhere."""


def due(contact: Contact, now: datetime) -> bool:
    """Whether to ask. Groups are not asked: nobody there answers for all, and their admins can leave."""
    since = max(contact.joined, contact.renewed)
    return contact.kind is Kind.PERSON and month(now) - since >= YEAR


def overdue(contact: Contact, now: datetime) -> bool:
    """Whether the time for an answer is over. After a year nobody is erased: a new question is due."""
    waited = month(now - _LATE) - contact.renewed
    return contact.asked is Asked.YES and waited > ANSWER and not due(contact, now)


def asking(contact: Contact, now: datetime) -> Contact:
    """The same contact, about to be asked."""
    return replace(contact, renewed=month(now), asked=Asked.PERHAPS)


def staying(contact: Contact, now: datetime) -> Contact:
    """The same contact after an answer; of one who was not asked nothing changes."""
    return replace(contact, renewed=month(now), asked=Asked.NO) if contact.asked else contact


def last_month(asked: Month) -> Month:
    """Until the end of which month an answer counts."""
    return Month(asked + ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The questions of one month: numbers, and nobody's name."""

    asked: Month
    questions: int = 0
    answers: int = 0
    """Whoever stayed, and whoever left."""
    heard: int = 0
    """Seconds in which the bot heard its readers, after that month."""
    told: bool = False
    """The organisers know that hardly anybody has answered."""

    @property
    def ripe(self) -> bool:
        """Whether there was time enough for an answer to be heard."""
        return timedelta(seconds=self.heard) >= HEARD

    @property
    def answered(self) -> bool:
        """Whether so many have answered that silence means something."""
        return self.questions < FEW or self.answers * SHARE >= self.questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The months in which somebody was asked."""

    void: Month = _NEVER
    """Of this month and those before nobody is erased: answers may be lost, the list came from a copy."""
    terms: tuple[Term, ...] = ()

    def counted(self, asked: Month, *, questions: int = 0, answers: int = 0) -> "Terms":
        """With so many more of a month."""
        term = next((one for one in self.terms if one.asked == asked), Term(asked=asked))
        more = replace(term, questions=term.questions + questions, answers=term.answers + answers)
        return self.changed([more])

    def heard(self, seconds: int, now: datetime) -> "Terms":
        """After so much more time in which the bot heard; what nobody needs any more is dropped."""
        this = month(now)
        kept = tuple(one for one in self.terms if abs(this - one.asked) <= YEAR)
        later = [replace(one, heard=one.heard + seconds) for one in kept if one.asked < this and not one.ripe]
        return Terms(void=self.void, terms=kept).changed(later)

    def void_until(self, now: datetime) -> "Terms":
        """The list came from a copy, or was changed behind our back."""
        return Terms(void=month(now))

    @property
    def over(self) -> frozenset[Month]:
        """Who was asked in one of these months and has not answered by its end is erased."""
        return frozenset(
            one.asked for one in self.terms if one.ripe and one.answered and one.asked > self.void
        )

    @property
    def silent(self) -> tuple[Term, ...]:
        """The months of which nobody is erased, because hardly anybody has answered: not told yet."""
        ripe = [one for one in self.terms if one.ripe and one.asked > self.void]
        return tuple(one for one in ripe if not one.answered and not one.told)

    def all_told(self) -> "Terms":
        """The organisers know."""
        return self.changed([replace(one, told=True) for one in self.silent])

    def changed(self, terms: Iterable[Term]) -> "Terms":
        """With these in the place of the same months."""
        by_month = {one.asked: one for one in (*self.terms, *terms)}
        return replace(self, terms=tuple(by_month[asked] for asked in sorted(by_month)))
