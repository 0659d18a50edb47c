"""Two thousand ways to get a statement on the shelf that the group did not sign: none of them works."""

import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.actions.reading import Reading
from bot.actions.shelving import Shelving
from bot.domain.statement import Statement
from bot.errors import BadInputError
from bot.library import header, proof
from bot.store import Store
from tests.support.clock import StoryClock
from tests.support.signers import Signer
from tests.support.workshop import BORIS, MALLORY, OLGA, VERA, signed, text, trust

IVAN, LIDA = Signer("ivan"), Signer("lida", touch=True)
"""Ivan's key ran out in May, Lida's was revoked in June."""

POLICY = trust(
    *(VERA, BORIS, OLGA, IVAN, LIDA),
    more=[("ivan", "valid_until = 2026-05-31"), ("lida", "revoked_on = 2026-06-01")],
)
MUTATIONS = 2_400

Files = list[tuple[str, bytes]]
GOOD_SIGNERS = (VERA, BORIS, OLGA)


def parsed(data: bytes) -> Statement:
    return header.parse(data, None)


ONE = text(1)
"""What is on the shelf; the mutations are of number 2 and of ways to replace number 1."""


def new(draw: random.Random) -> bytes:
    """A right statement that could be the next one."""
    title = f"Number two, {draw.randrange(10**6)}"
    return text(2, day=f"2026-10-{draw.randint(2, 28):02}", title=title, prev=parsed(ONE))


