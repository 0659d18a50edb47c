"""Leaflets and posters in chat: laid out once, sent to everybody, and nobody is noted."""

import asyncio
from pathlib import Path

from bot.actions.shelving import Shelving
from bot.chat.prints import WAITING
from bot.i18n.translator import Translator, Words
from bot.sandbox import Message, Person
from tests.stories.test_reading import PROGRAMME, UPDATE
from tests.support.house import House
from tests.support.paper import codes_in, squeezed
from tests.support.paper import words as printed
from tests.support.signers import Signer
from tests.support.workshop import BORIS, OLGA, VERA, signed, text, trust


def uploads(house: House) -> int:
    """How many files Telegram was given."""
    return len(house.world.state.media)


def content(message: Message) -> bytes:
    assert message.media
    return message.media.content


async def test_leaflet(house: House, alice: Person, words: Words) -> None:
    """/leaflet N is a PDF for the printer that people have, with a code that leads to the statement here."""
    await house.imports(PROGRAMME, UPDATE)
    await alice.says("/leaflet 2")
    sent = await alice.hears(words("leaflet-caption"))
    assert sent.media
    assert sent.media.name == f"2-{words.language}-a4-cut-sober-black.pdf"
    assert codes_in(content(sent)) == {f"https://t.me/{house.world.bot_username}?start=s2"}
    assert await house.readers() == 0


async def test_every_button_under_a_leaflet(house: House, alice: Person, words: Words) -> None:
    """The other sheets, the other design and the other ink are a button away."""
    await house.imports(UPDATE)
    await alice.says("/leaflet")
    first = await alice.hears(words("leaflet-caption"))
    names = ("a5", "a4-fold", "design-loud", "ink-colour")
    assert first.labels == [words(f"button-{name}") for name in names]
    files = ("a5-sober-black", "a4-fold-sober-black", "a4-cut-loud-black", "a4-cut-sober-colour")
    for name, file in zip(names, files, strict=True):
        await alice.presses(words(f"button-{name}"), on=first)
        other = await alice.hears(words("leaflet-caption"))
        assert other.media
        assert other.media.name == f"3-{words.language}-{file}.pdf"


async def test_laid_out_once(house: House, alice: Person, words: Words) -> None:
    """Whoever asks next gets the same file by Telegram's own name for it, after a restart too."""
    await house.imports(UPDATE)
    await alice.says("/leaflet 3")
    first = await alice.hears(words("leaflet-caption"))
    await house.silent()
    bert = house.world.person("Bert", language=words.language)
    await bert.says("/leaflet 3")
    assert (await bert.hears(words("leaflet-caption"))).media == first.media
    await house.stop()
    await house.restart()
    await bert.says("/leaflet 3")
    assert (await bert.hears(words("leaflet-caption"))).media == first.media
    assert uploads(house) == 1


async def test_a_crowd_asks(house: House, en: Words) -> None:
    """Ten who ask at once get one and the same, and later ones by its name."""
    await house.imports(UPDATE)
    people = [house.world.person(f"P{number}") for number in range(10)]
    await asyncio.gather(*(person.says("/leaflet 3") for person in people))
    sent = [await person.hears(en("leaflet-caption")) for person in people]
    assert len({content(message) for message in sent}) == 1
    await house.silent()
    before = uploads(house)
    await people[0].says("/leaflet 3")
    await people[0].hears(en("leaflet-caption"))
    assert uploads(house) == before


async def test_a_changed_statement(house: House, alice: Person, words: Words, tmp_path: Path) -> None:
    """After a correction the next leaflet is a new one."""
    await house.imports(UPDATE)
    await alice.says("/leaflet 3")
    first = await alice.hears(words("leaflet-caption"))
    changed = tmp_path / "changed"
    changed.mkdir()
    text = f"Statement: 3\nDate: 2026-11-18\nLanguage: {words.language}\nTitle: Corrected\n\nNew words.\n"
    (changed / f"{words.language}.md").write_text(text)
    await house.imports(str(changed))
    await alice.says("/leaflet 3")
    assert content(await alice.hears(words("leaflet-caption"))) != content(first)


async def test_telegram_has_lost_it(house: House, alice: Person, words: Words) -> None:
    """A file that cannot be sent by its name any more is laid out and sent anew."""
    await house.imports(UPDATE)
    await alice.says("/leaflet 3")
    first = await alice.hears(words("leaflet-caption"))
    house.world.state.media.clear()
    await alice.says("/leaflet 3")
    again = await alice.hears(words("leaflet-caption"))
    assert content(again) == content(first)
    assert again.id > first.id


