"""The notices that all organisers get, by the names of their words."""

LOCKING, UNLOCKED, SECOND_POLLER = "alert-locking", "alert-unlocked", "alert-second-poller"
UNFROZEN, DOUBTED, TRUST_SET = "alert-unfrozen", "alert-census", "alert-trust"
RESTARTED, GAP, KEYHOLDERS = "alert-restarted", "alert-gap", "alert-keyholders"
DESTROYED, BURNED = "alert-destroyed", "alert-burned"
SILENCE, SILENT, SILENT_GRACE = "alert-silence", "alert-silent", "alert-silent-grace"
