"""Statements, updates and facts as pages, in the reader's words. No decisions, no database."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil

from bot.actions.reading import Found, Update
from bot.chat import keyboards
from bot.chat.page import Page, page
from bot.chat.promises import Promises
from bot.domain.audience import Audience, rounded
from bot.domain.broadcast import MESSAGE_ID_LIFE, UPDATE_LIFE, Tally
from bot.domain.contact import Asked, Contact, Kind, Month
from bot.domain.organiser import Organiser
from bot.domain.renewal import ANSWER, YEAR
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText, joined
from bot.domain.statement import Statement
from bot.i18n.translator import Translator, Words
from bot.library import render as library
from bot.library.markdown import points
from bot.library.rich_message import rich_message
from bot.library.trust import Trust

HOURS = 3600

TITLE = 200
"""Characters of a title in the list."""


def risk_card(words: Words, promises: Promises, trust: Trust | None = None) -> Page:
    """What /start shows: what this is, what we hold, what Telegram holds, how to leave."""
    telegram = words("card-telegram")
    if promises.relay:
        telegram = f"{telegram} {words('card-relay')}"
    text = joined(
        [
            RichText(words("card-title")).styled("bold"),
            words("card-what"),
            RichText(words("card-we-title")).styled("bold") + "\n" + words("card-we"),
            RichText(words("card-telegram-title")).styled("bold") + "\n" + telegram,
            RichText(words("card-leave-title")).styled("bold") + "\n" + words("card-leave"),
            words("card-signed", needed=trust.threshold, number=len(trust.signers))
            if trust
            else words("card-unsigned"),
            *elsewhere(words, promises),
        ],
        "\n\n",
    )
    return page(text, *keyboards.card(words))


def elsewhere(words: Words, promises: Promises) -> list[str]:
    """Where to look when this bot is gone: a paragraph for /start and /keys, or none."""
    lines = [*promises.addresses]
    if promises.standby:
        lines.append(words("elsewhere-bot", name=promises.standby))
    return ["\n".join([words("elsewhere"), *lines])] if lines else []


def privacy(words: Words, promises: Promises) -> Page:
    """The promises, with the figures that the code keeps and the settings in use."""
    ids = int(MESSAGE_ID_LIFE.total_seconds()) // HOURS
    lines = [
        words("privacy", hours=ids, passphrases=promises.passphrases),
        words("privacy-renewal", after=YEAR, answer=ANSWER),
        words("privacy-resend" if promises.repeats else "privacy-skip"),
        *([words("privacy-server")] if promises.server else []),
        *([words("privacy-relay")] if promises.relay else []),
        *([words("privacy-proxy")] if promises.proxy else []),
    ]
    return page(joined([RichText(words("privacy-title")).styled("bold"), "\n".join(lines)], "\n\n"))


def my_data(
    words: Words,
    translator: Translator,
    contact: Contact | None,
    organiser: Organiser | None,
    *,
    claims: bool,
) -> Page:
    """Exactly what is stored about the person who asks; `claims`: a code was sent, and digits are asked."""
    facts = []
    if contact is not None:
        language = translator.speaking(contact.language)("language-name")
        ids = int(MESSAGE_ID_LIFE.total_seconds()) // HOURS
        joined_in = month(words, contact.joined)
        more = _renewal(words, contact) + _chosen(words, contact)
        facts.append(words("mydata", language=language, month=joined_in, hours=ids, more=more))
    if organiser is not None:
        facts.append(words("mydata-organiser", name=organiser.name, role=words(f"role-{organiser.role}")))
    if claims:
        facts.append(words("mydata-claim"))
    return page("\n\n".join(facts) if facts else words("mydata-nothing"))


def _chosen(words: Words, contact: Contact) -> str:
    """A line about quiet hours, if there are any; in UTC, as they are kept."""
    if contact.quiet is None:
        return ""
    begins, ends = (f"{at // 60}:{at % 60:02}" for at in (contact.quiet.begins, contact.quiet.ends))
    return "\n" + words("mydata-quiet", begins=begins, ends=ends)


def _renewal(words: Words, contact: Contact) -> str:
    """A line about the yearly question, if there was one."""
    if not contact.renewed:
        return ""
    names = {Asked.NO: "mydata-stayed", Asked.PERHAPS: "mydata-perhaps-asked", Asked.YES: "mydata-asked"}
    return "\n" + words(names[contact.asked], month=month(words, contact.renewed))


def statement(words: Words, bot_name: str, translator: Translator, found: Found) -> list[Page]:
    """All of a statement, in well-cut parts; the last one carries the buttons."""
    shown = found.statement
    texts = library.parts(
        shown, date=day(words, shown.date), about=about(words, shown), notes=_notes(words, found)
    )
    numbers = [point.number for point in points(shown)]
    rows = keyboards.statement(words, bot_name, translator, shown, languages=found.languages, points=numbers)
    return [*(page(text) for text in texts[:-1]), page(texts[-1], *rows)]


def rich_statement(words: Words, bot_name: str, translator: Translator, found: Found) -> list[Page]:
    """A long one as one rich message, and in parts where that is not to be had; a short one as ever."""
    pages, shown = statement(words, bot_name, translator, found), found.statement
    rich = rich_message(
        shown, date=day(words, shown.date), about=about(words, shown), notes=_notes(words, found)
    )
    if rich is None or len(pages) == 1:
        return pages
    return [Page(text=pages[0].text, rows=pages[-1].rows, rich=rich, instead=tuple(pages))]


def about(words: Words, shown: Statement) -> list[str]:
    """Who translated it, and from what: the lines under the byline."""
    lines = [words("statement-translator", name=shown.translator)] if shown.translator else []
    if shown.original:
        lines.append(words("statement-original", language=shown.original))
    return lines


def statement_in_group(words: Words, bot_name: str, found: Found) -> Page:
    """One message, whatever the length; the rest is a button away."""
    shown = found.statement
    date_words, notes = day(words, shown.date), _notes(words, found)
    if len(library.parts(shown, date=date_words, notes=notes)) == 1:
        return page(library.one_message(shown, date=date_words, notes=notes))
    text = library.summary(shown, date=date_words, notes=notes)
    return page(text, *keyboards.read_all(words, bot_name, shown))


def titles(words: Words, shown: Sequence[Statement], number: int) -> Page:
    """A page of the list of statements."""
    if not shown:
        return page(words("statements-none"))
    pages = ceil(len(shown) / keyboards.PAGE_SIZE)
    number = min(max(number, 0), pages - 1)
    here = shown[number * keyboards.PAGE_SIZE : (number + 1) * keyboards.PAGE_SIZE]
    lines = [
        RichText(f"{s.number} · {_short(s.title)}").styled("bold") + f"\n{day(words, s.date)}" for s in here
    ]
    text = joined([words("statements-title"), *lines], "\n\n")
    return page(text, *keyboards.titles(words, here, number, pages))


def updates(words: Words, shown: Sequence[Update]) -> list[Page]:
    """The updates of the last days, each as it reads now; one that was changed since says so before it.

    A picture or file that this bot cannot send any more, because another bot was given it, leaves its words.
    """
    if not shown:
        return [page(words("updates-none", hours=int(UPDATE_LIFE.total_seconds()) // HOURS))]
    return [each for one in shown for each in _update(words, one)]


def _update(words: Words, shown: Update) -> list[Page]:
    note = RichText("")
    if shown.edited is not None:
        note = RichText(words("update-edited", date=day(words, shown.edited.date()))).styled("italic")
    if shown.media is None:
        return [page(joined([note, shown.text] if note else [shown.text], "\n\n"))]
    gone = RichText(words("update-file-gone")).styled("italic")
    instead = page(joined([shown.text, gone] if shown.text else [gone], "\n\n"))
    # A caption may be as long as Telegram lets it be already.
    return [*([page(note)] if note else []), page(shown.text, media=shown.media, instead=(instead,))]


def day(words: Words, value: date) -> str:
    """A date as people write it in this language."""
    return words("date", day=value.day, month=value.month, year=str(value.year))


def month(words: Words, value: Month) -> str:
    """A month as people write it in this language."""
    return words("month", month=value % 12 + 1, year=str(value // 12))


def people(words: Words, number: int) -> str:
    """A number of people, rounded: nobody is told an exact one."""
    about = rounded(number)
    if not about:
        return words("people-none")
    return words("people-under-twenty") if about == 1 else words("people", number=str(about))


def audience(words: Words, translator: Translator, whom: Audience) -> str:
    """Whom a broadcast is for."""
    if whom.languages:
        names = ", ".join(translator.speaking(each)("language-name") for each in whom.languages)
        return words("audience-languages", languages=names)
    if whom.kind is None:
        return words("audience-everyone")
    return words("audience-groups") if whom.kind is Kind.GROUP else words("audience-people")


def duration(words: Words, seconds: float) -> str:
    """How long something takes, in the largest unit that fits."""
    if seconds < 90:  # noqa: PLR2004 - a minute and a half is still told in seconds
        return words("seconds", number=max(1, round(seconds)))
    if seconds < 90 * 60:
        return words("minutes", number=round(seconds / 60))
    return words("hours", number=round(seconds / HOURS))


def time_left(words: Words, seconds: float) -> str:
    """How much longer something takes, about: fine steps would tell how many readers are left."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return words("left-soon")
    return words("left", time=duration(words, max(seconds, 90)))


_TALLIES: Mapping[Purpose, tuple[str, str, str]] = {
    Purpose.SEND: ("tally-sent", "tally-gone", "tally-refused"),
    Purpose.UNDO: ("tally-undone", "tally-missing", "tally-fixed"),
    Purpose.EDIT: ("tally-edited", "tally-missing", "tally-fixed"),
}


def tally(words: Words, done: Tally, purpose: Purpose = Purpose.SEND) -> str:
    """How many deliveries ended how, one kind a line; what did not happen is left out."""
    names = (*_TALLIES[purpose], "tally-in-doubt", "tally-failed")
    numbers = (done.sent, done.gone, done.refused, done.in_doubt, done.failed)
    lines = [
        words(name, people=people(words, number))
        for name, number in zip(names, numbers, strict=True)
        if number or name == names[0]
    ]
    return "\n".join(lines)


def _short(title: str) -> str:
    """Eight of them fit one message."""
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"


def _notes(words: Words, found: Found) -> list[str]:
    """Who signed it, or that nobody did; and that it is in another language."""
    notes = [words("statement-unsigned")]
    if found.signers:
        notes = [words("statement-signed", names=", ".join(found.signers))]
    if found.statement.language != words.language:
        notes.append(words("statement-other-language"))
    return notes
