"""How somebody becomes an organiser: a code given in person, six digits, and the others' approval."""

from bot.domain.approval import WRONG_CODES
from bot.domain.organiser import Role, Standing
from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House


async def standings(house: House) -> dict[str, Standing]:
    """Who is an organiser, and how far."""
    async with house.store.read() as tx:
        return {organiser.name: organiser.standing for organiser in await tx.organisers.all()}


async def test_the_first_organiser(house: House, alice: Person, words: Words) -> None:
    """The first one needs the code and six digits; both messages disappear."""
    code = await house.invites(alice, "Olga")
    first = await alice.says(f"/start {code}")
    await alice.hears(words("enrol-digits"))
    await alice.misses(first)
    digits = await alice.says(house.code(alice))
    await alice.misses(digits)
    enrolled = await alice.hears()
    assert enrolled.text == words("enrolled", name="Olga", role=words("role-author"))
    assert await standings(house) == {"Olga": Standing.ENROLLED}
    await alice.says("/help")
    assert (await alice.hears()).text == words("help-organiser")
    await alice.says("/mydata")
    stored = words("mydata-organiser", name="Olga", role=words("role-author"))
    assert (await alice.hears()).text == stored
    assert await house.readers() == 0


async def test_digits_with_a_space(house: House) -> None:
    """Authenticators show 123 456; both ways of writing it count."""
    olga = house.world.person("Olga")
    await olga.says(f"/start {await house.invites(olga, 'Olga')}")
    await olga.hears()
    code = house.code(olga)
    await olga.says(f"{code[:3]} {code[3:]}")
    await olga.hears("You are enrolled")


async def test_a_code_is_good_once_and_for_half_an_hour(house: House, en: Words) -> None:
    """A code that was used, has expired, or never was one, is answered like any other /start."""
    olga, eve = house.world.person("Olga"), house.world.person("Eve")
    code = await house.invites(olga, "Olga")
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    await eve.says(f"/start {wrong}")
    await eve.hears(en("card-what"))
    await olga.says(f"/start {code}")
    await olga.hears(en("enrol-digits"))
    await eve.says(f"/start {code}")
    await eve.hears(en("card-what"))
    await olga.says(house.code(olga))
    await olga.hears("You are enrolled")
    for person in (eve, olga):
        await person.says(f"/start {code}")
        await person.hears(en("card-what"))
    late = await house.invites(eve, "Eve")
    house.clock.forward(minutes=30)
    await eve.says(f"/start {late}")
    await eve.hears(en("card-what"))
    assert list(await standings(house)) == ["Olga"]


async def test_digits_after_the_code_has_expired(house: House, en: Words) -> None:
    """Whoever waits too long with the digits gets the answer of a stranger."""
    olga = house.world.person("Olga")
    await olga.says(f"/start {await house.invites(olga, 'Olga')}")
    await olga.hears()
    house.clock.forward(minutes=31)
    await olga.says(house.code(olga))
    await olga.hears(en("unknown"))


async def test_five_wrong_digits(house: House, alice: Person, words: Words) -> None:
    """Five wrong codes end an invitation."""
    await alice.says(f"/start {await house.invites(alice, 'Olga')}")
    await alice.hears()
    for _ in range(WRONG_CODES - 1):
        await alice.says(wrong(house, alice))
        assert (await alice.hears()).text == words("code-wrong")
    await alice.says(wrong(house, alice))
    assert (await alice.hears()).text == words("enrol-closed")
    await alice.says(house.code(alice))
    assert (await alice.hears()).text == words("unknown")
    assert await standings(house) == {}


