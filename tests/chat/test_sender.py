"""The bulk sender against the sandbox: what is sent, and what each fault becomes."""

from dataclasses import replace

import pytest

from bot.chat.connections import Connections
from bot.chat.sender import TelegramSender
from bot.clock import SystemClock
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.domain.media import Media, MediaKind
from bot.domain.outcome import Answer, Gone, InDoubt, Moved, Ours, Refused, Retry, Sent, TokenSuspect
from bot.domain.rich_text import Entity, RichText
from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.chats import file_id
from bot.sandbox.faults import KINDS, Fault
from bot.sandbox.messages import Media as Shown

TOKEN = "1234567890:" + "A" * 35
TEXT = RichText("Meeting 👋 at six", (Entity(kind="bold", offset=0, length=7),))

FAULTS: dict[str, Answer] = {
    "429": Retry(after=7, flood=True),
    "blocked": Gone(),
    "deactivated": Gone(),
    "kicked": Gone(),
    "not a member": Gone(),
    "deleted": Gone(),
    "not started": Gone(),
    "chat not found": Gone(),
    "no rights": Refused(),
    "no photos": Refused(media=True),
    "no documents": Refused(media=True),
    "too long": Ours(reason="too-long"),
    "wrong file": Ours(reason="file"),
    "migrate": Moved(chat=ChatId(-1001)),
    "unauthorized": TokenSuspect(),
    "no method": TokenSuspect(),
    "500": Retry(after=3.0),
    "502": Retry(after=3.0),
    "empty": InDoubt(),
    "html": InDoubt(),
    "reset_before": InDoubt(),
    "reset_after": InDoubt(),
}


def contact(chat: int, *, thread: int = 0) -> Contact:
    return Contact(
        id=ContactId(bytes(16)),
        chat=ChatId(chat),
        kind=Kind.PERSON if chat > 0 else Kind.GROUP,
        language="en",
        joined=Month(24322),
        thread=thread,
    )


@pytest.fixture
def sender(connections: Connections) -> TelegramSender:
    return TelegramSender(connections, TOKEN, now=SystemClock().now)


@pytest.fixture
def alice(sandbox: Sandbox) -> Person:
    return sandbox.world.person("Alice", started=True)


async def test_sent(sender: TelegramSender, alice: Person) -> None:
    """The text arrives with its formatting, without a link preview, and the answer names the message."""
    answer = await sender.send(contact(alice.id), TEXT)
    message = await alice.hears()
    assert answer == Sent(message=message.id)
    assert message.text == TEXT.text
    assert message.entities == ({"type": "bold", "offset": 0, "length": 7},) or list(message.entities) == [
        {"type": "bold", "offset": 0, "length": 7}
    ]


async def test_many_texts(sender: TelegramSender, alice: Person) -> None:
    """Each text keeps its own body, however many there are."""
    for round_ in range(2):
        for number in range(12):
            text = RichText(
                f"Text {number}", (Entity(kind="text_link", offset=0, length=4, url="https://example.org/"),)
            )
            await sender.send(contact(alice.id), text)
            assert (await alice.hears()).text == f"Text {number}", round_


async def test_a_topic(sandbox: Sandbox, sender: TelegramSender, alice: Person) -> None:
    """A group that subscribed in a topic gets its messages there."""
    depot = sandbox.world.group("Depot 3", admin=alice)
    await depot.add_bot()
    thread = await depot.topic("News")
    assert isinstance(await sender.send(contact(depot.id, thread=thread), TEXT), Sent)
    assert (await depot.hears()).thread_id == thread
    assert await sender.send(contact(depot.id, thread=thread + 99), TEXT) == Refused()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "latency"])
async def test_faults(sandbox: Sandbox, sender: TelegramSender, alice: Person, kind: str) -> None:
    """Every fault of the sandbox becomes one answer; none is an exception."""
    sandbox.world.faults.add(Fault(kind=kind, seconds=7, to=-1001))  # type: ignore[arg-type]  # one of KINDS
    assert await sender.send(contact(alice.id), TEXT) == FAULTS[kind]


async def test_no_connection(unused_tcp_port: int) -> None:
    """Where nobody listens nothing was sent; a token is not called dead for it."""
    sender = TelegramSender(Connections(f"http://127.0.0.1:{unused_tcp_port}"), TOKEN, now=SystemClock().now)
    assert await sender.send(contact(1), TEXT) == Retry(after=3.0)
    assert await sender.token_works()


async def test_whether_the_token_works(sandbox: Sandbox, sender: TelegramSender) -> None:
    """Only Telegram's own refusal means that the token is dead, not a relay's page or silence."""
    assert await sender.token_works()
    for fault in (
        Fault(kind="html", status=404),
        Fault(kind="html", status=401),
        Fault(kind="empty", status=401),
        Fault(kind="reset_before"),
        Fault(kind="502"),
        Fault(kind="429"),
    ):
        sandbox.world.faults.add(fault)
        assert await sender.token_works()
    sandbox.world.revoke()
    assert not await sender.token_works()


def known(sandbox: Sandbox, message: Message) -> Media:
    """The picture or file of a message, as the bot knows it."""
    assert message.media is not None
    found = message.media
    name = file_id(found.unique_id, sandbox.world.bot(TOKEN).id)
    kind = MediaKind(found.kind)
    return Media(kind=kind, file_id=name, unique_id=found.unique_id, size=len(found.content))


