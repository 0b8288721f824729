"""From adding a client to reviewing its invoices: the tables of the first versions."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def onboarding(database: Database) -> None:
    """Everything from adding a client to its first day in production."""
    create(database, "workspaces", {"team_id": str, "name": str, "language": str, "created_at": str})
    create(database, "people", {"name": str, "role": str, "refreshed_at": str, "language": str})
    create(database, "deliveries", {"received_at": str, "answer": str})
    create(
        database,
        "jobs",
        {
            "kind": str,
            "key": str,
            "lock": str,
            "payload": str,
            "run_at": str,
            "attempts": int,
            "boot": str,
            "lease_until": str,
            "failed": str,
        },
    )
    database.table("jobs").create_index(["run_at"])
    create(
        database,
        "credentials",
        {
            "sealed_customer_id": str,
            "sealed_customer_key": str,
            "customer_id_ending": str,
            "customer_key_ending": str,
            "added_by": str,
            "added_at": str,
        },
    )
    create(
        database,
        "drafts",
        {
            "person": str,
            "updated_at": str,
            "client_id": str,
            "name": str,
            "business_id": str,
            "process": str,
            "channel": str,
            "credential_id": str,
        },
    )
    create(
        database,
        "clients",
        {
            "business_id": str,
            "name": str,
            "process": str,
            "channel": str,
            "credential_id": str,
            "state": str,
            "added_by": str,
            "added_at": str,
            "missing": str,
            "state_since": str,
        },
    )
    database.table("clients").create_index(["workspace", "business_id"], unique=True)
    create(
        database,
        "checks",
        {
            "started_at": str,
            "requested_by": str,
            "findings": str,
            "watchers": str,
            "finished_at": str,
            "waiting_for": str,
            "retry_at": str,
            "attempt": int,
        },
    )
    create(database, "ticks", {"client_id": str, "check_id": str, "person": str, "ticked_at": str})
    create(
        database,
        "invoices",
        {"client_id": str, "netvisor_key": int, "invoice_date": str, "content": str},
    )
    database.table("invoices").create_index(["workspace", "client_id", "netvisor_key"])
    create(database, "vouchers", {"client_id": str, "netvisor_key": int, "content": str})
    database.table("vouchers").create_index(["workspace", "client_id", "netvisor_key"])
    create(
        database,
        "runs",
        {
            "client_id": str,
            "batch": str,
            "target": str,
            "state": str,
            "started_at": str,
            "requested_by": str,
            "step": str,
            "done": int,
            "total": int,
            "report": str,
            "failure": str,
            "finished_at": str,
        },
    )
    database.table("runs").create_index(["workspace", "client_id"])
    create(database, "artifacts", {"batch": str, "deployed_at": str, "content": bytes})
    create(
        database,
        "messages",
        {
            "channel": str,
            "token": str,
            "state": str,
            "attempted_at": str,
            "timestamp": str,
            "thread": str,
            "shown": str,
            "refusal": str,
        },
    )
    create(
        database,
        "scheduled_messages",
        {"channel": str, "state": str, "post_at": str, "text": str, "scheduled_id": str},
    )
    create(database, "leases", {"holder": str, "until": str})


@migrations()
def credentials(database: Database) -> None:
    """Credentials with names and owners, held against clients before they take another's place."""
    table = database.table("credentials")
    for name, kind, default in (
        ("label", str, ""),
        ("kind", str, "unknown"),
        ("owner", str, ""),
        ("tested_at", str, None),
        ("test_worked", int, 0),
        ("test_tried", int, 0),
    ):
        table.add_column(name, kind, not_null_default=default)
    database.table("clients").create_index(["workspace", "credential_id"])
    create(
        database,
        "credential_drafts",
        {
            "person": str,
            "updated_at": str,
            "label": str,
            "kind": str,
            "owner": str,
            "replaces": str,
            "only": str,
        },
    )
    create(
        database,
        "credential_events",
        {"credential_id": str, "what": str, "person": str, "at": str, "details": str},
    )
    database.table("credential_events").create_index(["workspace", "credential_id"])
    create(
        database,
        "trials",
        {
            "credential_id": str,
            "state": str,
            "started_at": str,
            "requested_by": str,
            "replaces": str,
            "only": str,
            "watchers": str,
            "round": int,
            "waiting_for": str,
            "retry_at": str,
            "finished_at": str,
            "failure": str,
        },
    )
    create(
        database,
        "trial_results",
        {
            "trial_id": str,
            "client_id": str,
            "outcome": str,
            "lacking": str,
            "repairs": str,
            "code": str,
            "findings": str,
        },
    )
    database.table("trial_results").create_index(["workspace", "trial_id", "outcome"])