async def test_the_second_organiser(
    house: House, alice: Person, words: Words, translator: Translator
) -> None:
    """Another organiser agrees, with their own code, before somebody joins."""
    olga = await house.organiser("Olga")
    await house.enrols(alice, "Pavel", Role.APPROVER)
    assert alice.last.text == words("enrol-waiting")
    en = translator.speaking("en")
    asked = await olga.hears()
    assert asked.text == en("enrol-ask", name="Pavel", role=en("role-approver"))
    await alice.says("/broadcast Meeting")
    assert (await alice.hears()).text == words("unknown")
    await alice.says("/help")
    assert (await alice.hears()).text == words("help").strip()
    assert await standings(house) == {"Olga": Standing.ENROLLED, "Pavel": Standing.WAITING}
    await house.confirms(olga, "Approve")
    await olga.hears(en("enrol-agreed", name="Pavel"))
    await alice.hears(words("enrolled", name="Pavel", role=words("role-approver")))
    assert await standings(house) == {"Olga": Standing.ENROLLED, "Pavel": Standing.ENROLLED}


async def test_the_others_are_told(house: House) -> None:
    """Everybody is asked about the third organiser, and told when one of them has agreed."""
    olga, pavel = await house.team("Olga", "Pavel")
    vera = await house.organiser("Vera")
    await olga.hears("Vera wants to become author")
    await pavel.hears("Vera wants to become author")
    await house.confirms(pavel, "Approve")
    await vera.hears("You are enrolled as Vera")
    await olga.hears("Vera is now an organiser (author)")
    await house.confirms(olga, "Approve")
    await olga.hears("not possible any more")


async def test_a_newcomer_who_changes_their_mind(house: House, en: Words) -> None:
    """/forget erases whoever is only on the way in, code or digits sent; an organiser stays."""
    olga = await house.organiser("Olga")
    vera = house.world.person("Vera")
    code = await house.invites(vera, "Vera")
    await vera.says(f"/start {code}")
    await vera.hears(en("enrol-digits"))
    await vera.says("/mydata")
    assert (await vera.hears()).text == en("mydata-claim")
    await vera.says("/forget")
    assert (await vera.hears()).text == en("forgotten")
    await vera.says(house.code(vera))
    await vera.hears(en("unknown"))
    await vera.says(f"/start {code}")
    await vera.hears(en("enrol-digits"))
    await vera.says(house.code(vera))
    await vera.hears(en("enrol-waiting"))
    await vera.says("/forget")
    assert (await vera.hears()).text == en("forgotten")
    assert await standings(house) == {"Olga": Standing.ENROLLED}
    await house.confirms(olga, "Approve")
    await olga.hears("not possible any more")
    await olga.says("/forget")
    await olga.hears(en("forgotten-organiser"))
    await olga.says("/stop")
    await olga.hears(en("stopped-organiser"))
    assert await standings(house) == {"Olga": Standing.ENROLLED}


async def test_an_organiser_chooses_a_language(house: House, translator: Translator) -> None:
    """/language of an organiser who is no reader is remembered too, for every notice."""
    olga = await house.organiser("Olga")
    await olga.says("/language")
    await olga.hears()
    await olga.presses("Русский")
    await olga.sees(translator.speaking("ru")("language-chosen"))
    await olga.says("/broadcast Собрание в шесть.")
    await olga.hears("Отпечаток")


def wrong(house: House, person: Person) -> str:
    """Six digits that are not the code of now, nor of a step before or after."""
    right = house.code(person)
    return f"{(int(right) + 1) % 10**6:06}"


async def test_one_account_with_two_codes(house: House, en: Words) -> None:
    """An account is one organiser at most: of two codes it sent, only the first one it confirms counts."""
    await house.organiser("Olga")
    eve = house.world.person("Eve")
    secrets = []
    for name in ("Eve", "Eva"):
        await eve.says(f"/start {await house.invites(eve, name)}")
        await eve.hears(en("enrol-digits"))
        secrets.append(house.secrets[eve.id])
        house.clock.forward(minutes=1)
    await eve.says(house.code(eve))
    await eve.hears(en("enrol-waiting"))
    house.secrets[eve.id] = secrets[0]
    await eve.says(house.code(eve))
    await eve.hears(en("unknown"))
    assert list(await standings(house)) == ["Olga", "Eva"]
    assert house.log.getvalue() == ""
