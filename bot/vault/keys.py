"""The keys of a home: made, opened, and changed. Whoever changes them brings enough passphrases.

A service that runs is not asked and need not know: its root keys stay the same. How a slot works is `slots`'.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import BadInputError, LockedError, UsageError
from bot.vault import files, keyring, primitives, slots
from bot.vault.keyring import Holders
from bot.vault.slots import Half

Random = Callable[[int], bytes]
_Edited = tuple[Holders, Mapping[int, bytes | None]]
_Edit = Callable[[Holders, Sequence[Half], bytes], _Edited]
"""Keyholders, halves and a new passphrase's key give the keyholders to be and the slots that change hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The slots in use, how many passphrases it takes, and which slots the given ones opened, in order."""

    holders: Holders
    opened: tuple[int, ...]


def create(
    home: Path,
    passphrases: Sequence[str],
    *,
    needed: int,
    random: Random,
    memory_mib: int,
    time: int,
    lanes: int,
) -> bytes:
    """Write shred.pad and keyring.json into an existing folder; return the 32-byte master key.

    `passphrase.check` is the caller's business. Raises UsageError where there is a keyring already,
    BadInputError for parameters out of bounds, SettingsError where an algorithm is missing.
    """
    primitives.require()
    if (home / files.KEYRING).exists():
        raise UsageError("This home has a vault already", hint="choose another home, or unlock this one")
    kdf = keyring.new_kdf(random=random, memory_mib=memory_mib, time=time, lanes=lanes)
    pad = files.make_pad(home, random)
    made, master = slots.create(passphrases, needed=needed, kdf=kdf, pad=pad, random=random)
    files.replace(home / files.KEYRING, keyring.encode(made, master))
    return master


def open_home(home: Path, passphrases: Sequence[str]) -> bytes | Half:
    """The master key, or, where one passphrase of two was given, what it opened of it. Runs Argon2id.

    Raises WrongPassphraseError, DamagedVaultError, or SettingsError (no keyring, an algorithm is missing).
    """
    halves = _halves(home, passphrases)
    return combine(home, halves) or halves[0]


def combine(home: Path, halves: Sequence[Half]) -> bytes | None:
    """The master key that these open; None when a second keyholder is needed. Quick.

    Raises DamagedVaultError for what is not of this keyring, one that was changed meanwhile for example.
    """
    made, mac = keyring.parse(files.read_keyring(home))
    master = slots.master_key(made, halves)
    if master:
        keyring.root_keys(made, mac, master)
    return master


def second_needed() -> LockedError:
    """The error where nothing but the whole key is of use."""
    return LockedError(
        "This vault opens with two passphrases, and one was given", hint="ask a second keyholder for theirs"
    )


def overview(home: Path, passphrases: Sequence[str]) -> Overview:
    """What the keyring tells those who open it."""
    halves = _halves(home, passphrases)
    made, _ = keyring.parse(files.read_keyring(home))
    return Overview(
        holders=_holders(made, _master(home, halves), halves), opened=tuple(one.slot for one in halves)
    )


def marks(home: Path, needed: int) -> bytes:
    """Other bytes once a slot changes hands: `needed`, then 8 a slot. It takes no passphrase."""
    made, _ = keyring.parse(files.read_keyring(home))
    return bytes([needed]) + b"".join(primitives.sha256(slot.commit)[:8] for slot in made.slots)


def add(home: Path, passphrases: Sequence[str], new: str, *, random: Random) -> int:
    """Give another keyholder a slot; its number. Raises BadInputError when all eight are taken."""

    def edit(holders: Holders, _: Sequence[Half], key: bytes) -> _Edited:
        free = sorted(set(range(keyring.SLOTS)) - holders.used, key=lambda _: random(primitives.KEY))
        if not free:
            raise BadInputError(
                "All eight key slots are taken", hint="remove one with `handbill slots remove`"
            )
        return replace(holders, used=holders.used | {free[0]}), {free[0]: key}

    return _change(home, passphrases, edit, new=new, random=random)[0]


