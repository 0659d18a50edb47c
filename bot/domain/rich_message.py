"""One long message with headings, lists and quotations, as Telegram takes it since Bot API 10.2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Piece = str | Sequence["Piece"] | Mapping[str, object]
"""Telegram's RichText: plain words, several pieces in a row, or an object with `type` and `text`."""

RichBlock = Mapping[str, object]
"""Telegram's InputRichBlock: an object with `type` and what belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RichMessage:
    """What `sendRichMessage` takes; no parse_mode is in it."""

    blocks: tuple[RichBlock, ...]
    right_to_left: bool = False
