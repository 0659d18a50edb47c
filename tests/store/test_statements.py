"""Statements and slogans: what was imported is what is answered."""

from bot.store import Store, statements, tables
from tests.store.helpers import NOW, blobs, slogan, statement


class TestStatements:
    async def test_kept(self, store: Store) -> None:
        """Every field of a statement and the exact bytes of its file are kept, a language a row."""
        plain = statement(
            11, author=None, topics=(), publish_at=None, links=(), prev=None, source="№ 11 🌉\r\n".encode()
        )
        ru, en = statement(12, "ru", preface="О чём это"), statement(12)
        async with store.begin() as tx:
            for one in (ru, en, plain):
                assert await tx.statements.put(one)
        async with store.read() as tx:
            assert await tx.statements.all() == [plain, en, ru]

    async def test_again(self, store: Store) -> None:
        """Importing a file again changes nothing; importing a corrected one replaces it."""
        corrected = statement(title="On every bridge", publish_at=NOW.replace(year=2027))
        async with store.begin() as tx:
            assert await tx.statements.put(statement())
        before = await blobs(store, tables.statements)
        async with store.begin() as tx:
            assert not await tx.statements.put(statement())
        assert await blobs(store, tables.statements) == before
        async with store.begin() as tx:
            assert await tx.statements.put(corrected)
            assert await tx.statements.all() == [corrected]

    async def test_slogans(self, store: Store) -> None:
        """A slogan file replaces the slogans of its language and no others."""
        async with store.begin() as tx:
            assert await tx.statements.put_slogans("ru", [slogan("Мосты открыты", "ru")], b"file")
            assert await tx.statements.put_slogans("en", [slogan("Old")])
            new = [slogan("Bridges join"), slogan("All banks")]
            assert await tx.statements.put_slogans("en", new)
            assert not await tx.statements.put_slogans("en", new)
        async with store.read() as tx:
            assert await tx.statements.slogans() == [*new, slogan("Мосты открыты", "ru")]

    def test_every_field(self) -> None:
        """Nothing a statement knows is left out of its record."""
        assert statements.CODEC.missing() == set()
        assert statements.SLOGANS.missing() == set()
