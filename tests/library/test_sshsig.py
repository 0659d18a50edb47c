"""Signatures of ssh-keygen, checked both ways with the real program."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInputError
from bot.library import sshsig
from tests.support.signers import Signer, armoured, needs_ssh_keygen, run, string

VERA, TOUCH = Signer("vera"), Signer("touch", touch=True)
DATA = "Statement: 1\n\nМир\n".encode()


def refused(data: bytes) -> bool:
    """Whether a signature file is refused, as bytes or as a signature of DATA by the key it names."""
    try:
        found = sshsig.parse(data)
    except BadInputError:
        return True
    return found.key not in {VERA.ssh, TOUCH.ssh} or not sshsig.fits(found, DATA)


def flips(data: bytes) -> list[bytes]:
    """The same bytes with each of their bits flipped once."""
    return [
        data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
        for at in range(len(data))
        for bit in range(8)
    ]


@pytest.mark.parametrize("signer", [VERA, TOUCH], ids=["file", "touch"])
@pytest.mark.parametrize("hashed", ["sha256", "sha512"])
def test_a_signature_is_read_and_fits(signer: Signer, hashed: str) -> None:
    """Key, hash, flags and counter are what the signer put there."""
    found = sshsig.parse(signer.signs(DATA, hashed=hashed))
    assert found.key == signer.ssh == sshsig.parse_key(signer.ssh.line + " vera@home")
    assert found.algorithm == hashed
    assert (found.flags, found.counter) == ((1, 7) if signer.touch else (0, 0))
    assert sshsig.fits(found, DATA)
    assert not sshsig.fits(found, DATA + b"\n")


@pytest.mark.parametrize("signer", [VERA, TOUCH], ids=["file", "touch"])
def test_every_flipped_bit_is_refused(signer: Signer, figures: list[str]) -> None:
    """Of the whole signature file, the lines around it included."""
    signature = signer.signs(DATA)
    assert not refused(signature)
    flipped = list(flips(signature))
    assert [each for each in flipped if not refused(each)] == []
    figures.append(f"flips: {len(flipped)} flipped bits of an SSH signature, 0 accepted")


def test_a_touch_key_that_nobody_touched_does_not_count() -> None:
    """However right the signature is otherwise."""
    for flags, fits in ((0x00, False), (0x04, False), (0x01, True), (0x05, True)):
        assert sshsig.fits(sshsig.parse(Signer("t", touch=True, flags=flags).signs(DATA)), DATA) is fits


def test_a_touch_key_is_no_plain_key() -> None:
    """Its point signs as a plain key in somebody else's program: that is another key."""
    assert Signer("a", touch=True).ssh.point == Signer("a").ssh.point
    assert sshsig.parse(Signer("a").signs(DATA)).key != Signer("a", touch=True).ssh


