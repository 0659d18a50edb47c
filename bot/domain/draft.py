"""From what an organiser wrote to the texts of a broadcast, one a language.

Only cutting and refusing: what is done with the texts is `broadcast`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.broadcast import ALL_OTHERS
from bot.domain.rich_text import RichText, units

TEXT_LIMIT = 4000
"""UTF-16 units an organiser may use; the rest of Telegram's 4096 is for the line that ends an update."""

CAPTION_LIMIT = 994
"""The same under a picture or a file: Telegram's 1024 without the 30 of that line."""

_NAME = re.compile(r"[^\W\d_]+([-_][^\W_]+)*")
"""What between `==` is meant as a language, even a wrong one (pt-BR): it must not reach readers as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a text cannot be broadcast.

    `too-long`, `caption-too-long`, `empty`, `empty-language`, `unknown-language`, `twice`,
    `signed-only`, `statement` (it cannot be edited).
    """

    why: str
    language: str = ""
    units: int = 0


def compose(
    written: RichText, languages: frozenset[str], *, caption: bool = False, reserved: int = 0
) -> Mapping[str, RichText] | Refusal:
    """Split what an organiser wrote into one text a language.

    A line `== ru ==` starts the text for a language; what stands before the first such line serves all
    others. The organiser's entities are kept, Markdown signs are not read. Of a `caption` less fits, and it
    may be empty: a picture can do without words. `reserved` units are needed for something else.
    """
    sections: dict[str, RichText] = {}
    language, start = ALL_OTHERS, 0
    marks = [*_marks(written.text), (len(written), len(written), "")]
    for line_start, line_end, mark in marks:
        section = written.cut(start, line_start).strip()
        refusal = _too_long(section, language, caption=caption, reserved=reserved)
        refusal = refusal or _refusal(section, language, sections, languages)
        if refusal:
            return refusal
        if section.text:
            sections[language] = section
        language, start = mark, line_end
    if not sections and caption:
        return {ALL_OTHERS: RichText("")}
    return sections or Refusal(why="empty")


def _marks(text: str) -> list[tuple[int, int, str]]:
    """Where the lines `== xx ==` stand: start and end in units, and the language."""
    found = []
    at = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        end = at + units(line)
        if stripped.startswith("==") and stripped.endswith("==") and _NAME.fullmatch(stripped.strip("= \t")):
            found.append((at, end, stripped.strip("= \t").lower()))
        at = end
    return found


def _too_long(section: RichText, language: str, *, caption: bool, reserved: int) -> Refusal | None:
    size = len(section) + reserved
    if size <= (CAPTION_LIMIT if caption else TEXT_LIMIT):
        return None
    return Refusal(why="caption-too-long" if caption else "too-long", language=language, units=size)


def _refusal(
    section: RichText, language: str, sections: Mapping[str, RichText], languages: frozenset[str]
) -> Refusal | None:
    if language == ALL_OTHERS:
        return None
    if language not in languages:
        return Refusal(why="unknown-language", language=language)
    if language in sections:
        return Refusal(why="twice", language=language)
    return None if section.text else Refusal(why="empty-language", language=language)
