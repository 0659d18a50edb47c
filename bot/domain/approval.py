"""How many people it takes to publish, and what exactly they approve."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.media import Media
from bot.domain.rich_text import RichText

CODE_LIFE = timedelta(minutes=30)
"""How long an enrolment code works."""

BUTTON_LIFE = timedelta(hours=24)
"""How long an organiser's button works."""

WRONG_CODES = 5
WRONG_CODE_WINDOW = timedelta(minutes=15)
LOCK_OUT = timedelta(hours=1)


URGENT_LEAST = 3
"""The author and two others."""


def approvals_needed(*, ever_enrolled: int, setting: int, today: int = 0, per_day: int = 8) -> int:
    """How many organisers must agree, the author among them.

    One while only one organiser was ever enrolled; from then on at least two. More than `per_day` broadcasts
    in 24 hours (`today` counts those before this one) take one approval more.
    """
    if ever_enrolled <= 1:
        return 1
    return max(2, setting) + (1 if today >= per_day else 0)


def approvals_if_urgent(needed: int) -> int:
    """How many must agree, the author among them, where `needed` would do with a cool-down.

    One more, and never fewer than two people besides the author.
    """
    return max(needed + 1, URGENT_LEAST)


def approvals_to_enrol(*, needed: int, enrolled: int) -> int:
    """How many enrolled organisers must agree before another one joins them."""
    return max(1, min(needed - 1, enrolled))


def digest(texts: Mapping[str, RichText], *, audience: str, starts: str, media: Media | None = None) -> bytes:
    """32 bytes that stand for text, media, audience and time. An approval holds for these and nothing else.

    Every part is written with its length before it, so that no two different broadcasts run together into
    the same bytes.
    """
    state = hashlib.sha256(b"handbill/approval/media/v1" if media else b"handbill/approval/v1")

    def add(part: str) -> None:
        data = part.encode()
        state.update(len(data).to_bytes(8, "big") + data)

    if media:
        for part in (media.kind, media.file_id, media.unique_id, str(media.size)):
            add(part)
    for part in (audience, starts, str(len(texts))):
        add(part)
    for language, text in sorted(texts.items()):
        add(language)
        add(text.text)
        for e in text.entities:
            add(f"{e.kind} {e.offset} {e.length} {len(e.url or '')} {e.url or ''} {e.language or ''}")
    return state.digest()


def fingerprint(digest: bytes) -> str:
    """The first eight characters of a digest, for two people to compare aloud."""
    text = base64.b32encode(digest).decode()
    return f"{text[:4]}-{text[4:8]}"


def locked_until(wrong: tuple[datetime, ...]) -> datetime | None:
    """Until when no code is accepted: an hour after the last of five wrong ones within 15 minutes."""
    if len(wrong) < WRONG_CODES:
        return None
    newest = wrong[-WRONG_CODES:]
    return newest[-1] + LOCK_OUT if newest[-1] - newest[0] <= WRONG_CODE_WINDOW else None
