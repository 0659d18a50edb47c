"""/verify over a large shelf: what it costs, and that it sees every change of the shelf."""

import os
import random
import statistics
import time
from dataclasses import replace

import pytest

from bot.actions.catalogue import Catalogue
from bot.actions.shelving import Shelving
from bot.actions.verifying import Known, Sent, Unknown, Verifying
from bot.domain.rich_text import RichText
from bot.domain.statement import Signature, Statement
from bot.library import header, markdown
from bot.library.recognise import Frame
from bot.store import Store
from tests.support.clock import StoryClock
from tests.support.workshop import BORIS, TODAY, VERA, signed, text, trust

SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
SHELF, LIMIT = (1_000 if SOAK else 60), 0.050
"""Statements, and seconds of CPU that an answer may take (issue 5)."""

WORDS = 900
"""Of a statement: it takes two or three messages."""


def verifying(clock: StoryClock) -> Verifying:
    return Verifying(clock=clock, catalogue=Catalogue(), framing=lambda _: Frame())


def long_text(number: int, draw: random.Random) -> bytes:
    """A statement of the usual length, of words that come as often as words do."""
    words = [f"word{min(int(draw.paretovariate(0.7)), 9_999)}" for _ in range(WORDS)]
    paragraphs = [" ".join(words[at : at + 60]) for at in range(0, WORDS, 60)]
    return text(number, day="2026-10-01", body="\n\n".join(paragraphs))


async def fill(store: Store, clock: StoryClock) -> list[Statement]:
    """A shelf of signed statements, put there directly: their series is not what is measured."""
    draw, found = random.Random(5), []
    async with store.begin() as tx:
        await Shelving(clock=clock).set_trust(tx, [("trust.toml", trust(VERA, BORIS))])
        for number in range(1, SHELF + 1):
            data = long_text(number, draw)
            parsed = header.parse(data, None)
            signatures = tuple(
                Signature(signer=one.name, kind="sig", data=one.signs(data)) for one in (BORIS, VERA)
            )
            statement = replace(parsed, signatures=signatures, accepted=TODAY)
            await tx.statements.put(statement)
            found.append(statement)
    return found


@pytest.mark.timeout(600)
async def test_what_an_answer_costs(store: Store, clock: StoryClock, figures: list[str]) -> None:
    """Whole, part, altered, a stranger's: 50 ms of CPU at most, over 1,000 statements."""
    statements, checking = await fill(store, clock), verifying(clock)
    draw = random.Random(7)
    began = time.process_time()
    async with store.read() as tx:
        assert isinstance(await checking.verify(tx, RichText("a b c d e f g")), Unknown)
    first = time.process_time() - began
    costs: dict[str, list[float]] = {"whole": [], "part": [], "altered": [], "unknown": []}
    for _ in range(20):
        one = draw.choice(statements)
        plain = markdown.plain(one)[:4000]
        words = plain.split(" ")
        altered = [*words]
        for at in draw.sample(range(len(words)), 5):
            altered[at] = "different"
        strange = [f"word{int(draw.paretovariate(0.7))}x" for _ in range(500)]
        asked = {"whole": words, "part": words[100:300], "altered": altered, "unknown": strange}
        for kind, each in asked.items():
            began = time.process_time()
            async with store.read() as tx:
                found = await checking.verify(tx, RichText(" ".join(each)))
            costs[kind].append(time.process_time() - began)
            assert isinstance(found, Unknown if kind == "unknown" else Known), kind
            if isinstance(found, Known):
                assert found.statement == one
                assert found.trusted
                assert bool(found.pieces) == (kind == "altered")
    told = ", ".join(f"{kind} {1000 * statistics.median(each):.0f} ms" for kind, each in costs.items())
    worst = max(max(each) for each in costs.values())
    figures.append(
        f"verify: {SHELF} statements, CPU an answer (median): {told}; worst {1000 * worst:.0f} ms; "
        f"the first after a change {first:.1f} s"
    )
    if SOAK:
        assert max(statistics.median(each) for each in costs.values()) <= LIMIT


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
