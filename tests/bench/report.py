"""Writes RESULTS.md and its charts from results.json. Numbers that were not measured are not shown."""

from pathlib import Path
from typing import Any

from tests.bench import book, charts, table
from tests.bench.chapter import Chapter

FOLDER = Path(__file__).parent
NAMES = {
    "handbill": "**Handbill**",
    "floor": "aiohttp alone (the floor)",
    "aiogram-loop": "aiogram, loop of its manual",
    "aiogram-semaphore": "aiogram, semaphore",
    "ptb-gather": "PTB, AIORateLimiter, gather",
    "ptb-loop": "PTB, AIORateLimiter, sleep loop",
    "ptb-semaphore": "PTB, AIORateLimiter, semaphore of 100",
}
PEERS = (
    ("limits", "30 a second, 3,000 recipients, 200 of them groups, penalty box on"),
    ("paced", "1000 a second to 10,000, over TLS, 50 ms away"),
    ("full", "Full speed to nginx over TLS"),
)
INTRODUCTION = """# What was measured

Every figure below was printed by the command beside it, on one machine, and lies in
[results.json](results.json) with all its rounds. CPU time is getrusage of the sending process, threads and
kernel included: a machine that is not quite idle disturbs it less than the clock. Rounds that are compared
were interleaved; a figure is the median of its rounds unless it says otherwise.

**Handbill is measured whole**: application, poller and dispatcher, a list of sealed contacts in a database,
each opened at the moment of sending, a sealed journal committed with `synchronous=FULL`, real pacing. **The
others are favoured**: they get plain chat numbers in memory, write nothing to a disk, and forget everybody at
a crash. Everybody's connections are opened before the clock starts, and everybody runs on uvloop.
"""
AFTERWORD = """## How it is measured

- **Endpoint**: a process of its own that speaks TLS, answers each message after 50 ms and notes when it
  arrived. With the penalty box on it has the sandbox's limits (30/s with a burst of 3, one a second a chat,
  20 a minute a group), and one refusal closes everything for 5 s. At full speed it is nginx with one static
  answer.
- **Slots used** are the messages that arrived between the first and the last, of 30 a second.
- **PTB** is python-telegram-bot {ptb} with its own limiter and client as they come, **aiogram** is {aiogram}.
  Loops are those of the manuals; `semaphore` begins each message by the clock with at most a hundred under
  way, the kindest way to hold a rate (at 30/s it is the usual recipe, thirty at once, each for a second).
- **A round** is ten seconds at 1000/s and at full speed, half a minute where lengths of lists are compared,
  the whole broadcast at 30/s (the others: one minute, two of them at a time).
- **Longest hold** is how late a sleeper of 5 ms woke at worst, with what the machine itself took away.
- **An answer's wait** is from the update's leaving the endpoint to the answer's arrival there.
- **Memory** is all that the process holds, libraries included.
- **Disk** is the file without gaps, with and without so many contacts or messages, once the journal of the
  broadcast was merged.
- kill -9 and power cuts are no matter of speed: `make soak` hunts and prints them.
"""


def write(folder: Path = FOLDER) -> None:
    """RESULTS.md and the pictures beside it."""
    chapters = book.read(folder / book.RESULTS.name)
    drawn = charts.draw(chapters, folder)
    text = "\n".join(part for part in _parts(chapters, drawn) if part)
    (folder / "RESULTS.md").write_text(text.rstrip() + "\n", encoding="utf-8")


def _parts(chapters: dict[str, Any], drawn: dict[str, str]) -> list[str]:
    bench = chapters.get("bench", {})
    parts = [INTRODUCTION, *_bench(bench), *(f"![{says}]({file})\n" for file, says in drawn.items())]
    for scenario, title in PEERS:
        parts += _peers(Chapter(bench), scenario, title)
    parts += [*_sizes(Chapter(bench)), *_postgres(Chapter(bench)), *_million(chapters.get("million"))]
    return [*parts, *_tried(chapters.get("tried")), AFTERWORD.format(**charts.versions())]


def _bench(plain: dict[str, Any]) -> list[str]:
    if not plain:
        return ["No run is recorded yet: `make bench` writes this file.\n"]
    return ["## Gates and goals\n", _about(plain), *table.lines(plain), ""]


def _about(plain: dict[str, Any]) -> str:
    machine = plain["machine"]
    end = f", {machine['load_at_end']} at its end" if "load_at_end" in machine else " (it was cut short)"
    return (
        f"`{plain['command']}`, {machine['began']}: {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory'] / 2**30:.0f} GB, {machine['system']}, Python {machine['python']}, "
        f"load {machine['load_at_start']} at the start{end}.\n"
    )


