"""Key slots: a passphrase opens one, one or two of them give the master key, and each change renews it.

A slot names nobody. An unused slot or pair is a real one whose keys were thrown away, so the file does not
tell how many are used. Where the bytes lie is `keyring`'s business, and in which file `keys`'.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.errors import BadInputError, WrongPassphraseError
from bot.vault import keyring as rings
from bot.vault import primitives
from bot.vault.keyring import PAIRS, SLOTS, Holders, Kdf, Keyring, Slot, check_pad, damaged
from bot.vault.passphrase import to_bytes
from bot.vault.primitives import KEY, NONCE, Aead

MASTER = b"\x01"
"""Kind byte of a payload: the master key follows."""
NEEDS_PAIR = b"\x02"
"""Kind byte: this vault opens with two passphrases, and the rest of the payload is random."""

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Half:
    """What one passphrase opens: a slot's X25519 private key. Where two are needed it opens nothing alone."""

    slot: int
    private: bytes | bytearray


def create(
    passphrases: Sequence[str], *, needed: int, kdf: Kdf, pad: bytes, random: Random
) -> tuple[Keyring, bytes]:
    """A keyring with one keyholder a passphrase, in random slots, and one root key; and its master key.

    `pad` is the hash of the shred pad. Raises BadInputError when there are too few, too many or equal ones.
    """
    master = random(KEY)
    used = sorted(range(SLOTS), key=lambda _: random(KEY))[: len(passphrases)]
    _check(Holders(needed=needed, used=frozenset(used)), wanted=len(passphrases))
    keys = [passphrase_key(passphrase, kdf, pad) for passphrase in passphrases]
    if len(set(keys)) < len(keys):
        raise _taken()
    by_slot = dict(zip(used, keys, strict=True))
    slots = tuple(_keyholder(slot, by_slot.get(slot) or random(KEY), random) for slot in range(SLOTS))
    bare = Keyring(version=2, kdf=kdf, pad=rings.pad_check(pad), slots=slots, pairs=(), epochs=())
    ring = rings.with_roots(bare, {1: random(KEY)}, master, random=random)
    return _sealed(ring, Holders(needed=needed, used=frozenset(used)), master, random), master


def passphrase_key(passphrase: str, kdf: Kdf, pad: bytes) -> bytes:
    """The key of a passphrase, 32 bytes. Runs Argon2id: seconds and hundreds of MiB."""
    stretched = primitives.argon2id(
        to_bytes(passphrase), salt=kdf.salt, memory_kib=kdf.memory_kib, time=kdf.time, lanes=kdf.lanes
    )
    return primitives.hkdf(stretched + pad, "handbill/v1/passphrase")


def half(keyring: Keyring, passphrase: str, *, pad: bytes) -> Half:
    """What this passphrase opens. Runs Argon2id.

    Raises WrongPassphraseError when no slot opens, DamagedVaultError when pad or slot are not as written.
    """
    check_pad(keyring, pad)
    return _half(keyring, passphrase_key(passphrase, keyring.kdf, pad))


def master_key(keyring: Keyring, halves: Sequence[Half]) -> bytes | None:
    """The 32-byte master key that one or two keyholders open; None when a second one is needed.

    The halves may be older than the keyring. Raises DamagedVaultError when they are not of its slots.
    """
    by_slot = {one.slot: one.private for one in halves}
    for slot, private in sorted(by_slot.items()):
        payload = _opened(private, keyring.slots[slot].master, _label("slot", slot, "master"))
        if payload[:1] == MASTER:
            return payload[1:]
        if payload[:1] != NEEDS_PAIR:
            raise damaged("A key slot is of a kind that this Handbill does not know")
    if len(by_slot) < max(rings.NEEDED):
        return None
    one, other = sorted(by_slot)[:2]
    inner = _opened(
        by_slot[one], keyring.pairs[PAIRS.index((one, other))], _label("pair", one, other, "outer")
    )
    payload = _opened(by_slot[other], inner, _label("pair", one, other, "inner"))
    if payload[:1] != MASTER:
        raise damaged("Two key slots do not belong together")
    return payload[1:]


