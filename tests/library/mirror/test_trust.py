"""The public keys in trust.toml, as the mirror shows them."""

import subprocess
from pathlib import Path

import pytest

from bot.errors import BadInputError
from bot.library.mirror import trust

BLOB = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
MINISIGN = "RW" + "Q" * 54


def toml(
    signer: str = f'name = "vera"\nssh = "ssh-ed25519 {BLOB} vera@somewhere"', threshold: str = "1"
) -> bytes:
    return f"version = 1\nthreshold = {threshold}\n[[signer]]\n{signer}\nvalid_from = 2026-01-01\n".encode()


def test_keys_are_shown_without_what_their_owner_wrote_beside_them() -> None:
    """The comment of an ssh key often names a machine."""
    found = trust.parse(toml())
    assert found.allowed_signers() == f'vera namespaces="handbill" ssh-ed25519 {BLOB}\n'.encode()
    assert found.signers[0].fingerprint is not None
    assert found.signers[0].fingerprint.startswith("SHA256:")


def test_days_and_minisign_keys_are_read() -> None:
    """What is revoked is shown as revoked."""
    (one,) = trust.parse(
        toml(f'name = "ivan"\nminisign = "{MINISIGN}"\nvalid_until = 2026-12-31\nrevoked_on = 2026-11-01')
    ).signers
    assert (one.minisign, one.ssh, one.fingerprint) == (MINISIGN, None, None)
    assert str(one.valid_until) == "2026-12-31"
    assert str(one.revoked_on) == "2026-11-01"


def test_the_fingerprint_is_that_of_ssh_keygen(ssh_key: Path) -> None:
    """So that it can be compared with what a signer reads out."""
    public = ssh_key.with_suffix(".pub").read_text().strip()
    (one,) = trust.parse(toml(f'name = "vera"\nssh = "{public}"')).signers
    said = subprocess.run(
        ["ssh-keygen", "-lf", str(ssh_key)], capture_output=True, check=True
    ).stdout.decode()
    assert said.split()[1] == one.fingerprint


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"not toml [",
        b"threshold = 1\nsigner = 3\n",
        b"threshold = 1\nsigner = [3]\n",
        toml(threshold="2"),
        toml(threshold='"1"'),
        toml('name = "Vera"\nssh = "ssh-ed25519 x"'),
        toml('name = "vera"'),
        toml('name = "vera"\nssh = "ssh-ed25519 x"'),
        toml(f'name = "vera"\nssh = "ssh-ed25519 {BLOB}=="'),
        toml(f'name = "vera"\nssh = "ssh-ed25519 {BLOB}\\nmallory ssh-ed25519 {BLOB}"'),
        toml('name = "vera"\nminisign = "RWQ; rm -rf ~"'),
        toml(f'name = "vera"\nminisign = "{MINISIGN}"\nrevoked_on = "soon"'),
        toml() + toml().partition(b"threshold = 1\n")[2],
        toml() + b"#" * 70_000,
    ],
)
def test_anything_else_is_one_clear_line(data: bytes) -> None:
    """Nothing of it can end in a command that readers copy."""
    with pytest.raises(BadInputError, match=r"trust\.toml: ") as refused:
        trust.parse(data)
    assert "\n" not in refused.value.message
    assert refused.value.hint
