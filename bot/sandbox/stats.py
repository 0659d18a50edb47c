"""What the sandbox counts: enough to judge a sender's pace and losses, never a text."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Stats:
    """`accepted_at`: the monotonic second each message, copy or edit was accepted; `refused`: 429 answers."""

    accepted_at: list[float] = field(default_factory=list)
    refused: int = 0
    requests: int = 0

    @property
    def accepted(self) -> int:
        """Messages, copies and edits that went through."""
        return len(self.accepted_at)

    def busiest_second(self) -> int:
        """The largest number accepted within any one second."""
        times, first, most = self.accepted_at, 0, 0
        for last, moment in enumerate(times):
            while moment - times[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def rate(self) -> float:
        """Messages a second from the first to the last; zero for fewer than two."""
        span = self.accepted_at[-1] - self.accepted_at[0] if len(self.accepted_at) > 1 else 0.0
        return (len(self.accepted_at) - 1) / span if span else 0.0
