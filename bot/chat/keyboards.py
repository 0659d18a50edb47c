"""Buttons. Those of readers and groups carry a short plain action, so that nothing is stored for strangers.

The language travels in the data, because of a stranger nothing else is known. Any of it may be forged:
handlers check again when a button is pressed. Buttons of organisers are opaque handles from `actions.gate`.
"""

from collections.abc import Sequence

from bot.chat.page import Button, Rows
from bot.domain.broadcast import Broadcast
from bot.domain.statement import Slogan, Statement
from bot.i18n.translator import Translator, Words

COPY_LIMIT = 256
"""Units in a button that copies text (core.telegram.org/bots/api#copytextbutton)."""

LABEL_LIMIT = 60
"""Characters on a button: more would be cut by some clients, in the middle of a word."""

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


def subscribe_again(words: Words) -> Rows:
    """Under the answer to /stop."""
    return ((Button(label=words("button-subscribe"), data=f"subscribe:{words.language}"),),)


def languages(translator: Translator, action: str) -> Rows:
    """Every language, in its own name. `action`: `card` changes the card, `speak` the preference."""
    return tuple(
        (Button(label=translator.speaking(language)("language-name"), data=f"{action}:{language}"),)
        for language in translator.languages
    )


def other_languages(translator: Translator, shown: Statement, all_languages: Sequence[str]) -> Rows:
    """The other languages of a statement that is shown."""
    return (
        tuple(
            Button(label=_language_name(translator, language), data=f"statement:{language}:{shown.number}")
            for language in all_languages
            if language != shown.language
        ),
    )


def read_all(words: Words, bot_name: str, shown: Statement) -> Rows:
    """From a group to the whole text in a private chat."""
    return ((Button(label=words("button-read-all"), url=f"https://t.me/{bot_name}?start=s{shown.number}"),),)


def titles(words: Words, shown: Sequence[Statement], page: int, pages: int) -> Rows:
    """A page of the list: one button a statement, and the way to the pages before and after."""
    language = words.language
    rows = [
        (Button(label=_short(f"{s.number} · {s.title}"), data=f"statement:{language}:{s.number}"),)
        for s in shown
    ]
    turns = []
    if page > 0:
        turns.append(Button(label=words("button-newer"), data=f"statements:{language}:{page - 1}"))
    if page < pages - 1:
        turns.append(Button(label=words("button-older"), data=f"statements:{language}:{page + 1}"))
    return (*rows, tuple(turns))


def slogan(words: Words, shown: Slogan) -> Rows:
    """Copy this one, or see another."""
    copy = Button(label=words("button-copy"), copy=shown.text)
    another = Button(label=words("button-another"), data=f"slogan:{words.language}")
    return ((copy,), (another,)) if len(shown.text) <= COPY_LIMIT else ((another,),)


def draft(words: Words, *, send: str, urgent: str, audience: str, cancel: str) -> Rows:
    """Under the control message of a draft."""
    return (
        (
            Button(label=words("button-send"), data=send),
            Button(label=words("button-urgent"), data=urgent),
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


def _language_name(translator: Translator, language: str) -> str:
    known = language in translator.languages
    return translator.speaking(language)("language-name") if known else language


def _short(label: str) -> str:
    """A label that fits, cut between two words where it can be."""
    if len(label) <= LABEL_LIMIT:
        return label
    kept, _, _ = label[:LABEL_LIMIT].rpartition(" ")
    if len(kept) <= LABEL_LIMIT // 2:
        kept = label[: LABEL_LIMIT - 1]
    return f"{kept.rstrip(' ,;:·-')}…"
