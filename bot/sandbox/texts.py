"""Texts and their formatting, checked and cleaned as TDLib does it (MessageEntity.cpp, misc.cpp).

Offsets and lengths are UTF-16 units everywhere. Nothing is parsed from HTML or Markdown here: the sandbox
refuses `parse_mode`, because the bots it was made for send entities.
"""

import re
from typing import Any

from bot.sandbox.errors import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100

Entity = dict[str, Any]

FORMATTING = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
DETECTED = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
        "media_timestamp",
    ]
)
# Removed by Telegram: line separators and bidi overrides U+2028-202E, and three combining lines.
_REMOVED = frozenset(["\r", *map(chr, range(0x2028, 0x202F)), "\u0333", "\u033f", "\u030a"])
_CHANGED = {code: " " for code in range(0x20) if chr(code) != "\n"} | {ord(each): "" for each in _REMOVED}
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u202e\ufeff\u00a0 \n")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w@/<>]))"
    r"|(?P<url>https?://[^\s<>\"]+)|(?P<mention>(?<!\w)@[A-Za-z][A-Za-z0-9_]{3,31}\b)"
)


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def detected(text: str) -> list[Entity]:
    """The entities a client finds by itself in what a person types: commands, links, mentions."""
    found: list[Entity] = []
    for match in _FOUND.finditer(text):
        offset = units(text[: match.start()])
        found.append({"type": match.lastgroup or "", "offset": offset, "length": units(match.group())})
    return found


def ordered(entities: list[Entity]) -> list[Entity]:
    """Telegram's order: by offset, the longer first."""
    return sorted(entities, key=lambda each: (each["offset"], -each["length"]))


def cleaned(text: str, entities: list[Entity], limit: int, *, what: str) -> tuple[str, tuple[Entity, ...]]:
    """The text and entities as readers will have them; `what` is "message" or "message caption" in refusals.

    Only formatting counts from a bot: links, commands and the like are found anew by whoever shows the text.

    Raises the 400 of a text that is longer than `limit` units after cleaning. An empty result is returned.
    """
    kept = text.translate(_CHANGED)
    formatting = [each for each in entities if each["type"] in FORMATTING]
    places = _places(text) if formatting else []
    moved = ordered([new for old in formatting if (new := _moved(old, places, kept))])
    start, end = _trim(kept, moved)
    body = kept[start:end]
    if units(body) > limit:
        raise bad_request(f"{what} is too long")
    shift, total = units(kept[:start]), units(body)
    trimmed = [{**each, "offset": each["offset"] - shift} for each in moved]
    for each in trimmed:
        each["length"] = min(each["length"], total - each["offset"])
    if all(character in _INVISIBLE for character in body):
        return "", ()
    return body, tuple(each for each in trimmed if each["length"] > 0)[:MAX_ENTITIES]


def entities_of(raw: Any) -> list[Entity]:
    """Entities as a bot sent them, checked for shape. Raises the 400 of what cannot be read."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    return [_entity(each) for each in raw]


def _entity(raw: Any) -> Entity:
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise bad_request("can't parse MessageEntity: expected an Object with a type")
    numbers = [raw.get("offset"), raw.get("length")]
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        raise bad_request("can't parse MessageEntity: offset and length must be numbers")
    kind = raw["type"]
    if kind not in FORMATTING and kind not in DETECTED:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    needed = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}.get(kind)
    if needed and not raw.get(needed):
        raise bad_request(f"can't parse MessageEntity: can't find field \"{needed}\"")
    return dict(raw)


def _places(text: str) -> list[int]:
    """For each unit offset in the raw text the offset in the cleaned one; -1 inside a surrogate pair."""
    places: list[int] = []
    at = 0
    for character in text:
        places.append(at)
        if character > "\uffff":
            places.append(-1)
            at += 1
        at += character not in _REMOVED
    places.append(at)
    return places


def _moved(entity: Entity, places: list[int], kept: str) -> Entity | None:
    """The entity at its place in the cleaned text; None when nothing visible of it is left."""
    last = len(places) - 1
    start, end = entity["offset"], min(entity["offset"] + entity["length"], last)
    if start < 0 or start >= end:
        return None
    if places[start] < 0:
        raise bad_request("entity begins in a middle of a UTF-16 symbol")
    if places[end] < 0:
        raise bad_request("entity ends in a middle of a UTF-16 symbol")
    covered = kept.encode("utf-16-le", "surrogatepass")[2 * places[start] : 2 * places[end]]
    if not covered.decode("utf-16-le", "surrogatepass").strip(" \n"):
        return None
    return {**entity, "offset": places[start], "length": places[end] - places[start]}


def _trim(kept: str, entities: list[Entity]) -> tuple[int, int]:
    """Where the text begins and ends without outer spaces; it never begins after the first entity does."""
    end = len(kept.rstrip(" \n"))
    start = end - len(kept[:end].lstrip(" \n"))
    if entities:
        # Leading spaces take one unit each, so that units and characters agree up to here.
        start = min(start, entities[0]["offset"])
    return start, end
