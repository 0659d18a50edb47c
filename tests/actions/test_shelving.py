"""What comes on the shelf once a policy of signatures is set, and what does not."""

import os
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete

from bot.actions.catalogue import Catalogue
from bot.actions.reading import Reading
from bot.actions.shelving import Imported, Shelving
from bot.domain.statement import Statement
from bot.errors import BadInputError, DamagedVaultError
from bot.library import header
from bot.store import Store, tables
from tests.support.clock import StoryClock
from tests.support.signers import Signer
from tests.support.workshop import BORIS, MALLORY, OLGA, TODAY, VERA, signed, text, trust

SLOGANS = b"# war\n- Enough\n"
POLICY = trust(VERA, BORIS, OLGA)


class Keeper:
    """The keeper at the terminal, and what readers see."""

    def __init__(self, store: Store, clock: StoryClock) -> None:
        self.store, self.clock = store, clock
        self.shelving = Shelving(clock=clock)
        self.catalogue = Catalogue()

    async def sets(self, data: bytes, *signers: Signer) -> Any:
        async with self.store.begin() as tx:
            return await self.shelving.set_trust(tx, signed("trust.toml", data, *signers))

    async def imports(self, *files: tuple[str, bytes]) -> Imported:
        async with self.store.begin() as tx:
            return await self.shelving.import_files(tx, files)

    async def adds(self, data: bytes, *signers: Signer, name: str = "a/en.md") -> Imported:
        return await self.imports(*signed(name, data, *signers))

    async def withdraws(self, number: int, language: str = "") -> int:
        async with self.store.begin() as tx:
            return await self.shelving.withdraw(tx, number, language)

    async def shown(self, *, signed_only: bool = False) -> list[tuple[int, str]]:
        reading = Reading(
            clock=self.clock, random=os.urandom, catalogue=self.catalogue, signed_only=signed_only
        )
        async with self.store.read() as tx:
            return [(one.number, one.language) for one in await reading.shelf(tx)]

    async def slogan(self, *, signed_only: bool = False) -> str | None:
        reading = Reading(
            clock=self.clock, random=os.urandom, catalogue=self.catalogue, signed_only=signed_only
        )
        async with self.store.read() as tx:
            found = await reading.slogan(tx, "en")
        return found.text if found else None

    async def refuses(self, work: Callable[[], Awaitable[object]], words: str) -> None:
        """One clear line, and nothing is written."""
        before = await self.everything()
        with pytest.raises(BadInputError) as caught:
            await work()
        assert words in caught.value.message, caught.value.message
        assert "\n" not in caught.value.message
        assert caught.value.hint
        assert await self.everything() == before

    async def everything(self) -> object:
        async with self.store.read() as tx:
            return (await tx.statements.all(), await tx.statements.slogan_files(), await tx.trust.get())


@pytest.fixture
def keeper(store: Store, clock: StoryClock) -> Keeper:
    assert clock.now().date() == TODAY
    return Keeper(store, clock)


def parsed(data: bytes) -> Statement:
    return header.parse(data, None)


async def test_before_a_policy_everything_is_shown(keeper: Keeper) -> None:
    """Unless only signed statements may be: then nothing is."""
    await keeper.imports(("a/en.md", text(1)), ("slogans/en.md", SLOGANS))
    assert await keeper.shown() == [(1, "en")]
    assert await keeper.slogan() == "Enough"
    assert await keeper.shown(signed_only=True) == []
    assert await keeper.slogan(signed_only=True) is None


async def test_a_policy_hides_what_is_not_signed(keeper: Keeper) -> None:
    """Signatures that were imported before it count from then on; the others can come later."""
    await keeper.adds(text(1), VERA, BORIS)
    await keeper.imports(("b/en.md", text(2, prev=parsed(text(1)))), ("slogans/en.md", SLOGANS))
    done = await keeper.sets(POLICY)
    assert (done.first, done.signed, done.unsigned) == (True, 1, 2)
    assert await keeper.shown() == await keeper.shown(signed_only=True) == [(1, "en")]
    assert await keeper.slogan() is None
    assert (await keeper.adds(text(2, prev=parsed(text(1))), VERA, OLGA)).replaced == 1
    await keeper.imports(*signed("slogans/en.md", SLOGANS, BORIS, OLGA))
    assert await keeper.shown() == [(2, "en"), (1, "en")]
    assert await keeper.slogan() == "Enough"


