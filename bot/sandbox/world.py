"""The people's side of the sandbox: make people and groups, let them act, wait for what they see."""

from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.bots import BotAccount
from bot.sandbox.chats import Kind
from bot.sandbox.errors import SandboxError
from bot.sandbox.faults import Faults
from bot.sandbox.group import Group
from bot.sandbox.messages import Peer
from bot.sandbox.person import Person
from bot.sandbox.signal import until
from bot.sandbox.state import State
from bot.sandbox.stats import Stats
from bot.sandbox.window import PATIENCE

T = TypeVar("T")
KINDS: tuple[Kind, ...] = ("group", "supergroup", "channel")


class World:
    """Everybody in the sandbox. There is one bot, known from its first request, unless tokens are named."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.people: dict[int, Person] = {}

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand."""
        return self.state.faults

    @property
    def stats(self) -> Stats:
        """What was counted."""
        return self.state.stats

    def bot(self, token: str | None = None) -> BotAccount:
        """The bot of this token, made known now; without a token the first one that is not revoked."""
        if token is not None:
            return self.state.check_token(token)
        for bot in self.state.bots.values():
            if not bot.revoked:
                return bot
        raise SandboxError("no bot has asked for anything yet; name its token with world.bot(token)")

    @property
    def bot_username(self) -> str:
        """The bot's name without the @."""
        return self.bot().username

    def person(
        self, name: str, *, language: str = "en", username: str | None = None, started: bool = False
    ) -> Person:
        """A new person; with `started`, one who pressed Start long ago: no update, but the bot may write."""
        peer = Peer(id=self.state.new_id(), name=name, username=username, language=language)
        self.state.people[peer.id] = peer
        person = self.people[peer.id] = Person(self.state, peer, None)
        if started:
            person.start()
        return person

    def group(self, title: str, *, admin: Person, kind: Kind = "supergroup") -> Group:
        """A new "group" (basic), "supergroup" or "channel" owned by `admin`."""
        if kind not in KINDS:
            raise SandboxError(f"a group is one of {', '.join(KINDS)}")
        chat = self.state.new_group(title, kind)
        chat.join(admin.peer, "creator")
        return Group(self.state, chat)

    @property
    def groups(self) -> dict[int, Group]:
        """All groups by id, those that became supergroups twice."""
        return {number: Group(self.state, chat) for number, chat in self.state.groups.items()}

    def revoke(self, bot: BotAccount | None = None) -> None:
        """Make the bot's token worthless, as @BotFather can; a new token of the same id is then taken."""
        revoked = bot or self.bot()
        revoked.revoked = True

    async def until(self, probe: Callable[[], T | None], *, timeout: float = PATIENCE) -> T:
        """Wait until `probe` finds something, asked after each change in any chat."""
        found = await until(self.state.changed, probe, timeout)
        if found is None:
            raise SandboxError(f"waited {timeout} s in vain")
        return found

    async def listening(self, *, timeout: float = PATIENCE) -> None:
        """Wait until the bot waits for updates in a long poll."""
        queue = self.bot().queue
        if await until(queue.polled, lambda: queue if queue.listening else None, timeout) is None:
            raise SandboxError(f"waited {timeout} s for the bot to ask for updates")

    async def settled(self, *, timeout: float = PATIENCE) -> None:
        """Wait until the bot has confirmed all its updates; true of what it did before confirming."""
        queue = self.bot().queue
        if await until(queue.emptied, lambda: None if len(queue) else queue, timeout) is None:
            raise SandboxError(f"waited {timeout} s for the bot to confirm {len(queue)} updates")