def _peers(c: Chapter, scenario: str, title: str) -> list[str]:
    if not c.who(scenario):
        return []
    head = "| program | messages | sustained | CPU a message | 429 | given up | memory |"
    if scenario == "limits":
        head = head.replace("| sustained |", "| slots used |")
    return [
        f"## {title}\n",
        head,
        "|---|---|---|---|---|---|---|",
        *(_peer(c, scenario, w) for w in c.who(scenario)),
        "",
    ]


def _peer(c: Chapter, scenario: str, who: str) -> str:
    def of(name: str) -> float:
        return c.median(name, scenario, who) or 0.0

    if not c.rounds(scenario, who):
        return f"| {NAMES[who]} | {c.trouble(scenario, who)} | | | | | |"
    pace = f"{of('slots') / 0.3:.1f} %" if scenario == "limits" else f"{of('sustained'):,.0f}/s"
    memory = (of("before") + of("growth")) / table.MB
    lost = of("missed" if who == "handbill" and scenario == "limits" else "lost")
    return (
        f"| {NAMES[who]} | {of('sent'):,.0f} in {of('elapsed'):.0f} s | {pace} "
        f"| {of('per_message') * 1e3:.3f} ms | {of('refused'):,.0f} | {lost:,.0f} | {memory:.0f} MB |"
    )


def _sizes(c: Chapter) -> list[str]:
    if not c.sizes("sizes"):
        return []
    head = (
        "| readers | CPU at 1000/s | CPU at full speed | at full speed | first message | memory | grew by |"
    )
    found = ["## Short and long lists\n", head, "|---|---|---|---|---|---|---|"]
    for people in c.sizes("sizes"):
        at, full = (c.median("per_message", part, people=people) for part in ("sizes", "sizes-full"))
        rate = c.median("sustained", "sizes-full", people=people)
        first, before, growth = (
            c.median(name, "sizes", people=people) or 0 for name in ("first", "before", "growth")
        )
        found.append(
            f"| {people:,} | {_figure(at, 1e3, 'ms')} | {_figure(full, 1e3, 'ms')} "
            f"| {_figure(rate, 1, '/s')} | {first * 1e3:.0f} ms "
            f"| {(before + growth) / table.MB:.0f} MB | {growth / table.MB:.0f} MB |"
        )
    return [*found, ""]


def _figure(value: float | None, by: float, unit: str) -> str:
    return "" if value is None else f"{table.number(value * by)}{'' if unit == '/s' else ' '}{unit}"


def _postgres(c: Chapter) -> list[str]:
    per, rate = c.median("per_message", "postgres"), c.median("sustained", "postgres")
    if per is None or rate is None:
        return []
    return [
        f"On PostgreSQL, on the same machine: {rate:,.0f}/s at 1000/s, {per * 1e3:.3f} ms CPU a message.\n"
    ]


def _million(plain: dict[str, Any] | None) -> list[str]:
    c = Chapter(plain or {})
    if plain is None or not c.rounds("million"):
        return []
    f = c.rounds("million")[0]
    told = (
        f"{f['sent']:,.0f} messages in {f['elapsed']:.0f} s, {f['missed']:,.0f} missed, "
        f"{f['sustained']:,.0f}/s, {f['per_message'] * 1e3:.3f} ms CPU a message, "
        f"{(f['before'] + f['growth']) / table.MB:.0f} MB of memory; the end of the broadcast is included.\n"
    )
    return ["## One whole broadcast to a million\n", _about(plain), told]


def _tried(plain: dict[str, Any] | None) -> list[str]:
    if plain is None:
        return []
    found = ["## What was tried to come nearer\n", _about(plain)]
    for scenario, title in (("tried", "at 1000/s, 50 ms away"), ("tried-full", "at full speed to nginx")):
        head = f"| {title} | CPU a message | sustained | most in any second | longest hold | first message |"
        found += [head, "|---|---|---|---|---|---|"]
        found += [_variant(Chapter(plain), scenario, note) for note in Chapter(plain).notes(scenario)] + [""]
    return found


def _variant(chapter: Chapter, scenario: str, note: str) -> str:
    c = chapter.of(scenario, note)
    if not c.rounds(scenario):
        return f"| {note} | {c.trouble(scenario, 'handbill')} | | | | |"
    names = ("per_message", "sustained", "worst_second", "hold", "first")
    per, rate, most, hold, first = (c.median(name, scenario) or 0.0 for name in names)
    return (
        f"| {note} | {per * 1e3:.3f} ms | {rate:,.0f}/s | {most:,.0f} | {table.number(hold * 1e3)} ms "
        f"| {first * 1e3:.0f} ms |"
    )
