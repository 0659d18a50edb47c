"""Planned under a policy of signatures: what is not signed enough, or not any more, never goes out."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions.shelving import Shelving
from bot.domain.broadcast import State
from bot.domain.statement import StatementNumber
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.stories.test_planning import planned, states, subscribed
from tests.support.house import House, open_house
from tests.support.workshop import BORIS, MALLORY, OLGA, TODAY, VERA, signed, text, trust

NOW = "/schedule 9 2026-11-23 18:00 UTC"


@pytest.fixture
async def strict(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    """Only what two have signed goes out: statement 9."""
    home, only = tmp_path / "strict", {"signed_only": "true"}
    async with open_house(home, template=template, translator=translator, publishing=only) as house:
        shelving = Shelving(clock=house.clock)
        async with house.store.begin() as tx:
            await shelving.set_trust(tx, [("trust.toml", trust(VERA, BORIS, OLGA))])
            await shelving.import_files(tx, signed("a/en.md", text(9), VERA, OLGA))
        yield house


@pytest.fixture
async def author(strict: House) -> Person:
    return await strict.organiser("Olga")


async def test_what_is_signed_goes_out(strict: House, author: Person, en: Words) -> None:
    """Though /broadcast is refused, a signed statement is planned and goes out as it was signed."""
    bert = await subscribed(strict, "Bert")
    await planned(strict, author, NOW)
    await author.hears("18:00 (UTC)")
    strict.clock.forward(hours=31)
    assert en("statement-signed", names="olga, vera") in (await bert.hears("№ 9")).text
    await author.hears(en("report-done"))


@pytest.mark.parametrize("number", [7, 8])
async def test_what_is_not_cannot_be_planned(strict: House, author: Person, en: Words, number: int) -> None:
    """Neither unsigned nor with one signature of two, nor with that of somebody whom nobody trusts."""
    by = () if number == 7 else (VERA, MALLORY)
    one, *_ = signed(f"{number}/en.md", text(number), *by)
    async with strict.store.begin() as tx:
        [other] = [each for each in await tx.statements.all() if each.number == 9]
        signatures = tuple(each for each in other.signatures if each.signer == "vera") if by else ()
        await tx.statements.put(
            replace(
                other, number=StatementNumber(number), source=one[1], signatures=signatures, accepted=TODAY
            )
        )
    for command in (f"/publish {number}", f"/schedule {number} 2026-11-23 18:00 UTC"):
        await author.says(command)
        assert (await author.hears()).text == en("plan-none", number=number)
    assert await states(strict) == []


async def revoked(house: House) -> None:
    """The keeper sets a policy in which one of the two keys is revoked from the beginning."""
    day = house.clock.now().date() - timedelta(days=60)
    lines = [("olga", f"revoked_on = {day:%F}")]
    new = trust(VERA, BORIS, OLGA, more=lines)
    async with house.store.begin() as tx:
        await Shelving(clock=house.clock).set_trust(tx, signed("trust.toml", new, VERA, BORIS))


async def altered(house: House) -> None:
    """Somebody changes the file and leaves its signatures."""
    async with house.store.begin() as tx:
        [one] = await tx.statements.all()
        await tx.statements.put(replace(one, source=one.source + b"\nMore.\n", body=one.body + "\nMore."))


async def withdrawn(house: House) -> None:
    async with house.store.begin() as tx:
        [one] = await tx.statements.all()
        await tx.statements.put(replace(one, withdrawn=house.clock.now().date()))


async def replayed(house: House) -> None:
    """Another text that was signed as well takes its number."""
    async with house.store.begin() as tx:
        other = text(9, title="Another one")
        [one] = await tx.statements.all()
        await tx.statements.put(replace(one, source=other, title="Another one"))


@pytest.mark.parametrize("change", [revoked, altered, withdrawn, replayed])
async def test_between_approval_and_moment(
    strict: House, author: Person, en: Words, change: Callable[[House], Awaitable[None]]
) -> None:
    """Revoked, altered, withdrawn or replaced meanwhile: held, and Resume does not send it either."""
    bert = await subscribed(strict, "Bert")
    await planned(strict, author, NOW)
    await author.hears("18:00 (UTC)")
    await change(strict)
    strict.clock.forward(hours=31)
    await author.hears(en("held-changed", number=9))
    await strict.confirms(author, "Resume")
    await author.hears(en("held-changed", number=9))
    assert await states(strict) == [State.HELD]
    await strict.deaf(bert)
    assert not any("№ 9" in message.text for message in bert.inbox)
