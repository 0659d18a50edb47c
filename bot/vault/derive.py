"""One or two passphrases in, one master key out: a process of its own, `python -m bot.vault.derive`.

    --home H (--passphrase-file F | --passphrase-fd N)…

It writes exactly the 32 bytes of the master key to stdout and ends, so that the passphrase and Argon2id's
memory never live in the service. Errors are one line on stderr and the exit codes of `bot.errors`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bot.errors import BadInputError, Exit, HandbillError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Derive, write, and return the exit code."""
    try:
        options = _options(arguments)
        from bot.vault import passphrase  # a missing algorithm must end in one line as well
        from bot.vault.vault import Vault

        secrets: list[str] = []
        for source in options.sources:
            given = _given(source, passphrase.MOST)
            secrets += passphrase.lines(given) if isinstance(source, int) else [passphrase.read(given)]
        master = Vault.open_home(options.home, *secrets)
        sys.stdout.buffer.write(master)
    except HandbillError as error:
        sys.stderr.write(f"{error.message}; {error.hint}\n" if error.hint else f"{error.message}\n")
        return error.exit_code
    return Exit.OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="python -m bot.vault.derive", add_help=False, allow_abbrev=False)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--passphrase-file", dest="sources", action="append", type=Path)
    parser.add_argument("--passphrase-fd", dest="sources", action="append", type=int)
    options = parser.parse_args(arguments)
    return options if options.sources else parser.error("")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        del message  # it may quote what was typed, and a passphrase may be among it
        raise UsageError("usage: --home H (--passphrase-file F | --passphrase-fd N)…")


def _given(source: Path | int, limit: int) -> bytes:
    """What the file or pipe holds, read to its end, at most a little more than passphrases may have."""
    try:
        with open(source, "rb") as file:  # noqa: PTH123 - a descriptor has no path
            return file.read(limit)
    except OSError:
        raise BadInputError("The passphrase cannot be read", hint="check the file and its owner") from None


if __name__ == "__main__":
    sys.exit(main())
