"""People, a group and organisers of whom nothing may be found, and what all of them say."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.sandbox import Group, Person, World
from bot.sandbox.chats import file_id
from tests.seizure import canaries
from tests.seizure.canaries import Canary
from tests.support.keeper import Authenticator, Invited, Keeper

FIRST = "The heron keeps a blue ledger under the seventh bridge; bring Квітка and nobody else."
SECOND = "Lanterns at the coppersmith's yard, quarter past eleven, ask there for Зефирина Зимородок."
FILE_NAME = "Watchmen of the Umbermouth lock.pdf"
FILE = "Quince trees stand where the watchmen change; count them on the way to the Зимородок stairs."
TITLE = "On the ferrymen of Umbermouth"
BODY = "Whoever rows at night in Umbermouth owns neither the river nor the tide that carries them."
STATEMENT = f"""Statement: 7
Date: 2026-03-01
Language: en
Title: {TITLE}

{BODY}
"""
IN_FOUR_BYTES = 2**32
FIRST_ORGANISER = 900
SUPERGROUPS = 10**12
"""A supergroup's id is this and its own number, below zero (core.telegram.org/api/bots/ids)."""


@dataclass
class Town:
    """Everybody there is. `canaries` are all that is to be looked for."""

    world: World
    keeper: Keeper
    readers: list[Person] = field(default_factory=list)
    codes: dict[int, Authenticator] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)

    def knows(self, found: Iterable[Canary]) -> None:
        """Something more that must not be found."""
        self.canaries += found

    def person(self, name: str, number: int) -> Person:
        """Somebody with a long number, a name and a user name; every other reader reads Russian."""
        full, user = f"{name} Зимородок-{number:03}", f"kingfisher_{name[:3]}_{number:03}"
        language = "ru" if number < FIRST_ORGANISER and number % 2 else "en"
        while (person := self.world.person(full, language=language, username=user)).id < IN_FOUR_BYTES:
            continue
        self.knows(_of(person))
        return person

    async def subscribes(self, count: int) -> None:
        """So many readers, who also say something of their own."""
        self.readers = [self.person("Zéphyrine", number) for number in range(count)]
        for number, reader in enumerate(self.readers):
            said = f"My neighbour at the tannery, door {number:03}, reads it aloud"
            self.knows(canaries.pieces(f"what {_name(reader)} said", said))
            await reader.says("/subscribe")
            await reader.says(said)
            await reader.hears(count=2)  # one after the other, or it would be a flood

    async def gathers(self) -> Group:
        """A group whose owner subscribes it."""
        owner = self.person("Ottoline", 900)
        title = "Weavers of Квітка street"
        while (group := self.world.group(title, admin=owner)).id > -SUPERGROUPS - IN_FOUR_BYTES:
            continue
        self.knows(canaries.pieces("the group's title", title))
        self.knows([canaries.number("the group", group.id)])
        self.knows([canaries.number("the group's own number", -group.id - SUPERGROUPS)])
        await group.add_bot(owner)
        await group.hears()
        await owner.says(f"/subscribe@{self.world.bot_username}", chat=group)
        await group.hears()
        return group

    async def enrols(self, name: str, number: int) -> Person:
        """An organiser, up to the six digits."""
        person = self.person(name, number)
        invited = await self.keeper.invite(f"{name} of the lock", "author")
        self.knows([canaries.text(f"organiser name {number}", f"{name} of the lock")])
        self.knows(_in(invited, number))
        self.codes[person.id] = Authenticator(invited.secret)
        await person.says(f"/start {invited.code}")
        await person.hears()
        await self.types(person)
        return person

    async def types(self, person: Person) -> None:
        """The six digits that are asked for."""
        digits = await person.says(await self.codes[person.id].code())
        await person.misses(digits)

    async def agrees(self, person: Person) -> None:
        """Presses Approve on the newest request, with a code."""
        await person.presses("Approve")
        await person.hears("six digits")
        await self.types(person)

    async def sends(self, person: Person, text: str) -> None:
        """Drafts a broadcast and means it."""
        self.knows(canaries.pieces("a broadcast", text))
        await person.says(f"/broadcast {text}")
        await self.means_it(person)

    async def sends_file(self, person: Person, content: bytes, name: str, text: str) -> None:
        """Drafts the broadcast of a file and means it."""
        sent = await person.sends_document(content, name, f"/broadcast {text}")
        assert sent.media is not None
        unique_id = sent.media.unique_id
        self.knows(canaries.pieces("a caption", text))
        self.knows(canaries.pieces("the file's name", name))
        self.knows(canaries.pieces("the file", content.decode()))
        self.knows([canaries.text("the file's lasting id", unique_id)])
        self.knows([canaries.text("the file's id", file_id(unique_id, person.bot.id))])
        await self.means_it(person)

    async def means_it(self, person: Person) -> None:
        """Presses Send under the newest draft, with a code."""
        await person.hears("Fingerprint")
        await person.presses("Send")
        await person.hears("six digits")
        await self.types(person)


def secrets_of(keeper: Keeper) -> Iterator[Canary]:
    """What the keeper brought: token and passphrase, whole and in pieces, and the bot's number."""
    number, _, secret = keeper.token.partition(":")
    yield canaries.number("the bot", int(number))
    yield canaries.text("the token", keeper.token)
    yield from canaries.pieces("the token's secret", secret)
    yield from canaries.pieces("the passphrase", keeper.passphrase)


def _of(person: Person) -> Iterator[Canary]:
    yield canaries.number(f"the id of {_name(person)}", person.id)
    yield canaries.text(f"the name of {_name(person)}", person.name)
    yield canaries.text(f"the user name of {_name(person)}", person.peer.username or "")


def _in(invited: Invited, number: int) -> Iterator[Canary]:
    code = invited.code.removeprefix("o")
    secret = base64.b32encode(invited.secret).decode().rstrip("=")
    yield canaries.raw(f"one-time secret {number}", invited.secret)
    yield from canaries.pieces(f"one-time secret {number}", secret)
    yield canaries.text(f"enrolment code {number}", invited.code)
    yield canaries.raw(f"enrolment code {number}", base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))


def _name(person: Person) -> str:
    """Who it is, for a failing test: the last three digits of the name."""
    return f"person {person.name[-3:]}"
