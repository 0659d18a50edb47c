"""How a record becomes bytes before it is sealed: a msgpack array, the schema number first.

A record is upgraded when it is read, never by a migration. Contacts and the journal have layouts of their own
(`contacts`, `entries`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Generic, NoReturn, TypeVar

import msgspec

from bot.errors import DamagedVaultError, NewerDatabaseError

T = TypeVar("T")
Upgrade = Callable[[list[Any]], list[Any]]


class Codec(Generic[T]):
    """One kind of record: `names` are the fields in the order in which they are written.

    A field added at the end takes its default where an older record lacks it. Every other change needs a new
    schema number, and an upgrade from the one before.
    """

    def __init__(
        self,
        kind: type[T],
        names: Sequence[str],
        *,
        schema: int = 1,
        upgrades: Mapping[int, Upgrade] | None = None,
    ) -> None:
        self._kind = kind
        self._names = tuple(names)
        self._schema = schema
        self._upgrades = upgrades or {}

    def encode(self, value: T) -> bytes:
        """The bytes to seal."""
        return msgspec.msgpack.encode([self._schema, *(getattr(value, name) for name in self._names)])

    def decode(self, data: bytes, **known: object) -> T:
        """The value; `known` are the fields that stand elsewhere in the row.

        NewerDatabaseError when the record has a newer schema, DamagedVaultError when it makes no sense.
        """
        try:
            schema, *values = msgspec.msgpack.decode(data)
            for step in range(checked(schema, newest=self._schema), self._schema):
                values = self._upgrades[step](values)
            return msgspec.convert(dict(zip(self._names, values, strict=False)) | known, self._kind)
        except (msgspec.DecodeError, LookupError, TypeError, ValueError):
            senseless()

    def missing(self) -> set[str]:
        """The fields of the value that are not written; the caller must know them from elsewhere."""
        return {field.name for field in fields(self._kind)} - set(self._names)  # type: ignore[arg-type]  # a dataclass


def checked(schema: int, *, newest: int) -> int:
    """The schema number, unless a newer Handbill wrote it."""
    if schema > newest:
        raise NewerDatabaseError(
            "A record was written by a newer Handbill.",
            hint="Install the newer version again; nothing was changed.",
        )
    return schema


def senseless() -> NoReturn:
    """A record that opened but cannot be read."""
    raise DamagedVaultError(
        "A sealed record makes no sense.", hint="Put a backup in its place, and report this as a bug."
    ) from None