def change(home: Path, passphrases: Sequence[str], new: str, *, random: Random) -> int:
    """Put another passphrase in the place of the first of those given; the number of its slot."""

    def edit(holders: Holders, halves: Sequence[Half], key: bytes) -> _Edited:
        return holders, {halves[0].slot: key}

    return _change(home, passphrases, edit, new=new, random=random)[0]


def remove(home: Path, passphrases: Sequence[str], slot: int, *, random: Random) -> None:
    """Throw a slot's keys away. Raises BadInputError for an unused one, and when too few would be left."""

    def edit(holders: Holders, _: Sequence[Half], __: bytes) -> _Edited:
        if slot not in holders.used:
            raise BadInputError("There is no keyholder in this slot", hint="see `handbill slots list`")
        return replace(holders, used=holders.used - {slot}), {slot: None}

    _change(home, passphrases, edit, random=random)


def require(home: Path, passphrases: Sequence[str], needed: int, *, random: Random) -> None:
    """From now on the vault takes so many passphrases, one or two."""

    def edit(holders: Holders, _: Sequence[Half], __: bytes) -> _Edited:
        return replace(holders, needed=needed), {}

    _change(home, passphrases, edit, random=random)


def begin_rotation(home: Path, master: bytes, *, random: Random) -> Mapping[int, bytes]:
    """Write another root key beside the one there is, unless a rotation was begun before; all of them.

    Raises DamagedVaultError when the master key does not fit.
    """
    roots: dict[int, bytes] = {}

    def change(data: bytes) -> bytes:
        made, mac = keyring.parse(data)
        roots.update(keyring.root_keys(made, mac, master))
        if len(roots) == 1:
            roots[max(roots) + 1] = random(primitives.KEY)
        return keyring.encode(keyring.with_roots(made, roots, master, random=random), master)

    files.change_keyring(home, change)
    return roots


def end_rotation(home: Path, master: bytes, *, random: Random) -> None:
    """Leave only the newest root key: what was sealed under an older one opens never again."""

    def change(data: bytes) -> bytes:
        made, mac = keyring.parse(data)
        roots = keyring.root_keys(made, mac, master)
        newest = {max(roots): roots[max(roots)]}
        return keyring.encode(keyring.with_roots(made, newest, master, random=random), master)

    files.change_keyring(home, change)


def _change(
    home: Path, passphrases: Sequence[str], edit: _Edit, *, random: Random, new: str = ""
) -> list[int]:
    """Renew the master key; the slots that changed hands.

    Argon2id runs before the file is locked: a service may wait for that lock.
    """
    halves = _halves(home, passphrases)
    before, _ = keyring.parse(files.read_keyring(home))
    key = slots.passphrase_key(new, before.kdf, files.pad_hash(home)) if new else b""
    touched: list[int] = []

    def changed(data: bytes) -> bytes:
        made, mac = keyring.parse(data)
        master = slots.master_key(made, halves)
        if master is None:
            raise second_needed()
        roots = keyring.root_keys(made, mac, master)
        holders, keys = edit(_holders(made, master, halves), halves, key)
        touched.extend(keys)
        ring, renewed = slots.renewed(made, roots, holders, keys, random=random)
        return keyring.encode(ring, renewed)

    files.change_keyring(home, changed)
    return touched


def _halves(home: Path, passphrases: Sequence[str]) -> list[Half]:
    primitives.require()
    made, _ = keyring.parse(files.read_keyring(home))
    pad = files.pad_hash(home)
    return [slots.half(made, passphrase, pad=pad) for passphrase in passphrases]


def _master(home: Path, halves: Sequence[Half]) -> bytes:
    master = combine(home, halves)
    if master is None:
        raise second_needed()
    return master


def _holders(made: keyring.Keyring, master: bytes, halves: Sequence[Half]) -> Holders:
    """Of version 1, the only keyholder there can be is whoever opened it."""
    found = keyring.holders(made, master)
    return found if found.used else replace(found, used=frozenset(one.slot for one in halves))
