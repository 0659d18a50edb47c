"""A folder of statements is checked as a whole."""

from pathlib import Path

import pytest

from bot.errors import BadInputError
from bot.library import header, render, shelf


def write(path: Path, number: int, *, day: str = "2026-10-01", body: str = "Text.", **more: str) -> Path:
    lines = [f"Statement: {number}", f"Date: {day}", f"Language: {path.stem}", "Title: T"]
    lines += [f"{name}: {value}" for name, value in more.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + f"\n\n{body}\n", encoding="utf-8")
    return path


def code_of(path: Path) -> str:
    return render.true_code(header.parse(path.read_bytes(), path))


def problems(report: shelf.Report) -> list[tuple[Path | None, int, str]]:
    return [(error.path, error.line, error.problem) for error in report.problems]


def test_statements_and_slogans_are_told_apart_by_their_place(tmp_path: Path) -> None:
    """README.md is neither; a file can be named alone, or twice."""
    one = write(tmp_path / "a" / "en.md", 1)
    (tmp_path / "slogans").mkdir()
    (tmp_path / "slogans" / "ru.md").write_text("# война\n- Довольно\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("Hello", encoding="utf-8")
    report = shelf.check([tmp_path, one])
    assert report.ok
    assert [statement.number for statement in report.statements] == [1]
    assert [(slogan.text, slogan.language) for slogan in report.slogans] == [("Довольно", "ru")]
    assert [file.path for file in report.files] == [one, tmp_path / "slogans" / "ru.md"]
    assert shelf.check([one]).statements == report.statements


def test_a_slogan_file_is_known_from_inside_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its name alone does not say what it is."""
    (tmp_path / "slogans").mkdir()
    monkeypatch.chdir(tmp_path / "slogans")
    Path("en.md").write_text("# war\n- Enough\n", encoding="utf-8")
    assert len(shelf.check([Path("en.md")]).slogans) == 1


def test_a_bad_file_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    """Each file has its verdict, and a bad one is no statement."""
    good = write(tmp_path / "a" / "en.md", 1)
    bad = write(tmp_path / "b" / "en.md", 2, Code="AAAA-AAAA-AAAA-AAAA")
    worse = tmp_path / "c" / "en.md"
    worse.parent.mkdir()
    worse.write_bytes(b"\xff")
    report = shelf.check([tmp_path])
    assert not report.ok
    assert [(file.path, file.ok) for file in report.files] == [(good, True), (bad, False), (worse, False)]
    assert [statement.number for statement in report.statements] == [1]


def test_a_file_is_called_after_its_language(tmp_path: Path) -> None:
    """Else a reader of Russian might get English."""
    path = write(tmp_path / "a" / "en.md", 1)
    renamed = path.rename(path.with_name("ru.md"))
    ((at, line, message),) = problems(shelf.check([renamed]))
    assert (at, line, message) == (renamed, 3, "the file is called ru.md, its language is en")
    renamed = renamed.rename(renamed.with_name("draft.md"))
    ((at, line, message),) = problems(shelf.check([renamed]))
    assert (at, line, message) == (renamed, 1, "a statement or slogan file is called <language>.md")


def test_a_number_is_used_once_in_a_language(tmp_path: Path) -> None:
    """Two files that claim it are both shown."""
    first, second = write(tmp_path / "a" / "en.md", 1), write(tmp_path / "b" / "en.md", 1)
    assert problems(shelf.check([tmp_path])) == [(second, 1, f"{first} has the same number and language")]


def test_languages_of_a_statement_share_number_and_date(tmp_path: Path) -> None:
    """And a folder holds one statement."""
    first = write(tmp_path / "a" / "en.md", 1)
    other = write(tmp_path / "a" / "ru.md", 1, day="2026-10-02")
    third = write(tmp_path / "a" / "uk.md", 2)
    assert problems(shelf.check([tmp_path])) == [
        (other, 2, f"{first} is the same statement with another date"),
        (third, 1, f"{first} stands in the same folder with another number"),
        (third, 1, f"{other} stands in the same folder with another number"),
    ]


def test_gaps_and_forks_of_the_chain_are_warnings(tmp_path: Path) -> None:
    """They do not stop an import, since the other file may be elsewhere; they must be seen."""
    one = write(tmp_path / "1" / "en.md", 1)
    two = write(tmp_path / "2" / "en.md", 2, Prev=f"1 {code_of(one)}")
    assert shelf.check([tmp_path]).warnings == ()
    write(tmp_path / "4" / "en.md", 4, Prev="3 AAAA-AAAA-AAAA-AAAA")
    write(tmp_path / "5" / "en.md", 5)
    write(tmp_path / "6" / "en.md", 6, Prev=f"2 {code_of(two)}")
    write(tmp_path / "7" / "en.md", 7, Prev="6 AAAA-AAAA-AAAA-AAAA")
    report = shelf.check([tmp_path])
    assert report.ok
    assert report.warnings == (
        "en: statement 4 names 3 in Prev, which is not among these files: a gap",
        "en: statement 5 has no Prev, though 4 comes before it",
        "en: statement 6 names 2 in Prev and passes over 5: a fork",
        "en: statement 7 names another text of 6 in Prev than the one here: a fork",
    )


def test_fixing_fills_links_and_code(tmp_path: Path) -> None:
    """In statements that can be read, and once only; bare addresses count, their full stops do not."""
    path = write(
        tmp_path / "a" / "en.md", 1, body="See [x](http://a.org/b_(c)) and (http://b.org).", Code="A" * 19
    )
    write(tmp_path / "b" / "en.md", 2, Links="x")
    assert shelf.fix([tmp_path]) == []
    write(
        tmp_path / "a" / "en.md",
        1,
        body="See [x](http://a.org/b_(c)) and (http://b.org).",
        Links="http://c.org",
    )
    assert shelf.fix([tmp_path]) == [path]
    fixed = header.parse(path.read_bytes(), path)
    assert fixed.links == ("http://a.org/b_(c)", "http://b.org")
    assert fixed.code == code_of(path)
    assert shelf.check([path]).ok
    assert shelf.fix([path]) == []


def test_there_must_be_something_to_check(tmp_path: Path) -> None:
    """A mistyped path is told, and so is an empty folder."""
    with pytest.raises(BadInputError, match="no such file or folder"):
        shelf.check([tmp_path / "none"])
    with pytest.raises(BadInputError, match="no statement file was found"):
        shelf.check([tmp_path])
