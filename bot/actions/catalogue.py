"""The shelf in memory, as it is sealed in the database: every text with whether enough signers speak for it.

Opening and checking a thousand statements takes a second, so only what was put or changed since the last look
is opened. Belongs to one unlocked session; what readers may see of it is decided in `reading`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.statement import SloganFile, Statement
from bot.domain.trust import TrustFile
from bot.errors import DamagedVaultError
from bot.library import trust
from bot.library.trust import Judgement, Trust
from bot.store import Tx
from bot.store.statements import Mark

TOGETHER = 16
"""Texts checked before others get a turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One statement in one language, and what its signatures are worth; None where no policy was set."""

    statement: Statement
    judgement: Judgement | None

    @property
    def signed(self) -> bool:
        """Whether enough signers speak for it."""
        return self.judgement is not None and self.judgement.enough and self.statement.accepted is not None

    @property
    def signers(self) -> tuple[str, ...]:
        """Who signed it, of those who count."""
        return self.judgement.signers if self.judgement else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The slogans of one language."""

    file: SloganFile
    judgement: Judgement | None

    @property
    def signed(self) -> bool:
        """Whether enough signers speak for it."""
        return self.judgement is not None and self.judgement.enough and self.file.accepted is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Everything at one moment, by number and language."""

    trust: Trust | None
    texts: tuple[Text, ...]
    sheets: tuple[Sheet, ...]


class Catalogue:
    """Looks at the shelf; remembers what it saw."""

    def __init__(self) -> None:
        self._seen: tuple[tuple[frozenset[Mark], frozenset[Mark]], TrustFile | None] | None = None
        self._shelf = Shelf(trust=None, texts=(), sheets=())
        self._statements: dict[Mark, Statement] = {}

    async def look(self, tx: Tx) -> Shelf:
        """What stands there now. DamagedVaultError when the policy of signatures is gone."""
        seen = (await tx.statements.marks(), await tx.trust.get())
        if seen != self._seen:
            statements = await _read(tx, seen[0][0], self._statements)
            ordered = sorted(statements.values(), key=lambda one: (one.number, one.language))
            self._shelf = await _judged_all(tx, ordered, seen[1], self._shelf)
            self._statements, self._seen = statements, seen
        return self._shelf


async def _read(tx: Tx, marks: frozenset[Mark], known: dict[Mark, Statement]) -> dict[Mark, Statement]:
    new = await tx.statements.marked(marks - known.keys())
    return {mark: one for mark, one in known.items() if mark in marks} | new


async def _judged_all(
    tx: Tx, statements: Sequence[Statement], file: TrustFile | None, before: Shelf
) -> Shelf:
    slogans = await tx.statements.slogan_files()
    if file is None:
        if any(each.accepted for each in statements) or any(each.accepted for each in slogans):
            raise DamagedVaultError(
                "The policy of signatures is missing.",
                hint="Somebody deleted from the database. Put a backup in its place.",
            )
        texts = [Text(statement=one, judgement=None) for one in statements]
        sheets = [Sheet(file=one, judgement=None) for one in slogans]
        return Shelf(trust=None, texts=tuple(texts), sheets=tuple(sheets))
    known = before.trust if before.trust and before.trust.source == file.source else None
    policy = known or trust.parse(file.source)
    kept = {id(text.statement): text for text in before.texts} if known else {}
    return Shelf(
        trust=policy,
        texts=tuple(await _judged(statements, policy, kept)),
        sheets=tuple(Sheet(file=one, judgement=of_slogans(one, policy)) for one in slogans),
    )


async def _judged(statements: Sequence[Statement], policy: Trust, kept: dict[int, Text]) -> list[Text]:
    found = []
    for number, one in enumerate(statements):
        found.append(kept.get(id(one)) or Text(statement=one, judgement=of_statement(one, policy)))
        if number % TOGETHER == TOGETHER - 1:
            await asyncio.sleep(0)
    return found


def of_statement(one: Statement, policy: Trust) -> Judgement:
    """What the signatures of a text on the shelf are worth."""
    seen = one.accepted or one.date
    return trust.judge(one.source, one.signatures, policy, dated=one.date, seen=seen)


def of_slogans(file: SloganFile, policy: Trust) -> Judgement | None:
    """The same of slogans, which bear no date but the day on which they were accepted."""
    if file.accepted is None:
        return None
    return trust.judge(file.source, file.signatures, policy, dated=file.accepted, seen=file.accepted)
