"""`handbill audit`: what organisers and keepers did, and whether anything of it was taken away.

The heads that organisers got in their chats are the proof: whoever holds the open vault can write another
audit, but not into those chats.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.control.audit import Line, Lines, Reviewed, ShowAudit, VerifyAudit
from bot.domain.audit import Event
from bot.errors import BadInputError, DamagedVaultError, NetworkError

SENTENCES: Mapping[Event, str] = {
    Event.BEGAN: "the audit begins",
    Event.BEGAN_ANEW: "the audit begins anew: what came before is gone",
    Event.UNLOCKED: "unlocked",
    Event.RESTARTED: "unlocked again, after the machine or the service had gone down unlocked",
    Event.LOCKED: "locked",
    Event.SILENT: "no organiser had checked in for too long: the dead man's switch locks",
    Event.COUNTDOWN: "no organiser had checked in for too long: it locks, and keys are to be destroyed later",
    Event.PANIC: "everything is destroyed from the terminal",
    Event.GAP: "at unlocking, entry {detail} was missing or not what was written",
    Event.KEYHOLDERS: "key slots that are others than before: {detail}",
    Event.ROTATED: "a change of the root key began",
    Event.TOKEN: "the token was set {detail}",
    Event.IMPORTED: "statements were imported: {detail}",
    Event.TAKEN_DOWN: "a statement was withdrawn: {detail}",
    Event.SIGNERS: "it was set who may sign",
    Event.BACKED_UP: "a backup was begun",
    Event.RESTORED: "everything was restored from a backup",
    Event.ACCEPTED: "the keeper accepted the list as it was",
    Event.SEALED: "the policy was sealed",
    Event.INVITED: "{about} was invited as {detail}",
    Event.REFUSED: "wrong digits were sent for the invitation of {about}",
    Event.APPLIED: "{by} sent the right digits and waits for approval",
    Event.WITHDREW: "{by} was forgotten before anybody approved",
    Event.WELCOMED: "{by} agreed that {about} joins",
    Event.ENROLLED: "{by} is enrolled",
    Event.RETURNED: "{by} was back after 30 days or more",
    Event.RENAMED: "the Telegram account of {by} has another name",
    Event.WRONG_CODE: "a wrong code from the account of {by}",
    Event.LOCKED_OUT: "five wrong codes from the account of {by}: locked out for an hour",
    Event.LOCK_ASKED: "{by} locked the bot from the chat",
    Event.SENT: "{by} sent {detail} off",
    Event.URGENT: "{by} sent {detail} off as urgent",
    Event.EDITED: "{by} sent {detail} off, which changes an earlier one",
    Event.APPROVED: "{by} approved {detail}",
    Event.PAUSED: "{by} paused {detail}",
    Event.RESUMED: "{by} let {detail} go on",
    Event.RELEASED: "{by} released {detail}, which was held back",
    Event.CANCELLED: "{by} cancelled {detail}",
    Event.UNDONE: "{by} took {detail} back",
    Event.HALTED: "{detail} was paused by itself",
    Event.HELD: "what was unfinished was held back: {detail}",
    Event.EXPIRED: "{detail} had been paused for too long and was cancelled",
    Event.ENDED: "{detail} ended",
    Event.FROZE: "{by} froze {about}: both are suspended",
    Event.PROPOSED: "the keeper proposed to remove {about}",
    Event.AGREED: "{by} agreed: {detail} {about}",
    Event.REMOVED: "{about} is removed",
    Event.DESTROYING: "it was decided that everything is destroyed",
    Event.UNFROZEN: "{about} is not suspended any more",
    Event.FREED: "the keeper ended the suspension of {about}",
    Event.LOOSENED: "the policy is looser: {detail}",
}
"""Every event in plain words; what is sent is named by its fingerprint."""


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    audit = typer.Typer(help="What organisers and keepers did.", no_args_is_help=True)
    audit.command("show")(show)
    audit.command("verify")(verify)
    app.add_typer(audit, name="audit")


def show(
    context: typer.Context,
    last: int = typer.Option(50, "--last", metavar="N", min=1, max=10_000, help="So many entries."),
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show the newest entries, oldest first. None of them says anything about readers."""
    terminal = of(context)
    config = access.configured(terminal)
    answer = access.ask(terminal, config, ShowAudit(last=last), access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Lines):
        raise _other_version()
    if as_json:
        terminal.json(
            {"entries": [msgspec.to_builtins(line) | {"says": said(line)} for line in answer.lines]}
        )
        return
    for line in answer.lines:
        terminal.say(f"{line.number}  {line.at or '-'}  {said(line)}")
    if not answer.lines:
        terminal.note("There is no entry yet.")


def verify(
    context: typer.Context,
    head: str = typer.Option("", "--head", metavar="HEAD", help="As an organiser got it in chat."),
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Read the whole audit, and find a head in it. Ends with 6 if it is broken, 10 if it has no such head."""
    terminal = of(context)
    config = access.configured(terminal)
    answer = access.ask(terminal, config, VerifyAudit(head=head), access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Reviewed):
        raise _other_version()
    if as_json:
        terminal.json(
            {
                "entries": answer.entries,
                "broken": answer.broken,
                "known": answer.known if head else None,
                "head": answer.head,
            }
        )
    if answer.broken is not None:
        raise DamagedVaultError(
            f"the audit is broken: entry {answer.broken} is missing or not what was written",
            hint="somebody wrote into the database, or it is a mixture of two backups; tell the organisers",
        )
    if not answer.known:
        raise BadInputError(
            "this head is not of this audit: it is another one, or its newest entries were taken away",
            hint="ask several organisers for theirs; a restored backup of the database would explain it",
        )
    if not as_json:
        terminal.say(f"whole: {answer.entries} entries" + (", the head among them" if head else ""))
        terminal.say(f"newest head: {answer.head or 'none'}")


def said(line: Line) -> str:
    """What an entry says."""
    if not line.event:
        return "missing, or not what was written"
    sentence = SENTENCES.get(Event(line.event), line.event)
    return " ".join(sentence.format(by=line.by, about=line.about, detail=line.detail).split())


def _other_version() -> NetworkError:
    return NetworkError("the running service is of another version", hint="start it again")
