"""Who may do what: rules, teams and their members, the team of a client, and names to search by."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def access(database: Database) -> None:
    """Rules, teams, the teams of clients; the audit of a client and of the workspace in the order of time."""
    create(database, "access", {"admins": str, "rights": str, "channels": str, "by_channel": int})
    create(database, "teams", {"name": str, "read_at": str, "refusal": str})
    create(database, "team_members", {"team_id": str, "person": str})
    database.table("team_members").create_index(["workspace", "person"])
    database.table("team_members").create_index(["workspace", "team_id"])
    clients = database.table("clients")
    clients.add_column("team_id", str, not_null_default="")
    clients.add_column("search", str, not_null_default="")
    rows: list[dict[str, str]] = list(database.query("select workspace, id, name, business_id from clients"))
    for row in rows:
        folded = f"{row['name']} {row['business_id']}".casefold()
        key = [folded, row["workspace"], row["id"]]
        database.execute("update clients set search = ? where workspace = ? and id = ?", key)
    clients.create_index(["workspace", "name"])
    database.table("audit").create_index(["workspace", "client_id", "id"])