async def test_only_what_is_signed_comes_in(keeper: Keeper) -> None:
    """All files of an import, or none of them."""
    await keeper.sets(POLICY)
    await keeper.refuses(lambda: keeper.adds(text(1)), "0 of 2 signatures")
    await keeper.refuses(lambda: keeper.adds(text(1), VERA), "1 of 2 signatures")
    await keeper.refuses(lambda: keeper.adds(text(1), VERA, MALLORY), "mallory is not among the signers")
    both = [*signed("a/en.md", text(1), VERA, BORIS), *signed("a/ru.md", text(1, "ru"), VERA)]
    await keeper.refuses(lambda: keeper.imports(*both), "a/ru.md:1: not enough signers")
    await keeper.refuses(lambda: keeper.imports(("slogans/en.md", SLOGANS)), "not enough signers")
    assert (await keeper.adds(text(1), VERA, BORIS)).new == 1
    assert (await keeper.adds(text(1), VERA, BORIS)).same == 1


async def test_signatures_gather(keeper: Keeper) -> None:
    """Those that are there stay when the same file comes with others."""
    await keeper.adds(text(1), VERA)
    await keeper.adds(text(1), BORIS)
    assert (await keeper.sets(POLICY)).signed == 1
    assert (await keeper.adds(text(1))).same == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a/en.md.vera.sig", "the file that it belongs to is not there"),
        ("b/en.md.vera.sig", "the file that it belongs to is not there"),
    ],
)
async def test_a_signature_without_its_file(keeper: Keeper, name: str, words: str) -> None:
    """Says so."""
    await keeper.refuses(lambda: keeper.imports((name, VERA.signs(b""))), words)


async def test_a_broken_signature_file(keeper: Keeper) -> None:
    """Is refused by its name, with or without a policy."""
    files = [("a/en.md", text(1)), ("a/en.md.vera.sig", b"junk")]
    await keeper.refuses(lambda: keeper.imports(*files), "a/en.md.vera.sig: this is not an SSH signature")
    files[1] = ("a/en.md.vera.minisig", b"x" * 10_000_000)
    await keeper.refuses(lambda: keeper.imports(*files), "too long")


async def test_the_series(keeper: Keeper) -> None:
    """What enough people signed still comes only in its own place: no fork, no other date."""
    await keeper.sets(POLICY)
    one, two = text(1), text(2, day="2026-10-05", prev=parsed(text(1)))
    await keeper.adds(one, VERA, BORIS)
    wrong = {
        "a/ru.md": (text(1), "its language is en"),
        "b/en.md": (text(2, day="2026-10-05"), "a fork: Prev does not name statement 1"),
        "c/en.md": (text(1, title="Another"), "another text of statement 1 was signed"),
        "d/en.md": (text(2, prev=parsed(text(1, title="Another"))), "a fork: Prev names another text"),
        "e/en.md": (text(2, day="2026-09-30", prev=parsed(one)), "contradict those of statement 1"),
        "f/ru.md": (text(1, "ru", day="2026-10-02"), "in en with another date"),
    }
    for name, (data, words) in wrong.items():
        files = signed(name, data, VERA, BORIS, OLGA)
        await keeper.refuses(lambda files=files: keeper.imports(*files), words)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    await keeper.adds(two, VERA, BORIS)
    early = text(1, "ru", day="2026-10-01")
    await keeper.adds(early, VERA, BORIS, name="a/ru.md")
    assert await keeper.shown() == [(2, "en"), (1, "en"), (1, "ru")]


async def test_a_gap_may_be_filled_later(keeper: Keeper) -> None:
    """But only with the text that the later one names."""
    await keeper.sets(POLICY)
    two = text(2, day="2026-10-05", prev=parsed(text(1)))
    await keeper.adds(two, VERA, BORIS)
    other = signed("a/en.md", text(1, title="Another"), VERA, BORIS)
    await keeper.refuses(lambda: keeper.imports(*other), "follows another text of 1")
    await keeper.adds(text(1), VERA, BORIS)


async def test_code_and_links_are_needed(keeper: Keeper) -> None:
    """A signed statement tells its code and its links itself."""
    await keeper.sets(POLICY)
    for line in (b"Code: ", b"Links: "):
        data = b"\n".join(each for each in text(1).split(b"\n") if not each.startswith(line))
        files = signed("a/en.md", data, VERA, BORIS)
        await keeper.refuses(lambda files=files: keeper.imports(*files), "is missing")  # type: ignore[misc]  # as above


async def test_withdrawn(keeper: Keeper) -> None:
    """A statement that was withdrawn is shown no more, and does not come back, signed or not."""
    await keeper.imports(("a/en.md", text(1)), ("a/ru.md", text(1, "ru")))
    assert await keeper.withdraws(1, "ru") == 1
    assert await keeper.shown() == [(1, "en")]
    assert await keeper.withdraws(1) == 1
    assert await keeper.shown() == []
    await keeper.refuses(lambda: keeper.withdraws(1), "no such statement")
    await keeper.refuses(lambda: keeper.withdraws(7), "no such statement")
    await keeper.refuses(lambda: keeper.adds(text(1)), "statement 1 was withdrawn")
    await keeper.sets(POLICY)
    await keeper.refuses(lambda: keeper.adds(text(1), VERA, BORIS), "statement 1 was withdrawn")


