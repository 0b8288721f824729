"""Tables and repositories. `open_store` is the way in."""

from storage.sqlite import SQLiteStore, open_store

__all__ = ["SQLiteStore", "open_store"]
