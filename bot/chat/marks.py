"""The marks in a text (bold, links) from Telegram's entities to ours; and which of them are passed on."""

from collections.abc import Sequence

from telegram import Message, MessageEntity

from bot.domain.rich_text import Entity, RichText

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


def rich_text(message: Message) -> RichText:
    """The text of a message, or the caption of a picture or file, with everything Telegram marked in it."""
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
