"""What one sees of a chat, and waiting for what is to appear there. Acting in it is `person` and `group`."""

from collections.abc import Callable

from bot.sandbox.chats import Chat
from bot.sandbox.errors import SandboxError
from bot.sandbox.messages import Message
from bot.sandbox.signal import until

PATIENCE = 30.0


class Window:
    """A view of one chat: `messages` as they stand now, `inbox` the bots' ones, oldest first.

    Waits are real seconds and only guard against a bot that never answers; nothing polls.
    """

    @property
    def chat(self) -> Chat:
        """The chat that is seen."""
        raise NotImplementedError

    @property
    def messages(self) -> list[Message]:
        """Every message that is visible now, after edits and deletions."""
        return list(self.chat.messages.values())

    @property
    def inbox(self) -> list[Message]:
        """The visible messages sent by bots."""
        return [message for message in self.messages if message.author.is_bot]

    @property
    def last(self) -> Message:
        """The newest message of a bot. Raises SandboxError when there is none."""
        if not self.inbox:
            raise SandboxError("no bot has written in this chat")
        return self.inbox[-1]

    def message(self, number: int) -> Message:
        """The message with this id as it is now. Raises SandboxError when it is not there."""
        if number not in self.chat.messages:
            raise SandboxError(f"there is no message {number} in this chat")
        return self.chat.messages[number]

    async def hears(self, text: str | None = None, *, count: int = 1, timeout: float = PATIENCE) -> Message:
        """Wait for `count` bot messages not heard before that contain `text`; the last of them.

        Each message is heard once; what does not match stays to be heard. Raises SandboxError in vain.
        """
        found: list[Message] = []

        def probe() -> Message | None:
            for message in self.inbox:
                if len(found) < count and message.id not in self.chat.heard and _holds(message, text):
                    self.chat.heard.add(message.id)
                    found.append(message)
            return found[-1] if len(found) >= count else None

        return await self._wait(probe, text, timeout)

    async def sees(self, text: str, *, timeout: float = PATIENCE) -> Message:
        """Wait until a bot message with `text` stands in the chat, new, old or edited; the newest."""

        def probe() -> Message | None:
            return next((each for each in reversed(self.inbox) if _holds(each, text)), None)

        return await self._wait(probe, text, timeout)

    async def misses(self, message: Message, *, timeout: float = PATIENCE) -> None:
        """Wait until this message is deleted."""

        def probe() -> Message | None:
            return None if message.id in self.chat.messages else message

        await self._wait(probe, "a deletion", timeout)

    async def _wait(self, probe: Callable[[], Message | None], text: str | None, timeout: float) -> Message:
        message = await until(self.chat.changed, probe, timeout)
        if message is None:
            shown = "\n--\n".join(each.render() for each in self.inbox[-5:]) or "nothing"
            wanted = "any message" if text is None else repr(text)
            raise SandboxError(f"waited {timeout} s for {wanted}; the newest are:\n{shown}")
        return message

    def find_button(self, label: str) -> Message:
        """The newest message with a button of exactly this label. Raises SandboxError when there is none."""
        for message in reversed(self.messages):
            if message.button(label):
                return message
        shown = [each for message in self.messages for each in message.labels]
        raise SandboxError(f"no button {label!r} here; there are {shown}")


def _holds(message: Message, text: str | None) -> bool:
    return text is None or text in message.text