async def test_a_picture_and_a_file(sandbox: Sandbox, sender: TelegramSender, alice: Person) -> None:
    """A picture and a file go out under the id that Telegram gave them, with the text as their caption."""
    depot = sandbox.world.group("Depot 3", admin=alice)
    await depot.add_bot()
    thread = await depot.topic("News")
    for sent in (await alice.sends_photo(b"picture"), await alice.sends_document(b"file", "plan.pdf")):
        media = known(sandbox, sent)
        answer = await sender.send(contact(depot.id, thread=thread), TEXT, media)
        message = await depot.hears()
        assert answer == Sent(message=message.id)
        assert message.media == sent.media
        assert (message.text, list(message.entities), message.thread_id) == (
            TEXT.text,
            [{"type": "bold", "offset": 0, "length": 7}],
            thread,
        )


async def test_the_same_words_with_and_without_a_picture(
    sandbox: Sandbox, sender: TelegramSender, alice: Person
) -> None:
    """A text keeps its own body, and so does the same text under each picture."""
    first, second = await alice.sends_photo(b"one"), await alice.sends_photo(b"two")
    for sent in (first, None, second, first):
        await sender.send(contact(alice.id), TEXT, known(sandbox, sent) if sent else None)
        assert (await alice.hears()).media == (sent.media if sent else None)


async def test_a_file_of_another_bot(sandbox: Sandbox, sender: TelegramSender, alice: Person) -> None:
    """An id that Telegram did not give to this bot is our mistake, and so is the wrong kind."""
    media = known(sandbox, await alice.sends_photo(b"picture"))
    foreign = replace(media, file_id=media.file_id + "0")
    assert await sender.send(contact(alice.id), TEXT, foreign) == Ours(reason="file")
    wrong = replace(media, kind=MediaKind.DOCUMENT)
    assert await sender.send(contact(alice.id), TEXT, wrong) == Ours(reason="file")


async def test_too_many_words_under_a_picture(
    sandbox: Sandbox, sender: TelegramSender, alice: Person
) -> None:
    """A caption that Telegram finds too long is our mistake."""
    media = known(sandbox, await alice.sends_photo(b"picture"))
    assert await sender.send(contact(alice.id), RichText("x" * 1025), media) == Ours(reason="too-long")


async def test_who_pays_for_pictures(sandbox: Sandbox, connections: Connections, alice: Person) -> None:
    """The limit that the keeper pays for holds for pictures as well."""
    media = known(sandbox, await alice.sends_photo(b"picture"))
    sender = TelegramSender(connections, TOKEN, now=SystemClock().now, paid=True)
    assert isinstance(await sender.send(contact(alice.id), TEXT, media), Sent)
    assert b'"allow_paid_broadcast":true' in sender._body(TEXT, media)


async def test_only_who_pays_says_so(connections: Connections, alice: Person) -> None:
    """`allow_paid_broadcast` is in the body only where the keeper chose to pay."""
    for paid in (False, True):
        sender = TelegramSender(connections, TOKEN, now=SystemClock().now, paid=paid)
        assert isinstance(await sender.send(contact(alice.id), TEXT), Sent)
        assert (b'"allow_paid_broadcast":true' in sender._body(TEXT)) is paid


async def test_edited_and_deleted(sender: TelegramSender, alice: Person) -> None:
    """One call changes the message that was sent, another deletes it; doing either twice is no failure."""
    reader = contact(alice.id)
    await sender.send(reader, TEXT)
    message = await alice.hears()
    assert await sender.edit(reader, message.id, RichText("Meeting at seven")) == Sent(message=0)
    assert [each.text for each in alice.inbox] == ["Meeting at seven"]
    assert await sender.edit(reader, message.id, RichText("Meeting at seven")) == Sent(message=0)
    assert await sender.delete(reader, message.id) == Sent(message=0)
    assert list(alice.inbox) == []
    assert await sender.delete(reader, message.id) == Gone()
    assert await sender.edit(reader, message.id, TEXT) == Gone()


async def test_a_caption(sandbox: Sandbox, sender: TelegramSender, alice: Person) -> None:
    """Of a picture or a file the caption is changed."""
    bot = sandbox.world.bot()
    media = Shown(
        kind="document", unique_id="f1", name="leaflet.pdf", mime="application/pdf", content=b"%PDF"
    )
    sent = sandbox.world.state.post(alice.chat, bot.peer, text="Old", media=media)
    assert await sender.edit(contact(alice.id), sent.id, TEXT, caption=True) == Sent(message=0)
    assert alice.inbox[-1].text == TEXT.text
    assert await sender.edit(contact(alice.id), sent.id, TEXT) == Refused()


async def test_changes_that_fail(sandbox: Sandbox, sender: TelegramSender, alice: Person) -> None:
    """A fault of a deletion becomes the same answer as that of a send."""
    for kind in KINDS:
        if kind in FAULTS:
            message = sandbox.world.state.post(alice.chat, sandbox.world.bot().peer, text="Meeting")
            fault = Fault(kind=kind, seconds=7, times=1, to=-1001)  # type: ignore[arg-type]  # one of KINDS
            sandbox.world.faults.add(fault)
            assert await sender.delete(contact(alice.id), message.id) == FAULTS[kind], kind
            sandbox.world.faults.clear()
