"""Leaflets, posters and newspapers from the terminal: no home, no vault, all of it or nothing."""

from pathlib import Path

import pytest

from tests.cli.helpers import Keeper
from tests.support.paper import codes_in, words

WORKSHOP = Path(__file__).parents[2] / "statements"
PROGRAMME = str(WORKSHOP / "2026-10-programme")
SLOGANS = str(WORKSHOP / "slogans" / "ru.md")
ABOUT = (
    "--bot",
    "@example_circle_bot",
    "--mirror",
    "https://mirror.example.org/",
    "--key",
    "anna=SHA256:abc",
)


def written(keeper: Keeper, *arguments: str) -> dict[str, bytes]:
    """What a command wrote, by name."""
    folder = keeper.folder / "out"
    done = keeper.types(*arguments, *ABOUT, "--out", str(folder))
    assert done.code == 0, done.err
    paths = [Path(line) for line in done.out.splitlines()]
    return {path.name: path.read_bytes() for path in paths}


@pytest.mark.parametrize("sheet", ["a5", "a4-cut", "a4-fold"])
def test_leaflets(newcomer: Keeper, sheet: str) -> None:
    """Of each statement named a PDF, called by number, language, sheet, design and ink."""
    made = written(newcomer, "statements", "leaflet", PROGRAMME, "--sheet", sheet)
    assert set(made) == {f"2-{language}-{sheet}-sober-black.pdf" for language in ("en", "ru")}
    for data in made.values():
        assert codes_in(data) == {"https://t.me/example_circle_bot?start=s2", "https://mirror.example.org/"}
        assert "SHA256:abc" in words(data)


def test_no_leaflet_takes_the_place_of_another(newcomer: Keeper) -> None:
    """Two files that are the same statement in the same language would have one name: nothing is written."""
    files = [newcomer.folder / name / "en.md" for name in ("one", "two")]
    for file in files:
        file.parent.mkdir()
        file.write_text(f"Statement: 4\nDate: 2026-11-18\nLanguage: en\nTitle: x\n\n{file.parent.name}\n")
    out = newcomer.folder / "out"
    done = newcomer.types("statements", "leaflet", *map(str, files), "--out", str(out))
    assert done.code == 10
    assert "two of these files are the same statement" in done.err
    assert not out.exists()


def test_before_its_time(newcomer: Keeper) -> None:
    """What is under embargo is laid out, because printing takes time, and it is said that it waits."""
    file = newcomer.folder / "en.md"
    head = "Statement: 4\nDate: 2026-11-18\nLanguage: en\nTitle: x\n"
    for moment, said in (("2099-01-01T09:00+03:00", True), ("2026-01-01T09:00+03:00", False)):
        file.write_text(f"{head}Publish-At: {moment}\n\nText.\n")
        for command in (("statements", "leaflet"), ("paper", "--name", "The Leaflet")):
            done = newcomer.types(*command, str(file), "--out", str(newcomer.folder / "out"))
            assert done.code == 0
            told = "statement 4 may not be shown before 2099-01-01T09:00+03:00" in done.err
            assert told is said


def test_posters(newcomer: Keeper) -> None:
    """Of one slogan, of a theme, of all; a picture for screens or A3 for walls."""
    one = written(newcomer, "statements", "poster", SLOGANS, "--number", "2", "--design", "loud")
    assert set(one) == {"slogan-2-ru-loud-black-square.png"}
    theme = written(newcomer, "statements", "poster", SLOGANS, "--theme", "труд", "--a3", "--ink", "colour")
    assert set(theme) == {f"slogan-{number}-ru-sober-colour-a3.pdf" for number in (4, 5, 6)}


def test_a_newspaper(newcomer: Keeper) -> None:
    """Of chosen statements, points, slogans and updates."""
    update = newcomer.folder / "update.txt"
    update.write_text("The court moved to Friday.\n")
    folders = ("2023-06-resolution-summary", "2026-11-update-couriers")
    articles = [str(WORKSHOP / name / "en.md") for name in folders]
    points = ["--points", str(WORKSHOP / "2026-10-programme" / "en.md")]
    more = ["--name", "The Leaflet", "--slogan", "Alone we ask", "--update", str(update)]
    made = written(newcomer, "paper", *articles, *points, *more)
    assert set(made) == {"paper-en-sober-black.pdf"}
    found = words(made["paper-en-sober-black.pdf"])
    for expected in ("TheLeaflet", "Aloneweask", "ThecourtmovedtoFriday.", "18November2026"):
        assert expected in found, expected


@pytest.mark.parametrize(
    ("arguments", "words_"),
    [
        (["statements", "leaflet", "/nonexistent"], ["no such file"]),
        (["statements", "leaflet", PROGRAMME, "--bot", "no bot"], ["no name of a bot"]),
        (["statements", "leaflet", PROGRAMME, "--mirror", "javascript:x"], ["no web address"]),
        (
            ["statements", "leaflet", PROGRAMME, "--mirror", f"https://a.org/{'a' * 3000}"],
            ["longer than 200"],
        ),
        (["statements", "leaflet", PROGRAMME, "--key", "anna"], ["NAME=FINGERPRINT"]),
        (["statements", "poster", SLOGANS, "--number", "99"], ["no such slogan", "12"]),
        (["statements", "poster", "/nonexistent"], ["no such file"]),
        (["paper", PROGRAMME, "--name", "X"], ["several languages"]),
        (["paper", PROGRAMME + "/en.md", "--name", "a\u202eb"], ["U+202E"]),
        (["paper", PROGRAMME + "/en.md", "--name", "X", "--update", "/nonexistent"], ["no such file"]),
        (["statements", "leaflet", PROGRAMME, "--out", "/proc/nowhere"], ["cannot be written"]),
    ],
)
def test_what_is_not_right(newcomer: Keeper, arguments: list[str], words_: list[str]) -> None:
    """One clear line and a hint, exit code 10."""
    newcomer.types(*arguments).fails(10, *words_)


def test_glyphs_that_the_fonts_lack(newcomer: Keeper) -> None:
    """One line with the character, and nothing is written, not even of the statements that are right."""
    folder = newcomer.folder / "workshop"
    folder.mkdir()
    (folder / "en.md").write_text("Statement: 1\nDate: 2026-11-01\nLanguage: en\nTitle: T\n\nFine.\n")
    (folder / "ru.md").write_text("Statement: 1\nDate: 2026-11-01\nLanguage: ru\nTitle: T\n\nРука ✊\n")
    out = newcomer.folder / "out"
    done = newcomer.types("statements", "leaflet", str(folder), "--out", str(out))
    done.fails(10, "U+270A")
    assert not out.exists()
