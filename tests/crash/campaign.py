"""Many readers and several broadcasts that all organisers agreed to, written into a home that does not run.

It also counts: who got which broadcast how often, as the readers themselves see it.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.domain.organiser import OrganiserId
from bot.domain.rich_text import RichText
from bot.sandbox import Person, World
from bot.store import Store
from tests.crash.disk import every_broadcast, settled

Delivered = tuple[BroadcastId, ContactId]

GONE_SHARE = 30
"""One in so many readers has deleted the account: the bot hears of it only when it writes."""


@dataclass
class Campaign:
    """Readers, and the texts of the broadcasts that are due."""

    readers: dict[ContactId, Person] = field(default_factory=dict)
    gone: set[ContactId] = field(default_factory=set)
    texts: dict[BroadcastId, str] = field(default_factory=dict)

    @classmethod
    async def begin(
        cls, store: Store, world: World, *, readers: int, broadcasts: int, shards: int
    ) -> "Campaign":
        """Everything is approved, and the cool-down of the first is over."""
        campaign = cls()
        async with store.begin() as tx:
            for number in range(readers):
                person = world.person(f"Reader {number}", started=True)
                contact = _contact(person, number % shards)
                campaign.readers[contact.id] = person
                await tx.contacts.add(contact)
                if number % GONE_SHARE == GONE_SHARE - 1:
                    campaign.gone.add(contact.id)
                    await person.deactivates()
            for number in range(broadcasts):
                broadcast = _broadcast(number)
                campaign.texts[broadcast.id] = broadcast.texts[""].text
                await tx.broadcasts.add(broadcast)
                await tx.journal.prepare(broadcast.id)
        return campaign

    def received(self) -> Counter[Delivered]:
        """How often each reader has each text now."""
        by_text = {text: broadcast for broadcast, text in self.texts.items()}
        return Counter(
            (by_text[message.text], contact)
            for contact, person in self.readers.items()
            for message in person.inbox
        )

    async def finished(self, store: Store) -> set[Delivered]:
        """Every delivery that the database holds to be finished."""
        found: set[Delivered] = set()
        for broadcast in await every_broadcast(store):
            if broadcast.state is State.DONE:
                found |= {(broadcast.id, contact) for contact in self.readers}
            elif broadcast.state is State.SENDING:
                found |= {(broadcast.id, one) for one in await settled(store, broadcast.id)}
        return found

    @property
    def living(self) -> set[Delivered]:
        """Every delivery to somebody who is there."""
        return {(b, c) for b in self.texts for c in self.readers if c not in self.gone}

    @property
    def everything(self) -> int:
        """Deliveries in all, those to readers who are gone counted too."""
        return len(self.texts) * len(self.readers)


def _contact(person: Person, shard: int) -> Contact:
    return Contact(
        id=ContactId(bytes([shard]) + os.urandom(15)),
        chat=ChatId(person.id),
        kind=Kind.PERSON,
        language="en",
        joined=Month(24322),
    )


def _broadcast(number: int) -> Broadcast:
    begun = datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=number)
    return Broadcast(
        id=BroadcastId(os.urandom(16)),
        state=State.COOLING,
        author=OrganiserId(os.urandom(16)),
        texts={"": RichText(f"Broadcast number {number}")},
        digest=os.urandom(32),
        created=begun,
        needed=1,
        cooldown=1,
        starts=begun + timedelta(seconds=1),
    )
