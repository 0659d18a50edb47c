"""Looking a row up by its blind index: by one, or by two while the root key is changed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement


def one_of(column: ColumnElement[bytes], indexes: Sequence[bytes]) -> ColumnElement[bool]:
    """Whether the column holds one of these; the usual single one costs nothing more than before."""
    return column == indexes[0] if len(indexes) == 1 else column.in_(indexes)
