"""`handbill signers`: who may sign for the group. A new file takes the signatures of the present signers."""

from pathlib import Path

import typer

from bot.cli import access
from bot.cli.signing import read, warn
from bot.cli.terminal import of
from bot.control.signing import File, SetTrust, ShowTrust, TrustSet, TrustShown
from bot.errors import NetworkError


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    signers = typer.Typer(help="Who may sign for the group.", no_args_is_help=True)
    signers.command("show")(show)
    signers.command("set")(set_file)
    app.add_typer(signers, name="signers")


def show(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="JSON instead of text."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show the signers, their fingerprints, and how many of them it takes."""
    from bot.library.trust import parse

    terminal = of(context)
    config = access.configured(terminal)
    answer = access.ask(terminal, config, ShowTrust(), access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, TrustShown):
        raise _other_version()
    if not answer.source:
        if as_json:
            terminal.json({"threshold": None, "since": None, "signers": []})
        terminal.note("Nobody may sign yet: `handbill signers set trust.toml`.")
        return
    policy = parse(answer.source)
    lines = [
        {
            "name": one.name,
            "ssh": one.ssh.fingerprint if one.ssh else None,
            "minisign": one.minisign.line if one.minisign else None,
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            "revoked_on": one.revoked_on.isoformat() if one.revoked_on else None,
        }
        for one in policy.signers
    ]
    if as_json:
        terminal.json({"threshold": policy.threshold, "since": answer.since, "signers": lines})
        return
    terminal.say(f"{policy.threshold} of {len(policy.signers)} must sign, since {answer.since}")
    for line in lines:
        until = f" until {line['valid_until']}" if line["valid_until"] else ""
        revoked = f", revoked on {line['revoked_on']}" if line["revoked_on"] else ""
        keys = "  ".join(str(line[kind]) for kind in ("ssh", "minisign") if line[kind])
        terminal.say(f"{line['name']}  {keys}  from {line['valid_from']}{until}{revoked}")


def set_file(
    context: typer.Context,
    file: Path = typer.Argument(..., help="The trust file; the signatures beside it come along."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Seal who may sign; from the second time on signed by enough of the present signers."""
    from bot.library import signatures, trust

    terminal = of(context)
    config = access.configured(terminal)
    data = read(file)
    policy = trust.parse(data, file)
    warn(terminal, policy)
    files = [File(name=file.name, data=data)]
    files += [File(name=each.name, data=signatures.read(each)) for each in signatures.beside(file)]
    source = access.source(passphrase_file, unlock_fd)
    answer = access.ask(terminal, config, SetTrust(files=tuple(files)), source)
    if not isinstance(answer, TrustSet):
        raise _other_version()
    terminal.say(f"{policy.threshold} of {len(policy.signers)} must sign from now on")
    if answer.unsigned:
        terminal.note(
            f"warning: {answer.unsigned} texts on the shelf lack signatures and are not shown any more; "
            f"{answer.signed} have enough"
        )


def _other_version() -> NetworkError:
    return NetworkError("the running service is of another version", hint="start it again")
