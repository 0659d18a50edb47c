"""The one action of each organiser that waits for a code. Six digits count only while there is one."""

from sqlalchemy import delete, insert, select

from bot.domain.organiser import OrganiserId
from bot.domain.stepup import StepUp
from bot.store import tables
from bot.store.connection import Connection
from bot.store.records import Codec
from bot.vault.vault import Vault

CODEC = Codec(StepUp, ("action", "subject", "digest", "expires"))


class StepUps:
    """At most one an organiser."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def set(self, organiser: OrganiserId, stepup: StepUp) -> None:
        """Let this action wait, in the place of any other."""
        await self.clear(organiser)
        rec = self._vault.seal("stepups", "rec", organiser, CODEC.encode(stepup))
        await self._connection.run(insert(tables.stepups).values(organiser=organiser, rec=rec))

    async def get(self, organiser: OrganiserId) -> StepUp | None:
        """What waits, even when it has expired."""
        mine = tables.stepups.c.organiser == organiser
        row = await self._connection.one(select(tables.stepups).where(mine))
        return CODEC.decode(self._vault.open("stepups", "rec", organiser, row.rec)) if row else None

    async def clear(self, organiser: OrganiserId) -> None:
        """Nothing waits any more."""
        await self._connection.run(delete(tables.stepups).where(tables.stepups.c.organiser == organiser))