TAIL = string(b"handbill") + string(b"") + string(b"sha512") + string(b"")
BLOB = base64.b64decode(b"".join(VERA.signs(DATA).split(b"\n")[1:-2]))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (VERA.signs(DATA, namespace=b"git"), "for something else"),
        (VERA.signs(DATA, namespace=b""), "for something else"),
        (VERA.signs(DATA, hashed="sha1"), "hash"),
        (b"", "not an SSH signature"),
        (b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n", "not an SSH signature"),
        (armoured(b""), "not an SSH signature"),
        (armoured(b"SSHSIG\0\0\0\2" + BLOB[10:]), "not an SSH signature"),
        (armoured(BLOB + b"\0"), "not an SSH signature"),
        (armoured(BLOB[:-1]), "not an SSH signature"),
        (armoured(BLOB, width=77), "not an SSH signature"),
        (VERA.signs(DATA) + b"\n", "not an SSH signature"),
        (VERA.signs(DATA).replace(b"\n", b"\r\n"), "not an SSH signature"),
        (b" " + VERA.signs(DATA), "not an SSH signature"),
        (VERA.signs(DATA) + b"\0", "not an SSH signature"),
        ("подпись".encode(), "not an SSH signature"),
        (b"x" * 10_000_000, "too long"),
        (armoured(b"SSHSIG\0\0\0\1" + string(string(b"ssh-rsa") + b"x") + TAIL), "ssh-rsa"),
        (
            armoured(b"SSHSIG\0\0\0\1" + string(string(b"ssh-ed25519") + string(b"x")) + TAIL),
            "not an SSH key",
        ),
    ],
)
def test_what_is_no_signature_of_ours(data: bytes, words: str) -> None:
    """Says in one line why, with what to do."""
    with pytest.raises(BadInputError, match=words) as caught:
        sshsig.parse(data)
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_unused_bits_of_base64_must_be_zero() -> None:
    """One signature has one spelling."""
    assert len(BLOB) % 3, "the example has padding"
    text = armoured(BLOB).decode()
    at = text.rindex("=", 0, text.rindex("\n-----END"))
    at = len(text[:at].rstrip("=")) - 1
    other = chr(ord(text[at]) + 1)
    assert base64.b64decode("".join((text[:at] + other + text[at + 1 :]).split("\n")[1:-2])) == BLOB
    assert refused((text[:at] + other + text[at + 1 :]).encode())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ssh-rsa AAAA", "ssh-rsa is not a kind of key"),
        ("ecdsa-sha2-nistp256 AAAA", "ecdsa-sha2-nistp256 is not a kind"),
        ("sk-ecdsa-sha2-nistp256@openssh.com AAAA", "is not a kind"),
        ("", "this is not a kind"),
        ("\x1b[31m AAAA", "this is not a kind"),
        ("ssh-ed25519", "not an SSH key"),
        ("ssh-ed25519 AAAA", "not an SSH key"),
        (VERA.ssh.line[:-4], "not an SSH key"),
        (TOUCH.ssh.line.replace("sk-ssh-ed25519@openssh.com", "ssh-ed25519"), "not an SSH key"),
        (VERA.ssh.line.replace("ssh-ed25519", "sk-ssh-ed25519@openssh.com"), "not an SSH key"),
    ],
)
def test_what_is_no_key_of_ours(line: str, words: str) -> None:
    """Other kinds of keys are refused by their names."""
    with pytest.raises(BadInputError, match=words):
        sshsig.parse_key(line)


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_refused(data: bytes) -> None:
    """Bare, and in the armour of a signature."""
    assert refused(data)
    assert refused(armoured(b"SSHSIG\0\0\0\1" + data))


def new_key(folder: Path) -> tuple[Path, sshsig.SshKey]:
    made = run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / "key"))
    assert made.returncode == 0, made.stderr
    return folder / "key", sshsig.parse_key((folder / "key.pub").read_text())


@needs_ssh_keygen
@pytest.mark.parametrize("hashed", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_fits_here(tmp_path: Path, hashed: str) -> None:
    """And its fingerprint is the one that ssh-keygen shows."""
    private, key = new_key(tmp_path)
    (tmp_path / "en.md").write_bytes(DATA)
    options = ["-f", str(private), "-n", "handbill", "-O", f"hashalg={hashed}"]
    assert run("ssh-keygen", "-Y", "sign", *options, str(tmp_path / "en.md")).returncode == 0
    found = sshsig.parse((tmp_path / "en.md.sig").read_bytes())
    assert found.key == key
    assert sshsig.fits(found, DATA)
    assert not sshsig.fits(found, DATA[1:])
    shown = run("ssh-keygen", "-l", "-f", str(private) + ".pub").stdout.decode()
    assert key.fingerprint in shown.split()


@needs_ssh_keygen
@pytest.mark.parametrize("signer", [VERA, TOUCH], ids=["file", "touch"])
def test_what_is_signed_here_fits_for_ssh_keygen(tmp_path: Path, signer: Signer) -> None:
    """A built signature of a touch key too: so what is checked here is what OpenSSH means."""
    (tmp_path / "allowed").write_text(f'vera namespaces="handbill" {signer.ssh.line}\n')
    (tmp_path / "en.md.sig").write_bytes(signer.signs(DATA))
    check = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "vera", "-n", "handbill"]
    verify = [*check, "-s", str(tmp_path / "en.md.sig")]
    good = run(*verify, data=DATA)
    assert good.returncode == 0, good.stderr
    assert run(*verify, data=DATA + b" ").returncode != 0


@needs_ssh_keygen
def test_a_signature_for_something_else_is_refused_by_both(tmp_path: Path) -> None:
    """The namespace keeps a signature of a commit or an e-mail from passing for one of a statement."""
    private, _ = new_key(tmp_path)
    (tmp_path / "en.md").write_bytes(DATA)
    run("ssh-keygen", "-Y", "sign", "-f", str(private), "-n", "git", str(tmp_path / "en.md"))
    with pytest.raises(BadInputError, match="something else"):
        sshsig.parse((tmp_path / "en.md.sig").read_bytes())
