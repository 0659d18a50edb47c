"""Whether a text is the group's: /verify, and whatever is forwarded or pasted."""

import io
import zipfile
from pathlib import Path

import pytest

from bot.actions.shelving import Shelving
from bot.i18n.translator import Translator, Words
from bot.library import header, markdown
from bot.sandbox import Message, Person
from tests.support.house import House
from tests.support.signers import Signer, needs_minisign, needs_ssh_keygen, run
from tests.support.workshop import BORIS, LINK, OLGA, VERA, signed, text, trust

POLICY = trust(VERA, BORIS, OLGA)
LONG = "\n\n".join(
    f"Paragraph {n}. " + f"We write the {n}th of many long lines here. " * 12 for n in range(30)
)


async def shelf(house: House, *files: tuple[str, bytes], policy: bytes | None = POLICY) -> None:
    shelving = Shelving(clock=house.clock)
    async with house.store.begin() as tx:
        if policy:
            await shelving.set_trust(tx, [("trust.toml", policy)])
        await shelving.import_files(tx, files)


async def statement(house: House, *signers: Signer, body: str = "", policy: bytes | None = POLICY) -> str:
    """Number 4, signed; its words."""
    data = text(4, body=body)
    await shelf(house, *signed("a/en.md", data, *signers), policy=policy)
    return markdown.plain(header.parse(data, None))


async def verifies(person: Person, asked: str) -> Message:
    await person.says(f"/verify {asked}")
    return await person.hears()


async def test_what_verify_takes(house: House, alice: Person, words: Words) -> None:
    """Without a text it says how; and what is too short or unknown is called so."""
    plain = await statement(house, VERA, BORIS)
    await alice.says("/verify")
    assert (await alice.hears()).text == words("verify-how")
    assert words("verify-short") in (await verifies(alice, "Bread and peace now")).text
    other = "This is something else altogether, written by others for others on another day."
    assert words("verify-unknown") in (await verifies(alice, other)).text
    answer = await verifies(alice, plain)
    assert words("verify-whole", number=4) in answer.text
    assert words("verify-signed", number=4, names="boris, vera") in answer.text
    assert words("verify-outside") in answer.text
    assert answer.labels == [words("button-files"), words("button-read")]
    assert await house.readers() == 0


async def test_forwarded_and_pasted(house: House, alice: Person, words: Words) -> None:
    """What the bot itself sent is recognised when it comes back: forwarded, pasted, or answered to."""
    plain = await statement(house, VERA, BORIS)
    await alice.says("/statement 4")
    own = await alice.hears("№")
    assert words("statement-signed", names="boris, vera") in own.text
    whole = words("verify-whole", number=4)
    await alice.forwards(own)
    assert whole in (await alice.hears()).text
    await alice.says(own.text)
    assert whole in (await alice.hears()).text
    await alice.replies(own, "/verify")
    assert whole in (await alice.hears()).text
    await alice.says(plain)
    assert whole in (await alice.hears()).text
    assert whole in (await verifies(alice, "\n".join(f"> {line}" for line in plain.split("\n")))).text


async def test_in_another_language_of_the_reader(house: House, translator: Translator) -> None:
    """A message that was made for a Russian reader is recognised for an English one."""
    await statement(house, VERA, BORIS)
    boris, alice = house.world.person("Boris", language="ru"), house.world.person("Alice", language="en")
    await boris.says("/statement 4")
    own = await boris.hears("№")
    await alice.forwards(own)
    assert translator.speaking("en")("verify-whole", number=4) in (await alice.hears()).text


async def test_parts_of_a_long_statement(house: House, alice: Person, words: Words) -> None:
    """Each message of a long one is a part of it."""
    await statement(house, VERA, OLGA, body=LONG)
    await alice.says("/statement 4")
    await alice.hears("№")
    parts = [message for message in alice.inbox if "Paragraph" in message.text]
    assert len(parts) > 2
    house.hush(alice)
    for part in parts:
        await alice.forwards(part)
        answer = await alice.hears()
        assert words("verify-part", number=4) in answer.text
        assert words("verify-signed", number=4, names="olga, vera") in answer.text


