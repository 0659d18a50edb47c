"""Buttons. Those of readers and groups carry a short plain action, so that nothing is stored for strangers.

The language travels in the data, because of a stranger nothing else is known. Any of it may be forged:
handlers check again when a button is pressed. Buttons of organisers are opaque handles from `actions.gate`.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar
from urllib.parse import urlencode

from bot.actions.reading import mark
from bot.chat.page import Button, Rows
from bot.domain.broadcast import Broadcast
from bot.domain.statement import Slogan, Statement
from bot.i18n.translator import Translator, Words
from bot.library.print.style import Design, Ink, Sheet, Style

Choice = TypeVar("Choice", Design, Ink)

COPY_LIMIT = 256
"""Units in a button that copies text (core.telegram.org/bots/api#copytextbutton)."""

LABEL_LIMIT = 60
"""Characters on a button: more would be cut by some clients, in the middle of a word."""

POINTS_IN_A_ROW, MOST_POINTS = 8, 64
"""Telegram takes eight buttons in a row and a hundred in all."""

NOTHING = "nothing"
"""The data of a cell that is only there to be seen: a press of it is heard and has no answer."""

PAGE_SIZE = 8
"""Statements on one page of the list."""


def card(words: Words) -> Rows:
    """Under the risk card."""
    language = words.language
    return (
        (Button(label=words("button-subscribe"), data=f"subscribe:{language}"),),
        (Button(label=words("button-latest"), data=f"latest:{language}"),),
        (Button(label=words("button-language"), data=f"card-languages:{language}"),),
    )


def unsubscribe(words: Words) -> Rows:
    """Under the answer to /subscribe."""
    return ((Button(label=words("button-unsubscribe"), data=f"unsubscribe:{words.language}"),),)


def stay(words: Words) -> Rows:
    """Under the yearly question."""
    language = words.language
    return (
        (Button(label=words("button-stay"), data=f"stay:{language}"),),
        (Button(label=words("button-unsubscribe"), data=f"unsubscribe:{language}"),),
    )


def subscribe_again(words: Words) -> Rows:
    """Under the answer to /stop."""
    return ((Button(label=words("button-subscribe"), data=f"subscribe:{words.language}"),),)


def languages(translator: Translator, action: str) -> Rows:
    """Every language, in its own name. `action`: `card` changes the card, `speak` the preference."""
    return tuple(
        (Button(label=translator.speaking(language)("language-name"), data=f"{action}:{language}"),)
        for language in translator.languages
    )


def statement(
    words: Words,
    bot_name: str,
    translator: Translator,
    shown: Statement,
    *,
    languages: Sequence[str],
    points: Sequence[int],
) -> Rows:
    """Under a statement: its other languages, its numbered points, and two ways to pass it on."""
    others = tuple(
        Button(label=_language_name(translator, language), data=f"statement:{language}:{shown.number}")
        for language in languages
        if language != shown.language
    )
    numbers = iter([_point(words, shown, number, str(number)) for number in points[:MOST_POINTS]])
    rows = iter(lambda: tuple(islice(numbers, POINTS_IN_A_ROW)), ())
    leaflet = Button(label=words("button-leaflet"), data=f"leaflet:{words.language}:{shown.number}")
    return (others, *rows, (leaflet, _share(words, bot_name, shown, f"s{shown.number}")))


def point(words: Words, bot_name: str, shown: Statement, number: int, points: Sequence[int]) -> Rows:
    """Under one point: those beside it, the whole statement, and the way to pass it on."""
    around = [
        (number - 1, f"← {number - 1}"),
        (number + 1, f"{number + 1} →"),
    ]
    beside = tuple(_point(words, shown, other, label) for other, label in around if other in points)
    whole = Button(label=words("button-read-all"), data=f"statement:{words.language}:{shown.number}")
    return (beside, (whole, _share(words, bot_name, shown, f"s{shown.number}-{number}")))


def read_all(words: Words, bot_name: str, shown: Statement) -> Rows:
    """From a group to the whole text in a private chat."""
    return ((Button(label=words("button-read-all"), url=f"https://t.me/{bot_name}?start=s{shown.number}"),),)


def titles(words: Words, shown: Sequence[Statement], page: int, pages: int) -> Rows:
    """A page of the list: one button a statement, and the way to the pages before and after."""
    language = words.language
    rows = [
        (Button(label=short(f"{s.number} · {s.title}"), data=f"statement:{language}:{s.number}"),)
        for s in shown
    ]
    turns = []
    if page > 0:
        turns.append(Button(label=words("button-newer"), data=f"statements:{language}:{page - 1}"))
    if page < pages - 1:
        turns.append(Button(label=words("button-older"), data=f"statements:{language}:{page + 1}"))
    return (*rows, tuple(turns))


def poster(words: Words, shown: Slogan) -> Button:
    """A picture of a slogan."""
    return Button(label=words("button-poster"), data=f"poster:{words.language}:{mark(shown)}")


def leaflets(words: Words, shown: Statement, style: Style) -> Rows:
    """Under a leaflet: every other sheet, the other design and the other ink."""
    start = f"leaflet:{words.language}:{shown.number}"
    sheets = [replace(style, sheet=sheet) for sheet in Sheet if sheet is not style.sheet]
    looks = [replace(style, design=_other(style.design, Design)), replace(style, ink=_other(style.ink, Ink))]
    return (
        tuple(Button(label=words(_SHEETS[s.sheet]), data=f"{start}:{_named(s)}") for s in sheets),
        (
            Button(label=words(_DESIGNS[looks[0].design]), data=f"{start}:{_named(looks[0])}"),
            Button(label=words(_INKS[looks[1].ink]), data=f"{start}:{_named(looks[1])}"),
        ),
    )


def posters(words: Words, shown: Slogan, style: Style, *, large: bool) -> Rows:
    """Under a poster: the other design, the sheet to print, or another slogan."""
    start, form = f"poster:{words.language}:{mark(shown)}", "a3" if large else "square"
    design, ink = _other(style.design, Design), _other(style.ink, Ink)
    return (
        (
            Button(label=words(_DESIGNS[design]), data=f"{start}:{design}:{style.ink}:{form}"),
            Button(label=words(_INKS[ink]), data=f"{start}:{style.design}:{ink}:{form}"),
        ),
        (Button(label=words("button-a3"), data=f"{start}:{style.design}:{Ink.BLACK}:a3"),)
        if not large
        else (),
        (Button(label=words("button-another"), data=f"poster:{words.language}"),),
    )


def draft(words: Words, *, send: str, beside: Button | None, audience: str, cancel: str) -> Rows:
    """Under the control message of a draft; `beside` Send is what else can be done with it."""
    return (
        (
            Button(label=words("button-send"), data=send),
            *([beside] if beside else []),
        ),
        (
            Button(label=words("button-audience"), data=audience),
            Button(label=words("button-cancel"), data=cancel),
        ),
    )


def edit(words: Words, *, send: str, cancel: str) -> Rows:
    """Under the control message of an edit."""
    return (
        (Button(label=words("button-send"), data=send), Button(label=words("button-cancel"), data=cancel)),
    )


def one(label: str, data: str) -> Rows:
    """A single button."""
    return ((Button(label=label, data=data),),)


def languages_of(broadcast: Broadcast) -> tuple[str, ...]:
    """The languages that have a text of their own."""
    return tuple(sorted(language for language in broadcast.texts if language))


_SHEETS = {Sheet.A5: "button-a5", Sheet.CUT: "button-a4-cut", Sheet.FOLD: "button-a4-fold"}
_DESIGNS = {Design.SOBER: "button-design-sober", Design.LOUD: "button-design-loud"}
_INKS = {Ink.BLACK: "button-ink-black", Ink.COLOUR: "button-ink-colour"}


def _named(style: Style) -> str:
    return f"{style.sheet}:{style.design}:{style.ink}"


def _other(one: Choice, of: type[Choice]) -> Choice:
    """The other of two."""
    return next(each for each in of if each is not one)


def _point(words: Words, shown: Statement, number: int, label: str) -> Button:
    return Button(label=label, data=f"point:{words.language}:{shown.number}:{number}")


def _share(words: Words, bot_name: str, shown: Statement, payload: str) -> Button:
    """Telegram asks to whom, and sends nothing by itself."""
    link = f"https://t.me/{bot_name}?start={payload}"
    query = urlencode({"url": link, "text": shown.title})
    return Button(label=words("button-share"), url=f"https://t.me/share/url?{query}")


def _language_name(translator: Translator, language: str) -> str:
    known = language in translator.languages
    return translator.speaking(language)("language-name") if known else language


def short(label: str) -> str:
    """A label that fits, cut between two words where it can be."""
    if len(label) <= LABEL_LIMIT:
        return label
    kept, _, _ = label[:LABEL_LIMIT].rpartition(" ")
    if len(kept) <= LABEL_LIMIT // 2:
        kept = label[: LABEL_LIMIT - 1]
    return f"{kept.rstrip(' ,;:·-')}…"
