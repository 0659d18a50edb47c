"""`handbill statements mail`: files for any mail program."""

from pathlib import Path

from tests.cli.helpers import Keeper

STATEMENTS = str(Path(__file__).parents[2] / "statements")


def test_one_file_for_each_text(newcomer: Keeper) -> None:
    """Twice the same; what is withdrawn is left out; the sender is nobody unless one is named."""
    out = newcomer.folder / "mail"
    for _ in range(2):
        assert (
            newcomer.types("statements", "mail", str(out), STATEMENTS, "--without", "3").out == "4 e-mails\n"
        )
    assert sorted(path.name for path in out.iterdir()) == [
        *("0001-en.eml", "0001-ru.eml", "0002-en.eml", "0002-ru.eml")
    ]
    assert b"From: statements@nobody.invalid\r\n" in (out / "0001-en.eml").read_bytes()
    other = newcomer.folder / "other"
    newcomer.types("statements", "mail", str(other), STATEMENTS, "--from", "press@example.org")
    assert b"From: press@example.org\r\n" in (other / "0003-en.eml").read_bytes()


def test_what_may_not_be_shown_yet(newcomer: Keeper) -> None:
    """A statement under embargo becomes no e-mail."""
    for number, moment in ((1, "2026-01-01T00:00+00:00"), (2, "2099-01-01T00:00+00:00")):
        folder = newcomer.folder / "all" / str(number)
        folder.mkdir(parents=True)
        head = f"Statement: {number}\nDate: 2026-11-18\nLanguage: en\nTitle: x\nPublish-At: {moment}\n\n"
        (folder / "en.md").write_text(f"{head}Text.\n")
    out = newcomer.folder / "mail"
    assert newcomer.types("statements", "mail", str(out), str(newcomer.folder / "all")).out == "1 e-mail\n"
    assert [path.name for path in out.iterdir()] == ["0001-en.eml"]
    later = newcomer.folder / "all" / "2" / "en.md"
    newcomer.types("statements", "mail", str(out), str(later)).fails(10, "may be read now")


def test_bad_input_writes_nothing(newcomer: Keeper) -> None:
    """No address with a line break, and no file of somebody else in the way."""
    out = newcomer.folder / "mail"
    command = ("statements", "mail", str(out), STATEMENTS)
    newcomer.types(*command, "--from", "a@b.org\nBcc: c@d.org").fails(10, "e-mail address")
    newcomer.types(*command, "--without", "9").fails(10, "statement 9")
    assert not out.exists()
    out.mkdir()
    (out / "0002-en.eml").write_text("mine")
    newcomer.types(*command).fails(10, "exists already")
    assert [path.name for path in out.iterdir()] == ["0002-en.eml"]
    assert (out / "0002-en.eml").read_text() == "mine"
