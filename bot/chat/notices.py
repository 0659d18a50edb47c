"""The notices that all organisers get, by the names of their words."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.audit import Event

LOCKING, UNLOCKED, SECOND_POLLER = "alert-locking", "alert-unlocked", "alert-second-poller"
UNFROZEN, DOUBTED, TRUST_SET = "alert-unfrozen", "alert-census", "alert-trust"
RESTARTED, GAP, KEYHOLDERS = "alert-restarted", "alert-gap", "alert-keyholders"
DESTROYED, BURNED = "alert-destroyed", "alert-burned"
SILENCE, SILENT, SILENT_GRACE = "alert-silence", "alert-silent", "alert-silent-grace"

CAUSES: Mapping[str, Event] = MappingProxyType(
    {SILENT: Event.SILENT, SILENT_GRACE: Event.COUNTDOWN, DESTROYED: Event.PANIC}
)
"""What the audit says of those that come with a lock."""