async def test_altered(house: House, alice: Person, words: Words) -> None:
    """The words that differ are shown: the statement's struck out, those in their place in bold."""
    plain = await statement(house, VERA, BORIS)
    answer = await verifies(alice, plain.replace("plain words", "secret words"))
    assert words("verify-altered", number=4) in answer.text
    marked = {each["type"]: _words(answer, each["offset"], each["length"]) for each in answer.entities}
    assert marked["strikethrough"] == "plain"
    assert marked["bold"] == "secret"
    assert words("verify-whole", number=4) not in answer.text
    assert words("verify-signed", number=4, names="boris, vera") not in answer.text
    assert words("verify-signed-itself", number=4, names="boris, vera") in answer.text


def _words(message: Message, offset: int, length: int) -> str:
    raw = message.text.encode("utf-16-le")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le")


async def test_added_and_links(house: House, alice: Person, words: Words) -> None:
    """Additions are shown, and links that the statement does not have."""
    plain = await statement(house, VERA, BORIS)
    answer = await verifies(alice, f"{plain}\n\nSend your money to us today")
    assert words("verify-added", number=4) in answer.text
    assert "Send your money to us today" in answer.text
    start = plain.index("the family")
    for url, genuine in ((LINK, True), ("https://example.org/helq", False)):
        link = [{"type": "text_link", "offset": start, "length": 10, "url": url}]
        await alice.says(plain, entities=link)
        answer = await alice.hears()
        assert (words("verify-links") in answer.text) is not genuine
        assert (words("verify-signed", number=4, names="boris, vera") in answer.text) is genuine
        assert (url in answer.text) is not genuine


async def test_not_signed(house: House, alice: Person, words: Words) -> None:
    """Before a policy is set, and where too few have signed, nobody speaks for it."""
    plain = await statement(house, policy=None)
    answer = await verifies(alice, plain)
    assert words("verify-whole", number=4) in answer.text
    assert words("verify-unsigned", number=4) in answer.text
    await shelf(house, policy=POLICY)
    assert words("verify-unsigned", number=4) in (await verifies(alice, plain)).text
    await alice.says("/latest")
    assert (await alice.hears()).text == words("statements-none")


async def test_withdrawn_and_embargoed(house: House, alice: Person, words: Words) -> None:
    """A withdrawn statement is called so; one that is not to be read yet is unknown."""
    plain = await statement(house, VERA, BORIS)
    later = text(5, prev=header.parse(text(4), None), more="Publish-At: 2026-12-24T12:00+00:00")
    await shelf(house, *signed("b/en.md", later, VERA, BORIS), policy=None)
    hidden = markdown.plain(header.parse(later, None)).partition("\n\n")[2].partition(" and that")[0]
    assert "5: The first paragraph" in hidden
    assert words("verify-whole", number=5) not in (await verifies(alice, hidden)).text
    async with house.store.begin() as tx:
        await Shelving(clock=house.clock).withdraw(tx, 4, "")
    answer = await verifies(alice, plain)
    assert words("verify-withdrawn", number=4, date=_today(words)) in answer.text
    assert answer.labels == []
    house.clock.forward(days=40)
    assert (
        words("verify-signed", number=5, names="boris, vera")
        in (await verifies(alice, markdown.plain(header.parse(later, None)))).text
    )


def _today(words: Words) -> str:
    return words("date", day=22, month=11, year="2026")


async def test_pictures(house: House, alice: Person, words: Words) -> None:
    """The words under a picture are checked, the picture is not; without words there is nothing to check."""
    plain = await statement(house, VERA, BORIS)
    part = plain.split("\n\n")[1]
    await alice.sends_photo(b"a picture", part)
    answer = await alice.hears()
    assert words("verify-part", number=4) in answer.text
    assert words("verify-picture") in answer.text
    bare = await alice.sends_photo(b"a picture")
    await alice.hears()
    await alice.forwards(bare)
    assert (await alice.hears()).text == words("verify-picture-only")
    await alice.replies(bare, "/verify")
    assert (await alice.hears()).text == words("verify-picture-only")


async def test_other_words_get_the_constant_answer(house: House, alice: Person, words: Words) -> None:
    """Small talk, commands that do not exist, and texts that nobody forwarded."""
    await statement(house, VERA, BORIS)
    for said in ("hello", "/broadcast to everybody in the whole wide world", "a b c d e f g h i j k l m"):
        await alice.says(said)
        assert (await alice.hears()).text == words("unknown")


