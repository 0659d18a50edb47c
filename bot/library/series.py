"""Whether a new statement continues the series that is there: its number, date, `Prev` and language.

Signatures say who speaks, this says where it belongs: what was signed once cannot be put in another place,
and two different texts never stand under one number.
"""

from collections.abc import Sequence
from pathlib import Path

from bot.domain.statement import Statement
from bot.library.header import line_of
from bot.library.render import true_code
from bot.library.source import Spot


def refuse_misplaced(new: Statement, known: Sequence[Statement], path: Path | None) -> None:
    """Raise `StatementError` if it forks the series of statements that were accepted before.

    A gap is no reason: a statement that is not here yet may come later.
    """
    _refuse_date(new, known, path)
    mine = [other for other in known if other.language == new.language]
    before = max((o for o in mine if o.number < new.number), key=lambda o: o.number, default=None)
    after = min((o for o in mine if o.number > new.number), key=lambda o: o.number, default=None)
    if before:
        _refuse_fork(new, before, path)
    if after and after.prev and after.prev.number == new.number and after.prev.code != true_code(new):
        raise _at(path, new, "Statement").error(
            f"statement {after.number} follows another text of {new.number} than this one",
            hint="import the text that it names in Prev",
        )


def _refuse_date(new: Statement, known: Sequence[Statement], path: Path | None) -> None:
    """All languages have one date, and dates rise with the numbers."""
    for other in known:
        if other.number == new.number and other.date != new.date:
            raise _at(path, new, "Date").error(
                f"statement {new.number} is there in {other.language} with another date",
                hint="all languages of a statement have the same date",
            )
        later, earlier = other.number < new.number, other.number > new.number
        if (later and other.date > new.date) or (earlier and other.date < new.date):
            raise _at(path, new, "Date").error(
                f"number and date contradict those of statement {other.number}",
                hint="a later statement has a higher number",
            )


def _refuse_fork(new: Statement, before: Statement, path: Path | None) -> None:
    hint = f"write Prev: {before.number} {true_code(before)}"
    if new.prev is None or new.prev.number < before.number:
        raise _at(path, new, "Prev").error(
            f"this is a fork: Prev does not name statement {before.number}, which comes before it", hint=hint
        )
    if new.prev.number == before.number and new.prev.code != true_code(before):
        raise _at(path, new, "Prev").error(
            f"this is a fork: Prev names another text of statement {before.number} than the one here",
            hint=hint,
        )


def _at(path: Path | None, new: Statement, header: str) -> Spot:
    return Spot(path, line_of(new.source, header))
