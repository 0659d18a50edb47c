"""Plans of slogans in chat: how organisers begin one, and what everybody who agrees to it is shown.

Sending, agreeing, stopping and the queue are those of any broadcast.
"""

from bot.actions.broadcasts import Drafted
from bot.actions.recurring import NoSlogans, Recurring
from bot.chat import keyboards, moments
from bot.chat.page import Page, page
from bot.domain.broadcast import ALL_OTHERS, Broadcast
from bot.domain.organiser import Organiser
from bot.domain.publication import Unreadable
from bot.domain.repeats import read_terms
from bot.domain.rich_text import RichText
from bot.domain.splitting import Block, split
from bot.i18n.translator import FALLBACK, Translator, Words
from bot.store import Tx

COMMAND = "slogans"
"""What stands behind /schedule."""

THEMES_NAMED = 12


class RecurringDesk:
    """`/schedule slogans …`."""

    def __init__(self, *, recurring: Recurring, translator: Translator) -> None:
        self._recurring = recurring
        self._translator = translator

    async def draft(self, tx: Tx, who: Organiser, words: Words, written: str) -> Drafted | Page:
        """A plan, or one line that says why there is none."""
        languages = self._translator.languages
        terms = read_terms(written, zone=who.zone or "UTC", languages=languages)
        if isinstance(terms, Unreadable):
            return page(words("plan-zone" if terms.why == "zone" else "slogans-usage"))
        drafted = await self._recurring.draft(tx, who, terms)
        if isinstance(drafted, NoSlogans):
            names = ", ".join(map(keyboards.short, drafted.themes[:THEMES_NAMED]))
            return page(words("slogan-themes", themes=names) if names else words("slogan-none"))
        return drafted


def pool(words: Words, translator: Translator, plan: Broadcast) -> list[Page]:
    """Every slogan that takes turns, by language: who agrees to a plan agrees to all of them."""
    if plan.repeats is None:
        return []
    blocks = [Block(kind="heading", text=RichText(words("slogans-pool")).styled("bold"))]
    for language, slogans in plan.repeats.pools.items():
        name = translator.speaking(FALLBACK if language == ALL_OTHERS else language)("language-name")
        lines = "\n".join(f"· {slogan.text}" for slogan in slogans)
        blocks.append(Block(kind="heading", text=RichText(name)))
        blocks.append(Block(kind="paragraph", text=RichText(lines), tight=True))
    return [page(text) for text in split(blocks)]


def summary(words: Words, plan: Broadcast) -> list[str]:
    """The hours, and how many slogans take turns."""
    if plan.repeats is None:
        return []
    number = max(len(each) for each in plan.repeats.pools.values())
    lines = [moments.rhythm(words, plan.repeats.terms), words("slogans-number", number=number)]
    theme = plan.repeats.terms.theme
    return [*lines, *([words("slogans-about", theme=keyboards.short(theme))] if theme else [])]
