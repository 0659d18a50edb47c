"""What a broadcast says under its text when the list came from a copy: some of its readers may have left."""

from collections.abc import Callable, Collection
from datetime import date

from bot.domain.broadcast import ALL_OTHERS
from bot.store import Tx


async def from_a_copy(
    tx: Tx, languages: Collection[str], notice: Callable[[str, date], str]
) -> dict[str, str]:
    """The words by language; nothing when the list is no copy, or when all were told.

    `notice` are the words in a language about a list of that day.
    """
    copied = await tx.restored.get()
    if copied is None:
        return {}
    said = {language: f"\n\n{notice(language, copied.taken.date())}" for language in languages}
    return said | {ALL_OTHERS: "".join(said[language] for language in sorted(said))}
