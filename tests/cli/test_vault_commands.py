"""Commands that need the open vault, without a service: a passphrase opens it just for them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.helpers import PASSPHRASE, TOKEN, Keeper
from tests.cli.test_status import newer

STATEMENTS = Path(__file__).parents[2] / "statements"


def list_organisers(keeper: Keeper) -> list[str]:
    return ["organisers", "list", "--passphrase-file", keeper.passphrase_file]


def test_invite(keeper: Keeper) -> None:
    """An invitation is a code, an address for the authenticator, and a time; a link once the bot has run."""
    options = ["--name", "Ann", "--role", "approver", "--passphrase-file", keeper.passphrase_file]
    done = keeper.types("organisers", "invite", *options, "--json")
    assert done.code == 0, done.err
    assert list(done.json) == ["link", "code", "totp_uri", "expires"]
    assert done.json["link"] is None
    assert done.json["code"].startswith("o")
    assert done.json["totp_uri"].startswith("otpauth://totp/")
    assert done.json["expires"].endswith("Z")
    keeper.types("organisers", "invite", *options).fails(10, "invitation for this name")
    options[1] = "Ben"
    shown = keeper.types("organisers", "invite", *options).out
    assert "otpauth://" in shown
    assert "/start o" in shown
    assert keeper.types("organisers", "list", "--json", "--passphrase-file", keeper.passphrase_file).json == {
        "organisers": []
    }


def test_bad_invitations(keeper: Keeper) -> None:
    """A name nobody can use ends with 10, a role that is none with 2."""
    passphrase = ["--passphrase-file", keeper.passphrase_file]
    keeper.types("organisers", "invite", "--name", "can\x07ary", "--role", "author", *passphrase).fails(10)
    keeper.types("organisers", "invite", "--name", "Ann", "--role", "owner", *passphrase).fails(2, "--role")
    keeper.types("organisers", "invite", "--role", "author", *passphrase).fails(2, "--name is missing")


def test_statements(keeper: Keeper) -> None:
    """What was imported is listed and shown as it was; importing it again changes nothing."""
    passphrase = ["--passphrase-file", keeper.passphrase_file]
    done = keeper.types("statements", "import", str(STATEMENTS), *passphrase)
    assert done.code == 0, done.err
    assert done.out.endswith(" new, 0 as before, 0 replaced\n")
    assert keeper.types("statements", "import", str(STATEMENTS), *passphrase).out.startswith("0 new, ")
    listed = keeper.types("statements", "list", "--json", *passphrase).json["statements"]
    assert listed[0]["number"] >= listed[-1]["number"] == 1
    assert set(listed[0]) == {"number", "language", "date", "title", "code", "standing"}
    shown = keeper.types("statements", "show", "1", "--language", "en", *passphrase).out
    assert shown.rstrip("\n") in {path.read_text().rstrip("\n") for path in STATEMENTS.rglob("en.md")}
    keeper.types("statements", "show", "99", *passphrase).fails(10, "statements list")
    keeper.types("statements", "show", "1", "--language", "de", *passphrase).fails(10, "it has: en, ru")


def test_broken_statement(keeper: Keeper) -> None:
    """A broken file ends with 10, with file and line; nothing of the whole import is taken."""
    passphrase = ["--passphrase-file", keeper.passphrase_file]
    good = (STATEMENTS / "slogans" / "en.md").read_text()
    (keeper.folder / "slogans").mkdir()
    keeper.file("slogans/en.md", good)
    keeper.file("en.md", "Statement: 1\nDate: soon\nLanguage: en\nTitle: A title\n\nA text.\n")
    paths = [str(keeper.folder / "slogans"), str(keeper.folder / "en.md")]
    before = keeper.bytes_of_home()
    keeper.types("statements", "import", *paths, *passphrase).fails(10, "en.md:2")
    keeper.types("statements", "check", *paths).fails(10, "en.md:2")
    assert keeper.bytes_of_home() == before


def test_a_folder_of_slogans_by_another_name(keeper: Keeper) -> None:
    """Where `slogans` is a link, what it leads to holds slogans, as it does for `check`."""
    (keeper.folder / "words").mkdir()
    keeper.file("words/en.md", (STATEMENTS / "slogans" / "en.md").read_text())
    (keeper.folder / "slogans").symlink_to("words")
    paths = [str(keeper.folder / "slogans"), "--passphrase-file", keeper.passphrase_file]
    assert keeper.types("statements", "check", paths[0]).code == 0
    assert keeper.types("statements", "import", *paths).out == "1 new, 0 as before, 0 replaced\n"


def test_workshop_needs_no_home(newcomer: Keeper) -> None:
    """`statements new` and `check` work without a home and without a vault."""
    folder = str(newcomer.folder / "workshop")
    made = newcomer.types("statements", "new", "--title", "A title", "--folder", folder)
    assert made.code == 0, made.err
    path = made.out.strip()
    assert newcomer.types("statements", "check", path).out == "1 file is right\n"
    checked = newcomer.types("statements", "check", path, "--json")
    assert (checked.code, checked.json[0]["ok"], checked.json[0]["number"]) == (0, True, 1)
    assert newcomer.types("statements", "check", "--fix", folder).code == 0
    assert "Code: " in Path(path).read_text()
    newcomer.types("statements", "check", "/nonexistent").fails(10)
    assert not newcomer.home.exists()


def test_token_set(keeper: Keeper) -> None:
    """A renewed token is sealed; another bot's ends with 9, a malformed one with 10, and nothing changes."""
    passphrase = ["--passphrase-file", keeper.passphrase_file]
    renewed = keeper.file("renewed", TOKEN.replace(":AA", ":BB"))
    assert keeper.types("token", "set", "--token-file", renewed, *passphrase).code == 0
    before = keeper.bytes_of_home()
    other = keeper.file("other", TOKEN.replace("123456", "654321"))
    keeper.types("token", "set", "--token-file", other, *passphrase).fails(9, "another bot", "--new-bot")
    keeper.types("token", "set", "--token-file", keeper.file("bad", "canary"), *passphrase).fails(10)
    assert keeper.bytes_of_home() == before
    assert keeper.types("token", "set", "--token-file", other, "--new-bot", *passphrase).code == 0