async def test_poster(house: House, alice: Person, words: Words) -> None:
    """/poster is a picture of a slogan, with its words to copy; A3 to print is a button away."""
    await alice.says("/poster")
    assert (await alice.hears()).text == words("slogan-none")
    await house.imports("slogans")
    await alice.says("/poster")
    sent = await alice.hears()
    assert sent.media
    assert (sent.media.kind, sent.media.width, sent.media.height) == ("photo", 1080, 1080)
    async with house.store.read() as tx:
        assert sent.text in {s.text for s in await tx.statements.slogans() if s.language == words.language}
    await alice.presses(words("button-a3"), on=sent)
    large = await alice.hears(sent.text)
    assert content(large).startswith(b"%PDF")
    await alice.presses(words("button-another"), on=sent)
    assert (await alice.hears()).media


async def test_from_what_is_read(house: House, alice: Person, words: Words) -> None:
    """A statement has a button for its leaflet, a slogan one for its poster."""
    await house.imports(UPDATE, "slogans")
    await alice.says("/latest")
    await alice.hears("№")
    await alice.presses(words("button-leaflet"))
    assert content(await alice.hears(words("leaflet-caption"))).startswith(b"%PDF")
    await alice.says("/slogan")
    slogan = await alice.hears()
    await alice.presses(words("button-poster"))
    assert (await alice.hears(slogan.text)).media


async def test_what_there_is_not(house: House, alice: Person, words: Words) -> None:
    """No statement, no such number, no number at all, a forged button: each has its answer."""
    await alice.says("/leaflet")
    assert (await alice.hears()).text == words("statements-none")
    await house.imports(UPDATE)
    await alice.says("/leaflet 9")
    assert (await alice.hears()).text == words("statement-unknown")
    await alice.says("/leaflet of peace")
    assert (await alice.hears()).text == words("leaflet-which")
    await alice.presses_data(f"leaflet:{words.language}:3:a0:x:y:z")
    assert (await alice.hears(words("leaflet-caption"))).media


async def test_too_many_wait(house: House, alice: Person, words: Words) -> None:
    """Whoever comes while twenty wait for the press is asked to come again; those twenty get theirs."""
    await house.imports(UPDATE)
    people = [house.world.person(f"P{number}", language=words.language) for number in range(WAITING + 3)]
    for person in people:
        person.start()
    await asyncio.gather(*(person.says("/leaflet 3") for person in people))
    heard = [(await person.hears(count=1)).text for person in people]
    assert heard.count(words("leaflet-caption")) >= WAITING
    assert set(heard) <= {words("leaflet-caption"), words("print-busy")}


async def test_what_cannot_be_printed(
    house: House, alice: Person, translator: Translator, tmp_path: Path, words: Words
) -> None:
    """A text with a sign that no font has is said to be one; everything else goes on."""
    text = "Statement: 4\nDate: 2026-11-20\nLanguage: en\nTitle: Up\n\nRaise ✊ all.\n"
    (tmp_path / "en.md").write_text(text)
    await house.imports(str(tmp_path))
    await alice.says("/leaflet 4")
    assert (await alice.hears()).text == words("print-impossible")
    await alice.says("/help")
    await alice.hears("/leaflet")


async def test_keys_on_paper(house: House, alice: Person, words: Words) -> None:
    """Once signers are named, every sheet carries their fingerprints; another policy makes it anew."""
    shelving, signers = Shelving(clock=house.clock), (VERA, BORIS, OLGA)
    slogans = b"# Bread\n\n- Bread and peace\n"
    async with house.store.begin() as tx:
        await shelving.import_files(tx, [("a/en.md", text(4))])
    assert shown(VERA) not in await leaflet(alice, words)
    async with house.store.begin() as tx:
        await shelving.set_trust(tx, [("trust.toml", trust(*signers))])
        files = signed("a/en.md", text(4), *signers) + signed("slogans/en.md", slogans, *signers)
        await shelving.import_files(tx, files)
    sheet = await leaflet(alice, words)
    assert all(shown(signer) in sheet for signer in signers)
    assert shown(VERA) in await poster(alice, words)
    made = uploads(house)
    assert await leaflet(alice, words) == sheet
    assert uploads(house) == made, "the same policy, the same sheet"
    revoked = trust(*signers, more=[("vera", "revoked_on = 2026-11-22")])
    async with house.store.begin() as tx:
        await shelving.set_trust(tx, signed("trust.toml", revoked, BORIS, OLGA))
    sheet = await leaflet(alice, words)
    assert shown(VERA) not in sheet
    assert shown(OLGA) in sheet
    assert shown(VERA) not in await poster(alice, words)


def shown(signer: Signer) -> str:
    return squeezed(signer.ssh.fingerprint)


async def leaflet(alice: Person, words: Words) -> str:
    """What stands on statement 4 as it is sent now."""
    await alice.says("/leaflet 4")
    return printed(content(await alice.hears(words("leaflet-caption"))))


async def poster(alice: Person, words: Words) -> str:
    await alice.says("/poster")
    await alice.presses(words("button-a3"), on=await alice.hears("Bread"))
    return printed(content(await alice.hears("Bread")))
