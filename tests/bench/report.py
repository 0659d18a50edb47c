"""Writes RESULTS.md and its charts from results.json. Numbers that were not measured are not shown."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench import book, charts, table
from tests.bench.chapter import Chapter

FOLDER = Path(__file__).parent
NAMES = {
    "handbill": "**Handbill**",
    "floor": "aiohttp alone, ready bodies",
    "aiogram-loop": "aiogram, loop of its manual",
    "aiogram-semaphore": "aiogram, semaphore",
    "aiogram-clock": "aiogram, by the clock",
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
- **At 30 a second** CPU a message means little: every program mostly wakes up and looks. Ours commits each
  outcome at once there.
- **Slots used** are the messages that arrived between the first and the last, of 30 a second.
- **PTB** is python-telegram-bot {ptb} with its own limiter and client as they come, **aiogram** is {aiogram}.
  Loops are those of the manuals. aiogram's `semaphore` is the usual recipe: as many at once as may leave in
  a second, and each keeps its place for one; `by the clock` begins them one by one, at most a hundred under
  way, kinder than what people write. The ratio of the gate is taken beside the recipe.
- **aiohttp alone** is a session, a ready body and ticks of 5 ms, which neither reads the answer nor keeps
  anything: what a program on that library cannot go below. A hundred under way at full speed; ours has up to
  500, which is its own bound.
- **A round** is ten seconds at 1000/s and at full speed, half a minute where lengths of lists are compared,
  the whole broadcast at 30/s (the others: one minute, two of them at a time).
- **Cost by length of list**: the short lists' figures include the end of the broadcast, those cut off do not.
- **Longest hold** is how late a sleeper of 5 ms woke at worst, with what the machine itself took away.
- **An answer's wait** is from the update's leaving the endpoint to the answer's arrival there.
- **Right after an unlock** each part of the list is compared with its census before its first message, and in
  the background. A broadcast has its cool-down, so usually all is compared before it begins; the rows that
  say "right after an unlock" are of a list of which nothing was.
- **The crowd**: strangers write /latest, 1000 a second, while a broadcast goes out at 30 a second; an update
  is confirmed when the bot asks for the one behind it.
- **Memory** is all that the process holds, libraries included.
- **Disk** is the file without gaps, with and without so many contacts or messages, once the journal of the
  broadcast was merged.
- kill -9, power cuts and storms are no matter of speed: `make soak` hunts longer than what is recorded here.
"""


def write(folder: Path = FOLDER) -> None:
    """RESULTS.md and the pictures beside it."""
    chapters = book.read(folder / book.RESULTS.name)
    drawn = charts.draw(chapters, folder)
    text = "\n\n".join(part.strip() for part in _parts(chapters, drawn) if part)
    (folder / "RESULTS.md").write_text(text + "\n", encoding="utf-8")


def _parts(chapters: dict[str, Any], drawn: dict[str, str]) -> Iterator[str]:
    bench = chapters.get("bench", {})
    c = Chapter(bench)
    yield INTRODUCTION
    if bench:
        yield "## Gates and goals"
        yield _about(bench)
        yield "\n".join(table.lines(bench))
    else:
        yield "No run is recorded yet: `make bench` writes this file."
    yield from (f"![{says}]({file})" for file, says in drawn.items())
    for scenario, title in PEERS:
        yield from _peers(c, scenario, title)
    yield from _sizes(c)
    yield from _postgres(c)
    yield from _million(chapters.get("million", {}))
    yield from _hunts(chapters.get("hunts", {}))
    yield from _tried(chapters.get("tried", {}))
    yield AFTERWORD.format(**charts.versions())


def _about(plain: dict[str, Any]) -> str:
    machine = plain["machine"]
    end = f", {machine['load_at_end']} at its end" if "load_at_end" in machine else " (it was cut short)"
    return (
        f"`{plain['command']}`, {machine['began']}: {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory'] / 2**30:.0f} GB, {machine['system']}, Python {machine['python']}, "
        f"load {machine['load_at_start']} at the start{end}, {machine['priority']}."
        + "".join(f"\n\n{remark}" for remark in plain.get("remarks", []))
    )


def _grid(head: Sequence[str], *rows: Sequence[str]) -> str:
    """A table in Markdown; a short row is filled up."""
    full = [[*row, *[""] * (len(head) - len(row))] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *full])


def _peers(c: Chapter, scenario: str, title: str) -> Iterator[str]:
    limited = scenario == "limits"
    head = ["program", "messages", "slots used" if limited else "sustained"]
    head += ["CPU a message", "429", "given up"] if limited else ["CPU a message", "given up"]
    if c.who(scenario):
        yield f"## {title}"
        yield _grid([*head, "memory"], *(_peer(c, scenario, who) for who in c.who(scenario)))