def wrong(keeper: Keeper) -> None:
    keeper.file("passphrase", "some other six words than before")


def damaged_keyring(keeper: Keeper) -> None:
    path = keeper.home / "keyring.json"
    text = path.read_text()
    path.write_text(text[:500] + ("0" if text[500] != "0" else "1") + text[501:])


def missing_pad(keeper: Keeper) -> None:
    (keeper.home / "shred.pad").unlink()


def damaged_database(keeper: Keeper) -> None:
    (keeper.home / "handbill.db").write_bytes(b"nonsense" * 1024)


def newer_database(keeper: Keeper) -> None:
    newer(keeper.home / "handbill.db")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (wrong, 5),
        (damaged_keyring, 6),
        (missing_pad, 6),
        (damaged_database, 6),
        (newer_database, 7),
    ],
)
def test_what_does_not_open(keeper: Keeper, spoil: Callable[[Keeper], None], code: int) -> None:
    """A wrong passphrase, damage and a newer database have each their exit code, and no byte is lost."""
    files = list_organisers(keeper)
    spoil(keeper)
    before = keeper.bytes_of_home()
    keeper.types(*files).fails(code)
    after = keeper.bytes_of_home()
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= {"service.lock"}


@pytest.mark.parametrize("lose", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_lost_database(keeper: Keeper, lose: Callable[[Path], object]) -> None:
    """A missing or emptied database is damage, whatever is tried next; no new list takes its place."""
    lose(keeper.home / "handbill.db")
    for _ in range(2):
        keeper.types(*list_organisers(keeper)).fails(6, "missing")
    assert keeper.types("status", "--json").json["schema"] is None
    assert keeper.types("doctor").code == 3


@pytest.mark.parametrize(("number", "code"), [("77", 10), (str(2**31 - 1), 10), (str(2**31), 2), ("-1", 2)])
def test_no_descriptor(keeper: Keeper, number: str, code: int) -> None:
    """A descriptor that is not open, or can be none, is the keeper's slip and no bug."""
    keeper.types("organisers", "list", "--unlock-fd", number).fails(code)


def test_from_a_descriptor(keeper: Keeper) -> None:
    """The passphrase can come from an open descriptor, never from an argument."""
    reader, writer = os.pipe()
    os.write(writer, PASSPHRASE.encode() + b"\n")
    os.close(writer)
    assert keeper.types("organisers", "list", "--unlock-fd", str(reader)).code == 0
    keeper.types("organisers", "list", "--unlock-fd", "987").fails(10, "cannot be read")
    keeper.types(*list_organisers(keeper), "--unlock-fd", "0").fails(2, "one place")


def test_nobody_to_ask(keeper: Keeper) -> None:
    """Without a service, options and a terminal, a command that needs the vault ends with 4."""
    for command in (
        ["organisers", "list"],
        ["organisers", "invite", "--name", "Ann", "--role", "author"],
        ["statements", "list"],
        ["token", "set", "--token-file", keeper.token_file],
    ):
        keeper.types(*command).fails(4, "--passphrase-file")


def test_no_service(keeper: Keeper) -> None:
    """`unlock` and `lock` speak to a running service only; `--for` takes a length of time."""
    keeper.types("unlock", "--passphrase-file", keeper.passphrase_file).fails(8, "handbill run")
    keeper.types("lock").fails(8, "handbill run")
    for odd in ("canary", "0h", "12", "-1h"):
        keeper.types("unlock", f"--for={odd}").fails(2, "--for takes a length of time")


@pytest.mark.parametrize("command", [["status"], ["run"], ["organisers", "list"], ["statements", "list"]])
def test_unknown_setting(keeper: Keeper, command: list[str]) -> None:
    """An unknown setting ends every command that reads settings with 3, and names the nearest one."""
    with (keeper.home / "config.toml").open("a") as file:
        file.write("fromat = 'plain'\n")
    keeper.types(*command).fails(3, "[logs] fromat", "[logs] format")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish"], "handbill --help"),
        (["frobnicate"], "there is no command frobnicate"),
        (["1234567890:canary"], "used in another way"),
        (["organisers", "invite", "--name", "N", "--role", "canary"], "author, approver, answerer, keeper"),
        (["status", "--canary"], "there is no option"),
        (["sandbox", "--port", "canary"], "--port"),
        (["statements", "show", "canary"], "does not do"),
        (["mirror", "out", "--heartbeat", "canary"], "a day such as"),
        (["lock", "canary"], "handbill lock --help"),
        (["statements", "check"], "missing"),
    ],
)
def test_usage(keeper: Keeper, arguments: list[str], said: str) -> None:
    """A command that is used wrongly ends with 2 and never repeats values: they may be secrets."""
    done = keeper.types(*arguments)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 2
    if arguments != ["status", "--canary"]:
        assert done.is_silent()


def test_files_that_cannot_be_used(newcomer: Keeper) -> None:
    """A file that cannot be read, or a folder that takes none, is one line, not a bug."""
    keeper = newcomer
    file = keeper.folder / "en.md"
    file.symlink_to("/proc/self/mem")  # there, and unreadable even for root
    for command in (["check"], ["leaflet"], ["mail", "/proc/mails"], ["verify", "--trust", str(file)]):
        keeper.types("statements", *command, str(file)).fails(10)
    keeper.types("mirror", str(keeper.folder / "out"), str(file)).fails(10)
    keeper.types("statements", "new", "--folder", "/proc/none", "--title", "T").fails(10)


def test_help(newcomer: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    """`handbill --help` names every command."""
    assert newcomer.types("--help").code == 0
    shown = capsys.readouterr().out
    for noun in (
        "init",
        "run",
        "unlock",
        "lock",
        "status",
        "token",
        "organisers",
        "statements",
        "sandbox",
        "doctor",
    ):
        assert f"\n  {noun} " in shown
    for noun in ("init", "run", "unlock", "status", "token set", "organisers invite", "statements import"):
        assert newcomer.types(*noun.split(), "--help").code == 0
