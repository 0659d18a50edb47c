"""After a year readers are asked whether they stay; who does not answer is erased, and in doubt nobody is."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.renewal import MAKE_WAY
from bot.chat import renewal
from bot.chat.poller import PollState
from bot.domain.broadcast import State
from bot.domain.contact import Asked, ChatId, Contact, ContactId, Kind, Month, month
from bot.domain.renewal import ANSWER, FEW, YEAR
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from bot.sandbox.faults import Fault
from bot.sandbox.faults import Kind as FaultKind
from tests.store.helpers import broadcast
from tests.support.clock import StoryClock
from tests.support.ear import listen
from tests.support.house import House


@pytest.fixture(autouse=True)
def only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is looked through by the story, and by nobody else."""
    monkeypatch.setattr(renewal, "LOOK", float("inf"))


@pytest.fixture
def words(en: Words) -> Words:
    return en


async def known(house: House, person: Person) -> Contact:
    async with house.store.read() as tx:
        found = await tx.contacts.find(ChatId(person.id))
    assert found is not None
    return found


async def joined_long_ago(house: House, person: Person, months: int = YEAR) -> None:
    """Somebody who subscribed so many months ago."""
    await person.says("/subscribe")
    await person.hears()
    found = await known(house, person)
    async with house.store.begin() as tx:
        await tx.contacts.replace(replace(found, joined=Month(found.joined - months)))


async def looks(house: House, **later: float) -> None:
    """So much later the list is looked through."""
    house.clock.forward(**later)
    await house.silent()
    await house.application._year.pass_time()
    await house.application._year.round()


async def asked(house: House, person: Person, words: Words) -> None:
    """The question came, with its two buttons."""
    await looks(house, days=1)
    question = await person.hears(words("renewal-ask", month=until(house, words)))
    assert question.labels == [words("button-stay"), words("button-unsubscribe")]


async def waits(house: House, seconds: float) -> None:
    """Somebody has begun to wait for so long."""
    clock = house.clock
    assert isinstance(clock, StoryClock)
    async with asyncio.timeout(60):
        while not any(seconds - 5 < at - clock.monotonic() <= seconds for at, *_ in clock._sleepers):  # noqa: ASYNC110 - no bell rings when somebody begins to wait
            await asyncio.sleep(0)