def flipped(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def forged(draw: random.Random) -> Files:
    """By keys that nobody trusts, under the names of those who are trusted."""
    data = new(draw)
    two = draw.sample(GOOD_SIGNERS, 2)
    forger = Signer(f"forger {draw.randrange(1000)}", touch=draw.random() < 0.5)
    return [("a/en.md", data), *((f"a/en.md.{one.name}.sig", forger.signs(data)) for one in two)]


def altered(draw: random.Random) -> Files:
    """One bit of what was signed is another, and code and links are made right again where they can be."""
    data = new(draw)
    name, *signatures = signed("a/en.md", data, *draw.sample(GOOD_SIGNERS, 2))
    other = flipped(data, draw)
    if draw.random() < 0.5:
        other = data.replace(b"talk", b"lie", 1) if draw.random() < 0.5 else data.replace(b"what", b"all", 1)
        other = proof.fixed(parsed(other))
    return [(name[0], other), *signatures]


def flipped_signature(draw: random.Random) -> Files:
    """One bit of one of two signatures is another."""
    data = new(draw)
    name, first, second = signed("a/en.md", data, *draw.sample(GOOD_SIGNERS, 2))
    return [name, first, (second[0], flipped(second[1], draw))]


def flipped_minisign(draw: random.Random) -> Files:
    """The same with minisign."""
    data = new(draw)
    signature = flipped(OLGA.minisigns(data, old=draw.random() < 0.5), draw)
    return [*signed("a/en.md", data, VERA), ("a/en.md.olga.minisig", signature)]


def revoked(draw: random.Random) -> Files:
    """With a key that was revoked, on any date before or after."""
    data = text(2, day=f"2026-{draw.randint(10, 12)}-{draw.randint(2, 28):02}", prev=parsed(ONE))
    return signed("a/en.md", data, LIDA, draw.choice(GOOD_SIGNERS))


def dated_back(draw: random.Random) -> Files:
    """With a revoked key and a date on which it was good, as the first of another language."""
    data = text(1, "ru", day=f"2026-0{draw.randint(1, 5)}-{draw.randint(1, 28):02}")
    return signed("a/ru.md", data, LIDA, draw.choice(GOOD_SIGNERS))


def expired(draw: random.Random) -> Files:
    """With a key that has run out."""
    return signed("a/en.md", new(draw), IVAN, draw.choice(GOOD_SIGNERS))


def replayed(draw: random.Random) -> Files:
    """The signatures of one statement under another."""
    data, other = new(draw), text(2, day="2026-10-29", prev=parsed(ONE))
    _, *signatures = signed("a/en.md", other, *draw.sample(GOOD_SIGNERS, 2))
    return [("a/en.md", data), *signatures]


def replayed_from_elsewhere(draw: random.Random) -> Files:
    """Right keys, right bytes, but signed for something else than statements."""
    data = new(draw)
    space = draw.choice([b"git", b"file", b"", b"Handbill", b"handbill "])
    two = draw.sample(GOOD_SIGNERS, 2)
    return [
        ("a/en.md", data),
        *((f"a/en.md.{one.name}.sig", one.signs(data, namespace=space)) for one in two),
    ]


def misnumbered(draw: random.Random) -> Files:
    """Signed by everybody, but in a place that is not its own: a fork, another date, another language."""
    case = draw.randrange(5)
    title = f"Another {draw.randrange(10**6)}"
    if case == 0:
        data, name = text(1, title=title), "a/en.md"
    elif case == 1:
        data, name = text(draw.randint(2, 999), title=title), "a/en.md"
    elif case == 2:
        data = text(draw.randint(2, 999), prev=parsed(text(1, title=title)))
        name = "a/en.md"
    elif case == 3:
        data, name = text(2, day=f"2026-0{draw.randint(2, 9)}-01", prev=parsed(ONE)), "a/en.md"
    else:
        data, name = new(draw), f"a/{draw.choice(['ru', 'de', 'uk'])}.md"
    return signed(name, data, *GOOD_SIGNERS)


def under_signed(draw: random.Random) -> Files:
    """By one who may, alone: once, in two ways, under two names, or with a stranger."""
    data, one = new(draw), draw.choice(GOOD_SIGNERS)
    files = signed("a/en.md", data, *([one] if draw.random() < 0.9 else []))
    other = draw.choice([each for each in GOOD_SIGNERS if each is not one])
    more = [
        (f"a/en.md.{one.name}.minisig", one.minisigns(data)),
        (f"a/en.md.{other.name}.sig", one.signs(data)),
        (f"a/en.md.{other.name}.minisig", one.minisigns(data)),
        ("a/en.md.mallory.sig", MALLORY.signs(data)),
    ]
    return [*files, *draw.sample(more, draw.randint(0, 4))]


def untouched(draw: random.Random) -> Files:
    """With a touch key that nobody touched."""
    data = new(draw)
    key = Signer("boris", touch=True, flags=draw.choice([0x00, 0x04, 0x40, 0xFE]))
    return [*signed("a/en.md", data, VERA), ("a/en.md.boris.sig", key.signs(data))]


WAYS = (
    *(forged, altered, flipped_signature, flipped_minisign, revoked, dated_back, expired, replayed),
    *(replayed_from_elsewhere, misnumbered, under_signed, untouched),
)


def mutations() -> Iterator[tuple[str, Files]]:
    draw = random.Random(20261122)
    for number in range(MUTATIONS):
        way = WAYS[number % len(WAYS)]
        yield way.__name__, way(draw)


@pytest.mark.timeout(600)
async def test_no_mutation_is_accepted(store: Store, clock: StoryClock, figures: list[str]) -> None:
    """Forged, altered, revoked, expired, replayed, wrongly numbered, under-signed: all are refused."""
    shelving = Shelving(clock=clock)
    accepted, tried, unclear = Counter[str](), Counter[str](), Counter[str]()
    async with store.begin() as tx:
        await shelving.set_trust(tx, [("trust.toml", POLICY)])
        assert (await shelving.import_files(tx, signed("a/en.md", ONE, VERA, BORIS))).new == 1
    async with store.begin() as tx:
        before = await tx.statements.all()
        for way, files in mutations():
            tried[way] += 1
            try:
                await shelving.import_files(tx, files)
            except BadInputError as error:
                unclear[way] += "\n" in error.message or not error.hint
            else:
                accepted[way] += 1
        assert not +unclear
        assert accepted == {}
        assert await tx.statements.all() == before
        # And the one that is right does come in, so it was not refused for something else.
        good = await shelving.import_files(tx, signed("a/en.md", new(random.Random(1)), VERA, OLGA))
        assert good.new == 1
    reading = Reading(clock=clock, random=os.urandom, signed_only=True)
    async with store.read() as tx:
        assert [one.number for one in await reading.shelf(tx)] == [2, 1]
    assert len(tried) == len(WAYS)
    figures.append(f"signatures: {sum(tried.values())} mutations of {len(WAYS)} kinds, 0 accepted")
