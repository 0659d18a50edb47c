"""A home, its service that can be killed, and people who live through that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox import Limits, Person, Sandbox, World
from tests.support.keeper import Authenticator, Keeper
from tests.support.nursery import Child, Nursery
from tests.support.wire import Wire


@dataclass(slots=True)
class Street:
    """At most one service runs at a time."""

    keeper: Keeper
    nursery: Nursery
    wire: Wire
    world: World
    _child: Child | None = None
    _codes: dict[int, Authenticator] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, nursery: Nursery, **settings: str) -> AsyncIterator["Street"]:
        """With a home, and without a running service."""
        async with Sandbox.start(limits=Limits.off()) as sandbox, Wire.to(sandbox.url) as wire:
            keeper = Keeper(folder, wire.url, **settings)
            await keeper.init()
            sandbox.world.bot(keeper.token)
            yield cls(keeper, nursery, wire, sandbox.world)

    async def starts(self) -> None:
        """Returns when everything that was said before has been heard and confirmed."""
        self._child = await self.nursery.run(self.keeper)
        await self.world.listening(timeout=30)

    @property
    def pid(self) -> int:
        """The process of the service."""
        assert self._child is not None
        return self._child.pid

    async def killed(self) -> None:
        """Returns when also what was under way has landed."""
        assert self._child is not None
        await self._child.kill()
        await self.wire.calm()

    async def organiser(self, name: str) -> Person:
        """The first one: enrolled at once."""
        person = self.world.person(name)
        invited = await self.keeper.invite(name)
        self._codes[person.id] = Authenticator(invited.secret)
        await person.says(f"/start {invited.code}")
        await person.hears("six digits")
        await person.says(await self._codes[person.id].code())
        await person.hears("You are enrolled")
        return person

    async def readers(self, count: int) -> list[Person]:
        """So many who subscribed."""
        people = [self.world.person(f"Reader {number}") for number in range(count)]
        for person in people:  # one after the other, or it would be a flood
            await person.says("/subscribe")
            await person.hears()
        return people

    async def code(self, person: Person) -> str:
        """What the person's authenticator shows."""
        return await self._codes[person.id].code()
