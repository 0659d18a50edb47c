"""The seam between delivery and Telegram: one message, one answer.

Every failure is an answer here; the table from Bot API errors to answers is in `chat`.
"""

from typing import Protocol

from bot.domain.contact import Contact
from bot.domain.link import Link
from bot.domain.media import Media
from bot.domain.outcome import Answer
from bot.domain.rich_text import RichText


class Sender(Protocol):
    """Sends to one chat, through whatever stands between us and Telegram."""

    async def send(
        self, contact: Contact, text: RichText, media: Media | None = None, links: tuple[Link, ...] = ()
    ) -> Answer:
        """Send one Bot API message and say what came of it. Raises nothing but a cancellation.

        With `media` the text is its caption; `links` are buttons under it.
        """
        ...

    async def edit(self, contact: Contact, message: int, text: RichText, *, caption: bool = False) -> Answer:
        """Let a message of ours say something else; `caption`: it is a picture or a file.

        `Sent`: it says so now. `Gone`: message or chat is not there. `Refused`: it cannot be changed any
        more. Safe to repeat. Raises nothing but a cancellation.
        """
        ...

    async def delete(self, contact: Contact, message: int) -> Answer:
        """Delete a message of ours; answers as those of `edit`."""
        ...

    async def warm(self, connections: int) -> None:
        """Open so many connections at once, so that the first messages need not wait for them."""
        ...

    async def token_works(self) -> bool:
        """Whether getMe accepts the token.

        False only for an answer 401 or 404 as Bot API JSON; True also when no answer comes.
        """
        ...
