"""Under which names Telegram keeps what was printed: sealed beside the token, the newest ones only."""

from bot.domain.media import Media, MediaKind
from bot.store import Store, prints, tables
from bot.store.prints import KEPT
from tests.store.helpers import blobs, record


def media(number: int) -> Media:
    return Media(kind=MediaKind.DOCUMENT, file_id=f"file{number}", unique_id=f"unique{number}", size=number)


def key(number: int) -> bytes:
    return number.to_bytes(32, "big")


async def test_kept(store: Store) -> None:
    """What was kept is found by its key; the token beside it stays as it was."""
    async with store.begin() as tx:
        assert await tx.prints.find(key(1)) is None
        await tx.prints.keep(key(1), media(1))
        await tx.bot.set(record())
        await tx.prints.keep(key(2), media(2))
    async with store.read() as tx:
        assert await tx.prints.find(key(1)) == media(1)
        assert await tx.prints.find(key(2)) == media(2)
        assert await tx.prints.find(key(3)) is None
        assert await tx.bot.get() == record()


async def test_in_the_place_of(store: Store) -> None:
    """The same print has one name, the last one."""
    async with store.begin() as tx:
        await tx.prints.keep(key(1), media(1))
        await tx.prints.keep(key(1), media(2))
        assert await tx.prints.find(key(1)) == media(2)


async def test_only_the_newest(store: Store) -> None:
    """The record does not grow for ever."""
    async with store.begin() as tx:
        for number in range(KEPT + 2):
            await tx.prints.keep(key(number), media(number))
        assert await tx.prints.find(key(1)) is None
        assert await tx.prints.find(key(2)) == media(2)
        assert await tx.prints.find(key(KEPT + 1)) == media(KEPT + 1)


async def test_sealed(store: Store) -> None:
    """Nothing of it can be read in the database."""
    async with store.begin() as tx:
        await tx.prints.keep(key(7), media(7))
    (blob,) = await blobs(store, tables.bot, "token")
    assert b"file7" not in blob
    assert b"unique7" not in blob
    assert prints.CODEC.missing() == set()
