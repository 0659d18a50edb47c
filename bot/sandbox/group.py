"""A group, supergroup or channel: its members, its admins' decisions, its topics."""

from typing import TYPE_CHECKING

from bot.sandbox.bots import BotAccount
from bot.sandbox.chats import Chat, Topic
from bot.sandbox.errors import SandboxError
from bot.sandbox.members import Status
from bot.sandbox.messages import Json, Peer
from bot.sandbox.state import State
from bot.sandbox.window import Window

if TYPE_CHECKING:
    from bot.sandbox.person import Person


class Group(Window):
    """One group, seen as a window."""

    def __init__(self, state: State, chat: Chat) -> None:
        self._state = state
        self._chat = chat

    @property
    def chat(self) -> Chat:
        """The chat as it stands."""
        return self._chat

    @property
    def id(self) -> int:
        """Below zero; -100… for supergroups and channels."""
        return self._chat.id

    @property
    def title(self) -> str:
        """The name of the group."""
        return self._chat.title

    @property
    def admin(self) -> Peer:
        """The owner."""
        return next(member.user for member in self._chat.members.values() if member.status == "creator")

    async def add_bot(self, by: "Person | None" = None, *, bot: BotAccount | None = None) -> None:
        """Bring the bot in; in a channel it becomes an admin, for nothing else is of use to it there."""
        added, adder = bot or self._bot(), self._who(by)
        status: Status = "administrator" if self._chat.kind == "channel" else "member"
        self._state.stand(self._chat, added.peer, status, by=adder)
        if self._chat.kind != "channel":
            self._service(adder, {"new_chat_members": [added.peer.json()]})

    async def kick_bot(self, by: "Person | None" = None) -> None:
        """Throw the bot out."""
        self._state.stand(self._chat, self._bot().peer, "kicked", by=self._who(by))

    async def mute_bot(self) -> None:
        """Take the right to write from the bot; in a channel, its being an admin."""
        status: Status = "member" if self._chat.kind == "channel" else "restricted"
        self._state.stand(self._chat, self._bot().peer, status, by=self.admin)

    async def unmute_bot(self) -> None:
        """Let the bot write again."""
        status: Status = "administrator" if self._chat.kind == "channel" else "member"
        self._state.stand(self._chat, self._bot().peer, status, by=self.admin)

    async def promote_bot(self) -> None:
        """Make the bot an admin: it then hears everything."""
        self._state.stand(self._chat, self._bot().peer, "administrator", by=self.admin)

    async def add(self, person: "Person") -> None:
        """Take somebody in."""
        if not self._chat.inside(person.id):
            self._state.stand(self._chat, person.peer, "member", by=self.admin)
            self._service(person.peer, {"new_chat_members": [person.peer.json()]})

    async def remove(self, person: "Person") -> None:
        """Somebody leaves or is put out."""
        self._state.stand(self._chat, person.peer, "left", by=self.admin)
        self._service(person.peer, {"left_chat_member": person.peer.json()})

    async def promote(self, person: "Person", *, anonymous: bool = False) -> None:
        """Make somebody an admin."""
        self._state.stand(self._chat, person.peer, "administrator", by=self.admin, anonymous=anonymous)

    async def demote(self, person: "Person") -> None:
        """Make an admin an ordinary member."""
        self._state.stand(self._chat, person.peer, "member", by=self.admin)

    async def migrate(self) -> "Group":
        """Become a supergroup: a new chat with a new id, told in the old chat and in the new one."""
        if self._chat.kind != "group" or self._chat.migrated_to is not None:
            raise SandboxError("only a basic group can become a supergroup, and only once")
        chat = self._state.new_group(self.title, "supergroup")
        chat.members.update(self._chat.members)
        new = Group(self._state, chat)
        self._service(self.admin, {"migrate_to_chat_id": chat.id})
        self._chat.migrated_to = chat.id
        new._service(self.admin, {"migrate_from_chat_id": self.id})
        return new

    async def topic(self, name: str) -> int:
        """Open a topic (the group is a forum from then on); the id that messages in it carry."""
        if self._chat.kind != "supergroup":
            raise SandboxError("only a supergroup has topics")
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self._state.post(self._chat, self.admin, service=created)
        self._chat.topics[message.id] = Topic(name)
        return message.id

    async def close_topic(self, thread: int) -> None:
        """Close a topic for all but admins."""
        if thread not in self._chat.topics:
            raise SandboxError("there is no such topic")
        self._chat.topics[thread].closed = True

    async def delete(self) -> None:
        """Delete the whole group."""
        self._chat.deleted = True

    def _service(self, author: Peer, service: Json) -> None:
        self._state.post(self._chat, author, service=service)

    def _who(self, person: "Person | None") -> Peer:
        return person.peer if person else self.admin

    def _bot(self) -> BotAccount:
        present = self._state.listeners(self._chat)
        alive = [bot for bot in (present or self._state.bots.values()) if not bot.revoked]
        if not alive:
            raise SandboxError("no bot has asked for anything yet; name its token with world.bot(token)")
        return alive[0]
