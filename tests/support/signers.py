"""Signers with keys of their own: in files for the real programs, and a touch key that is built here.

A touch key signs what OpenSSH's PROTOCOL.u2f says, with a key in memory in the place of the hardware.
"""

import base64
import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.library.minisign import MinisignKey
from bot.library.sshsig import SshKey

needs_ssh_keygen = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="there is no ssh-keygen here")
needs_minisign = pytest.mark.skipif(not shutil.which("minisign"), reason="there is no minisign here")

APPLICATION = b"ssh:"


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def armoured(blob: bytes, *, width: int = 70) -> bytes:
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()


@dataclass(frozen=True)
class Signer:
    """Somebody who signs; everything follows from the seed, so that each run has the same keys."""

    name: str
    touch: bool = False
    flags: int = 0x01
    counter: int = 7

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"signer" + self.name.encode()).digest())

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def ssh(self) -> SshKey:
        return SshKey(point=self.point, application=APPLICATION if self.touch else None)

    @property
    def minisign(self) -> MinisignKey:
        return MinisignKey(id=hashlib.sha256(self.point).digest()[:8], point=self.point)

    def signs(self, data: bytes, *, namespace: bytes = b"handbill", hashed: str = "sha512") -> bytes:
        """A `.sig` file, as ssh-keygen would write it."""
        kind = self.ssh.line.partition(" ")[0].encode()
        digest = hashlib.new(hashed, data).digest()
        head = string(namespace) + string(b"") + string(hashed.encode())
        signed = b"SSHSIG" + head + string(digest)
        state = b""
        if self.touch:
            state = bytes([self.flags]) + self.counter.to_bytes(4, "big")
            signed = hashlib.sha256(APPLICATION).digest() + state + hashlib.sha256(signed).digest()
        raw = string(kind) + string(self.private.sign(signed)) + state
        return armoured(b"SSHSIG\0\0\0\1" + string(self.ssh.blob) + head + string(raw))

    def minisigns(self, data: bytes, *, old: bool = False, comment: str = "timestamp:1\tfile:en.md") -> bytes:
        """A `.minisig` file, as minisign would write it."""
        signed = data if old else hashlib.blake2b(data, digest_size=64).digest()
        raw = self.private.sign(signed)
        over = self.private.sign(raw + comment.encode())
        first = base64.b64encode((b"Ed" if old else b"ED") + self.minisign.id + raw).decode()
        lines = ["untrusted comment: signature from minisign secret key", first]
        lines += [f"trusted comment: {comment}", base64.b64encode(over).decode(), ""]
        return "\n".join(lines).encode()


def run(*arguments: str, data: bytes = b"", cwd: Path | None = None) -> "subprocess.CompletedProcess[bytes]":
    """One of the real programs; the test looks at how it ended."""
    return subprocess.run(arguments, input=data, capture_output=True, check=False, cwd=cwd, timeout=60)
