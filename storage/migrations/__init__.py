"""The tables, as they came to be, a module a subject. A released migration is never edited: a change is a new one.

The order of the imports is the order in which migrations are applied.
"""

# ruff: isort: off
from storage.migrations import first
from storage.migrations import circulation
from storage.migrations import installations
from storage.migrations import access
from storage.migrations import measuring
from storage.migrations import production_indexes
from storage.migrations import help_ai
from storage.migrations import pictures
from storage.migrations import silence
from storage.migrations import notices
from storage.migrations import favourites
from storage.migrations import help_shared
from storage.migrations import locks
from storage.migrations.base import KEY, migrations

__all__ = [
    "KEY",
    "access",
    "circulation",
    "favourites",
    "first",
    "help_ai",
    "help_shared",
    "installations",
    "locks",
    "measuring",
    "migrations",
    "notices",
    "pictures",
    "production_indexes",
    "silence",
]
