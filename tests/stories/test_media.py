"""Pictures and files: how an organiser broadcasts one, and what others see of it."""

import pytest

from bot.domain.broadcast import State
from bot.domain.draft import CAPTION_LIMIT
from bot.domain.organiser import Role
from bot.i18n.translator import Words
from bot.sandbox import Fault, Message, Person
from bot.sandbox.kinds import OTHER_KINDS, OtherKind
from tests.support.house import House

MARK = "Update · "
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(8) + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


def content(message: Message) -> tuple[str, bytes]:
    """What kind of thing a message holds, and its bytes."""
    assert message.media is not None
    return message.media.kind, message.media.content


async def states(house: House) -> list[State]:
    """Where every broadcast stands."""
    async with house.store.read() as tx:
        return [broadcast.state for broadcast in await tx.broadcasts.in_states(*State)]


async def reader(house: House, name: str, language: str = "en") -> Person:
    """Somebody on the list."""
    person = house.world.person(name, language=language)
    await person.says("/subscribe")
    await person.hears()
    return person


@pytest.fixture
async def olga(house: House, words: Words) -> Person:
    """The only organiser."""
    return await house.organiser("Olga", language=words.language)


async def test_a_picture_with_words(house: House, olga: Person, words: Words) -> None:
    """A picture sent under /broadcast goes out as it is, with the words and the formatting below it."""
    bert = await reader(house, "Bert")
    bold = {"type": "bold", "offset": 11, "length": 7}
    await olga.sends_photo(PICTURE, "/broadcast Meeting 👋 at six", entities=[bold])
    preview = await olga.hears(MARK)
    control = await olga.hears(words("draft-title"))
    assert words("draft-photo") in control.text
    assert words("draft-wordless") not in control.text
    await house.confirms(olga, words("button-send"))
    got = await bert.hears(MARK)
    assert content(got) == content(preview) == ("photo", PICTURE)
    assert got.text.startswith("Meeting 👋 at six\n\nUpdate · ")
    assert (got.text, got.entities) == (preview.text, preview.entities)
    assert ("bold", 0, 7) in {(e["type"], e["offset"], e["length"]) for e in got.entities}


async def test_a_file_as_a_reply(house: House, olga: Person, words: Words) -> None:
    """/broadcast as a reply to a file sends the file and its words; the draft says what files tell."""
    bert = await reader(house, "Bert")
    leaflet = await olga.sends_document(b"%PDF", "leaflet.pdf", "Print this.")
    await olga.hears(words("unknown"))
    await olga.replies(leaflet, "/broadcast")
    preview = await olga.hears(MARK)
    assert words("draft-document") in (await olga.hears(words("draft-title"))).text
    await house.confirms(olga, words("button-send"))
    got = await bert.hears(MARK)
    assert content(got) == content(preview) == ("document", b"%PDF")
    assert got.media is not None
    assert got.media.name == "leaflet.pdf"
    assert got.text.startswith("Print this.\n\nUpdate · ")


async def test_other_words_for_a_picture(house: House, olga: Person) -> None:
    """Words after the command, in a reply to a picture, take the place of those under the picture."""
    photo = await olga.sends_photo(PICTURE, "Our yard")
    await olga.hears()
    await olga.replies(photo, "/broadcast Meeting")
    preview = await olga.hears(MARK)
    assert content(preview) == ("photo", PICTURE)
    assert preview.text.startswith("Meeting\n\nUpdate · ")


async def test_the_picture_with_the_command_counts(house: House, olga: Person) -> None:
    """A picture under /broadcast is taken whatever message it answers to."""
    older = await olga.sends_photo(b"older", "Older words")
    await olga.hears()
    await olga.sends_photo(PICTURE, "/broadcast", reply_to=older)
    preview = await olga.hears(MARK)
    assert content(preview) == ("photo", PICTURE)
    assert preview.text.startswith(MARK)


async def test_a_picture_without_words(house: House, olga: Person, words: Words) -> None:
    """A picture can do without words: the line that ends an update stands alone, and the draft warns."""
    bert = await reader(house, "Bert")
    poster = await olga.sends_photo(PICTURE)
    await olga.hears()
    await olga.replies(poster, "/broadcast")
    preview = await olga.hears(MARK)
    control = await olga.hears(words("draft-title"))
    assert words("draft-wordless") in control.text
    await house.confirms(olga, words("button-send"))
    got = await bert.hears(MARK)
    assert content(got) == ("photo", PICTURE)
    assert got.text == preview.text
    assert len(got.text.splitlines()) == 1


