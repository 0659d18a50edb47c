"""The shape of the code: what a newcomer can rely on without reading all of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("bot", "migrations", "tests") for path in (ROOT / folder).rglob("*.py"))
PRODUCT = [path for path in SOURCES if path.is_relative_to(ROOT / "bot")]

TOP_LEVEL = {
    *("bot", "migrations", "statements", "tests", "deploy"),
    *("pyproject.toml", "Makefile", "LICENSE", ".gitignore", ".ci"),
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
    *("requirements.txt", "requirements-sqlcipher.txt", "requirements-dev.txt", "requirements-build.in"),
}
CATCH_ALL = {"bot/chat/failures.py", "bot/cli/main.py"}
LINES, FUNCTION_LINES = 300, 40


def tracked() -> set[str]:
    """What stands at the top of the repository, without what tools leave behind."""
    ignored = {line.strip("/\n") for line in (ROOT / ".gitignore").read_text().splitlines()}
    ignored |= {".git", ".venv", ".sandbox", "var", "handbill.egg-info", ".coverage"}
    return {path.name for path in ROOT.iterdir()} - ignored


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_top_level_is_fixed() -> None:
    """Nothing stands at the top of the repository but what is named here."""
    assert {entry for entry in tracked() if not entry.startswith(".coverage")} <= TOP_LEVEL


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_and_functions_are_short(path: Path) -> None:
    """A file has under 300 lines, a function of the product at most 40."""
    assert len(path.read_text(encoding="utf-8").splitlines()) < LINES
    if path in PRODUCT:
        for function in functions(path):
            assert (function.end_lineno or 0) - function.lineno + 1 <= FUNCTION_LINES, function.name


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_every_file_says_what_it_is_for(path: Path) -> None:
    """Each file of the product begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_nothing_is_caught_blindly(path: Path) -> None:
    """Only two places catch whatever was not foreseen."""
    if name(path) in CATCH_ALL:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            # BaseException is allowed where it is raised again at once, to undo what was begun.
            raises = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            assert caught not in {"Exception", "everything"}
            assert caught != "BaseException" or raises


def test_pinned_requirements_have_hashes_and_no_addresses() -> None:
    """What is installed is exactly what was tested, wherever it comes from."""
    names = ("requirements.txt", "requirements-sqlcipher.txt", "requirements-dev.txt")
    for file in (*names, "tests/bench/requirements.txt"):
        text = (ROOT / file).read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line]
        assert pinned
        assert all(line.rstrip().endswith("\\") for line in pinned)


def test_the_test_peer_is_no_dependency() -> None:
    """Aiogram proves that the sandbox serves other clients; the product never installs it."""
    assert "aiogram" not in (ROOT / "requirements.txt").read_text()
