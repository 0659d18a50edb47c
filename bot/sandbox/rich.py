"""Rich messages (Bot API 10.2) as far as bots send them here: checked for shape, shown as text with entities.

Only `blocks` are understood: like `parse_mode`, `html` and `markdown` are refused. Of Telegram's kinds of
blocks those that hold words are known.
"""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Json
from bot.sandbox.texts import Entity, ordered, units

MAX_UNITS = 32768
MAX_BLOCKS = 500
MAX_DEPTH = 16

_WORDS = frozenset(["paragraph", "heading", "pre", "footer"])
_STYLES = frozenset(["bold", "italic", "underline", "strikethrough", "spoiler", "code", "url"])
_KINDS = {"heading": "bold", "pre": "pre"}
_SIZES = range(1, 7)


@dataclass(frozen=True, slots=True)
class Shown:
    """How readers see one: its words, what is marked in them, and the message as other bots get it."""

    text: str
    entities: tuple[Entity, ...]
    message: Json


def rich(raw: Json | None) -> Shown:
    """Check one and lay it out. Raises the 400 of what Telegram would not take."""
    given = [name for name in ("html", "markdown", "blocks") if raw and raw.get(name)]
    if raw is None or len(given) != 1:
        raise bad_request("exactly one of html, markdown, and blocks must be specified in the rich message")
    if given != ["blocks"]:
        raise bad_request("can't parse rich message: not supported by the sandbox")
    page = _Page()
    blocks = [page.block(each, 0) for each in _array(raw["blocks"], "blocks")]
    if page.blocks > MAX_BLOCKS or page.units > MAX_UNITS:
        raise bad_request("RICH_MESSAGE_TOO_LONG")
    if not page.text.strip():
        raise bad_request("rich message must be non-empty")
    right_to_left = {"is_rtl": True} if raw.get("is_rtl") else {}
    return Shown(page.text, tuple(ordered(page.entities)), {"blocks": blocks} | right_to_left)


class _Page:
    """Laid out line by line."""

    def __init__(self) -> None:
        self.text = ""
        self.entities: list[Entity] = []
        self.blocks = 0

    @property
    def units(self) -> int:
        return units(self.text)

    def block(self, raw: Any, depth: int, *, gap: str = "\n\n") -> Json:
        """Add one block; how it is shown to bots."""
        if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
            raise bad_request("can't parse InputRichBlock: expected an Object with a type")
        self.blocks += 1
        if depth >= MAX_DEPTH:
            raise bad_request("RICH_MESSAGE_DEPTH_TOO_MUCH")
        kind = raw["type"]
        if kind == "list":
            items = _array(raw.get("items"), "items")
            return {"type": kind, "items": [self._item(item, depth + 2) for item in items]}
        if kind == "blockquote":
            start = self._begin(gap)
            inside = _array(raw.get("blocks"), "blocks")
            blocks = [self.block(each, depth + 1, gap=gap if n else "") for n, each in enumerate(inside)]
            self._mark("blockquote", start)
            return {"type": kind, "blocks": blocks}
        start = self._begin(gap)
        if kind == "divider":
            self.text += "* * *"
        elif kind in _WORDS:
            if kind == "heading" and raw.get("size") not in _SIZES:
                raise bad_request("can't parse InputRichBlockSectionHeading: size must be between 1 and 6")
            self._words(raw.get("text"))
            if kind in _KINDS:
                self._mark(_KINDS[kind], start)
        else:
            raise bad_request("can't parse InputRichBlock: unsupported type specified")
        return dict(raw)

    def _item(self, raw: Any, depth: int) -> Json:
        if not isinstance(raw, dict):
            raise bad_request("can't parse InputRichBlockListItem: expected an Object")
        self.blocks += 1
        label = f"{raw['value']}." if isinstance(raw.get("value"), int) else "•"
        self._begin("\n" + "   " * (depth // 2 - 1))
        self.text += f"{label} "
        inside = _array(raw.get("blocks"), "blocks")
        blocks = [self.block(each, depth, gap="\n" if n else "") for n, each in enumerate(inside)]
        return raw | {"label": label, "blocks": blocks}

    def _words(self, raw: Any) -> None:
        if isinstance(raw, str):
            self.text += raw
        elif isinstance(raw, list):
            for each in raw:
                self._words(each)
        elif isinstance(raw, dict) and raw.get("type") in _STYLES:
            start = self.units
            self._words(raw.get("text"))
            if raw["type"] == "url":
                if not str(raw.get("url", "")).startswith(("http://", "https://")):
                    raise bad_request("can't parse RichTextUrl: wrong URL")
                self._mark("text_link", start, url=raw["url"])
            else:
                self._mark(raw["type"], start)
        else:
            raise bad_request("can't parse RichText: unsupported type specified")

    def _begin(self, gap: str) -> int:
        self.text += gap if self.text else ""
        return self.units

    def _mark(self, kind: str, start: int, **more: str) -> None:
        if self.units > start:
            self.entities.append({"type": kind, "offset": start, "length": self.units - start, **more})


def _array(raw: Any, name: str) -> list[Any]:
    if not isinstance(raw, list) or not raw:
        raise bad_request(f'field "{name}" must be a non-empty Array')
    return raw
