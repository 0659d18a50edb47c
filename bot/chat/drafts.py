"""A draft as its author sees it: previews, the control message, the choice of an audience.

What happens to it afterwards is told by `bulletin`.
"""

from bot.actions.agreed import signed, urgently
from bot.actions.broadcasts import Drafted
from bot.actions.gate import Gate
from bot.chat import keyboards, moments, recurring, render
from bot.chat.calendar import WHEN
from bot.chat.page import Button, Page, page
from bot.config.sections import FREE_RATE
from bot.delivery.limits import AIM
from bot.domain.approval import approvals_if_urgent, fingerprint
from bot.domain.audience import Audience, rounded
from bot.domain.broadcast import ALL_OTHERS, Broadcast
from bot.domain.contact import Kind
from bot.domain.draft import Refusal
from bot.domain.organiser import Organiser
from bot.domain.rich_text import RichText
from bot.i18n.translator import Translator, Words
from bot.store import Tx

SEND = "send"
URGENT = "urgent"
AUDIENCE = "audience"
CANCEL = "cancel"
"""The actions of the buttons under the control message."""


class Drafts:
    """Pages about a draft, with new buttons for it."""

    def __init__(self, *, gate: Gate, translator: Translator, rate: int = FREE_RATE) -> None:
        """`rate` is what Telegram permits, messages a second; above the free one it costs something."""
        self._rate = rate
        self.gate = gate
        self._translator = translator

    async def draft(self, tx: Tx, who: Organiser, words: Words, drafted: Drafted) -> list[Page]:
        """One preview a language, exactly as readers will see it, then the control message."""
        shown = [*previews(drafted.broadcast), *recurring.pool(words, self._translator, drafted.broadcast)]
        return [*shown, await self.control(tx, who, words, drafted)]

    async def control(self, tx: Tx, who: Organiser, words: Words, drafted: Drafted) -> Page:
        """What will happen to a draft, with new buttons for it."""
        broadcast = drafted.broadcast
        subject, urgent = broadcast.id, urgently(broadcast)
        send = await self.gate.button(tx, who.id, SEND, subject, broadcast.digest)
        beside = None
        if broadcast.planned:
            beside = Button(
                label=words("button-schedule"), data=await self.gate.button(tx, who.id, WHEN, subject)
            )
        elif not broadcast.repeats:
            at_once = await self.gate.button(tx, who.id, URGENT, subject, urgent.digest)
            beside = Button(label=words("button-urgent"), data=at_once)
        audience = await self.gate.button(tx, who.id, AUDIENCE, subject)
        cancel = await self.gate.button(tx, who.id, CANCEL, subject)
        # Of the rounded number: the exact time would tell the exact number.
        seconds = rounded(broadcast.people) / (self._rate * AIM)
        text = "\n".join(
            [
                words("draft-title"),
                whom(words, self._translator, broadcast),
                words("draft-audience", people=render.people(words, broadcast.people)),
                words("draft-time", time=render.duration(words, seconds)),
                *([words("draft-price")] if self._rate > FREE_RATE else []),
                self._languages(words, broadcast),
                *_about_media(words, broadcast),
                words("draft-digest", digest=fingerprint(broadcast.digest)),
                *_next(words, broadcast),
            ]
        )
        rows = keyboards.draft(words, send=send, beside=beside, audience=audience, cancel=cancel)
        return page(text, *rows)

    async def choices(self, tx: Tx, who: Organiser, words: Words, draft: Broadcast) -> Page:
        """Whom a draft can be for; languages are ticked one by one."""
        chosen, names = draft.readers, self._translator.speaking
        shown = [
            (each, render.audience(words, self._translator, each))
            for each in (Audience(), Audience(kind=Kind.GROUP), Audience(kind=Kind.PERSON))
        ]
        for language in self._translator.languages:
            tick = "✓ " if language in chosen.languages else ""
            shown.append((chosen.toggled(language), tick + names(language)("language-name")))
        rows = []
        for choice, label in shown:
            data = await self.gate.button(tx, who.id, f"{AUDIENCE}:{choice.written}", draft.id)
            rows.append((Button(label=label, data=data),))
        return page(words("audience-ask"), *rows)

    def _languages(self, words: Words, broadcast: Broadcast) -> str:
        """Who reads which text, and who gets none."""
        own = keyboards.languages_of(broadcast)
        names = ", ".join(self._translator.speaking(language)("language-name") for language in own)
        if ALL_OTHERS in broadcast.texts:
            return words("draft-languages-and-rest", languages=names) if own else words("draft-languages-all")
        return words("draft-languages-only", languages=names)


def previews(broadcast: Broadcast) -> list[Page]:
    """Exactly what readers will see, one page a language."""
    return [
        page(
            text,
            tuple(Button(label=link.label, url=link.url) for link in broadcast.links.get(language, ())),
            media=broadcast.media,
        )
        for language, text in sorted(broadcast.texts.items())
    ]


def refused(words: Words, refusal: Refusal) -> Page:
    """Why a text was not prepared."""
    return page(words(f"refused-{refusal.why}", language=refusal.language, units=refusal.units))


def _next(words: Words, broadcast: Broadcast) -> list[str]:
    """What Send leads to."""
    if broadcast.repeats:
        return [*recurring.summary(words, broadcast), words("slogans-then", needed=broadcast.needed)]
    if broadcast.planned and broadcast.planned.at:
        planned = [moments.planned(words, broadcast.planned), *moments.oddities(words, broadcast.planned)]
        return [*planned, words("plan-next", needed=broadcast.needed)]
    following = words("draft-next", needed=broadcast.needed, seconds=broadcast.cooldown)
    if broadcast.planned:
        return [following]
    return [following, words("draft-urgent", needed=approvals_if_urgent(broadcast.needed))]


def _about_media(words: Words, broadcast: Broadcast) -> list[str]:
    """What the code does not cover, and what a file may tell about whoever made it."""
    if broadcast.media is None:
        return []
    wordless = broadcast.texts.get(ALL_OTHERS) == signed(RichText(""))
    return [words(f"draft-{broadcast.media.kind}"), *([words("draft-wordless")] if wordless else [])]


def whom(words: Words, translator: Translator, broadcast: Broadcast) -> str:
    """The line that says whom a broadcast is for."""
    return words("audience", audience=render.audience(words, translator, broadcast.readers))
