"""Letters: pages with an address, written inside a transaction and posted after it has committed."""

from dataclasses import dataclass

from bot.chat.page import Page
from bot.domain.broadcast import Broadcast
from bot.domain.contact import ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Pages for one organiser's chat."""

    chat: ChatId
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows from something an organiser did: letters, and broadcasts that moved on."""

    letters: tuple[Letter, ...] = ()
    broadcasts: tuple[Broadcast, ...] = ()
    instead: Page | None = None
    """What the message becomes whose button was pressed."""
    locks: bool = False
    """Whether the service is to be locked, once this is written."""
    destroys: bool = False
    """Whether everything is to be destroyed, once this is written."""


def letter(chat: ChatId, *pages: Page) -> Letter:
    """Pages for a chat."""
    return Letter(chat=chat, pages=pages)