def until(house: House, words: Words) -> str:
    last = month(house.clock.now()) + ANSWER
    return words("month", month=last % 12 + 1, year=str(last // 12))


@pytest.mark.parametrize("answer", ["button", "/start", "/start s1", "/subscribe"])
async def test_staying(house: House, alice: Person, words: Words, answer: str) -> None:
    """Stay, Start or Subscribe: one answer is enough, and nothing more is asked for a year."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    assert (await known(house, alice)).asked is Asked.YES
    if answer == "button":
        await alice.presses(words("button-stay"))
        await alice.hears(words("renewal-stayed"))
    else:
        await alice.says(answer)
        await alice.hears()
    found = await known(house, alice)
    assert (found.asked, found.renewed) == (Asked.NO, month(house.clock.now()))
    house.hush(alice)
    for _ in range(3):
        await looks(house, days=31)
    assert await known(house, alice) == found
    assert all(message.id in alice.chat.heard for message in alice.inbox), "nothing was asked again"


async def test_leaving(house: House, alice: Person, words: Words) -> None:
    """Unsubscribe under the question erases at once, as everywhere."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    await alice.presses(words("button-unsubscribe"))
    await alice.hears(words("stopped"))
    assert await house.readers() == 0


async def test_erased_without_an_answer(house: House, alice: Person, words: Words) -> None:
    """Nothing is heard until the month that was named is over: erased, without another word."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    for _ in range(2):
        await looks(house, days=18)
        assert await house.readers() == 1
    await looks(house, days=8)
    assert await house.readers() == 0
    await alice.says("/mydata")
    await alice.hears(words("mydata-nothing"))


async def test_what_mydata_says(house: House, alice: Person, words: Words) -> None:
    """The month of the question, and of the answer; that is all that is kept."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    now = words("month", month=11, year="2026")
    for name in ("mydata-asked", "mydata-stayed"):
        await alice.says("/mydata")
        assert words(name, month=now) in (await alice.hears()).text
        await alice.presses_data(f"stay:{words.language}")
        await alice.hears(words("renewal-stayed"))


async def test_groups_are_not_asked(house: House, alice: Person) -> None:
    """Nobody in a group answers for all; whoever is not due is not asked either."""
    await joined_long_ago(house, alice, YEAR - 1)
    group = replace(
        await known(house, alice), id=ContactId(bytes(16)), chat=ChatId(-5), kind=Kind.GROUP, joined=Month(1)
    )
    async with house.store.begin() as tx:
        await tx.contacts.add(group)
    before = len(alice.inbox)
    await looks(house, days=1)
    async with house.store.read() as tx:
        assert await tx.contacts.find(ChatId(-5)) == group
    assert len(alice.inbox) == before


async def test_what_the_bot_could_not_hear(house: House, alice: Person, words: Words) -> None:
    """Months in which Telegram could not be reached are no time for an answer."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    await house.world.listening()
    house.world.faults.add(Fault(kind="500", method="getUpdates", times=None))
    await alice.says("/slogan")
    await alice.hears(words("slogan-none"))
    await house.becomes(PollState.NO_NETWORK)
    for _ in range(4):
        house.clock.forward(days=31)
        await house.application._year.pass_time()
        await house.application._year.round()
    assert await house.readers() == 1


async def test_a_calendar_put_forward(house: House, alice: Person, words: Words) -> None:
    """Years that pass on the calendar only erase nobody: a new question is asked first."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    for months in (3, 60):
        assert isinstance(house.clock, StoryClock)
        house.clock._start += timedelta(days=31 * months)
        await looks(house, minutes=1)
        assert await house.readers() == 1
    await alice.hears(words("renewal-ask", month=until(house, words)))


async def test_a_relay_that_swallows_answers(house: House, en: Words) -> None:
    """Where hardly anybody answers nobody is erased, and the organisers are told, once."""
    olga = await house.organiser("Olga")
    people = [house.world.person(f"Reader {number}") for number in range(FEW + 1)]
    for person in people:
        await joined_long_ago(house, person)
    await looks(house, days=1)
    for _ in range(3):
        await looks(house, days=31)
    await olga.hears(en("alert-renewal"))
    await looks(house, days=1)
    await house.silent()
    assert [message.text for message in olga.inbox].count(en("alert-renewal")) == 1
    assert await house.readers() == len(people)
    for person in people[:2]:
        await person.presses(en("button-stay"))
        await person.hears(en("renewal-stayed"))
    await looks(house, days=1)
    assert await house.readers() == 2, "enough have answered for silence to mean something"


async def test_a_restored_list(house: House, alice: Person, words: Words) -> None:
    """Whoever was asked before the list came from a copy may have answered since: nobody is erased for it."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    await house.store.accept()
    for _ in range(4):
        await looks(house, days=31)
    assert await house.readers() == 1


@pytest.mark.parametrize("state", [State.SENDING, State.COOLING])
async def test_not_while_a_broadcast_is_sent(house: House, alice: Person, words: Words, state: State) -> None:
    """The question waits until nothing is being sent, nor about to be."""
    await joined_long_ago(house, alice)
    house.application._dispatcher.close()
    one = replace(broadcast(state), starts=house.clock.now() + timedelta(minutes=4))
    async with house.store.begin() as tx:
        await tx.broadcasts.add(one)
    looking = asyncio.create_task(house.application._year.round())
    await waits(house, MAKE_WAY)
    assert not (await known(house, alice)).asked
    async with house.store.begin() as tx:
        await tx.broadcasts.replace(replace(one, state=State.DONE))
    house.clock.forward(seconds=MAKE_WAY)
    await looking
    await alice.hears(words("renewal-ask", month=until(house, words)))


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        *[("429", True), ("500", True), ("too long", True)],
        *[("blocked", False), ("reset_after", False), ("html", False)],
    ],
)
async def test_a_question_that_did_not_get_through(
    house: House, alice: Person, words: Words, fault: FaultKind, again: bool
) -> None:
    """What has surely not left is asked another day; what may have arrived, only in another year."""
    await joined_long_ago(house, alice)
    house.world.faults.add(Fault(kind=fault, chat=alice.id, method="sendMessage", status=200))
    looking = asyncio.create_task(house.application._year.round())
    if fault != "blocked":
        await waits(house, MAKE_WAY)
        house.clock.forward(seconds=MAKE_WAY)
    await looking
    found = await known(house, alice)
    assert found.asked is (Asked.NO if again else Asked.PERHAPS)
    assert bool(found.renewed) is not again


async def test_members_and_strangers(
    house: House, alice: Person, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stay and /start say the same to whoever was asked and to a stranger, with the same requests."""
    await joined_long_ago(house, alice)
    await asked(house, alice, words)
    stranger = house.world.person("Sam", language=words.language)
    ear = listen(monkeypatch)
    made = []
    for person in (alice, stranger):
        await person.says("/start")
        await person.hears()
        await person.presses_data(f"stay:{words.language}")
        await person.hears(words("renewal-stayed"))
        await house.silent()
        made.append([method for method, _ in ear.take()])
    assert made[0] == made[1]
    assert await house.readers() == 1


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_promise(translator: Translator, language: str) -> None:
    """What /privacy says comes from the constants that the code uses."""
    words = translator.speaking(language)
    assert str(YEAR) in words("privacy-renewal", after=YEAR, answer=ANSWER)
    assert words("privacy-renewal", after=YEAR, answer=2) != words(
        "privacy-renewal", after=YEAR, answer=ANSWER
    )
    assert month(datetime(2026, 11, 1, tzinfo=UTC)) + YEAR == month(datetime(2027, 11, 1, tzinfo=UTC))
