"""Whether files are authentic, by a trust file and the signatures beside them: what `statements verify` says.

Needs no home: whoever has the files and knows the trust file can ask. The folder says nothing about time,
so a revoked key counts for nothing here; what was sealed before a key was revoked, the bot itself still
answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.statement import Statement
from bot.errors import StatementError
from bot.library import proof, series, shelf, signatures, trust
from bot.library.render import true_code
from bot.library.shelf import Verdict
from bot.library.trust import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What can be said of one file; number and code of a statement only."""

    path: Path
    authentic: bool
    number: int | None
    code: str | None
    signers: tuple[str, ...]
    reason: str
    """Empty for what is authentic."""


def verify(paths: Sequence[Path], policy: Trust, today: date) -> list[Verified]:
    """A verdict on each file. BadInputError if there is nothing to read."""
    report = shelf.check(paths)
    accepted: list[Statement] = []
    found = {}
    order = sorted(report.files, key=lambda file: file.statement.number if file.statement else 0)
    for file in order:
        found[file.path] = _verified(file, policy, today, accepted)
        if found[file.path].authentic and file.statement:
            accepted.append(file.statement)
    return [found[file.path] for file in report.files]


def _verified(file: Verdict, policy: Trust, today: date, accepted: Sequence[Statement]) -> Verified:
    one = file.statement
    dated = one.date if one else today
    judged = trust.judge(file.data, signatures.of(file.path), policy, dated=dated, seen=today)
    reason = "" if judged.enough else judged.reason
    try:
        for problem in file.problems:
            raise problem
        if one:
            proof.refuse_incomplete(one, file.path)
            series.refuse_misplaced(one, accepted, file.path)
    except StatementError as error:
        reason = f"line {error.line}: {error.problem}"
    return Verified(
        path=file.path,
        authentic=not reason,
        number=one.number if one else None,
        code=true_code(one) if one and file.ok else None,
        signers=judged.signers,
        reason=reason,
    )