@migrations()
def proven_ticks(database: Database) -> None:
    """What a tick was about, and what the first write said of it."""
    ticks = database.table("ticks")
    ticks.add_column("about", str, not_null_default="")
    ticks.add_column("proven_at", str)
    ticks.add_column("reopened_at", str)
    ticks.add_column("refusal", str, not_null_default="")


@migrations()
def batches(database: Database) -> None:
    """Clients that are added together; and indices, for hundreds of jobs wait at once."""
    create(
        database,
        "batches",
        {
            "person": str,
            "updated_at": str,
            "text": str,
            "file_id": str,
            "file_name": str,
            "process": str,
            "channel": str,
            "credential_id": str,
            "lines": str,
            "views": str,
            "read_at": str,
            "unreadable": str,
            "added_at": str,
            "done_at": str,
        },
    )
    clients = database.table("clients")
    clients.add_column("batch_id", str, not_null_default="")
    clients.add_column("live_since", str)
    clients.create_index(["workspace", "batch_id"])
    database.execute("update clients set live_since = state_since where state = 'production'")
    database.table("jobs").create_index(["lock", "boot"])
    database.table("jobs").create_index(["workspace", "kind", "key"])


@migrations()
def rights_news(database: Database) -> None:
    """What channels are told of their clients' rights."""
    create(
        database,
        "rights_news",
        {
            "client_id": str,
            "channel": str,
            "kind": str,
            "missing": str,
            "since": str,
            "happened_at": str,
            "told_in": str,
        },
    )
    database.table("rights_news").create_index(["workspace", "client_id"])
    database.table("rights_news").create_index(["workspace", "told_in"])


@migrations()
def repair_messages(database: Database) -> None:
    """What people ask of others."""
    create(
        database,
        "repair_messages",
        {
            "client_id": str,
            "sender": str,
            "receiver": str,
            "text": str,
            "view_id": str,
            "asked_at": str,
            "state": str,
        },
    )
    database.table("repair_messages").create_index(["workspace", "client_id"])


@migrations()
def production(database: Database) -> None:
    """New invoices from their arrival to their postings in Netvisor, and what was decided of each."""
    create(database, "arrivals", {"since": str})
    create(database, "registers", {"fetched_at": str, "accounts": str, "dimensions": str, "lists": str})
    create(
        database,
        "production_invoices",
        {
            "client_id": str,
            "netvisor_key": int,
            "vendor": str,
            "number": str,
            "amount": int,
            "invoice_date": str,
            "state": str,
            "arrived_at": str,
            "changed_at": str,
            "fingerprint": str,
            "content": str,
            "proposal": str,
            "confidence": float,
            "reason": str,
            "model": str,
            "decided_by": str,
            "decided_at": str,
            "comment": str,
            "token": str,
            "attempted_at": str,
            "learned_at": str,
        },
    )
    database.table("production_invoices").create_index(["workspace", "client_id", "state"])
    create(
        database,
        "audit",
        {"client_id": str, "netvisor_key": int, "at": str, "event": str, "person": str, "details": str},
    )
    database.table("audit").create_index(["workspace", "client_id", "netvisor_key"])


@migrations()
def training(database: Database) -> None:
    """Fetching what changed, dimensions that are ordered, modals that follow a training.

    More is kept of an invoice and of a voucher than before, so they are fetched anew.
    """
    for name in ("invoices", "vouchers"):
        database.table(name).delete_where()
    database.table("vouchers").add_column("voucher_date", str)
    create(
        database,
        "fetched",
        {"first_day": str, "fetched_at": str, "begun_at": str, "vouchers_until": str, "changes": int},
    )
    create(database, "charts", {"read_at": str, "accounts": str, "closing": str, "dimensions": str})
    create(
        database,
        "dimension_orders",
        {"client_id": str, "name": str, "ordered_by": str, "ordered_at": str},
    )
    create(
        database,
        "dimension_proposals",
        {
            "lines": str,
            "proposed_at": str,
            "number": int,
            "is_open": int,
            "ask_at": str,
            "answered_by": str,
        },
    )
    create(
        database,
        "open_views",
        {"client_id": str, "person": str, "shows": str, "opened_at": str},
    )
    database.table("open_views").create_index(["workspace", "client_id"])
