"""Known answers about two passphrases, changed keyholders and changed root keys; see `make_vectors`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.vault import keyring, primitives, slots
from bot.vault.primitives import Aead
from tests.vault.fields import PAD_HASH, PASSPHRASE, Fields, fixed, ring, told

PEOPLE = [f"{PASSPHRASE} {name}" for name in ("anna", "boris", "vera", "gleb", "dora")]


def two(expect: str, data: bytes) -> Fields:
    return ring(expect, data, passphrase=PEOPLE[0], second=PEOPLE[1])


def pairs() -> Iterator[tuple[str, Fields]]:
    """Five keyholders, any two of whom open; what becomes of it when one goes, and when roots change."""
    kdf = keyring.new_kdf(random=fixed("pairs"), memory_mib=8, time=1, lanes=1)
    made, master = slots.create(PEOPLE, needed=2, kdf=kdf, pad=PAD_HASH, random=fixed("five"))
    data = keyring.encode(made, master)
    for one, other in ((0, 1), (1, 0), (2, 4), (4, 3)):
        fields = ring("opens", data, passphrase=PEOPLE[one], second=PEOPLE[other]) | told(data, master)
        yield f"pair-{one}-and-{other}", fields
    yield "pair-alone", ring("locked", data, passphrase=PEOPLE[2])
    yield "pair-twice-the-same", ring("locked", data, passphrase=PEOPLE[2], second=PEOPLE[2])
    wrong = ring("wrong passphrase", data, passphrase=PEOPLE[2], second=PASSPHRASE)
    yield "pair-second-is-wrong", wrong
    for name, moved in (("moved", made.pairs[1:] + made.pairs[:1]), ("turned", made.pairs[::-1])):
        odd = keyring.encode(replace(made, pairs=moved), master)
        yield f"pair-{name}", ring("damaged", odd, passphrase=PEOPLE[0], second=PEOPLE[1])
    first, second = sorted(keyring.holders(made, master).used)[:2]
    places = [
        name for key in PEOPLE for name in slots.fits(made, slots.passphrase_key(key, made.kdf, PAD_HASH))
    ]
    who = [PEOPLE[places.index(slot)] for slot in (first, second)]
    for name, payload in (("of-kind-2", b"\2" + master), ("of-kind-3", b"\3" + master)):
        label = f"handbill/v1/pair/{first}/{second}/"
        inner = primitives.hpke_seal(
            made.slots[second].public, info=f"{label}inner".encode(), plaintext=payload
        )
        outer = primitives.hpke_seal(made.slots[first].public, info=f"{label}outer".encode(), plaintext=inner)
        odd_pairs = tuple(
            outer if place == (first, second) else pair
            for place, pair in zip(keyring.PAIRS, made.pairs, strict=True)
        )
        odd = keyring.encode(replace(made, pairs=odd_pairs), master)
        yield f"pair-{name}", ring("damaged", odd, passphrase=who[0], second=who[1])
    yield from changed(made, master)


def changed(made: keyring.Keyring, master: bytes) -> Iterator[tuple[str, Fields]]:
    found, roots = (
        keyring.holders(made, master),
        keyring.root_keys(*keyring.parse(keyring.encode(made, master)), master),
    )
    key = slots.passphrase_key(PEOPLE[4], made.kdf, PAD_HASH)
    [gone] = slots.fits(made, key)
    less = replace(found, used=found.used - {gone})
    ring_, renewed = slots.renewed(made, roots, less, {gone: None}, random=fixed("removed"))
    data = keyring.encode(ring_, renewed)
    yield "slots-removed-the-others-open", two("opens", data) | told(data, renewed)
    removed = ring("wrong passphrase", data, passphrase=PEOPLE[0], second=PEOPLE[4])
    yield "slots-removed-opens-no-more", removed
    old_master = two("damaged", keyring.encode(ring_, master))
    yield "slots-mac-of-the-old-master-key", old_master
    alone, master_1 = slots.renewed(made, roots, replace(found, needed=1), {}, random=fixed("alone"))
    data = keyring.encode(alone, master_1)
    yield "slots-one-is-enough-now", ring("opens", data, passphrase=PEOPLE[3]) | told(data, master_1)
    for name, plain in {
        "none-used": b"\1\0", "needed-0": b"\0\3", "needed-3": b"\3\7",
        "one-of-two": b"\2\1", "more": b"\2\3\1",
    }.items():  # fmt: skip
        sealed = Aead(primitives.hkdf(master, "handbill/v1/holders")).seal(
            bytes(12), plain.ljust(32, b"\0"), b"handbill/v1/holders"
        )
        odd = keyring.encode(replace(made, holders=bytes(12) + sealed), master)
        yield f"holders-{name}", two("damaged", odd)
    foreign = keyring.encode(replace(made, holders=ring_.holders), master)
    yield "holders-of-another-master-key", two("damaged", foreign)
    yield from rotated(made, master, roots)


def rotated(made: keyring.Keyring, master: bytes, roots: Mapping[int, bytes]) -> Iterator[tuple[str, Fields]]:
    both = dict(roots) | {2: bytes(range(32))}
    for name, kept in (("begun", both), ("ended", {2: both[2]})):
        data = keyring.encode(keyring.with_roots(made, kept, master, random=fixed(name)), master)
        yield f"rotation-{name}", two("opens", data) | told(data, master)
    ring_ = keyring.with_roots(made, both, master, random=fixed("odd"))
    for name, epochs in (
        ("order-turned", ring_.epochs[::-1]),
        (
            "roots-exchanged",
            tuple(replace(e, root=ring_.epochs[i - 1].root) for i, e in enumerate(ring_.epochs)),
        ),
    ):
        yield (
            f"rotation-{name}",
            two("damaged", keyring.encode(replace(ring_, epochs=epochs), master)),
        )
