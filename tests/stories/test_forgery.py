"""Forged and replayed buttons and links: thousands of them change nothing, and all get the constant answer.

The forger is a stranger, a reader or an organiser who wants more. He knows the formats, sees true handles
and codes, and changes them a little. The random numbers have a seed, so that a find can be repeated.
"""

import base64
import os
import random
from dataclasses import dataclass

from bot.domain.broadcast import Broadcast, State
from bot.domain.organiser import Invitation, Organiser, Role
from bot.i18n.translator import Words
from bot.sandbox import Person
from tests.support.house import House

FORGERIES = 10_000 if os.environ.get("HANDBILL_TEST_SOAK") else 120
AT_ONCE = 4
"""Answers follow each other at once up to here; more would wait, and be dropped where it takes too long."""

ROUND = 500
"""Forgeries before a new invitation is given out: the code that is forged must be one that would work."""

ACTIONS = ("send", "urgent", "approve", "enrol", "pause", "resume", "cancel", "audience", "start", "forget")
NOISE = "h:subscribenru%{}<>\"'\\\n0123456789é"
OURS = ("subscribe", "unsubscribe", "speak", "card", "latest", "statement")


@dataclass(frozen=True, slots=True)
class Everything:
    """Everything that a forgery might have changed."""

    readers: int
    broadcasts: list[Broadcast]
    organisers: list[Organiser]
    invitation: Invitation | None


async def state(house: House, code: str) -> Everything:
    async with house.store.read() as tx:
        return Everything(
            await tx.contacts.estimate(),
            await tx.broadcasts.in_states(*State),
            await tx.organisers.all(),
            await tx.invitations.by_code(code),
        )


def spoiled(chance: random.Random, text: str) -> str:
    """A true text with one thing wrong; never the same text."""
    at, letter = chance.randrange(len(text)), chance.choice("AZaz09-_=:й")
    wrong = chance.choice(
        (
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text + letter,
            text * 2,
            text.swapcase(),
            text[::-1],
        )
    )[:64]
    return wrong if wrong != text else f"{text}A"


def data(chance: random.Random, handles: list[str]) -> str:
    """Callback data that no button of the one who presses has shown, or one that was pressed before."""
    made = base64.urlsafe_b64encode(chance.randbytes(chance.choice((11, 12, 12, 12, 13)))).decode()
    theirs = chance.choice(("en", "ru", "everyone", made))
    wrong = chance.choice(("", "EN", "de", "xx", "../en", "en\0", made))
    return chance.choice(
        (
            "h" + made,
            chance.choice(handles),
            spoiled(chance, chance.choice(handles)),
            f"{chance.choice(ACTIONS)}:{theirs}",
            f"{chance.choice(OURS)}:{wrong}",
            "".join(chance.choices(NOISE, k=chance.randrange(1, 30))),
        )
    )


def payload(chance: random.Random, code: str) -> str:
    """What follows /start in a link that nobody gave out."""
    made = base64.urlsafe_b64encode(chance.randbytes(chance.choice((15, 16, 16, 17)))).decode().rstrip("=")
    odd = ("i" + made, "s", "s-1", "s1234567", "s１", "S1", "o", made.replace("o", "O"))
    return chance.choice(("o" + made, spoiled(chance, code), chance.choice(odd)))


async def forges(house: House, forger: Person, texts: list[str], *, pressed: bool) -> list[str]:
    """Press or write each; the answers."""
    house.hush(forger)
    house.clock.forward(seconds=3 * len(texts))  # not faster than a person may write: more is not heard
    for text in texts:
        await (forger.presses_data(text) if pressed else forger.says(f"/start {text}"))
    await forger.hears(count=len(texts))
    return [message.text for message in forger.inbox[-len(texts) :]]


async def test_forged_and_replayed(house: House, en: Words, figures: list[str]) -> None:
    """No action, no tried code, no used-up button; to strangers, readers and organisers the same words."""
    chance = random.Random(1871)
    olga, pavel = await house.team("Olga", "Pavel")
    anton = await house.organiser("Anton", role=Role.ANSWERER)
    eve, rosa = house.world.person("Eve"), house.world.person("Rosa")
    await rosa.says("/subscribe")
    await rosa.hears()
    await eve.says("/start")
    card = (await eve.hears()).text
    await olga.says("/broadcast Meeting")
    control = await olga.hears("Fingerprint")
    used = await house.organiser("Used")
    await olga.presses("Audience", on=control)
    await olga.hears("Who")
    seen = [button.data or "" for one in (*olga.inbox, *pavel.inbox) for row in one.buttons for button in row]
    handles = [handle for handle in seen if handle.startswith("h")]
    spent = control.button("Audience")
    assert spent is not None
    forgers, done = [eve, rosa, anton, used, olga], 0
    while done < FORGERIES:
        if done % ROUND == 0:
            code = await house.invites(house.world.person("Nobody"), f"Newcomer {done}")
            before = await state(house, code)
        forger, pressed = forgers[done // AT_ONCE % len(forgers)], chance.random() < 0.7
        theirs = [spent.data or ""] if forger is olga else handles
        texts = [data(chance, theirs) if pressed else payload(chance, code) for _ in range(AT_ONCE)]
        told = await forges(house, forger, texts, pressed=pressed)
        assert set(told) == {en("unknown") if pressed else card}, texts
        done += len(texts)
        if done % ROUND == 0 or done >= FORGERIES:
            assert await state(house, code) == before
    figures.append(f"forgery: {done} forged and replayed buttons and links, 0 actions")
    # What was forged was not used up: the true button still works, for the one it was made for.
    house.hush(olga)
    await olga.presses("Send", on=control)
    await olga.hears("Send the six digits")
