"""Passphrases: generated from a shipped word list, read from a file, turned into bytes, and judged.

Nothing here keeps one, and no message quotes one. Deriving keys from them is the business of `keyring`.
"""

import unicodedata
from collections.abc import Callable
from importlib import resources

from bot.errors import BadInputError

WORDS = 6
"""Words in a generated passphrase: 77 bits from a list of 7,776."""
CHARACTERS = 20
"""Fewest characters of a chosen passphrase that is not made of words."""
LIMIT = 1024
"""Most bytes in a passphrase."""

MOST = 2 * LIMIT + 4
"""Bytes to read of a file or pipe: two passphrases with their line ends, and never one that is cut."""

_SCORE = 4
_ZXCVBN_LIMIT = 72


def generate(random: Callable[[int], bytes], *, language: str = "en") -> str:
    """Six different words of the language's list, or of the English one where there is none."""
    words = _words(language)
    chosen: list[str] = []
    while len(chosen) < WORDS:
        word = words[_below(len(words), random)]
        if word not in chosen:
            chosen.append(word)
    return " ".join(chosen)


def check(passphrase: str) -> None:
    """Refuse a chosen passphrase that a fast machine could guess, or that cannot be typed on one line.

    Good are six different words, or 20 characters that zxcvbn gives its best mark. Raises BadInputError.
    """
    to_bytes(passphrase)
    if "\n" in passphrase:
        raise BadInputError("A passphrase is one line", hint="put nothing else into its file")
    words = {word.casefold() for word in passphrase.split() if len(word) > 1}
    if len(words) >= WORDS:
        return
    if len(passphrase) < CHARACTERS or _score(passphrase) < _SCORE:
        raise BadInputError(
            "This passphrase is too easy to guess",
            hint="take six different words chosen by chance, or leave it out and let Handbill generate one",
        )


def read(data: bytes) -> str:
    """The passphrase in the bytes of a file or pipe: UTF-8, one newline at its end dropped.

    Raises BadInputError where it is empty, too long or not UTF-8.
    """
    data = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
    try:
        passphrase = data.decode()
    except UnicodeDecodeError:
        raise BadInputError("The passphrase is not UTF-8 text", hint="save its file as UTF-8") from None
    to_bytes(passphrase)
    return passphrase


def lines(data: bytes) -> list[str]:
    """The passphrases on a descriptor: one, or two on a line each. Raises BadInputError as `read` does."""
    first, newline, second = data.partition(b"\n")
    return [read(first + newline), read(second)] if second else [read(data)]


def to_bytes(passphrase: str) -> bytes:
    """What Argon2id is given: NFC, then UTF-8, 1 to 1,024 bytes.

    NFC, because keyboards disagree about how é or й is composed; not NFKC, which would make different
    passphrases equal. Raises BadInputError.
    """
    try:
        data = unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        raise BadInputError("The passphrase is not text", hint="type it again") from None
    if not 0 < len(data) <= LIMIT:
        raise BadInputError(f"A passphrase has 1 to {LIMIT} bytes", hint="six words are enough")
    return data


def _words(language: str) -> list[str]:
    folder = resources.files("bot.vault.wordlists")
    chosen = folder / f"{language}.txt"
    return (chosen if chosen.is_file() else folder / "en.txt").read_text("utf-8").split()


def _below(limit: int, random: Callable[[int], bytes]) -> int:
    """A number from 0 to limit - 1, each as likely: draws above the last full round are thrown away."""
    last = 0x10000 - 0x10000 % limit
    while (number := int.from_bytes(random(2), "big")) >= last:
        pass
    return number % limit


def _score(passphrase: str) -> int:
    from zxcvbn import zxcvbn  # its dictionaries take a tenth of a second, and few commands need them

    # zxcvbn refuses longer input; a good mark for the beginning is a good mark for the whole.
    return int(zxcvbn(passphrase[:_ZXCVBN_LIMIT])["score"])
