"""The notices that all organisers get, by the names of their words."""

LOCKING, UNLOCKED, SECOND_POLLER = "alert-locking", "alert-unlocked", "alert-second-poller"
UNFROZEN, DOUBTED = "alert-unfrozen", "alert-census"
DESTROYED, BURNED = "alert-destroyed", "alert-burned"
SILENCE, SILENT, SILENT_GRACE = "alert-silence", "alert-silent", "alert-silent-grace"
