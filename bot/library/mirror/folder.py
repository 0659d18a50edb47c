"""Putting a mirror in place: written whole beside the old one, then exchanged with it in one step.

Whatever interrupts it, a whole mirror stands in the folder. A folder that holds anything which this program
did not write, or which was changed since, is refused before anything is written.
"""

import ctypes
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from bot.errors import BadInputError
from bot.library.mirror import manifest
from bot.library.mirror.edition import SIGNATURE

_FOLDER, _FILE = 0o755, 0o644
"""A web server must be able to read it."""
_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE (renameat2(2), linux/fs.h)."""
_DAY = 24 * 60 * 60


def put(out: Path, files: Mapping[str, bytes], *, dated: date) -> bool:
    """Make the folder hold exactly these files; False if it does already.

    Signatures of index and heartbeat stay as long as what they sign is the same, and go with it.
    BadInputError for a folder that is neither empty nor a mirror, or cannot be written; then it is as it was.
    `dated` gives the files their times.
    """
    try:
        return _put(out.absolute(), files, dated)
    except OSError as error:
        raise BadInputError(
            f"the mirror cannot be written ({error.strerror})",
            hint="see whether the disk has room and the folder above belongs to you",
        ) from None


def _put(out: Path, files: Mapping[str, bytes], dated: date) -> bool:
    old = _mirror(out)
    kept = {name: data for name, data in old.items() if _still_signs(name, old, files)}
    files = {**files, **kept}
    if old == files:
        return False
    _make_parent(out)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        _write(fresh, files, dated)
        os.sync()
        _exchange(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def _mirror(out: Path) -> dict[str, bytes]:
    """What the mirror in this folder holds; nothing if there is none."""
    if not out.exists() and not out.is_symlink():
        return {}
    if out.is_symlink() or not out.is_dir():
        raise BadInputError(f"{out} is no folder", hint="name a new folder for the mirror")
    names = [path for path in sorted(out.rglob("*")) if path.is_symlink() or not path.is_dir()]
    if not names:
        return {}
    index = out / manifest.INDEX
    if index.is_symlink() or not index.is_file():
        raise BadInputError(f"{out} holds other files", hint="name a new or an empty folder for the mirror")
    listed = manifest.read(index.read_bytes())
    found: dict[str, bytes] = {}
    for path in names:
        name = path.relative_to(out).as_posix()
        data = b"" if path.is_symlink() or not path.is_file() else path.read_bytes()
        if not (_unlisted(name) or listed.get(name) == manifest.digest(data)):
            raise BadInputError(
                f"{path} was not written by this command, or was changed since",
                hint="move it away; nothing that is not ours is deleted",
            )
        found[name] = data
    return found


def _unlisted(name: str) -> bool:
    match = SIGNATURE.fullmatch(name)
    return (match[1] if match else name) in manifest.UNLISTED


def _still_signs(name: str, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> bool:
    match = SIGNATURE.fullmatch(name)
    return match is not None and match[1] in manifest.UNLISTED and old.get(match[1]) == new.get(match[1])


def _make_parent(out: Path) -> None:
    if not out.parent.is_dir():
        raise BadInputError(f"{out.parent}: no such folder", hint="make it first")


def _write(folder: Path, files: Mapping[str, bytes], dated: date) -> None:
    """Files with times that tell when the newest text is from, not when somebody was at work.

    The seconds come from the content, since programs that copy trees take the same size and time for the
    same file.
    """
    midnight = int(datetime(dated.year, dated.month, dated.day, tzinfo=UTC).timestamp())
    folder.chmod(_FOLDER)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(_FILE)
        moment = midnight + int(manifest.digest(data)[:8], 16) % _DAY
        os.utime(path, (moment, moment))
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        each.chmod(_FOLDER)
        os.utime(each, (midnight, midnight))


def _exchange(fresh: Path, out: Path) -> None:
    """Put the new folder in the place of the old one, which then stands in the place of the new one."""
    if not out.exists():
        fresh.rename(out)
        return
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None or rename(_HERE, os.fsencode(fresh), _HERE, os.fsencode(out), _EXCHANGE):
        # Some file systems cannot exchange: for a moment there is no folder, and a kill would leave the old
        # one whole under its other name.
        aside = out.with_name(f"{fresh.name}-old")
        out.rename(aside)
        fresh.rename(out)
        shutil.rmtree(aside)
