"""The vault that a store needs, made once."""

from tests.store.conftest import vault

__all__ = ["vault"]
