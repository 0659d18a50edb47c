"""Signature files: what they are called, what they belong to, and those that lie beside a file.

`ru.md.vera.sig` is Vera's signature of `ru.md` by ssh-keygen, `ru.md.vera.minisig` the one by minisign.
Whether they are good is for `trust`.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from bot.domain.statement import Signature, SignatureKind
from bot.errors import BadInputError
from bot.library import minisign, sshsig, trust, wire

_ENDING = re.compile(rf"(.+)\.({trust.NAME.pattern})\.(sig|minisig)")
MOST = 2 * trust.MOST_SIGNERS
"""Signature files of one file."""

Files = Sequence[tuple[str, bytes]]
"""Names (the end of a path) and exact bytes."""


def name_of(file: str, signature: Signature) -> str:
    """What the file of a signature is called."""
    return f"{file}.{signature.signer}.{signature.kind}"


def sorted_out(files: Files) -> tuple[list[tuple[str, bytes]], dict[str, tuple[Signature, ...]]]:
    """The files that are no signatures, and by their names the signatures that belong to them.

    BadInputError for a signature file that cannot be read, or whose file is not there.
    """
    plain = [(name, data) for name, data in files if not _ENDING.fullmatch(name)]
    found: dict[str, tuple[Signature, ...]] = {name: () for name, _ in plain}
    for name, data in files:
        match = _ENDING.fullmatch(name)
        if not match:
            continue
        of, signer, kind = match.groups()
        if of not in found:
            raise BadInputError(
                f"{Path(name).name}: the file that it belongs to is not there", hint="import both together"
            )
        signature = Signature(signer=signer, kind=cast("SignatureKind", kind), data=data)
        check(signature, name)
        found[of] = (*found[of], signature)
    return plain, found


def check(signature: Signature, name: str) -> None:
    """Raise BadInputError, with the name of the file, if it is no signature file at all."""
    read = sshsig.parse if signature.kind == "sig" else minisign.parse
    try:
        read(signature.data)
    except BadInputError as error:
        raise BadInputError(f"{name}: {error.message}", hint=error.hint) from None


def beside(path: Path) -> list[Path]:
    """The signature files that lie beside a file, sorted."""
    if not path.parent.is_dir():
        return []
    found = sorted(
        each
        for each in path.parent.iterdir()
        if (match := _ENDING.fullmatch(each.name)) and match[1] == path.name and each.is_file()
    )
    if len(found) > MOST:
        raise BadInputError(f"{path}: there are {len(found)} signatures", hint=f"{MOST} are the most")
    return found


def read(path: Path) -> bytes:
    """A signature file; no more of it than tells that it is too long."""
    with path.open("rb") as file:
        return file.read(wire.MAX_BYTES + 1)


def of(path: Path) -> tuple[Signature, ...]:
    """The signatures that lie beside a file, also those that cannot be read: they count for nothing."""
    found = []
    for each in beside(path):
        match = _ENDING.fullmatch(each.name)
        if match:
            kind = cast("SignatureKind", match[3])
            found.append(Signature(signer=match[2], kind=kind, data=read(each)))
    return tuple(found)
