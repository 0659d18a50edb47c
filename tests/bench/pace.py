"""`python -m tests.bench pace --rate 1000 --contacts 10000`: one round of ours, or of a peer, printed.

The whole program: application, poller and dispatcher, sealed contacts in an SQLite file, synchronous=FULL,
real pacing, an endpoint over TLS that answers after 50 ms. Rate 0 means as fast as it goes.
"""

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from tests.bench import rounds, stock
from tests.bench.rounds import FAST, OURS, Round, Spec


def lines(one: Round) -> Iterator[tuple[str, str]]:
    """What a round came to, in words."""
    if one.failed:
        yield "no figures", one.failed
        return
    f = one.figures
    yield (
        "messages",
        f"{f['sent']:,} in {f['took']:.1f} s, {f['repeated']} repeated, {f['refused']} refused (429)",
    )
    yield "CPU a message", f"{f['per_message'] * 1e3:.3f} ms"
    yield "sustained", f"{f['sustained']:,.1f}/s on {f['connections']} connections"
    yield "most in any second", f"{f['worst_second']:,}"
    yield "first message after the go", f"{f.get('first', 0) * 1e3:.0f} ms"
    yield "longest hold of the event loop", f"{f['hold'] * 1e3:.1f} ms ({f['hold_cpu'] * 1e3:.1f} ms CPU)"
    yield "memory", f"{f['before'] / 2**20:.0f} MB, grew by {f['growth'] / 2**20:.0f} MB"
    if "lost" in f:
        yield "given up", f"{f['lost']:,}"
    if "answers" in f:
        yield (
            "answers to people, p50 and p99",
            f"{f['reply_p50'] * 1e3:.0f} and {f['reply_p99'] * 1e3:.0f} ms",
        )
        yield "answers, none", f"{f['answers']}, {f['unanswered']}"


def show(one: Round) -> None:
    """Print it."""
    spec = one.spec
    pace = f"{spec.rate:g}/s" if spec.rate else "full speed"
    far = "nginx" if spec.latency == FAST else f"{spec.latency * 1e3:.0f} ms"
    print(f"\n{spec.who}, {pace}, {spec.people + spec.groups:,} readers, TLS, {far}")
    for what, figure in lines(one):
        print(f"  {what:<56} {figure}", flush=True)


def main(arguments: list[str]) -> None:
    parser = ArgumentParser(prog="python -m tests.bench pace", description=__doc__)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=0, help="how many of these are groups")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--who", default=OURS, help="or floor, aiogram-semaphore, ptb-gather, …")
    parser.add_argument("--writing", type=float, default=0.0, help="people who write /latest, a second")
    parser.add_argument("--penalty", type=float, help="Telegram's limits, with so many seconds' penalty")
    parser.add_argument("--nginx", action="store_true", help="the fast endpoint")
    parser.add_argument("--set", action="append", default=[], help="module:NAME=number, a constant to change")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        people = given.contacts - given.groups
        home = stock.Stock(Path(folder)).home(people, given.groups) if given.who == OURS else ""
        spec = Spec(
            scenario="pace",
            who=given.who,
            people=people,
            groups=given.groups,
            rate=given.rate,
            seconds=given.seconds,
            latency=FAST if given.nginx else 0.05,
            penalty=given.penalty,
            writing=given.writing,
            home=home,
            changed=tuple(given.set),
        )
        show(rounds.run(spec))
