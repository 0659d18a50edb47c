"""Asks a chapter of results.json for medians. What was not measured is None, and never a guess."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bench.rounds import OURS

Figures = dict[str, float]
Value = float | None


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rounds of one command."""

    plain: dict[str, Any]

    def rounds(self, scenario: str, who: str = OURS, people: int | None = None) -> list[Figures]:
        """The figures of every round that came to its end and sent something."""
        return [one["figures"] for one in self._all(scenario, who, people) if one["figures"].get("sent")]

    def trouble(self, scenario: str, who: str) -> str:
        """Why there are no figures."""
        found = self._all(scenario, who, None)
        failed = [one["failed"] or f"nothing arrived in {one['spec']['seconds']:.0f} s" for one in found]
        return failed[0] if failed else ""

    def silent(self, scenario: str, who: str) -> bool:
        """Whether it ran to the end of its time and nothing ever arrived."""
        found = self._all(scenario, who, None)
        return bool(found) and all(not one["failed"] and not one["figures"].get("sent") for one in found)

    def median(self, name: str, scenario: str, who: str = OURS, people: int | None = None) -> Value:
        """Of all rounds; None without any."""
        return self.over(statistics.median, name, scenario, who, people)

    def worst(self, name: str, scenario: str, who: str = OURS, people: int | None = None) -> Value:
        """The largest of all rounds."""
        return self.over(max, name, scenario, who, people)

    def over(
        self,
        how: Callable[[list[float]], float],
        name: str,
        scenario: str,
        who: str = OURS,
        people: int | None = None,
    ) -> Value:
        """One figure out of those of all rounds."""
        found = [figures[name] for figures in self.rounds(scenario, who, people) if name in figures]
        return how(found) if found else None

    def note(self, name: str) -> Value:
        """A figure that belongs to no round."""
        value = self.plain.get("notes", {}).get(name)
        return None if value is None else float(value)

    def who(self, scenario: str) -> list[str]:
        """Everybody who was run, in order."""
        return list(dict.fromkeys(one["spec"]["who"] for one in self._scenario(scenario)))

    def sizes(self, scenario: str) -> list[int]:
        """Every length of list that gave figures, the shortest first."""
        found = self._scenario(scenario)
        return sorted({one["spec"]["people"] for one in found if one["figures"].get("sent")})

    def notes(self, scenario: str) -> list[str]:
        """Every variant, in order."""
        return list(dict.fromkeys(one["spec"]["note"] for one in self._scenario(scenario)))

    def of(self, scenario: str, note: str) -> "Chapter":
        """The rounds of one variant alone."""
        kept = [one for one in self._scenario(scenario) if one["spec"]["note"] == note]
        return Chapter(self.plain | {"rounds": kept})

    def _scenario(self, scenario: str) -> list[dict[str, Any]]:
        return [one for one in self.plain.get("rounds", []) if one["spec"]["scenario"] == scenario]

    def _all(self, scenario: str, who: str, people: int | None) -> list[dict[str, Any]]:
        return [
            one
            for one in self._scenario(scenario)
            if one["spec"]["who"] == who and people in {None, one["spec"]["people"]}
        ]