async def test_another_policy_takes_the_signatures_of_the_one_before(keeper: Keeper) -> None:
    """Enough of the present signers, over exactly these bytes; none of those before comes back."""
    await keeper.sets(POLICY)
    new = trust(VERA, BORIS, MALLORY)
    await keeper.refuses(lambda: keeper.sets(new), "not enough of the present signers")
    await keeper.refuses(lambda: keeper.sets(new, VERA, MALLORY), "1 of 2 signatures; mallory is not")
    done = await keeper.sets(new, VERA, OLGA)
    assert not done.first
    await keeper.refuses(lambda: keeper.sets(POLICY, VERA, BORIS), "replaced by another one")
    await keeper.refuses(lambda: keeper.sets(POLICY, VERA, BORIS, OLGA, MALLORY), "replaced by another one")
    assert not (await keeper.sets(new)).first, "the same again changes nothing"


@pytest.mark.parametrize("files", [[], [("trust.toml", b"x")], [("trust.toml", POLICY), ("b.toml", POLICY)]])
async def test_what_is_no_policy(keeper: Keeper, files: list[tuple[str, bytes]]) -> None:
    """Is refused, and nobody may sign yet."""

    async def work() -> None:
        async with keeper.store.begin() as tx:
            await keeper.shelving.set_trust(tx, files)

    await keeper.refuses(work, "" if files[:1] == [("trust.toml", b"x")] else "not one trust file")


async def test_a_key_that_is_revoked_later(keeper: Keeper) -> None:
    """What was sealed before stays; the same signatures on something new are worth nothing."""
    await keeper.sets(POLICY)
    await keeper.adds(text(1), VERA, BORIS)
    keeper.clock.forward(days=10)
    revoked = trust(VERA, BORIS, OLGA, more=[("boris", f"revoked_on = {keeper.clock.now().date()}")])
    done = await keeper.sets(revoked, VERA, OLGA)
    assert (done.signed, done.unsigned) == (1, 0)
    assert await keeper.shown() == [(1, "en")]
    two = text(2, prev=parsed(text(1)))
    await keeper.refuses(lambda: keeper.adds(two, VERA, BORIS), "the key of boris was revoked")
    await keeper.adds(two, VERA, OLGA)


async def test_a_key_that_was_stolen_before(keeper: Keeper) -> None:
    """Revoked from a day before it was used: what it signed is shown no more, until others sign."""
    await keeper.sets(POLICY)
    await keeper.adds(text(1), VERA, BORIS)
    keeper.clock.forward(days=10)
    done = await keeper.sets(
        trust(VERA, BORIS, OLGA, more=[("boris", "revoked_on = 2026-11-01")]), VERA, OLGA
    )
    assert (done.signed, done.unsigned) == (0, 1)
    assert await keeper.shown() == []
    await keeper.adds(text(1), OLGA)
    assert await keeper.shown() == [(1, "en")]
    async with keeper.store.read() as tx:
        assert [one.accepted for one in await tx.statements.all()] == [date(2026, 12, 2)]


async def test_old_slogans_do_not_come_back(keeper: Keeper) -> None:
    """A file with its signatures, kept since then, is no newer for being imported again."""
    await keeper.sets(POLICY)
    newer = b"# war\n- Enough of it\n"
    old, new = (signed("slogans/en.md", data, VERA, BORIS) for data in (SLOGANS, newer))
    await keeper.imports(*old)
    assert (await keeper.imports(*new)).replaced == 1
    await keeper.refuses(lambda: keeper.imports(*old), "replaced by newer ones")
    assert await keeper.slogan() == "Enough of it"


async def test_a_policy_that_is_deleted_is_missed(keeper: Keeper) -> None:
    """Whoever can write to the database cannot make unsigned statements count by taking the policy away."""
    await keeper.sets(POLICY)
    await keeper.adds(text(1), VERA, BORIS)
    async with keeper.store.begin() as tx:
        await tx.trust._connection.run(delete(tables.policy))
    with pytest.raises(DamagedVaultError, match="policy of signatures is missing"):
        await keeper.shown()


async def test_nothing_is_checked_twice(keeper: Keeper) -> None:
    """The shelf is opened again only when something on it has changed."""
    await keeper.sets(POLICY)
    await keeper.adds(text(1), VERA, BORIS)
    async with keeper.store.read() as tx:
        first = await keeper.catalogue.look(tx)
        assert await keeper.catalogue.look(tx) is first
    await keeper.adds(text(1), OLGA)
    async with keeper.store.read() as tx:
        second = await keeper.catalogue.look(tx)
    assert second is not first
    assert second.texts[0].signers == ("boris", "olga", "vera")
