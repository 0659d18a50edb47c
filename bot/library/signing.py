"""Signing a file with the programs that people have: `ssh-keygen`, touch keys included, and `minisign`.

They ask for passphrase and touch at the terminal; no key is ever read here. What they made is checked
before it is written beside the file.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from bot.domain.statement import Signature, SignatureKind
from bot.errors import BadInputError
from bot.library import minisign, sshsig
from bot.library.signatures import check, name_of

REMARK = "handbill"
"""The trusted comment: what minisign writes there by itself tells when somebody sat at the machine."""


def with_ssh(data: bytes, key: Path) -> bytes:
    """The signature of `ssh-keygen -Y sign`; `key` is the private key, or the public one of an agent's.

    BadInputError when the program is missing, refuses, or the key is of a kind that is not taken here.
    """
    program = _program("ssh-keygen", "openssh-client")
    namespace = sshsig.NAMESPACE.decode()
    made = subprocess.run(  # noqa: S603 - no shell; the file comes in through stdin
        [program, "-Y", "sign", "-n", namespace, "-f", str(key)],
        input=data,
        stdout=subprocess.PIPE,
        check=False,
    )
    if made.returncode:
        raise BadInputError("ssh-keygen did not sign", hint="its own words stand above")
    if not sshsig.fits(sshsig.parse(made.stdout), data):
        raise BadInputError("ssh-keygen made a signature that does not fit", hint="was the key touched?")
    return made.stdout


def with_minisign(data: bytes, key: Path, file_name: str) -> bytes:
    """The signature of `minisign -S`, without the time that it writes down by itself.

    BadInputError when the program is missing or refuses.
    """
    program = _program("minisign", "minisign")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / file_name
        file.write_bytes(data)
        out = file.with_name(f"{file_name}.minisig")
        command = [program, "-S", "-s", str(key), "-m", str(file), "-x", str(out), "-t", REMARK]
        made = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - as above
        if made.returncode or not out.is_file():
            raise BadInputError("minisign did not sign", hint="its own words stand above")
        signature = out.read_bytes()
    minisign.parse(signature)
    return signature


def put(path: Path, signer: str, kind: SignatureKind, data: bytes) -> Path:
    """Write a signature beside its file, in the place of an older one of the same signer."""
    signature = Signature(signer=signer, kind=kind, data=data)
    target = path.with_name(name_of(path.name, signature))
    check(signature, target.name)
    target.write_bytes(data)
    return target


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BadInputError(f"the program {name} is not here", hint=f"install it: apt-get install {package}")
    return found
