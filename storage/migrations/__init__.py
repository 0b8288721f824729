"""The tables, as they came to be, a module a subject. A released migration is never edited: a change is a new one.

The order of the imports is the order in which migrations are applied.
"""

from storage.migrations import first
from storage.migrations.base import KEY, migrations

__all__ = ["KEY", "first", "migrations"]
