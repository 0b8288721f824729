"""The tables, as they came to be, a module a subject. A released migration is never edited: a change is a new one.

The order of the imports is the order in which migrations are applied.
"""

<<<<<<< HEAD
# ruff: isort: off
from storage.migrations import first
from storage.migrations import circulation
from storage.migrations import installations
from storage.migrations.base import KEY, migrations

__all__ = ["KEY", "circulation", "first", "installations", "migrations"]
=======
from storage.migrations import first  # isort: split

from storage.migrations import access
from storage.migrations.base import KEY, migrations

__all__ = ["KEY", "access", "first", "migrations"]
>>>>>>> 3d007db (Access: rights by everybody, admins or a team, teams of clients; every handler asks, and a refusal says who can)
