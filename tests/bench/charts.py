"""The charts of RESULTS.md, drawn with Typst from results.json. A chart without figures is not drawn."""

import json
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from tests.bench.chapter import Chapter

TEMPLATE = Path(__file__).with_name("chart.typ")
LABELS = {
    "handbill": "Handbill",
    "floor": "aiohttp alone",
    "aiogram-semaphore": "aiogram, semaphore",
    "aiogram-clock": "aiogram, by the clock",
    "aiogram-loop": "aiogram, loop",
    "ptb-semaphore": "PTB, semaphore",
    "ptb-gather": "PTB, gather",
    "ptb-loop": "PTB, sleep loop",
}
IDLE = {"aiogram-loop", "ptb-loop"}
"""They mostly sleep, so that their CPU time a message says little about a message."""

SHORTEST = 10_000
"""Below, a broadcast is a second long, and its beginning and end are most of its cost; the table has them."""


def versions() -> dict[str, str]:
    """Of the peers that were run."""
    return {"ptb": version("python-telegram-bot"), "aiogram": version("aiogram")}


def missing() -> str:
    """Why no charts are drawn here; empty if they are."""
    return "" if find_spec("typst") else "typst is not installed (make bench does it)"


def draw(chapters: dict[str, Any], folder: Path) -> dict[str, str]:
    """Every chart there are figures for: its file, and what it shows in words."""
    if missing():
        return {}
    c = Chapter(chapters.get("bench", {}))
    drawn = {}
    for name, data in (("cpu", _cpu(c)), ("rate", _rate(c)), ("size", _size(c))):
        if data is not None:
            compiled(data, folder / f"{name}.svg")
            drawn[f"{name}.svg"] = data["title"]
    return drawn


def compiled(data: dict[str, Any], file: Path) -> None:
    """A picture, SVG or PNG by its name. Data goes in as JSON, never as source."""
    import typst

    kind: Literal["svg", "png"] = "png" if file.suffix == ".png" else "svg"
    inputs = {"data": json.dumps(data)}
    typst.compile(TEMPLATE, output=file, format=kind, ppi=144.0, ignore_system_fonts=True, sys_inputs=inputs)


def _bars(c: Chapter, scenario: str, name: str, by: float) -> list[dict[str, Any]]:
    found = []
    for who in sorted(c.who(scenario), key=list(LABELS).index):
        if name == "per_message" and who in IDLE:
            continue
        value = 0.0 if name == "sustained" and c.silent(scenario, who) else c.median(name, scenario, who)
        if value is not None:
            found.append({"label": LABELS[who], "value": value * by, "ours": who == "handbill"})
    return found


def _cpu(c: Chapter) -> dict[str, Any] | None:
    parts = [
        {"title": title, "bars": bars}
        for title, scenario in (("1000/s, 50 ms away", "paced"), ("full speed, nginx", "full"))
        if (
            bars := [
                b for b in _bars(c, scenario, "per_message", 1e3) if b["label"] != LABELS["aiogram-loop"]
            ]
        )
    ]
    note = "ms, less is better; Handbill unseals and keeps a journal, the others hold plain numbers in memory"
    return (
        {"kind": "bars", "title": "CPU time a message", "note": note, "digits": 2, "parts": parts}
        if parts
        else None
    )


def _rate(c: Chapter) -> dict[str, Any] | None:
    wanted = (("asked for 1000/s, 50 ms away", "paced"), ("full speed, nginx", "full"))
    parts = [
        {"title": t, "bars": bars} for t, scenario in wanted if (bars := _bars(c, scenario, "sustained", 1))
    ]
    note = "messages a second, more is better; one process each, TLS"
    return (
        {"kind": "bars", "title": "Sustained rate", "note": note, "digits": 0, "parts": parts}
        if parts
        else None
    )


def _size(c: Chapter) -> dict[str, Any] | None:
    sizes = [people for people in c.sizes("sizes") if people >= SHORTEST]
    lines = []
    for title, scenario in (("1000/s", "sizes"), ("full speed", "sizes-full")):
        points = [
            [sizes.index(n), (c.median("per_message", scenario, people=n) or 0) * 1e3]
            for n in c.sizes(scenario)
            if n in sizes
        ]
        if len(points) > 1:
            lines.append({"label": title, "points": points})
    if not lines:
        return None
    return {
        "kind": "lines",
        "title": "CPU time a message by the length of the list",
        "note": "ms; flat is good: a list of millions costs a message what a short one does",
        "ticks": [_short(n) for n in sizes],
        "lines": lines,
    }


def _short(people: int) -> str:
    return f"{people / 1e6:g} M" if people >= 10**6 else f"{people // 1000}k"