def _peer(c: Chapter, scenario: str, who: str) -> list[str]:
    def of(name: str) -> float:
        return c.median(name, scenario, who) or 0.0

    if not c.rounds(scenario, who):
        return [NAMES[who], c.trouble(scenario, who)]
    ours, limited = who == "handbill", scenario == "limits"
    lost = of("missed" if ours else "lost")
    return [
        NAMES[who],
        f"{of('sent'):,.0f} in {of('elapsed'):.0f} s",
        f"{of('slots') / 0.3:.1f} %" if limited else f"{of('sustained'):,.0f}/s",
        f"{of('per_message') * 1e3:.3f} ms",
        *([f"{of('refused'):,.0f}"] if limited else []),
        f"{lost:,.0f}" if limited or not (ours and lost) else "",  # ours goes on where a round is cut off
        f"{(of('before') + of('growth')) / table.MB:.0f} MB",
    ]


def _sizes(c: Chapter) -> Iterator[str]:
    head = ["readers", "CPU at 1000/s", "CPU at full speed", "at full speed"]
    head += ["first message", "memory", "grew by", "compared after an unlock"]
    if c.sizes("sizes"):
        yield "## Short and long lists"
        yield _grid(head, *(_size(c, people) for people in c.sizes("sizes")))


def _size(c: Chapter, people: int) -> list[str]:
    at, full = (c.median("per_message", part, people=people) for part in ("sizes", "sizes-full"))
    rate = c.median("sustained", "sizes-full", people=people)
    first, before, growth = (c.median(name, "sizes", people=people) for name in ("first", "before", "growth"))
    return [
        f"{people:,}",
        _figure(at, 1e3, " ms"),
        _figure(full, 1e3, " ms"),
        _figure(rate, 1, "/s"),
        _figure(first, 1e3, " ms"),
        _figure((before or 0) + (growth or 0), 1 / table.MB, " MB"),
        _figure(growth, 1 / table.MB, " MB"),
        _figure(c.median("compared", "sizes", people=people), 1, " s CPU"),
    ]


def _figure(value: float | None, by: float, unit: str) -> str:
    return "" if value is None else f"{table.number(value * by)}{unit}"


def _postgres(c: Chapter) -> Iterator[str]:
    per, rate = c.median("per_message", "postgres"), c.median("sustained", "postgres")
    if per is not None and rate is not None:
        yield (
            f"On PostgreSQL, on the same machine: asked for 1000/s, {rate:,.0f}/s sustained "
            f"at {per * 1e3:.3f} ms of our CPU a message."
        )


def _million(plain: dict[str, Any]) -> Iterator[str]:
    for f in Chapter(plain).rounds("million")[:1]:
        yield "## One whole broadcast to a million"
        yield _about(plain)
        yield (
            f"{f['sent']:,.0f} messages in {f['elapsed']:.0f} s, {f['missed']:,.0f} missed, "
            f"{f['sustained']:,.0f}/s, {f['per_message'] * 1e3:.3f} ms CPU a message, "
            f"{(f['before'] + f['growth']) / table.MB:.0f} MB of memory; the end is included."
        )


def _hunts(plain: dict[str, Any]) -> Iterator[str]:
    if plain.get("lines"):
        yield "## Kills, power cuts, storms and floods"
        yield f"{_about(plain)} {'All passed.' if plain['passed'] else 'Not all passed.'}"
        yield "\n".join(f"- {line}" for line in plain["lines"])


def _tried(plain: dict[str, Any]) -> Iterator[str]:
    if not plain:
        return
    yield "## What was tried to come nearer"
    yield _about(plain)
    for scenario, title in (("tried", "1000/s, 50 ms away"), ("tried-full", "full speed, nginx")):
        c = Chapter(plain)
        head = [title, "CPU a message", "sustained", "most in a second", "longest hold", "first message"]
        if c.notes(scenario):
            yield _grid(head, *(_variant(c.of(scenario, note), scenario, note) for note in c.notes(scenario)))


def _variant(c: Chapter, scenario: str, note: str) -> list[str]:
    if not c.rounds(scenario):
        return [note, c.trouble(scenario, "handbill")]
    names = ("per_message", "sustained", "worst_second", "hold", "first")
    per, rate, most, hold, first = (c.median(name, scenario) for name in names)
    late = [_figure(hold, 1e3, " ms"), _figure(first, 1e3, " ms")]
    return [note, f"{(per or 0) * 1e3:.3f} ms", _figure(rate, 1, "/s"), _figure(most, 1, ""), *late]