async def test_each_reads_their_language(house: House, olga: Person, words: Words) -> None:
    """One picture, words for each language; whoever has no words of their own is left out, as with texts."""
    bert, boris = await reader(house, "Bert"), await reader(house, "Boris", "ru")
    await olga.sends_photo(PICTURE, "/broadcast Meeting\n== ru ==\nСобрание")
    assert [(await olga.hears(MARK)).text.split("\n")[0] for _ in range(2)] == ["Meeting", "Собрание"]
    await house.confirms(olga, words("button-send"))
    assert (await bert.hears(MARK)).text.startswith("Meeting\n")
    got = await boris.hears(MARK)
    assert got.text.startswith("Собрание\n")
    assert content(got) == ("photo", PICTURE)
    await olga.sends_photo(PICTURE, "/broadcast == ru ==\nТолько вам")
    await olga.hears(words("draft-languages-only", languages="Русский"))


async def test_refused(house: House, olga: Person, words: Words) -> None:
    """Too many words for a caption are refused at once, and so is an album."""
    await olga.sends_photo(PICTURE, "/broadcast " + "x" * (CAPTION_LIMIT + 1))
    assert (await olga.hears()).text == words("refused-caption-too-long", units=CAPTION_LIMIT + 1)
    assert str(CAPTION_LIMIT) in words("refused-caption-too-long", units=CAPTION_LIMIT + 1)
    album = await olga.sends_album(PICTURE, PICTURE, PICTURE, caption="/broadcast Three of them")
    await olga.hears(words("refused-album"))
    await olga.replies(album[1], "/broadcast Only this one")
    await olga.hears(words("refused-album"))
    await house.deaf(olga)
    refusals = [message for message in olga.inbox if message.text == words("refused-album")]
    assert len(refusals) == 2
    assert words("unknown") not in [message.text for message in olga.inbox]
    assert await states(house) == []


@pytest.mark.parametrize("kind", OTHER_KINDS)
async def test_other_kinds(house: House, en: Words, kind: OtherKind) -> None:
    """A video, a voice message, a sticker, a poll or a place is refused with a clear answer."""
    olga = await house.organiser("Olga")
    sent = await olga.sends(kind)
    await olga.hears(en("unknown"))
    await olga.replies(sent, "/broadcast Look")
    await olga.hears(en("refused-other"))
    assert await states(house) == []