async def test_slogans_and_updates(house: House, alice: Person, words: Words) -> None:
    """A slogan is known; an update was sent by the bot, and nobody can check it without it."""
    await statement(house, VERA, BORIS)
    await shelf(house, *signed("slogans/en.md", b"# war\n- Bread, peace\n", VERA, OLGA), policy=None)
    assert words("verify-slogan-signed") in (await verifies(alice, "Bread, peace")).text
    author = await house.organiser("Olga")
    await alice.says("/subscribe")
    await alice.hears()
    await house.broadcasts(author, "The meeting on Friday is somewhere else")
    update = await alice.hears("Update ·")
    await alice.forwards(update)
    assert words("verify-sent") in (await alice.hears()).text
    assert words("verify-sent") in (await verifies(alice, "The meeting on Friday is somewhere else")).text


async def test_keys(house: House, alice: Person, words: Words) -> None:
    """/keys names the signers and their fingerprints, and the command that checks without the bot."""
    await alice.says("/keys")
    assert words("keys-none") in (await alice.hears()).text
    await alice.says("/start")
    assert words("card-unsigned") in (await alice.hears()).text
    revoked = trust(VERA, BORIS, OLGA, more=[("olga", "revoked_on = 2026-11-22")])
    await shelf(house, policy=revoked)
    await alice.says("/keys")
    answer = await alice.hears()
    assert words("keys-rule", number=2) in answer.text
    for signer in (VERA, BORIS, OLGA):
        assert signer.ssh.fingerprint in answer.text
        assert signer.minisign.line in answer.text
    assert words("keys-revoked", date=_today(words)) in answer.text
    assert "ssh-keygen -Y verify -f allowed_signers -I NAME -n handbill" in answer.text
    await alice.says("/start")
    assert words("card-signed", needed=2, number=3) in (await alice.hears()).text


async def files(alice: Person, words: Words) -> tuple[Message, dict[str, bytes]]:
    """The archive behind the button, and what is in it."""
    await alice.presses(words("button-files"))
    answer = await alice.hears()
    assert answer.media is not None
    content = answer.media.content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return answer, {name: archive.read(name) for name in archive.namelist()}


@needs_ssh_keygen
@needs_minisign
async def test_the_file_can_be_checked_elsewhere(
    house: House, alice: Person, words: Words, tmp_path: Path
) -> None:
    """The commands under the archive, typed in its folder, say that the signatures are good."""
    data = text(4)
    minisig = ("a/en.md.olga.minisig", OLGA.minisigns(data))
    await shelf(house, *signed("a/en.md", data, VERA), minisig)
    await verifies(alice, markdown.plain(header.parse(data, None)))
    answer, found = await files(alice, words)
    assert found["en.md"] == data
    assert found["trust.toml"] == POLICY
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, content in found.items():
        (folder / name).write_bytes(content)
    commands = [_words(answer, e["offset"], e["length"]) for e in answer.entities if e["type"] == "pre"]
    assert [command.split(" ")[0] for command in commands] == ["minisign", "ssh-keygen"]
    for command in commands:
        done = run("sh", "-c", command, cwd=folder)
        assert done.returncode == 0, done.stderr
    (folder / "en.md").write_bytes(data + b"\n")
    assert all(run("sh", "-c", command, cwd=folder).returncode for command in commands)


async def test_files_of_what_is_not_signed(house: House, alice: Person, words: Words) -> None:
    """The file is there all the same, before a policy; a forged button leads nowhere."""
    plain = await statement(house, policy=None)
    await verifies(alice, plain)
    answer, found = await files(alice, words)
    assert answer.text == words("files-unsigned", number=4)
    assert list(found) == ["en.md"]
    for data in ("files:en:9:en", "files:en:4:ru", "files:en:x", "files:en:4:../en"):
        await alice.presses_data(data)
        assert (await alice.hears()).text == Translator().speaking("en")("files-gone")


@pytest.mark.parametrize("asked", ["x" * 4000, "\u202e" * 200, "z\u0335" * 900, "a " * 2000, "№ 4 · " * 300])
async def test_hostile_texts(house: House, alice: Person, words: Words, asked: str) -> None:
    """Are unknown, like every other text."""
    await statement(house, VERA, BORIS)
    answer = await verifies(alice, asked)
    assert any(words(name) in answer.text for name in ("verify-unknown", "verify-short", "verify-how"))
