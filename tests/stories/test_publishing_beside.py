"""A publication beside other things: something urgent overtakes it, a restore or a withdrawal holds it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.holding import hold
from bot.actions.shelving import Shelving
from bot.domain.broadcast import Reason, State
from bot.i18n.translator import Words
from bot.sandbox import Person
from bot.store.restored import Copied
from tests.stories.test_planning import COURIERS, PROGRAMME, planned, states, subscribed
from tests.stories.test_urgent import approves, order, stuck, urgent
from tests.support.house import House


async def test_something_urgent_overtakes(house: House, en: Words) -> None:
    """A planned statement that is being sent waits for something urgent, and then goes on by itself."""
    await house.imports(PROGRAMME, COURIERS)
    bert, dora = await subscribed(house, "Bert"), await subscribed(house, "Dora")
    olga, pavel, vera = await house.team("Olga", "Pavel", "Vera")
    stuck(house, dora)
    await planned(house, olga, "/schedule 3 2026-11-22 18:00 UTC")
    await approves(house, pavel)
    await olga.hears("18:00 (UTC)")
    house.clock.forward(hours=6)
    await bert.hears("№ 3")
    for person in (olga, pavel, vera):
        house.hush(person)
    await urgent(house, olga, "Police")
    await approves(house, pavel, vera)
    await bert.hears("Police")
    house.world.faults.clear()
    house.clock.forward(minutes=2)
    await dora.hears("№ 3")
    assert order(dora, "№ 3", "Police") == ["Police", "№ 3"]
    assert order(bert, "№ 3", "Police") == ["№ 3", "Police"]
    for _ in range(2):
        await olga.hears(en("report-done"))


async def test_after_a_restore(house: House, words: Words) -> None:
    """It is held, and says why; Resume with a code sends it as it was signed."""
    await house.imports(PROGRAMME, COURIERS)
    bert = await subscribed(house, "Bert")
    olga = await house.organiser("Olga", language=words.language)
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    await house.stop()
    taken = house.clock.now() - timedelta(days=1)
    async with house.store.begin() as tx:
        [held] = await hold(tx, Reason.RESTORED, house.clock.now())
        await tx.restored.set(Copied(taken=taken, since=house.clock.now()))
    await house.restart()
    assert held.state is State.HELD
    await olga.hears(words("held-restored"))
    house.clock.forward(days=3)
    await house.deaf(bert)
    assert not any("№ 3" in message.text for message in bert.inbox)
    # The button under the notice is older than a day: the queue has another one.
    await olga.says("/queue")
    await olga.hears(words("held-restored"))
    await house.confirms(olga, words("button-resume"))
    got = await bert.hears("№ 3")
    assert "copy of" not in got.text, "it goes out as it was signed"
    await olga.hears(words("report-done"))
    await olga.says("/broadcast Soup at noon")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    assert "copy of" in (await bert.hears("Soup at noon")).text
    await olga.hears(words("report-done"))
    assert await states(house) == [State.DONE, State.DONE]


async def half_sent(house: House, words: Words) -> tuple[Person, Person]:
    """Statement 3 is being sent: one reader has it, Dora cannot be reached; Olga is the organiser."""
    await house.imports(PROGRAMME, COURIERS)
    bert, dora = await subscribed(house, "Bert"), await subscribed(house, "Dora")
    olga = await house.organiser("Olga", language=words.language)
    stuck(house, dora)
    await planned(house, olga, "/publish 3")
    await bert.hears("№ 3")
    return dora, olga


@pytest.mark.parametrize("taken", [True, False])
async def test_withdrawn_while_it_is_being_sent(house: House, words: Words, *, taken: bool) -> None:
    """Once it was paused, nobody else gets what was withdrawn meanwhile; another language is no hindrance."""
    dora, olga = await half_sent(house, words)
    await olga.says("/pause")
    paused = await olga.hears(words("paused-by", name="Olga"))
    async with house.store.begin() as tx:
        if taken:
            await Shelving(clock=house.clock).withdraw(tx, 3, "en")
        else:
            [one] = [each for each in await tx.statements.all() if (each.number, each.language) == (3, "en")]
            await tx.statements.put(
                replace(one, language="uk", source=one.source.replace(b": en", b": uk", 1))
            )
    house.world.faults.clear()
    house.clock.forward(minutes=5)
    await olga.presses(words("button-resume"), on=paused)
    if taken:
        await olga.hears(words("held-changed", number=3))
        await house.deaf(dora)
    else:
        await dora.hears("№ 3")
        await olga.hears(words("report-done"))
    assert len([m for m in dora.inbox if "№ 3" in m.text]) == (0 if taken else 1)
    assert await states(house) == [State.HELD if taken else State.DONE]


async def test_what_was_withdrawn_keeps_nothing_back(house: House, words: Words) -> None:
    """Of a statement whose embargoed language was withdrawn, the other ones go out at once."""
    await house.imports(PROGRAMME, COURIERS)
    bert = await subscribed(house, "Bert")
    olga = await house.organiser("Olga", language=words.language)
    until = house.clock.now() + timedelta(days=90)
    async with house.store.begin() as tx:
        for one in await tx.statements.all():
            if (one.number, one.language) == (3, "ru"):
                await tx.statements.put(replace(one, publish_at=until))
        await Shelving(clock=house.clock).withdraw(tx, 3, "ru")
    await planned(house, olga, "/publish 3")
    await bert.hears("№ 3")


async def test_the_same_twice(house: House, words: Words) -> None:
    """Whoever plans what stands in the queue already is told so."""
    await house.imports(PROGRAMME, COURIERS)
    olga = await house.organiser("Olga", language=words.language)
    await planned(house, olga, "/schedule 3 2026-11-23 18:00 UTC")
    await olga.hears("18:00 (UTC)")
    assert not any(words("plan-again", number=3) in message.text for message in olga.inbox)
    await olga.says("/publish 3")
    await olga.hears(words("plan-again", number=3))
    await olga.says("/publish 2")
    await olga.hears(words("draft-title"))
    await house.deaf(olga)
    assert not any(words("plan-again", number=2) in message.text for message in olga.inbox)


async def test_withdrawn_at_the_terminal(house: House, words: Words) -> None:
    """What the keeper withdraws while it is being sent reaches nobody else; the organisers are told."""
    dora, olga = await half_sent(house, words)
    async with house.store.begin() as tx:
        await Shelving(clock=house.clock).withdraw(tx, 3, "")
    house.application.moved()
    await olga.hears(words("held-changed", number=3))
    house.world.faults.clear()
    house.clock.forward(minutes=5)
    await house.deaf(dora)
    assert not any("№ 3" in message.text for message in dora.inbox)
    assert await states(house) == [State.HELD]
