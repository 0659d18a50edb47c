"""A house with somebody of every role, and somebody whose enrolment waits: for tables of who may do what."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.contact import ChatId
from bot.domain.organiser import Organiser, OrganiserId, Role, Standing
from bot.i18n.translator import Translator
from bot.sandbox import Person
from tests.support.house import House, open_house

Player = tuple[Person, Organiser]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody there is, by what they may do; `others` are three authors besides."""

    players: list[Player]
    others: list[Organiser]

    @property
    def author(self) -> Organiser:
        """Somebody else who writes what is approved."""
        return self.others[0]


@asynccontextmanager
async def still_house(home: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """A house in which nothing is sent: only what people do moves anything."""
    async with open_house(home, template=template, translator=translator) as house:
        house.application._dispatcher.close()
        yield house


async def enrolled(house: House, name: str, role: Role, standing: Standing = Standing.ENROLLED) -> Player:
    """Somebody whose record was written as if the others had agreed."""
    person, secret = house.world.person(name), os.urandom(20)
    await person.says("/start")
    await person.hears()
    organiser = Organiser(
        id=OrganiserId(os.urandom(16)),
        name=name,
        role=role,
        chat=ChatId(person.id),
        language="en",
        standing=standing,
        since=house.clock.now(),
    )
    async with house.store.begin() as tx:
        await tx.organisers.add(organiser, secret)
    house.secrets[person.id] = secret
    return person, organiser


async def cast(house: House) -> Cast:
    """One of each role, a newcomer, and three others."""
    players = [await enrolled(house, role, role) for role in Role]
    players.append(await enrolled(house, "newcomer", Role.AUTHOR, Standing.WAITING))
    others = [await enrolled(house, f"other {n}", Role.AUTHOR) for n in range(3)]
    return Cast(players=players, others=[one for _, one in others])
