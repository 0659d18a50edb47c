"""`handbill statements sign` and `verify`: on any machine, without a home and without the vault.

Signing happens where the key is, never on the server; it is left to ssh-keygen and minisign.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.terminal import Terminal, of
from bot.errors import BadInputError, Exit, UsageError

if TYPE_CHECKING:
    from bot.library.trust import Trust


def sign(
    context: typer.Context,
    paths: list[Path] = typer.Argument(..., metavar="PATH…", help="Files or folders; or trust.toml."),
    signer: str = typer.Option(..., "--signer", help="Your name in trust.toml."),
    key: Path | None = typer.Option(
        None, "--key", metavar="FILE", help="Your SSH key: the private one, or the public one of an agent's."
    ),
    minisign_key: Path | None = typer.Option(
        None, "--minisign-key", metavar="FILE", help="Your minisign key, as well or instead."
    ),
) -> None:
    """Sign checked files with ssh-keygen, minisign or both; the signatures are written beside them."""
    from bot.library import signing
    from bot.library.trust import NAME

    terminal = of(context)
    if not key and not minisign_key:
        raise UsageError("there is no key to sign with", hint="give --key, --minisign-key or both")
    if not NAME.fullmatch(signer):
        raise BadInputError(
            "a signer's name has small letters, digits and dashes", hint="as it stands in trust.toml"
        )
    for path, data in _checked(terminal, paths):
        if key:
            made = signing.put(path, signer, "sig", signing.with_ssh(data, key))
            terminal.say(str(made))
        if minisign_key:
            signature = signing.with_minisign(data, minisign_key, path.name)
            terminal.say(str(signing.put(path, signer, "minisig", signature)))


def verify(
    context: typer.Context,
    paths: list[Path] = typer.Argument(..., metavar="PATH…", help="Files, or folders of them."),
    trust: Path = typer.Option(..., "--trust", metavar="FILE", help="Who may sign: trust.toml."),
    as_json: bool = typer.Option(False, "--json", help="One line of JSON a file."),
) -> int:
    """Check files and their signatures against a trust file; exit code 10 if one is not authentic."""
    from bot.library import verifying
    from bot.library.trust import parse

    terminal = of(context)
    policy = parse(read(trust), trust)
    found = verifying.verify(paths, policy, terminal.clock.now().date())
    for one in found:
        verdict = "authentic" if one.authentic else "not authentic"
        if as_json:
            terminal.json(
                {
                    "file": str(one.path),
                    "verdict": verdict,
                    "number": one.number,
                    "code": one.code,
                    "signers": list(one.signers),
                    "reason": one.reason or None,
                }
            )
        else:
            why = f"signed by {', '.join(one.signers)}" if one.authentic else one.reason
            terminal.say(f"{one.path}: {verdict}: {why}")
    return Exit.OK if all(one.authentic for one in found) else Exit.BAD_INPUT


def read(path: Path) -> bytes:
    """A file that was named, no more of it than tells that it is too long. BadInputError if it is gone."""
    from bot.library.source import MAX_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        raise BadInputError(f"{path}: this cannot be read", hint="check the name and its owner") from None


def warn(terminal: Terminal, policy: "Trust") -> None:
    """Say what a trust file tells about its signers that nobody needs."""
    from bot.library.trust import commented

    for name in commented(policy):
        terminal.note(f"warning: the ssh key of {name} has a comment, and everybody can read it: take it out")


def _checked(terminal: Terminal, paths: list[Path]) -> list[tuple[Path, bytes]]:
    """Only what is right in itself is signed: statements with Code and Links, slogans, trust files."""
    from bot.library import proof, shelf, trust

    found = [(path, read(path)) for path in paths if path.suffix == ".toml"]
    for path, data in found:
        warn(terminal, trust.parse(data, path))
    others = [path for path in paths if path.suffix != ".toml"]
    if not others:
        return found
    report = shelf.check(others)
    for problem in report.problems:
        raise problem
    for warning in report.warnings:
        terminal.note(f"warning: {warning}")
    for file in report.files:
        if file.statement:
            proof.refuse_incomplete(file.statement, file.path)
        found.append((file.path, file.data))
    return found
