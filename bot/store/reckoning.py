"""Whether the list is what was written last, as far as this process knows; and the mark that a home keeps.

What is compared with what is `census`. Nothing here mends anything: a doubt stays until the keeper accepts.
"""

import asyncio

from bot.store.census import Census, Doubt, Line
from bot.store.engine import Engine
from bot.vault.mark import Mark, Marked
from bot.vault.vault import Vault


class Reckoning:
    """Of one open store."""

    def __init__(self, engine: Engine, vault: Vault, mark: Mark | None) -> None:
        self._engine = engine
        self._vault = vault
        self._mark = mark
        self._fitting: set[int] = set()
        self.known: dict[int, Line] = {}
        """The lines of the census as a transaction of this process left them last."""
        self.generation = 0
        """The newest that was seen."""
        self.doubt: Doubt | None = None
        """What does not fit between the list and its census. As long as it is set, nothing may be sent."""
        self.doubted = asyncio.Event()

    async def compare(self) -> Doubt | None:
        """Compare the numbers of rows with the census, and its generation with the newest that is known.

        A doubt is kept in `doubt`, and in the mark of the home, until `accepted`.
        """
        marked = self._mark.read() if self._mark else None
        async with self._engine.reading() as connection:
            census = Census(connection, self._vault)
            generation, doubt = await census.generation(), await census.compare()
        known = max(self.generation, marked.generation if marked else 0)
        self.generation = max(generation, known)
        if marked and marked.doubt:
            self.put_in_doubt(Doubt(marked.doubt))
        elif generation < known:
            self.put_in_doubt(Doubt.BEHIND)
        elif doubt:
            self.put_in_doubt(doubt)
        self.note()
        return self.doubt

    async def fits(self, *shards: int) -> bool:
        """Whether every row of these shards is the one written last; each is read when first asked for."""
        new = [shard for shard in shards if shard not in self._fitting]
        if self.doubt is None and new:
            async with self._engine.reading() as connection:
                if await Census(connection, self._vault).fits(new):
                    self._fitting.update(new)
                else:
                    self.put_in_doubt(Doubt.ROWS)
        return self.doubt is None

    def forget_what_fitted(self) -> None:
        """Look at every shard again when it is asked for."""
        self._fitting.clear()

    def committed(self, census: Census) -> None:
        """A transaction ended well."""
        if census.reached and census.reached <= self.generation:
            self.put_in_doubt(Doubt.BEHIND)
        self.generation = max(self.generation, census.reached)
        self.known |= census.written

    def accepted(self) -> None:
        """The keeper took the list for right."""
        self.doubt = None
        self.doubted.clear()
        self._fitting.clear()
        self.note()

    def note(self) -> None:
        """Let the home remember how far the census has come, and whether it is in doubt."""
        if self._mark and self.generation:
            self._mark.write(Marked(self.generation, self.doubt or ""))

    def put_in_doubt(self, doubt: Doubt) -> None:
        """Something does not fit; whoever waits for `doubted` hears it."""
        self.doubt = self.doubt or doubt
        self.doubted.set()
        self.note()
