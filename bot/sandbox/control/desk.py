"""What all handlers of the control API share: reading bodies, finding who is named, answering in JSON."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from bot.sandbox.bots import BotAccount
from bot.sandbox.errors import SandboxError
from bot.sandbox.group import Group
from bot.sandbox.messages import Json
from bot.sandbox.person import Person
from bot.sandbox.world import World

F = TypeVar("F")
Answer = Callable[[web.Request], Awaitable[web.Response]]


class UnknownError(SandboxError):
    """Somebody or something is named that does not exist."""


class Desk:
    """One request with the world it is about."""

    def __init__(self, world: World, request: web.Request) -> None:
        self.world = world
        self.request = request

    async def read(self, form: type[F]) -> F:
        """The body as this form. Raises SandboxError with the place of the first mistake."""
        body = await self.request.read() or b"{}"
        try:
            return msgspec.json.decode(body, type=form)
        except msgspec.DecodeError as wrong:
            raise SandboxError(str(wrong)) from None

    @property
    def id(self) -> int:
        """The id in the address."""
        try:
            return int(self.request.match_info["id"])
        except ValueError:
            raise UnknownError("an id is a whole number") from None

    def asked(self, name: str) -> float:
        """A number of the query string; zero when absent."""
        try:
            return float(self.request.query.get(name, "0"))
        except ValueError:
            raise SandboxError(f"{name} is a number") from None

    def bot(self, number: int) -> BotAccount:
        """A bot by its id."""
        bot = self.world.state.bots.get(number)
        if bot is None:
            raise UnknownError("there is no bot with this id")
        return bot

    def person(self, number: int | None) -> Person:
        """A person by id, turned to the bot that ?bot=ID names."""
        if number is None:
            raise SandboxError("name a person by id")
        if number not in self.world.people:
            raise UnknownError("there is no person with this id")
        person = self.world.people[number]
        if "bot" in self.request.query:
            person.bot = self.bot(int(self.asked("bot")))
        return person

    def group(self, number: int) -> Group:
        """A group by id."""
        if number not in self.world.state.groups:
            raise UnknownError("there is no group with this id")
        return Group(self.world.state, self.world.state.groups[number])

    def place(self, sender: int | None) -> tuple[Group | None, Person]:
        """Where the address points, None for a private chat, and who acts there."""
        if self.id > 0:
            return None, self.person(self.id)
        if sender is None:
            raise SandboxError('in a group, name the person who acts in "from"')
        return self.group(self.id), self.person(sender)


Handler = Callable[[Desk], Awaitable[Json]]


def answering(world: World, handler: Handler) -> Answer:
    """The handler with its refusals as JSON: 404 for what is not there, 400 for what cannot be."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return _json(await handler(Desk(world, request)), 200)
        except UnknownError as unknown:
            return _json({"error": str(unknown)}, 404)
        except SandboxError as refusal:
            return _json({"error": str(refusal)}, 400)

    return answer


def _json(body: Any, status: int) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), status=status, content_type="application/json")
