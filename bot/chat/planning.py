"""What organisers see when they plan: /publish, /schedule and /queue. From Send on `bulletin` speaks.

Every answer to a moment that cannot be understood is one line, whatever was written.
"""

from collections.abc import Awaitable, Callable, Mapping

from bot.actions.broadcasts import Broadcasts
from bot.actions.publications import NotReadable, Publications
from bot.actions.reading import Found, Reading
from bot.actions.recurring import Recurring
from bot.actions.timetable import waiting
from bot.chat import moments, render
from bot.chat.bulletin import SKIP, Bulletin
from bot.chat.drafts import Drafts
from bot.chat.heard import Said, whole_number
from bot.chat.letter import Consequence, letter
from bot.chat.page import Page, page
from bot.chat.queue import Queue
from bot.chat.recurring import COMMAND, RecurringDesk
from bot.chat.timing import Timing, reads
from bot.clock import Clock
from bot.domain.link import Link
from bot.domain.organiser import Action, Organiser
from bot.domain.publication import Moment, Unreadable, read_moment, zone_of
from bot.domain.rich_text import RichText
from bot.domain.statement import StatementNumber
from bot.i18n.translator import Translator, Words
from bot.store import Tx

Command = Callable[[Tx, Organiser, Said], Awaitable[Consequence]]
Tapped = Callable[[Tx, Organiser, bytes], Awaitable[Consequence]]

UTC_NAME = "UTC"


class PlanningDesk:
    """The organisers' commands about publications."""

    def __init__(
        self,
        *,
        publications: Publications,
        recurring: RecurringDesk,
        drafts: Drafts,
        bulletin: Bulletin,
        translator: Translator,
        clock: Clock,
        bot_name: str,
    ) -> None:
        self._publications = publications
        self._recurring = recurring
        self._drafts = drafts
        self._bulletin = bulletin
        self._translator = translator
        self._clock = clock
        self._bot_name = bot_name
        self.commands: dict[str, tuple[Action, Command]] = {
            "publish": (Action.BROADCAST, self._publish),
            "schedule": (Action.BROADCAST, self._schedule),
            "queue": (Action.PROGRESS, self._queue),
        }
        self._shown = Queue(bulletin=bulletin, gate=drafts.gate)
        self._timing = Timing(
            publications=publications, drafts=drafts, bulletin=bulletin, queue=self._shown, clock=clock
        )
        self.chosen, self.coded = self._timing.chosen, self._timing.coded
        self.direct: Mapping[str, Tapped] = {SKIP: self._skip}

    @classmethod
    def of(
        cls,
        broadcasts: Broadcasts,
        reading: Reading,
        drafts: Drafts,
        bulletin: Bulletin,
        *,
        clock: Clock,
        bot_name: str,
    ) -> "PlanningDesk":
        """With the publications that go out as these broadcasts."""
        languages = bulletin.translator.languages
        return cls(
            publications=Publications(
                clock=clock, reading=reading, broadcasts=broadcasts, languages=languages
            ),
            recurring=RecurringDesk(
                recurring=Recurring(reading=reading, broadcasts=broadcasts, languages=languages),
                translator=bulletin.translator,
            ),
            drafts=drafts,
            bulletin=bulletin,
            translator=bulletin.translator,
            clock=clock,
            bot_name=bot_name,
        )

    async def _publish(self, tx: Tx, who: Organiser, said: Said) -> Consequence:
        """`/publish N`: as soon as it is agreed to, or when its embargo ends."""
        number = whole_number(said.argument.text)
        if number is None:
            return self._says(who, "plan-usage")
        return await self._draft(tx, who, StatementNumber(number), None)

    async def _schedule(self, tx: Tx, who: Organiser, said: Said) -> Consequence:
        """`/schedule N 2026-12-01 18:00 Europe/Berlin`, or `/schedule Europe/Berlin` for all later ones."""
        first, _, rest = said.argument.text.strip().partition(" ")
        if first.casefold() == COMMAND:
            return await self._slogans(tx, who, rest)
        number = whole_number(first)
        if number is None:
            return await self._zone(tx, who, said.argument.text.strip())
        moment = read_moment(rest, zone=who.zone or UTC_NAME, now=self._clock.now())
        if isinstance(moment, Unreadable):
            return self._says(who, f"plan-{moment.why}")
        if moment.zone != who.zone:
            who = await reads(tx, who, moment.zone)
        return await self._draft(tx, who, StatementNumber(number), moment)

    async def _slogans(self, tx: Tx, who: Organiser, written: str) -> Consequence:
        """`/schedule slogans 18:00 Europe/Berlin mon-fri en labour`."""
        words = self._bulletin.words(who)
        drafted = await self._recurring.draft(tx, who, words, written)
        if isinstance(drafted, Page):
            return Consequence(letters=(letter(who.chat, drafted),))
        return Consequence(letters=(letter(who.chat, *await self._drafts.draft(tx, who, words, drafted)),))

    async def _zone(self, tx: Tx, who: Organiser, written: str) -> Consequence:
        zone = zone_of(written) if written else None
        if zone is None:
            return self._says(who, "plan-zone" if written else "plan-usage")
        who = await reads(tx, who, zone)
        answer = [page(self._bulletin.words(who)("plan-zone-is", zone=zone))]
        if draft := await self._publications.newest_draft(tx, who):
            answer.append(await self._timing.page(tx, who, draft))
        return Consequence(letters=(letter(who.chat, *answer),))

    async def _draft(
        self, tx: Tx, who: Organiser, number: StatementNumber, moment: Moment | None
    ) -> Consequence:
        words = self._bulletin.words(who)
        drafted = await self._publications.draft(tx, who, number, self._press, moment)
        if isinstance(drafted, NotReadable):
            return Consequence(letters=(letter(who.chat, self._refused(words, who, number, drafted)),))
        pages = await self._drafts.draft(tx, who, words, drafted)
        notes = [page(words("plan-skipped"))] if moment and moment.skipped else []
        if any(each.planned and each.planned.number == number for each in await waiting(tx)):
            notes.append(page(words("plan-again", number=number)))
        return Consequence(letters=(letter(who.chat, *pages, *notes),))

    def _refused(self, words: Words, who: Organiser, number: StatementNumber, why: NotReadable) -> Page:
        if why.until is None:
            return page(words("plan-none", number=number))
        zone = who.zone or UTC_NAME
        return page(words("plan-embargo", number=number, time=moments.when(words, why.until, zone)))

    def _press(self, found: Found, language: str) -> tuple[RichText, tuple[Link, ...]]:
        """The one message that a reader gets: the text if it fits, else a summary with a button."""
        shown = render.statement_in_group(self._translator.speaking(language), self._bot_name, found)
        links = tuple(Link(label=button.label, url=button.url) for row in shown.rows for button in row)
        return shown.text, links

    async def _queue(self, tx: Tx, who: Organiser, _: Said) -> Consequence:
        """Everything that waits, with what can be done about it."""
        queue = await self._publications.queue(tx, who)
        if not queue:
            return self._says(who, "queue-none")
        pages = await self._shown.pages(tx, who, self._bulletin.words(who), queue)
        return Consequence(letters=(letter(who.chat, *pages),))

    async def _skip(self, tx: Tx, who: Organiser, subject: bytes) -> Consequence:
        """The button Put aside."""
        return await self._bulletin.changed(tx, who, await self._publications.skip(tx, who, subject))

    def _says(self, who: Organiser, message: str, **values: str) -> Consequence:
        return Consequence(letters=(letter(who.chat, page(self._bulletin.words(who)(message, **values))),))