def renewed(
    keyring: Keyring,
    roots: Mapping[int, bytes],
    holders: Holders,
    keys: Mapping[int, bytes | None],
    *,
    random: Random,
) -> tuple[Keyring, bytes]:
    """The keyring with these keyholders and a new master key, and that key. It needs nobody's passphrase.

    `keys` are the slots that change hands: the new passphrase's key, or None for one that is thrown away.
    """
    _check(holders, wanted=len(holders.used))
    if any(key and fits(keyring, key) for key in keys.values()):
        raise _taken()
    master = random(KEY)
    slots = tuple(
        _keyholder(slot, keys[slot] or random(KEY), random) if slot in keys else keyring.slots[slot]
        for slot in range(SLOTS)
    )
    ring = rings.with_roots(replace(keyring, slots=slots), roots, master, random=random)
    return _sealed(ring, holders, master, random), master


def fits(keyring: Keyring, key: bytes) -> list[int]:
    """The slots that a passphrase's key opens; every slot is looked at, in constant time."""
    found = [primitives.equal(slot.commit, _commit(key, index)) for index, slot in enumerate(keyring.slots)]
    return [index for index, fit in enumerate(found) if fit]


def _half(keyring: Keyring, key: bytes) -> Half:
    found = fits(keyring, key)
    if not found:
        raise WrongPassphraseError(
            "No key slot opens with this passphrase", hint="mind capitals, spaces and the keyboard layout"
        )
    index, slot = found[0], keyring.slots[found[0]]
    wrapping = Aead(primitives.hkdf(key, f"handbill/v1/slot/{index}/wrap"))
    private = wrapping.open(slot.private[:NONCE], slot.private[NONCE:], _slot_bound(index, slot.public))
    if private is None:
        raise damaged("A key slot fits the passphrase but does not open")
    return Half(slot=index, private=private)


def _opened(private: bytes | bytearray, sealed: bytes, label: bytes) -> bytes:
    payload = primitives.hpke_open(private, info=label, sealed=sealed)
    if payload is None:
        raise damaged("A key slot does not open")
    return payload


def _check(holders: Holders, *, wanted: int) -> None:
    """Refuse what would open for nobody, or for one alone."""
    if holders.needed not in rings.NEEDED:
        raise BadInputError("A vault takes one passphrase or two", hint="two from three organisers on")
    if not holders.needed <= wanted <= SLOTS:
        raise BadInputError(
            f"There must be {holders.needed} to {SLOTS} keyholders, each with a passphrase of their own",
            hint="see `handbill slots list`",
        )


def _taken() -> BadInputError:
    return BadInputError(
        "Two keyholders cannot have the same passphrase", hint="let Handbill generate one, or take another"
    )


def _keyholder(index: int, key: bytes, random: Random) -> Slot:
    """A slot for this key, with a new key pair and nothing sealed to it yet."""
    private, nonce = random(KEY), random(NONCE)
    public = primitives.public_key(private)
    wrapping = Aead(primitives.hkdf(key, f"handbill/v1/slot/{index}/wrap"))
    return Slot(
        commit=_commit(key, index),
        private=nonce + wrapping.seal(nonce, private, _slot_bound(index, public)),
        public=public,
        master=b"",
    )


def _sealed(keyring: Keyring, holders: Holders, master: bytes, random: Random) -> Keyring:
    """The master key sealed to every keyholder, or to every two; whatever opens nothing is random."""

    def payload(used: Collection[int], needed: int) -> bytes:
        if holders.used >= set(used) and needed == holders.needed:
            return MASTER + master
        return (NEEDS_PAIR if holders.used >= set(used) else random(1)) + random(KEY)

    slots = tuple(
        replace(slot, master=_seal(slot.public, payload([index], 1), _label("slot", index, "master")))
        for index, slot in enumerate(keyring.slots)
    )
    pairs = []
    for one, other in PAIRS:
        inner = _seal(slots[other].public, payload([one, other], 2), _label("pair", one, other, "inner"))
        pairs.append(_seal(slots[one].public, inner, _label("pair", one, other, "outer")))
    ring = replace(keyring, slots=slots, pairs=tuple(pairs))
    return rings.with_holders(ring, holders, master, random=random)


def _seal(public: bytes, plaintext: bytes, label: bytes) -> bytes:
    return primitives.hpke_seal(public, info=label, plaintext=plaintext)


def _label(*parts: str | int) -> bytes:
    return "/".join(["handbill/v1", *map(str, parts)]).encode()


def _commit(key: bytes, index: int) -> bytes:
    return primitives.hkdf(key, f"handbill/v1/slot/{index}/commit")


def _slot_bound(index: int, public: bytes) -> bytes:
    return _label("slot", index, "private") + public
