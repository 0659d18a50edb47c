"""A button that opens an address, under a message that goes to every reader."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Opening it tells this bot nothing; `url` leads to Telegram or to the web."""

    label: str
    url: str
