"""How many readers an audience has, about: from the share of it in a few random parts of the list.

Nobody is listed and nothing is kept but a number, which is rounded before anybody sees it.
"""

from collections.abc import Callable

from bot.delivery.agenda import shuffled
from bot.domain.audience import Audience
from bot.domain.broadcast import BroadcastId
from bot.domain.contact import SHARDS
from bot.store import Tx

LOOKED_AT = 16
"""Shards, of each at most the first 500 contacts: 8,000 in all, about 50 ms."""

ENOUGH = 1000
"""With fewer contacts than this in them, more shards are looked at: of a short list all."""


async def size(tx: Tx, audience: Audience, random: Callable[[int], bytes]) -> int:
    """The number of contacts times the share of the audience in a sample.

    Ids are random, and so is who stands in a shard, and at its beginning.
    """
    everybody = await tx.contacts.estimate()
    if audience == Audience():
        return everybody
    wanted = seen = 0
    for number, shard in enumerate(shuffled(BroadcastId(random(16)), range(SHARDS))):
        if number >= LOOKED_AT and seen >= ENOUGH:
            break
        found, looked_at = await tx.contacts.share(shard, audience.includes)
        wanted, seen = wanted + found, seen + looked_at
    return round(everybody * wanted / seen) if seen else 0
