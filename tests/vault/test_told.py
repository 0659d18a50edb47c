"""What the vault says when it refuses: one plain sentence and what to do, never what was typed."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.errors import HandbillError
from bot.vault import files, keyring, keys, passphrase
from bot.vault.derive import main
from bot.vault.vault import LARGEST, Vault
from tests.vault.helpers import PASSPHRASE, create, seeded, told_plainly
from tests.vault.test_slots import NEW, PEOPLE, make

ROOT = bytes(32)


def stretched(**numbers: int) -> None:
    usual = {"memory_mib": 8, "time": 1, "lanes": 1}
    keyring.new_kdf(random=seeded(), **{**usual, **numbers})


def unused(home: Path) -> int:
    """A slot that nobody has."""
    return min(set(range(8)) - keys.overview(home, [PASSPHRASE]).holders.used)


def another_pad(home: Path) -> None:
    files.make_pad(home, seeded("another"))
    Vault.open_home(home, PASSPHRASE)


def a_keyring(home: Path, size: int) -> None:
    (home / files.KEYRING).write_bytes(bytes(size))
    files.read_keyring(home)


def a_pad(home: Path, size: int) -> None:
    (home / files.PAD).write_bytes(bytes(size))
    files.pad_hash(home)


def without(home: Path, name: str) -> None:
    (home / name).unlink()
    Vault.open_home(home, PASSPHRASE)


def closed() -> None:
    vault = Vault({1: ROOT}, random=seeded())
    vault.close()
    vault.index("contacts", b"")


def another_number(home: Path) -> None:
    Vault.unlock(home, Vault.open_home(home, PASSPHRASE), random=seeded(), needed=2)


def full(home: Path) -> None:
    """A ninth keyholder."""
    for number in range(8):
        keys.add(home, [PASSPHRASE], f"{NEW} {number}", random=seeded(str(number)))


def two(home: Path) -> list[str]:
    """A second keyholder, so that it takes both."""
    keys.add(home, [PASSPHRASE], NEW, random=seeded("add"))
    keys.require(home, [PASSPHRASE], 2, random=seeded("two"))
    return [PASSPHRASE, NEW]


WAYS: Mapping[str, tuple[str, Callable[[Path], object]]] = {
    "little memory": (
        "Key derivation: memory (MiB) must be between 8 and 4096",
        lambda _: stretched(memory_mib=7),
    ),
    "much memory": ("between 8 and 4096", lambda _: stretched(memory_mib=4097)),
    "no pass": ("Key derivation: passes must be between 1 and 16", lambda _: stretched(time=0)),
    "many passes": ("between 1 and 16", lambda _: stretched(time=17)),
    "many lanes": ("Key derivation: lanes must be between 1 and 16", lambda _: stretched(lanes=17)),
    "a second vault": ("has a vault already", create),
    "no keyring": ("no vault in this home", lambda home: without(home, files.KEYRING)),
    "a long keyring": ("is too long", lambda home: a_keyring(home, files.KEYRING_LIMIT + 1)),
    "no pad": ("is missing", lambda home: without(home, files.PAD)),
    "a short pad": ("its full size", lambda home: a_pad(home, files.PAD_SIZE - 1)),
    "a long pad": ("its full size", lambda home: a_pad(home, files.PAD_SIZE + 1)),
    "another pad": ("not the one", another_pad),
    "a wrong passphrase": ("No key slot opens", lambda home: Vault.open_home(home, NEW)),
    "one of two": ("two passphrases, and one was given", lambda home: Vault.open_home(home, two(home)[1])),
    "one of two, to look": ("two passphrases", lambda home: keys.overview(home, two(home)[:1])),
    "one of two, to change": (
        "two passphrases",
        lambda home: keys.require(home, two(home)[:1], 1, random=seeded()),
    ),
    "a ninth": ("All eight key slots are taken", full),
    "nobody there": (
        "no keyholder in this slot",
        lambda home: keys.remove(home, [PASSPHRASE], unused(home), random=seeded()),
    ),
    "three needed": (
        "one passphrase or two",
        lambda home: keys.require(home, [PASSPHRASE], 3, random=seeded()),
    ),
    "two of one": (
        "There must be 2 to 8 keyholders",
        lambda home: keys.require(home, [PASSPHRASE], 2, random=seeded()),
    ),
    "the same twice": (
        "cannot have the same passphrase",
        lambda home: keys.add(home, [PASSPHRASE], PASSPHRASE, random=seeded()),
    ),
    "the last root key": (
        "all the root keys it can have",
        lambda home: keyring.with_roots(
            keyring.parse(files.read_keyring(home))[0], {0x10000: ROOT}, ROOT, random=seeded()
        ),
    ),
    "another number": ("unlock is 2, but the keys take 1", another_number),
    "too much to seal": (
        "too long to be kept",
        lambda _: Vault({1: ROOT}, random=seeded()).seal("a", "b", b"", bytes(LARGEST + 1)),
    ),
    "a closed vault": ("The vault is locked", lambda _: closed()),
    "no record": (
        "not as it was written",
        lambda _: Vault({1: ROOT}, random=seeded()).open("a", "b", b"", b""),
    ),
    "no text": ("not UTF-8", lambda _: passphrase.read(b"\xff")),
    "broken text": ("is not text", lambda _: passphrase.to_bytes("\ud800")),
    "nothing typed": ("has 1 to 1024 bytes", lambda _: passphrase.to_bytes("")),
    "two lines": ("is one line", lambda _: passphrase.check("six different words\nin two lines here")),
    "easily guessed": ("too easy to guess", lambda _: passphrase.check("correct horse")),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_refusal_is_one_sentence_and_what_to_do(home: Path, way: str) -> None:
    """Whatever is refused, a keeper reads why and what to do next, and nobody reads a passphrase."""
    said, refuses = WAYS[way]
    with pytest.raises(HandbillError) as refused:
        refuses(home)
    assert said in refused.value.message
    told_plainly(refused.value)


def test_the_bounds_themselves_will_do() -> None:
    """The smallest and the largest numbers that are named are taken."""
    for memory, passes, lanes in ((8, 1, 1), (4096, 16, 16)):
        made = keyring.new_kdf(random=seeded(), memory_mib=memory, time=passes, lanes=lanes)
        assert (made.memory_kib, made.time, made.lanes) == (1024 * memory, passes, lanes)
        assert len(made.salt) == 32


def test_the_process_that_derives_says_the_same(
    home: Path, tmp_path_factory: pytest.TempPathFactory, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Sentence and hint in one line on stderr, nothing on stdout; or the key there and nothing said."""
    folder = tmp_path_factory.mktemp("passphrases")
    right, wrong = folder / "right", folder / "wrong"
    right.write_text(PASSPHRASE)
    wrong.write_text(NEW)
    options = ["--home", str(home), "--passphrase-file"]
    for file, code, said in (
        (right, 0, b""),
        (wrong, 5, b"No key slot opens with this passphrase; mind capitals"),
        (folder / "none", 10, b"The passphrase cannot be read; check the file"),
    ):
        assert main([*options, str(file)]) == code
        written, told = capfdbinary.readouterr()
        assert (len(written), told[: len(said)], told.count(b"\n")) == (
            0 if code else 32,
            said,
            int(code > 0),
        )
    reader, writer = os.pipe()
    os.write(writer, f"{PASSPHRASE}\n".encode())
    os.close(writer)
    assert main(["--home", str(home), "--passphrase-fd", str(reader)]) == 0
    assert capfdbinary.readouterr().out == Vault.open_home(home, PASSPHRASE)
    for odd in ([], ["--home", str(home)], [*options, str(right), "--passphrase", "canary"]):
        assert main(odd) == 2
        assert capfdbinary.readouterr().err.startswith(
            b"usage: --home H (--passphrase-file F | --passphrase-fd N)"
        )


def test_a_new_home_of_two_says_so_at_once(tmp_path: Path) -> None:
    """A vault that takes two passphrases is never made with one."""
    for people, needed, said in ((1, 2, "2 to 8"), (0, 1, "1 to 8"), (2, 3, "one passphrase or two")):
        with pytest.raises(HandbillError, match=said) as refused:
            make(tmp_path, *PEOPLE[:people], needed=needed)
        told_plainly(refused.value)
