"""The marks in a text (bold, links) from Telegram's entities to ours; and which of them are passed on."""

from collections.abc import Sequence

from telegram import Message, MessageEntity

from bot.domain.rich_text import Entity, RichText
from bot.library.rich_words import rich_words

RICH = "rich_message"
"""A field that python-telegram-bot does not know (Bot API 10.1)."""

FORMATTING = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
    }
)
"""The entities that an organiser's text keeps (core.telegram.org/bots/api#messageentity)."""


def has_words(message: Message) -> bool:
    """Whether it is a text or a rich message, and not the caption of something."""
    return message.text is not None or RICH in message.api_kwargs


def rich_text(message: Message) -> RichText:
    """The text of a message, or the caption of a picture or file, with everything Telegram marked in it."""
    if RICH in message.api_kwargs:
        return rich_words(message.api_kwargs[RICH])
    return RichText(
        message.text or message.caption or "", marked(message.entities or message.caption_entities)
    )


def marked(entities: Sequence[MessageEntity]) -> tuple[Entity, ...]:
    """What Telegram marked, in our own words."""
    return tuple(
        Entity(kind=str(e.type), offset=e.offset, length=e.length, url=e.url, language=e.language)
        for e in entities
    )


def formatted(text: RichText) -> RichText:
    """Only the formatting: Telegram finds links again by itself, and mentions of people are not passed on."""
    return RichText(text.text, tuple(entity for entity in text.entities if entity.kind in FORMATTING))
