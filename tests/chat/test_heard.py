"""What is read of a message that holds more than words."""

from typing import Any

import pytest
from telegram import Update

from bot.chat.heard import Said, hear
from bot.domain.media import Attached, Media, MediaKind, Unfit
from bot.sandbox.kinds import OTHER

FILE = {"file_id": "BQAC-xyz_1", "file_unique_id": "AgAD1"}


def said(**content: Any) -> Said:
    """A private message with this content, as Telegram writes it."""
    message = {
        "message_id": 1,
        "date": 0,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "is_bot": False, "first_name": "A"},
    }
    update = Update.de_json({"update_id": 1, "message": message | content}, None)
    heard = hear(update, "a_bot")
    assert isinstance(heard, Said)
    return heard


def attached(**content: Any) -> Attached:
    return said(**content).attached


def size(width: int, height: int, name: str) -> dict[str, Any]:
    return {
        "file_id": name,
        "file_unique_id": f"u{name}",
        "width": width,
        "height": height,
        "file_size": width,
    }


def test_the_largest_picture_is_taken() -> None:
    """Telegram shows a picture in several sizes; readers get the largest, in whatever order they stand."""
    sizes = [size(320, 240, "middle"), size(1280, 960, "large"), size(90, 67, "small")]
    large = Media(kind=MediaKind.PHOTO, file_id="large", unique_id="ularge", size=1280)
    assert attached(photo=sizes, caption="x") == large


def test_a_file() -> None:
    """A file is known by its ids, its size where Telegram tells it, and never by its name."""
    heard = said(document=FILE | {"file_name": "list of names.pdf"}, caption="Read this")
    assert heard.attached == Media(kind=MediaKind.DOCUMENT, file_id="BQAC-xyz_1", unique_id="AgAD1")
    assert heard.text.text == "Read this"
    assert "BQAC" not in repr(heard.attached)
    assert "AgAD1" not in repr(heard.attached)


def test_words_alone() -> None:
    """A text holds nothing else."""
    assert attached(text="Hello") is None


@pytest.mark.parametrize("kind", OTHER)
def test_other_kinds(kind: str) -> None:
    """Nothing else can be broadcast, and an animation does not pass for the file that it also is."""
    assert attached(**OTHER[kind]) == Unfit(why="other")


def test_albums() -> None:
    """A picture or file out of an album does not pass for a single one."""
    assert attached(photo=[size(1, 1, "a")], media_group_id="7") == Unfit(why="album")
    assert attached(document=FILE, media_group_id="7") == Unfit(why="album")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "keyring.json",
        "../var/keyring.json",
        "file:///etc/passwd",
        "https://example.org/a.jpg",
        "a b",
        "",
        "attach://x",
        "x" * 257,
        "a\n",
    ],
)
def test_what_is_no_id_of_telegrams(name: str) -> None:
    """An id that might be a path or an address comes from a hostile relay: there is nothing to broadcast."""
    assert attached(document=FILE | {"file_id": name}) == Unfit(why="other")
    assert attached(document=FILE | {"file_unique_id": name}) == Unfit(why="other")
    assert attached(photo=[size(1, 1, name)]) == Unfit(why="other")


def test_what_a_reply_answers_to() -> None:
    """Of the message replied to, words and picture are heard alike."""
    original = {"message_id": 2, "date": 0, "chat": {"id": 5, "type": "private"}, "caption": "Old"}
    heard = said(text="/broadcast", reply_to_message=original | {"photo": [size(1, 1, "a")]})
    assert heard.replied is not None
    assert heard.replied.text.text == "Old"
    assert heard.replied.attached == Media(kind=MediaKind.PHOTO, file_id="a", unique_id="ua", size=1)
