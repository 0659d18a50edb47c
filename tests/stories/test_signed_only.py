"""`signed_only = true`: nothing goes out but statements that enough signers have signed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions import policy
from bot.actions.broadcasts import Broadcasts, TooLate
from bot.actions.rules import Rules
from bot.actions.shelving import Shelving
from bot.domain.broadcast import Reason, State
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House, open_house, settings
from tests.support.workshop import BORIS, OLGA, VERA, signed, text, trust


@pytest.fixture
async def strict(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    only = {"signed_only": "true"}
    async with open_house(
        tmp_path / "strict", template=template, translator=translator, publishing=only
    ) as house:
        yield house


async def test_only_signed_statements_are_answered(strict: House, en: Words) -> None:
    """Before anybody may sign nothing is; afterwards what enough have signed, slogans too."""
    alice = strict.world.person("Alice", language="en")
    await strict.imports("2026-10-programme", "slogans")
    for command, none in (("/latest", "statements-none"), ("/slogan", "slogan-none")):
        await alice.says(command)
        assert (await alice.hears()).text == en(none)
    shelving = Shelving(clock=strict.clock)
    async with strict.store.begin() as tx:
        await shelving.set_trust(tx, [("trust.toml", trust(VERA, BORIS, OLGA))])
        await shelving.import_files(tx, signed("a/en.md", text(9), VERA, OLGA))
    await alice.says("/latest")
    shown = await alice.hears("№")
    assert "№ 9" in shown.text
    assert en("statement-signed", names="olga, vera") in shown.text
    await alice.says("/statement 2")
    assert (await alice.hears()).text == en("statement-unknown")
    await alice.says("/statements")
    assert "9 ·" in (await alice.hears()).text


async def test_nothing_is_broadcast(strict: House, en: Words) -> None:
    """An organiser is told why, and what to do instead; nothing is prepared."""
    olga = await strict.organiser("Olga")
    await olga.says("/broadcast Something urgent")
    assert (await olga.hears()).text == en("refused-signed-only", language="", units=0)
    async with strict.store.read() as tx:
        assert await tx.broadcasts.in_states(*State) == []


async def test_what_was_under_way_is_paused(house: House, translator: Translator, en: Words) -> None:
    """When the setting is switched on, what was approved before it does not go out any more."""
    reader: Person = house.world.person("Alice", language="en")
    await reader.says("/subscribe")
    await reader.hears()
    olga = await house.organiser("Olga")
    await olga.says("/broadcast Something urgent")
    await olga.hears("Fingerprint")
    await house.stop()
    async with house.store.begin() as tx:
        [draft] = await tx.broadcasts.in_states(State.DRAFT)
        author = (await tx.organisers.all())[0]
        rules = Rules(approvals=1, cooldown=60, per_day=8, wave_percent=1)
        broadcasts = _broadcasts(house, rules)
        sent = await broadcasts.send(tx, author, draft.id, draft.digest)
        assert not isinstance(sent, TooLate)
        assert sent.broadcast.state is State.COOLING
    config = settings(house.config.home, house.sandbox.url, {"signed_only": "true"})
    await policy.bar_unsigned(house.store, house.config, house.clock)
    async with house.store.read() as tx:
        assert len(await tx.broadcasts.in_states(State.COOLING)) == 1, "the setting is off"
    await policy.bar_unsigned(house.store, config, house.clock)
    strict = _broadcasts(house, Rules(approvals=1, cooldown=60, per_day=8, wave_percent=1, signed_only=True))
    async with house.store.begin() as tx:
        [paused] = await tx.broadcasts.in_states(State.PAUSED)
        assert paused.reason is Reason.SIGNED_ONLY
        assert isinstance(await strict.resume(tx, author, paused.id), TooLate)
    house.config = config
    await house.restart()
    assert en("paused-signed-only") in (await olga.hears("Paused")).text
    await olga.says("/cancel")
    await olga.hears("Cancelled")
    await house.silent()
    assert all("urgent" not in message.text for message in reader.messages)


def _broadcasts(house: House, rules: Rules) -> Broadcasts:
    return Broadcasts(
        clock=house.clock, random=bytes, rules=rules, languages=("en", "ru"), notice=lambda *_: ""
    )
