"""Signatures of minisign, checked both ways with the real program."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInputError
from bot.library import minisign
from tests.library.test_sshsig import flips
from tests.support.signers import Signer, needs_minisign, run

VERA = Signer("vera")
DATA = "Statement: 1\n\nМир\n".encode()
BOTH = pytest.mark.parametrize("old", [False, True], ids=["hashed", "old"])


def refused(data: bytes) -> bool:
    try:
        return not minisign.fits(minisign.parse(data), VERA.minisign, DATA)
    except BadInputError:
        return True


@BOTH
def test_a_signature_is_read_and_fits(old: bool) -> None:
    """Both ways of signing, the comment with them."""
    found = minisign.parse(VERA.minisigns(DATA, old=old, comment="a comment"))
    assert (found.hashed, found.comment) == (not old, "a comment")
    assert minisign.fits(found, VERA.minisign, DATA)
    assert not minisign.fits(found, VERA.minisign, DATA + b"\n")
    assert not minisign.fits(found, Signer("boris").minisign, DATA)
    assert minisign.parse_key(VERA.minisign.line) == VERA.minisign


@BOTH
def test_every_flipped_bit_is_refused(old: bool, figures: list[str]) -> None:
    """Of the whole file: signature, both comments, everything."""
    signature = VERA.minisigns(DATA, old=old)
    assert not refused(signature)
    flipped = list(flips(signature))
    assert [each for each in flipped if not refused(each)] == []
    figures.append(f"flips: {len(flipped)} flipped bits of a minisign signature, 0 accepted")


def test_another_key_with_the_same_number_does_not_fit() -> None:
    """The number only says which key to try."""
    other = minisign.MinisignKey(id=VERA.minisign.id, point=Signer("boris").point)
    assert not minisign.fits(minisign.parse(VERA.minisigns(DATA)), other, DATA)


def test_the_comment_of_one_signature_does_not_fit_another() -> None:
    """What the trusted comment says was said about this file."""
    one = VERA.minisigns(DATA).split(b"\n")
    other = VERA.minisigns(DATA + b"x", comment="other").split(b"\n")
    assert refused(b"\n".join([*one[:2], *other[2:]]))


GOOD = VERA.minisigns(DATA)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a minisign signature"),
        (b"x" * 10_000_000, "too long"),
        (GOOD + b"\n", "not a minisign signature"),
        (GOOD.replace(b"\n", b"\r\n"), "not a minisign signature"),
        (GOOD.replace(b"\n", b"\0", 1), "not a minisign signature"),
        (GOOD.replace(b"file", "файл".encode()), "not a minisign signature"),
        (GOOD.replace(b"untrusted", b"Untrusted"), "not a minisign signature"),
        (GOOD.replace(b"\ntrusted", b"\nTrusted"), "not a minisign signature"),
        (GOOD.replace(b"from minisign secret key", b"of the party"), "comment of its own"),
        (GOOD[:90] + GOOD[94:], "not a minisign signature"),
        (VERA.ssh.line.encode(), "not a minisign signature"),
    ],
)
def test_what_is_no_signature(data: bytes, words: str) -> None:
    """Says in one line why, with what to do."""
    with pytest.raises(BadInputError, match=words) as caught:
        minisign.parse(data)
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("line", ["", "RW", "RW==", VERA.minisign.line[:-4], "QQ" + VERA.minisign.line[2:]])
def test_what_is_no_key(line: str) -> None:
    """Says so."""
    with pytest.raises(BadInputError, match="not a minisign key"):
        minisign.parse_key(line)


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_refused(data: bytes) -> None:
    """Bare, and between the right comments."""
    assert refused(data)
    lines = GOOD.split(b"\n")
    assert refused(b"\n".join([lines[0], base64.b64encode(data), *lines[2:]]))


@needs_minisign
@BOTH
def test_what_minisign_signs_fits_here(tmp_path: Path, old: bool) -> None:
    """Of the file itself with -l, else of its hash."""
    keys = ["-p", str(tmp_path / "key.pub"), "-s", str(tmp_path / "key")]
    assert run("minisign", "-G", "-W", *keys).returncode == 0
    (tmp_path / "en.md").write_bytes(DATA)
    sign = ["minisign", "-S", *(["-l"] if old else []), "-s", str(tmp_path / "key")]
    assert run(*sign, "-m", str(tmp_path / "en.md")).returncode == 0
    key = minisign.parse_key((tmp_path / "key.pub").read_text().splitlines()[1])
    found = minisign.parse((tmp_path / "en.md.minisig").read_bytes())
    assert found.hashed is not old
    assert minisign.fits(found, key, DATA)
    assert not minisign.fits(found, key, DATA[1:])


@needs_minisign
@BOTH
def test_what_is_signed_here_fits_for_minisign(tmp_path: Path, old: bool) -> None:
    """So what is checked here is what minisign means."""
    (tmp_path / "en.md").write_bytes(DATA)
    (tmp_path / "en.md.minisig").write_bytes(VERA.minisigns(DATA, old=old))
    verify = ["minisign", "-V", "-P", VERA.minisign.line, "-m", str(tmp_path / "en.md")]
    good = run(*verify)
    assert good.returncode == 0, good.stderr
    (tmp_path / "en.md").write_bytes(DATA + b" ")
    assert run(*verify).returncode != 0
