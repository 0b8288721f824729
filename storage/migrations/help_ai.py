"""Help ai: questions under way, threads, unanswered questions, own passages."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def help_ai(database: Database) -> None:
    """What is asked of Help ai, what could not be answered, and what the firm adds."""
    create(
        database,
        "help_asked",
        {"person": str, "channel": str, "thread": str, "words": str, "asked_at": str, "problem": str},
    )
    database.table("help_asked").create_index(["workspace", "channel", "thread"])
    create(database, "help_threads", {"changed_at": str, "topic": str, "client_id": str})
    create(
        database,
        "help_open_questions",
        {"words": str, "language": str, "reason": str, "person": str, "asked_at": str, "passages": str},
    )
    create(
        database,
        "help_own_passages",
        {
            "passage": str,
            "language": str,
            "title": str,
            "added_by": str,
            "added_at": str,
            "text": str,
            "about": str,
            "source": str,
        },
    )


@migrations()
def help_instructions(database: Database) -> None:
    """Instructions for rules that wait for a person."""
    create(
        database,
        "help_instructions",
        {
            "person": str,
            "channel": str,
            "thread": str,
            "words": str,
            "asked_at": str,
            "client_id": str,
            "rules": str,
            "act": str,
            "meant": str,
        },
    )
