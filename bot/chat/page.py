"""A page: one message as it goes out, with its buttons. `render` makes them, `outbox` sends them."""

from dataclasses import dataclass

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.domain.media import Media
from bot.domain.rich_message import RichMessage
from bot.domain.rich_text import RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: it sends `data` back, opens `url`, or copies `copy`."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file made here, from what anybody may have: statements and signatures."""

    name: str
    data: bytes


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a reader sees."""

    text: RichText
    rows: Rows = ()
    media: Media | None = None
    """With a picture or file the text is its caption."""
    file: File | None = None
    """With a file of ours the text is its caption too."""
    rich: RichMessage | None = None
    """With a rich message the text is what it says first, and is not sent."""
    instead: "tuple[Page, ...]" = ()
    """What is sent where Telegram does not take this."""


def page(
    text: str | RichText,
    *rows: tuple[Button, ...],
    media: Media | None = None,
    instead: tuple[Page, ...] = (),
) -> Page:
    """A page of plain or rich text; empty rows are left out."""
    rich = RichText(text) if isinstance(text, str) else text
    return Page(text=rich, rows=tuple(row for row in rows if row), media=media, instead=instead)


def entities(text: RichText) -> list[MessageEntity]:
    """The formatting, for python-telegram-bot."""
    return [
        MessageEntity(type=e.kind, offset=e.offset, length=e.length, url=e.url, language=e.language)
        for e in text.entities
    ]


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """The buttons, for python-telegram-bot."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)
