"""A person who uses Telegram: writes, presses, blocks. Everything goes into the bots' queues at once."""

from typing import TypedDict, Unpack

from bot.sandbox.bots import BotAccount, Press
from bot.sandbox.chats import Chat
from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.group import Group
from bot.sandbox.kinds import OtherKind
from bot.sandbox.messages import Button, Json, Media, Message, Peer
from bot.sandbox.pictures import document, photo
from bot.sandbox.signal import until
from bot.sandbox.state import State
from bot.sandbox.texts import MAX_TEXT, Entity, cleaned, detected, ordered
from bot.sandbox.window import PATIENCE, Window


class Along(TypedDict, total=False):
    """What may go along with a picture or file. Those with the same `album` are shown as one."""

    entities: list[Entity] | None
    reply_to: Message | None
    album: str | None


class Person(Window):
    """One person. Seen as a window, it is the private chat with `bot`, the world's bot unless changed."""

    def __init__(self, state: State, peer: Peer, bot: BotAccount | None) -> None:
        self._state = state
        self.peer = peer
        self._bot = bot

    @property
    def id(self) -> int:
        """The person's Telegram id, also that of the private chat."""
        return self.peer.id

    @property
    def name(self) -> str:
        """First name."""
        return self.peer.name

    @property
    def bot(self) -> BotAccount:
        """The bot this person talks to: the one given, else the first that is not revoked."""
        if self._bot is None or self._bot.revoked:
            alive = (bot for bot in self._state.bots.values() if not bot.revoked)
            self._bot = next(alive, None)
        if self._bot is None:
            raise SandboxError("no bot has asked for anything yet; name its token with world.bot(token)")
        return self._bot

    @bot.setter
    def bot(self, bot: BotAccount) -> None:
        self._bot = bot

    @property
    def chat(self) -> Chat:
        """The private chat with `bot`."""
        return self._state.private(self.bot, self.peer)

    async def says(
        self,
        text: str,
        *,
        chat: Group | None = None,
        entities: list[Entity] | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        """Write, in the private chat (which starts it) or in a group; commands and links become entities."""
        place = self._enter(chat)
        return self._post(place, text, entities, reply_to=reply_to, thread=thread)

    async def says_anonymously(
        self, text: str, *, chat: Group, reply_to: Message | None = None, thread: int | None = None
    ) -> Message:
        """Write as an anonymous admin: the group itself appears as sender."""
        if not chat.chat.leads(self.id):
            raise SandboxError("only an admin can be anonymous")
        return self._post(chat.chat, text, None, reply_to=reply_to, thread=thread, in_name_of_chat=True)

    async def replies(self, message: Message, text: str, *, chat: Group | None = None) -> Message:
        """Answer a message in its chat."""
        return await self.says(text, chat=chat, reply_to=message, thread=message.thread_id)

    async def forwards(
        self, message: Message, *, source: Group | None = None, chat: Group | None = None
    ) -> Message:
        """Forward a message to the bot or into a group; name its `source` where that is a channel."""
        origin = message.origin or _origin(message, source)
        place = self._enter(chat)
        parts = {
            "entities": message.entities,
            "media": message.media,
            "rich": message.rich,
            "origin": origin,
        }
        return self._state.post(place, self.peer, text=message.text, **parts)

    async def sends_photo(
        self, content: bytes, caption: str = "", *, chat: Group | None = None, **more: Unpack[Along]
    ) -> Message:
        """Send a picture."""
        return self._send(photo(self._state.chance, content), caption, chat, more)

    async def sends_document(
        self,
        content: bytes,
        name: str = "file.bin",
        caption: str = "",
        *,
        chat: Group | None = None,
        **more: Unpack[Along],
    ) -> Message:
        """Send a file."""
        return self._send(document(self._state.chance, content, name), caption, chat, more)

    async def sends_album(self, *contents: bytes, caption: str = "") -> list[Message]:
        """Send several pictures as one; the first has the caption."""
        album = str(self._state.chance.randrange(10**16, 10**17))
        captions = [caption, *("" for _ in contents[1:])]
        return [
            await self.sends_photo(each, words, album=album)
            for each, words in zip(contents, captions, strict=True)
        ]

    async def sends(self, kind: OtherKind, *, reply_to: Message | None = None) -> Message:
        """Send something that is neither text nor picture nor file: a sticker, a voice message, a place."""
        return self._state.post(
            self._enter(None), self.peer, other=kind, reply_to=reply_to.id if reply_to else None
        )

    async def edits(self, message: Message, text: str, *, chat: Group | None = None) -> Message:
        """Change one's own message."""
        place = self._enter(chat)
        if message.author.id != self.id or message.id not in place.messages:
            raise SandboxError("one can edit only one's own messages that are still there")
        old = place.messages[message.id]
        body, entities = _typed(text, [])
        return self._state.change(place, old, text=body, entities=entities)

    async def deletes(self, message: Message, *, chat: Group | None = None) -> None:
        """Delete a message for everybody; bots do not hear of it."""
        self._state.remove(self._enter(chat), message.id)

    async def presses(self, label: str, *, on: Message | None = None, chat: Group | None = None) -> Press:
        """Press the button with this label, on the newest message that has one unless `on` names it."""
        window: Window = chat or self
        message = window.message(on.id) if on else window.find_button(label)
        button = message.button(label)
        if button is None:
            raise SandboxError(f"no button {label!r} on this message; there are {message.labels}")
        return self._press(window.chat, message, button)

    async def presses_data(self, data: str, *, on: Message | None = None, chat: Group | None = None) -> Press:
        """Send callback data no button has shown, as a forged client can."""
        window: Window = chat or self
        return self._press(window.chat, on or window.last, Button(label="", data=data))

    async def answer(self, press: Press, *, timeout: float = PATIENCE) -> str:
        """Wait until the bot has answered a press; the text that then appears on top of the screen."""
        if await until(press.changed, lambda: press if press.answered else None, timeout) is None:
            raise SandboxError(f"waited {timeout} s for an answer to a pressed button")
        return press.answer

    async def block(self) -> None:
        """Block the bot."""
        self._state.stand(self.chat, self.bot.peer, "kicked", by=self.peer)

    async def unblock(self) -> None:
        """Unblock the bot."""
        self._state.stand(self.chat, self.bot.peer, "member", by=self.peer)

    async def deactivates(self) -> None:
        """Delete one's account; bots do not hear of it until they write."""
        self._state.gone.add(self.id)
        for chat in self._state.privates_of(self.id):
            chat.deleted = True

    async def joins(self, group: Group) -> None:
        """Join a group."""
        await group.add(self)

    async def leaves(self, group: Group) -> None:
        """Leave a group."""
        await group.remove(self)

    def start(self) -> None:
        """Be somebody who pressed Start long ago: no message, no update."""
        place = self.chat
        if not place.inside(self.bot.id):
            place.join(self.bot.peer)

    def _enter(self, group: Group | None) -> Chat:
        if group is None:
            self._begin()
            return self.chat
        if not group.chat.inside(self.id):
            raise SandboxError(f"{self.name} is not in that group")
        return group.chat

    def _begin(self) -> None:
        member = self.chat.members.get(self.bot.id)
        if member is not None and not member.inside:
            raise SandboxError(f"{self.name} has blocked the bot and has to unblock it first")
        if self.chat.deleted:
            raise SandboxError(f"the account of {self.name} is gone")
        self.start()

    def _post(
        self,
        place: Chat,
        text: str,
        entities: list[Entity] | None,
        *,
        reply_to: Message | None,
        thread: int | None,
        in_name_of_chat: bool = False,
    ) -> Message:
        body, every = _typed(text, entities or [])
        return self._state.post(
            place,
            self.peer,
            text=body,
            entities=every,
            reply_to=reply_to.id if reply_to else None,
            thread_id=thread,
            in_name_of_chat=in_name_of_chat,
        )

    def _send(self, media: Media, caption: str, chat: Group | None, more: Along) -> Message:
        place = self._enter(chat)
        text, entities = _typed(caption, more.get("entities") or [], empty=True)
        reply = more.get("reply_to")
        return self._state.post(
            place,
            self.peer,
            text=text,
            entities=entities,
            media=self._state.keep(media),
            reply_to=reply.id if reply else None,
            album=more.get("album"),
        )

    def _press(self, place: Chat, message: Message, button: Button) -> Press:
        state = self._state
        press = Press(id=str(state.chance.randrange(10**17, 10**18)), pressed_at=state.now())
        if button.data is None:
            press.url, press.copied, press.answered = button.url, button.copy, True
            return press
        bot = state.bots.get(message.author.id, self.bot)
        bot.presses[press.id] = press
        shown = place.messages.get(message.id)
        seen = place.message_json(shown, bot.id) if shown else None
        lost = {"chat": place.json(), "message_id": message.id, "date": 0}
        bot.queue.push(
            "callback_query",
            {
                "id": press.id,
                "from": self.peer.json(),
                "message": seen or lost,
                "chat_instance": str(abs(hash((place.id, bot.id)))),
                "data": button.data,
            },
        )
        return press


def _typed(text: str, entities: list[Entity], *, empty: bool = False) -> tuple[str, tuple[Entity, ...]]:
    """What a client makes of typed text: cleaned, with its commands and links found."""
    try:
        body, formatting = cleaned(text, entities, MAX_TEXT, what="message")
    except ApiError as refusal:
        raise SandboxError(f"a client does not send this: {refusal}") from None
    if not body and not empty:
        raise SandboxError("a client sends no empty text")
    return body, tuple(ordered([*formatting, *detected(body)]))


def _origin(message: Message, source: Group | None) -> Json:
    """A Bot API MessageOrigin."""
    date = int(message.sent_at)
    if source is not None and source.chat.kind == "channel":
        return {"type": "channel", "chat": source.chat.json(), "message_id": message.id, "date": date}
    return {"type": "user", "sender_user": message.author.json(), "date": date}
