"""How the open vault is closed from within: by an organiser in chat, or by the dead man's switch."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Both return at once."""

    lock: Callable[[str], None]
    """Lock the service, with this notice to the organisers."""
    destroy: Callable[[], None]
    """Destroy the keys and all the rest: several organisers have agreed to it."""
