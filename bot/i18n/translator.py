"""Fluent messages by language. It knows words, not people: who reads which language is told from outside.

A message that a language lacks is a bug that the tests find; a reader would be shown the English one.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"


class Words:
    """The messages of one language."""

    def __init__(self, language: str, bundle: FluentBundle, fallback: FluentBundle) -> None:
        self.language = language
        self._bundle = bundle
        self._fallback = fallback

    def __call__(self, message: str, **values: str | int) -> str:
        """The message with its values filled in. An unknown id is a KeyError: a bug, found by tests."""
        bundle = self._bundle if self._bundle.has_message(message) else self._fallback
        pattern = bundle.get_message(message).value
        if pattern is None:
            raise KeyError(message)
        text, errors = bundle.format_pattern(pattern, values)
        if errors:
            raise KeyError(message)
        return str(text)


class Translator:
    """All languages that the product speaks."""

    def __init__(self, folder: Path = LOCALES) -> None:
        bundles = {path.name: _bundle(path) for path in sorted(folder.iterdir()) if path.is_dir()}
        self._words: Mapping[str, Words] = {
            language: Words(language, bundle, bundles[FALLBACK]) for language, bundle in bundles.items()
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of all languages, in alphabetical order."""
        return tuple(self._words)

    def speaking(self, language: str) -> Words:
        """The words of a language, or the English ones where it is unknown."""
        return self._words.get(language) or self._words[FALLBACK]

    def nearest(self, code: str | None) -> str:
        """The language of a Telegram client's language code such as `ru-RU`; English where it is unknown."""
        language = (code or "").lower().split("-")[0]
        return language if language in self._words else FALLBACK


@cache
def _bundle(folder: Path) -> FluentBundle:
    # Read once in a process: every unlocking asks anew, and a fifth of a second of CPU goes into it.
    # Isolation marks around values are for right-to-left languages; the two here are left-to-right,
    # and the marks would be counted and copied along with slogans and codes.
    bundle = FluentBundle([folder.name], use_isolating=False)
    for path in sorted(folder.glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
