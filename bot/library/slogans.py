"""Slogan files: `# theme` lines, and `- slogan` lines under them. One file a language, signed as a whole."""

from pathlib import Path

from bot.domain.rich_text import units
from bot.domain.statement import Slogan
from bot.library.source import Spot, read_lines

MAX_UNITS = 256
"""What a copy button of Telegram holds (TELEGRAM.md)."""


def parse(data: bytes, path: Path | None, language: str) -> list[Slogan]:
    """The slogans in their order.

    Raises `StatementError` with the line and what to do, and nothing else, whatever the bytes are.
    """
    themes: dict[str, int] = {}
    found: dict[str, Slogan] = {}
    theme = ""
    lines = read_lines(data, path)
    for number, line in enumerate(lines, 1):
        spot = Spot(path, number)
        if not line:
            continue
        sign, text = line[:2], line[2:]
        if sign not in ("# ", "- ") or text != text.strip() or not text:
            raise spot.error(
                "this is neither a theme nor a slogan", hint="write `# theme` or `- slogan`, each in one line"
            )
        if sign == "# ":
            _refuse_second(text, themes, spot)
            theme = text
            themes[theme.casefold()] = number
        else:
            _check_slogan(text, theme, found, spot)
            found[text] = Slogan(text=text, theme=theme, language=language)
    if not found:
        raise Spot(path, 1).error("there is no slogan in this file", hint="write `# theme`, then `- slogan`")
    for empty in themes.keys() - {slogan.theme.casefold() for slogan in found.values()}:
        raise Spot(path, themes[empty]).error(
            "no slogan stands under this theme", hint="write one, or take the theme away"
        )
    return list(found.values())


def _refuse_second(theme: str, themes: dict[str, int], spot: Spot) -> None:
    if line := themes.get(theme.casefold()):  # people write a theme in either case, and get one of them
        raise spot.error(f"this theme stands in line {line} already", hint="put its slogans together there")


def _check_slogan(text: str, theme: str, found: dict[str, Slogan], spot: Spot) -> None:
    if not theme:
        raise spot.error("a slogan stands before the first theme", hint="write a line `# theme` above it")
    if text in found:
        raise spot.error("this slogan stands here already", hint="keep one of them")
    if units(text) > MAX_UNITS:
        raise spot.error(f"a slogan has at most {MAX_UNITS} characters", hint="shorten it")