async def test_the_longest_caption(house: House, olga: Person, words: Words) -> None:
    """994 units fit under a picture, with the line that ends an update."""
    await olga.sends_photo(PICTURE, "/broadcast " + "👋" * (CAPTION_LIMIT // 2))
    preview = await olga.hears(MARK)
    assert len(preview.text.encode("utf-16-le")) // 2 == 1024
    await olga.hears(words("draft-title"))


async def test_the_approver_sees_the_picture(house: House, en: Words) -> None:
    """Whoever has to agree gets the very picture, with the words below it, and the author's fingerprint."""
    olga, pavel = await house.team("Olga", "Pavel")
    await olga.sends_photo(PICTURE, "/broadcast Meeting")
    preview = await olga.hears(MARK)
    fingerprint = (await olga.hears("Fingerprint")).text.partition("Fingerprint: ")[2][:9]
    await house.confirms(olga, "Send")
    await olga.hears(en("waiting", agreed=1, needed=2))
    shown = await pavel.hears(MARK)
    assert content(shown) == content(preview)
    assert shown.text == preview.text
    assert fingerprint in (await pavel.hears("Olga wants to send this")).text
    await house.confirms(pavel, "Approve")
    await olga.hears("Report")


async def test_another_picture_is_another_fingerprint(house: House, olga: Person, words: Words) -> None:
    """The same words under another picture are not what somebody agreed to."""
    prints = set()
    for picture in (PICTURE, b"another"):
        await olga.sends_photo(picture, "/broadcast Meeting")
        control = await olga.hears(words("draft-title"))
        prints.add(next(line for line in control.text.splitlines() if line[-5:-4] == "-"))
    assert len(prints) == 2


async def test_updates_show_the_picture(house: House, olga: Person, words: Words) -> None:
    """/updates shows the pictures and files of the last 72 hours, with their words."""
    await olga.sends_photo(PICTURE, "/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("report"))
    bert = house.world.person("Bert")
    await bert.says("/updates")
    got = await bert.hears(MARK)
    assert content(got) == ("photo", PICTURE)
    assert got.text.startswith("Meeting\n")
    house.clock.forward(hours=73)
    await bert.says("/updates")
    assert (await bert.hears()).media is None


async def test_a_topic(house: House, olga: Person, words: Words) -> None:
    """A group that subscribed in a topic gets the picture there."""
    depot = house.world.group("Depot 3", admin=olga)
    await depot.add_bot()
    await depot.hears()
    thread = await depot.topic("News")
    await olga.says(f"/subscribe@{house.world.bot_username}", chat=depot, thread=thread)
    await depot.hears()
    await olga.sends_photo(PICTURE, "/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    got = await depot.hears(MARK)
    assert (content(got), got.thread_id) == (("photo", PICTURE), thread)


async def test_a_group_without_pictures(house: House, olga: Person, words: Words) -> None:
    """A group that takes no pictures misses this one, and gets the next text as before."""
    depot = house.world.group("Depot 3", admin=olga)
    await depot.add_bot()
    await depot.hears()
    await olga.says(f"/subscribe@{house.world.bot_username}", chat=depot)
    await depot.hears()
    house.world.faults.add(Fault(kind="no photos", chat=depot.id))
    await olga.sends_photo(PICTURE, "/broadcast Meeting")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    report = await olga.hears(words("report"))
    assert words("tally-refused", people=words("people-under-twenty")) in report.text
    await olga.says("/broadcast Words alone")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await depot.hears("Words alone")


async def test_a_file_that_telegram_does_not_know(house: House, olga: Person, words: Words) -> None:
    """A file that Telegram refuses is our mistake: it stops at once, and nobody is erased."""
    readers = [await reader(house, name) for name in ("Bert", "Boris", "Clara")]
    await olga.sends_photo(PICTURE, "/broadcast Meeting")
    await olga.hears(words("draft-title"))
    for person in readers:
        house.world.faults.add(Fault(kind="wrong file", method="sendPhoto", chat=person.id, times=None))
    await house.confirms(olga, words("button-send"))
    report = await olga.hears(words("report"))
    assert words("report-stopped") in report.text
    assert await house.readers() == 3


async def test_nothing_of_it_is_fetched_or_logged(house: House, olga: Person, words: Words) -> None:
    """The content never reaches the server, and neither ids nor words reach the log."""
    bert = await reader(house, "Bert")
    house.world.faults.add(Fault(kind="500", method="getFile"))
    sent = await olga.sends_document(b"%PDF", "leaflet.pdf", "/broadcast Bring lanterns")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await bert.hears(MARK)
    await olga.hears(words("report"))
    assert len(list(house.world.faults)) == 1
    assert sent.media is not None
    log = house.log.getvalue()
    for secret in (sent.media.unique_id, "leaflet", "lanterns"):
        assert secret not in log


async def test_only_authors_broadcast_pictures(house: House, en: Words) -> None:
    """A stranger gets the answer to any unknown word; an approver is told that the role does not allow it."""
    _, pavel = await house.team("Olga", "Pavel", role=Role.APPROVER)
    mallory = house.world.person("Mallory")
    for person, answer in ((mallory, "unknown"), (pavel, "not-allowed")):
        await person.sends_photo(PICTURE, "/broadcast Meeting")
        assert (await person.hears()).text == en(answer)
    assert await states(house) == []


async def test_a_picture_for_some(house: House, en: Words) -> None:
    """Another audience for a picture keeps the picture and its notes, and what is then sent is that."""
    olga = await house.organiser("Olga")
    bert, boris = await reader(house, "Bert"), await reader(house, "Boris", "ru")
    await olga.sends_photo(PICTURE, "/broadcast Meeting")
    await olga.hears(en("draft-title"))
    await olga.presses(en("button-audience"))
    await olga.hears(en("audience-ask"))
    await olga.presses("Русский")
    assert en("draft-photo") in (await olga.hears(en("draft-title"))).text
    await house.confirms(olga, en("button-send"))
    await olga.hears(en("report"))
    assert content(await boris.hears(MARK)) == ("photo", PICTURE)
    assert not [message for message in bert.inbox if message.media]
