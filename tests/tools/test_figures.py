"""The script that writes SECURITY.md's figures, and the one that tells what an audit knew."""

import json
from pathlib import Path

import pytest

from tests.tools import audit, figures
from tests.tools.figures import BEGIN, END, HUNTS, SECURITY, Hunt, written


def test_a_row_takes_the_place_of_the_one_before() -> None:
    """Other rows and the text around the table stay; rows keep their order, whichever ran last."""
    names = list(HUNTS)
    document = f"before\n{BEGIN}\n{END}\nafter\n"
    for name, figure in ((names[1], "1 of 2"), (names[0], "3"), (names[1], "2 of 2")):
        document = written(document, name, [f"{HUNTS[name].mark}{figure}"])
    rows = [line for line in document.splitlines() if line.startswith("|")][2:]
    assert [row.split(" | ")[0][2:] for row in rows] == [HUNTS[name].claim for name in names[:2]]
    assert rows[1].split(" | ")[1].startswith("2 of 2 (")
    assert document.startswith("before\n")
    assert document.endswith(f"{END}\nafter\n")


def test_security_has_its_markers_and_only_known_rows() -> None:
    """A command that stands in SECURITY.md is one that `make soak` runs."""
    table = SECURITY.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    known = {hunt.claim for hunt in HUNTS.values()}
    assert {row.split(" | ")[0][2:] for row in rows} <= known


def test_a_hunt_that_was_skipped_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a program is missing and nothing is measured, the run fails, and the row stays as it was."""
    document = tmp_path / "SECURITY.md"
    document.write_text(f"{BEGIN}\n{END}\n")
    monkeypatch.setattr(figures, "SECURITY", document)
    monkeypatch.setattr(
        figures, "HUNTS", {"none": Hunt(claim="a claim", command="this", mark="Nobody says this")}
    )
    assert figures.main([]) == 1
    assert "nothing was measured" in capsys.readouterr().out
    assert document.read_text() == f"{BEGIN}\n{END}\n"


def test_an_audit_that_knew_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """No hole found because nothing was asked is no success."""
    skipped = {"name": "a", "skip_reason": "not found"}
    hole = {"name": "b", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
    assert audit.told("f", json.dumps({"dependencies": [skipped]})) == 0
    assert "skipped" in capsys.readouterr().out
    assert audit.told("f", json.dumps({"dependencies": [skipped, hole]})) == 1
    assert "b: PYSEC-1" in capsys.readouterr().out
