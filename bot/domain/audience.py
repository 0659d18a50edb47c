"""Whom a broadcast is for: everyone, groups or people only, or the readers of some languages.

What is kept of it, and approved, is one line of text. Who that is in numbers, `actions.audience` estimates.
"""

from dataclasses import dataclass, replace

from bot.domain.contact import Contact, Kind

_KINDS = {"groups": Kind.GROUP, "people": Kind.PERSON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Both filters hold at once; without any it is everyone."""

    kind: Kind | None = None
    languages: tuple[str, ...] = ()
    """In alphabetical order; empty for all."""

    @classmethod
    def read(cls, written: str) -> "Audience":
        """What `written` gave. ValueError for anything else."""
        first, *rest = written.split(" ")
        if first in _KINDS and not rest:
            return cls(kind=_KINDS[first])
        if first == "languages" and rest:
            return cls(languages=tuple(rest))
        if written != "everyone":
            raise ValueError("not an audience")
        return cls()

    @property
    def written(self) -> str:
        """One line: `everyone`, `groups`, `people`, or `languages` and their codes."""
        if self.kind is not None:
            return next(name for name, kind in _KINDS.items() if kind is self.kind)
        return " ".join(("languages", *self.languages)) if self.languages else "everyone"

    def includes(self, contact: Contact) -> bool:
        """Whether this contact gets it."""
        if self.kind is not None and contact.kind is not self.kind:
            return False
        return not self.languages or contact.language in self.languages

    def toggled(self, language: str) -> "Audience":
        """With this language, or without it if it was in; groups and people alike."""
        languages = sorted({*self.languages} ^ {language})
        return replace(self, kind=None, languages=tuple(languages))


def rounded(people: int) -> int:
    """How a number of people is shown: the nearest ten below 1,000, two significant digits above.

    0 stays 0. Below 20 the caller says "under 20"; this gives 1, which stands for it.
    """
    if people <= 0:
        return 0
    if people < 20:  # noqa: PLR2004 - the rule is "0 · under 20 · nearest ten below 1,000"
        return 1
    if people < 1000:  # noqa: PLR2004 - as above
        return min(990, round(people / 10) * 10)
    scale = int(10 ** (len(str(people)) - 2))
    return round(people / scale) * scale
