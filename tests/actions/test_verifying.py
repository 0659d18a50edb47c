"""/verify over a large shelf: what it costs, and that it sees every change of the shelf."""

import gc
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.actions.catalogue import Catalogue
from bot.actions.shelving import Shelving
from bot.actions.verifying import Answer, Known, Sent, Unknown, Verifying
from bot.chat.checking import framing
from bot.cli.run import spare_collector
from bot.domain.rich_text import RichText
from bot.domain.statement import Signature, Statement
from bot.i18n.translator import Translator
from bot.library import header, markdown, render
from bot.store import Store
from tests.support.clock import StoryClock
from tests.support.workshop import BORIS, TODAY, VERA, signed, text, trust

SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
SHELF, LIMIT = (1_000 if SOAK else 60), 0.050
"""Statements, and seconds of CPU that an answer may take (issue 5)."""

STRANGE = {"unknown", "short"}
"""Kinds of texts that no statement holds."""

WORDS = 900
"""Of a statement: it takes two or three messages."""


def verifying(clock: StoryClock) -> Verifying:
    return Verifying(clock=clock, catalogue=Catalogue(), framing=framing(Translator()))


def long_text(number: int, draw: random.Random) -> bytes:
    """A statement of the usual length, of words that come as often as words do."""
    words = [f"word{min(int(draw.paretovariate(0.7)), 9_999)}" for _ in range(WORDS)]
    paragraphs = [" ".join(words[at : at + 60]) for at in range(0, WORDS, 60)]
    return text(number, day="2026-10-01", body="\n\n".join(paragraphs))


def signed_text(number: int, draw: random.Random) -> Statement:
    """The same with enough signatures, as it lies on the shelf."""
    data = long_text(number, draw)
    signatures = tuple(Signature(signer=one.name, kind="sig", data=one.signs(data)) for one in (BORIS, VERA))
    return replace(header.parse(data, None), signatures=signatures, accepted=TODAY)


async def fill(store: Store, clock: StoryClock) -> list[Statement]:
    """A shelf of signed statements, put there directly: their series is not what is measured."""
    draw = random.Random(5)
    found = [signed_text(number, draw) for number in range(1, SHELF + 1)]
    async with store.begin() as tx:
        await Shelving(clock=clock).set_trust(tx, [("trust.toml", trust(VERA, BORIS))])
        for one in found:
            await tx.statements.put(one)
    return found


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("_own_collector")
async def test_what_an_answer_costs(store: Store, clock: StoryClock, figures: list[str]) -> None:
    """Whole, as the bot sends it, part, altered, a stranger's: 50 ms of CPU at most, over 1,000 statements.

    The first answer after one statement was put there costs no more: only that one is read anew. The
    collector of cycles looks as seldom as in the service.
    """
    statements, checking = await fill(store, clock), verifying(clock)
    draw = random.Random(7)

    async def answer(shown: str) -> tuple[Answer, float]:
        began = time.process_time()
        async with store.read() as tx:
            found = await checking.verify(tx, RichText(shown))
        return found, time.process_time() - began

    _, unlocked = await answer("a b c d e f g")
    spare_collector()
    costs = defaultdict[str, list[float]](list)
    for _ in range(20):
        one = draw.choice(statements)
        for kind, shown in asked(one, draw).items():
            found, cost = await answer(shown)
            costs[kind].append(cost)
            assert isinstance(found, Unknown if kind in STRANGE else Known), kind
            if isinstance(found, Known):
                assert found.statement == one
                assert found.trusted
                assert bool(found.pieces) == (kind == "altered")
        changed = signed_text(SHELF + 1, draw)
        async with store.begin() as tx:
            await tx.statements.put(changed)
        found, cost = await answer(markdown.plain(changed)[:4000])
        costs["first after a change"].append(cost)
        assert isinstance(found, Known)
        assert found.statement == changed
    told = ", ".join(f"{kind} {1000 * statistics.median(each):.0f} ms" for kind, each in costs.items())
    every = [cost for each in costs.values() for cost in each]
    figures.append(
        f"verify: {SHELF} statements, CPU an answer (median): {told}; worst of "
        f"{len(every)} answers {1000 * max(every):.0f} ms; "
        f"the first after an unlock, which reads all, {unlocked:.1f} s"
    )
    if SOAK:
        assert max(every) <= LIMIT


@pytest.fixture
def _own_collector() -> Iterator[None]:
    """The collector of cycles as it was, for the tests that follow."""
    usual = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)


def asked(one: Statement, draw: random.Random) -> dict[str, str]:
    """Texts that people may show of a statement, by what they are."""
    words = markdown.plain(one)[:4000].split(" ")
    altered = [*words]
    for at in draw.sample(range(len(words)), 5):
        altered[at] = "different"
    return {
        "whole": " ".join(words),
        "a message": draw.choice(
            render.parts(one, date="1 October 2026", notes=["Signed: boris, vera"])
        ).text,
        "part": " ".join(words[100:300]),
        "altered": " ".join(altered),
        "unknown": " ".join(f"word{int(draw.paretovariate(0.7))}x" for _ in range(500)),
        "short": " ".join(f"word{int(draw.paretovariate(0.7))}x" for _ in range(7)),
    }


async def test_the_index_follows_the_shelf(store: Store, clock: StoryClock) -> None:
    """A statement is known from its import on, and as withdrawn from then on; time alone ends an embargo."""
    checking, shelving = verifying(clock), Shelving(clock=clock)
    data = text(1, more="Publish-At: 2026-11-23T12:00+00:00")
    asked = RichText(markdown.plain(header.parse(data, None)))

    async def answer() -> Known | None:
        async with store.read() as tx:
            found = await checking.verify(tx, asked)
        assert not isinstance(found, Sent)
        return found if isinstance(found, Known) else None

    assert await answer() is None
    async with store.begin() as tx:
        await shelving.import_files(tx, signed("a/en.md", data))
    assert await answer() is None, "it is not to be read yet"
    clock.forward(days=2)
    known = await answer()
    assert known is not None
    assert not known.trusted
    async with store.begin() as tx:
        await shelving.withdraw(tx, 1, "")
    known = await answer()
    assert known is not None
    assert known.withdrawn == clock.now().date()
