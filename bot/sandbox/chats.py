"""A chat and what stands in it. Keeps and finds messages; who hears of them is decided in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.errors import ApiError, bad_request, forbidden, upgraded
from bot.sandbox.kinds import OTHER
from bot.sandbox.members import Member, Status
from bot.sandbox.messages import ANONYMOUS, Json, Message, Peer
from bot.sandbox.signal import Signal

Kind = Literal["private", "group", "supergroup", "channel"]


@dataclass(slots=True)
class Topic:
    """A topic of a forum."""

    name: str
    closed: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """One chat. A private one has the person's id; a bot's standing in it is "member" or "kicked" (blocked).

    `deleted` means a deleted group, or in a private chat a person whose account is gone.
    """

    id: int
    kind: Kind
    title: str
    next_id: Callable[[], int]
    person: Peer | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    migrated_to: int | None = None
    deleted: bool = False
    last_bot: int | None = None
    heard: set[int] = field(default_factory=set)
    changed: Signal = field(default_factory=Signal)

    def json(self) -> Json:
        """A Bot API Chat."""
        if self.person:
            chat: Json = {"id": self.id, "type": "private", "first_name": self.person.name}
            return chat | ({"username": self.person.username} if self.person.username else {})
        chat = {"id": self.id, "type": self.kind, "title": self.title}
        return chat | ({"is_forum": True} if self.topics else {})

    def inside(self, who: int) -> bool:
        """Whether this person or bot is in the chat."""
        member = self.members.get(who)
        return member is not None and member.inside

    def leads(self, who: int) -> bool:
        """Whether this person or bot is an admin here."""
        member = self.members.get(who)
        return member is not None and member.leads

    def join(self, who: Peer, status: Status = "member") -> None:
        """Let somebody be here without anybody's hearing of it."""
        self.members[who.id] = Member(user=who, status=status)

    def message_json(self, message: Message, bot: int) -> Json:
        """A Bot API Message as the bot with this id gets it, with the one it answers."""
        body = self._bare(message, bot)
        answered = self.messages.get(message.reply_to) if message.reply_to is not None else None
        return body | ({"reply_to_message": self._bare(answered, bot)} if answered else {})

    def _bare(self, message: Message, bot: int) -> Json:
        body: Json = {"message_id": message.id, "date": int(message.sent_at), "chat": self.json()}
        if self.kind == "channel":
            body["sender_chat"] = self.json()
        elif message.in_name_of_chat:
            body |= {"from": ANONYMOUS.json(), "sender_chat": self.json()}
        else:
            body["from"] = message.author.json()
        if message.edited_at is not None:
            body["edit_date"] = int(message.edited_at)
        if message.thread_id is not None:
            body |= {"message_thread_id": message.thread_id, "is_topic_message": True}
        if message.protected:
            body["has_protected_content"] = True
        if message.origin:
            body["forward_origin"] = message.origin
        return body | _content(message, bot) | (message.service or {})

    def check_reach(self, bot: int) -> None:
        """Raise the refusal a bot gets that may not be in this chat at all."""
        if self.migrated_to is not None:
            raise upgraded(self.migrated_to)
        member = self.members.get(bot)
        if self.person:
            self._check_person(member)
        elif self.deleted:
            raise forbidden("the group chat was deleted")
        elif member is None or member.status == "left":
            raise forbidden(f"bot is not a member of the {self.kind} chat")
        elif member.status == "kicked":
            raise forbidden(f"bot was kicked from the {self.kind} chat")

    def _check_person(self, member: Member | None) -> None:
        if self.deleted:
            raise forbidden("user is deactivated")
        if member is None:
            raise forbidden("bot can't initiate conversation with a user")
        if not member.inside:
            raise forbidden("bot was blocked by the user")

    def check_writing(self, bot: int, thread: int | None, what: str) -> None:
        """Raise the refusal of a bot that may not send `what` here ("text messages", "photos" and so on)."""
        self.check_reach(bot)
        if self.kind == "channel" and not self.leads(bot):
            raise bad_request("need administrator rights in the channel chat")
        if not self.person and self.members[bot].status == "restricted":
            raise bad_request(f"not enough rights to send {what} to the chat")
        if thread is None:
            return
        if thread not in self.topics:
            raise bad_request("message thread not found")
        if self.topics[thread].closed and not self.leads(bot):
            raise bad_request("TOPIC_CLOSED")


def chat_not_found() -> ApiError:
    """The refusal for an id nobody has."""
    return bad_request("chat not found")


def file_id(media_id: str, bot: int) -> str:
    """The id under which one bot knows a file: each bot has its own, it does not change."""
    return f"{media_id}-{bot:x}"


def _content(message: Message, bot: int) -> Json:
    body: Json = {}
    if message.media:
        media = message.media.json(file_id(message.media.unique_id, bot))
        body[message.media.kind] = [media] if message.media.kind == "photo" else media
    if message.album:
        body["media_group_id"] = message.album
    if message.other:
        body |= OTHER[message.other]
    text, entities = (
        ("caption", "caption_entities") if message.media or message.other else ("text", "entities")
    )
    if message.rich:
        body["rich_message"] = message.rich
    elif message.text:
        body[text] = message.text
        if message.entities:
            body[entities] = list(message.entities)
    if message.preview and not message.media:
        body["link_preview_options"] = message.preview
    if message.buttons:
        rows = [[button.json() for button in row] for row in message.buttons]
        body["reply_markup"] = {"inline_keyboard": rows}
    return body
