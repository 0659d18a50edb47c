"""The shelf in memory: always what a first look would find, and opened only where something changed."""

from bot.actions.catalogue import Catalogue, Shelf
from bot.actions.shelving import Shelving
from bot.library import header
from bot.store import Store
from tests.support.clock import StoryClock
from tests.support.workshop import BORIS, OLGA, VERA, signed, text, trust

SLOGANS = b"# war\n- Enough\n"


async def seen(store: Store, catalogue: Catalogue) -> Shelf:
    """What it shows, which must be what somebody sees who never looked before."""
    async with store.read() as tx:
        shelf = await catalogue.look(tx)
        assert shelf == await Catalogue().look(tx)
    return shelf


async def test_it_follows_every_change(store: Store, clock: StoryClock) -> None:
    """Imports, corrections, signatures, policies, withdrawals and slogans show at the next look."""
    shelving, catalogue = Shelving(clock=clock), Catalogue()
    first = text(1)
    second = text(2, prev=header.parse(first, None))
    assert not (await seen(store, catalogue)).texts
    async with store.begin() as tx:
        await shelving.import_files(tx, [("a/en.md", first)])
    (one,) = (await seen(store, catalogue)).texts
    assert not one.signed
    async with store.begin() as tx:
        await shelving.import_files(tx, [("slogans/en.md", SLOGANS)])
    assert len((await seen(store, catalogue)).sheets) == 1
    async with store.begin() as tx:
        await shelving.set_trust(tx, [("trust.toml", trust(VERA, BORIS))])
        await shelving.import_files(tx, signed("a/en.md", first, VERA, BORIS))
    (one,) = (await seen(store, catalogue)).texts
    assert one.signed
    async with store.begin() as tx:
        await shelving.import_files(tx, signed("b/en.md", second, VERA, BORIS))
    assert [each.statement.number for each in (await seen(store, catalogue)).texts] == [1, 2]
    async with store.begin() as tx:
        await shelving.withdraw(tx, 1, "")
    assert [each.statement.withdrawn is None for each in (await seen(store, catalogue)).texts] == [
        False,
        True,
    ]
    later = trust(VERA, OLGA, threshold=1)
    async with store.begin() as tx:
        await shelving.set_trust(tx, signed("trust.toml", later, VERA, BORIS))
    assert [each.signers for each in (await seen(store, catalogue)).texts] == [("vera",), ("vera",)]


async def test_what_stayed_is_not_opened_again(store: Store, clock: StoryClock) -> None:
    """One text more on a shelf of many costs one: the others are the very same in memory."""
    shelving, catalogue = Shelving(clock=clock), Catalogue()
    data = [text(1)]
    for number in (2, 3, 4):
        data.append(text(number, prev=header.parse(data[-1], None)))
    async with store.begin() as tx:
        await shelving.set_trust(tx, [("trust.toml", trust(VERA, BORIS))])
        for number, each in enumerate(data[:3], 1):
            await shelving.import_files(tx, signed(f"{number}/en.md", each, VERA, BORIS))
    before = (await seen(store, catalogue)).texts
    async with store.begin() as tx:
        await shelving.import_files(tx, signed("4/en.md", data[3], VERA, BORIS))
        await shelving.withdraw(tx, 2, "")
    after = (await seen(store, catalogue)).texts
    assert [one is other for one, other in zip(before, after, strict=False)] == [True, False, True]
    assert len(after) == 4


async def test_other_keys_change_nothing(store: Store, clock: StoryClock) -> None:
    """A text that is put there as it was is no change; one that is, gets another place in the database."""
    async with store.begin() as tx:
        await Shelving(clock=clock).import_files(tx, [("a/en.md", text(1)), ("slogans/en.md", SLOGANS)])
    async with store.begin() as tx:
        marks = await tx.statements.marks()
        (one,) = await tx.statements.all()
        assert not await tx.statements.put(one)
        assert await tx.statements.marks() == marks
    async with store.begin() as tx:
        await Shelving(clock=clock).withdraw(tx, 1, "")
        texts, slogans = await tx.statements.marks()
        assert slogans == marks[1]
        assert not texts & marks[0]
        assert (await tx.statements.marked(texts)).keys() == texts
        assert not await tx.statements.marked(marks[0])
