"""Records of `services.records` as rows of `storage.tables`, written once for every engine."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from services import records
from services.records import Job
from storage.tables import Row, Tables

R = TypeVar("R")

TABLES: dict[type[Any], str] = {
    records.Workspace: "workspaces",
    records.Installation: "installations",
    records.Ticket: "tickets",
    records.NoticeChoice: "notice_choices",
    records.FirmNotices: "firm_notices",
    records.DigestItem: "digest_items",
    records.Person: "people",
    records.Access: "access",
    records.Favourite: "favourites",
    records.Substitution: "substitutions",
    records.Team: "teams",
    records.TeamMember: "team_members",
    records.Delivery: "deliveries",
    records.Job: "jobs",
    records.Credential: "credentials",
    records.CredentialDraft: "credential_drafts",
    records.CredentialEvent: "credential_events",
    records.Trial: "trials",
    records.TrialResult: "trial_results",
    records.Draft: "drafts",
    records.Client: "clients",
    records.Batch: "batches",
    records.RightsCheck: "checks",
    records.Tick: "ticks",
    records.RightsNews: "rights_news",
    records.RepairMessage: "repair_messages",
    records.StoredInvoice: "invoices",
    records.StoredVoucher: "vouchers",
    records.Fetched: "fetched",
    records.Chart: "charts",
    records.Run: "runs",
    records.Artifact: "artifacts",
    records.Arrivals: "arrivals",
    records.Registers: "registers",
    records.ProductionInvoice: "production_invoices",
    records.AuditEntry: "audit",
    records.CirculationRule: "circulation_rules",
    records.Handled: "handled",
    records.Drifts: "drifts",
    records.Automation: "automations",
    records.RuleDraft: "rule_drafts",
    records.InvoiceCirculation: "invoice_circulations",
    records.TrialOfList: "trials_of_lists",
    records.SendingStopped: "sendings_stopped",
    records.DimensionOrder: "dimension_orders",
    records.DimensionProposal: "dimension_proposals",
    records.Asked: "help_asked",
    records.HelpThread: "help_threads",
    records.OpenQuestion: "help_open_questions",
    records.OwnPassage: "help_own_passages",
    records.Instruction: "help_instructions",
    records.OpenPicture: "open_pictures",
    records.OpenView: "open_views",
    records.Message: "messages",
    records.ScheduledMessage: "scheduled_messages",
    records.CompanyLease: "leases",
}


def to_column(value: Any) -> Any:
    """Return a field's value as it is stored: times as sortable UTC text, collections as JSON."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping | tuple | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def reader(annotation: Any) -> Callable[[Any], Any]:
    """Return how a column becomes a field of this type."""
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = [choice for choice in get_args(annotation) if choice is not type(None)]
    origin = get_origin(annotation) or annotation
    if origin is datetime:
        return lambda value: datetime.fromisoformat(f"{value}+00:00")
    if origin is date:
        return date.fromisoformat
    if origin is tuple:
        return lambda value: () if value == "[]" else tuple(json.loads(value))  # most are, of clients above all
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return json.loads
    if isinstance(origin, type) and issubclass(origin, StrEnum):
        return {str(member): member for member in origin}.__getitem__  # a fifth of what the class itself takes
    if origin is bool:
        return bool
    return as_it_is


def as_it_is(value: Any) -> Any:
    """Return what is stored."""
    return value


@cache
def readers(kind: type[Any]) -> dict[str, Callable[[Any], Any]]:
    """Return the reader of every field of a kind of record."""
    hints = get_type_hints(kind)
    return {field.name: reader(hints[field.name]) for field in fields(kind)}


@cache
def converters(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return the readers of those fields that are stored as something else."""
    return tuple((name, read) for name, read in readers(kind).items() if read is not as_it_is)


class Repository(Generic[R]):
    """The records of one table; see `services.store.Records` for what each method promises."""

    def __init__(self, tables: Tables, kind: type[R]) -> None:
        self._tables = tables
        self._kind = kind
        self._table = TABLES[kind]

    def _record(self, row: Row) -> R:
        # Thousands of records a second are read, and whoever clicks waits for it: no more than needed is done to each.
        values = {name: row[name] for name in readers(self._kind)}
        for name, read in converters(self._kind):
            if values[name] is not None:
                values[name] = read(values[name])
        return self._kind(**values)

    def _row(self, record: R) -> Row:
        return {name: to_column(getattr(record, name)) for name in readers(self._kind)}

    @staticmethod
    def _conditions(workspace: str | None, conditions: Mapping[str, Any]) -> dict[str, Any]:
        chosen: dict[str, Any] = {} if workspace is None else {"workspace": workspace}
        for name, value in conditions.items():
            chosen[name] = (
                [to_column(item) for item in value] if name.endswith(("__in", "__not_in")) else to_column(value)
            )
        return chosen

    def get(self, workspace: str, record_id: str) -> R | None:
        row = self._tables.get(self._table, workspace, record_id)
        return None if row is None else self._record(row)

    def find(
        self,
        workspace: str | None,
        *,
        order: str = "id",
        limit: int | None = None,
        offset: int = 0,
        **conditions: Any,
    ) -> list[R]:
        rows = self._tables.find(self._table, self._conditions(workspace, conditions), order, limit, offset)
        return [self._record(row) for row in rows]

    def values(
        self, field: str, workspace: str | None, *, order: str = "id", limit: int | None = None, **conditions: Any
    ) -> list[Any]:
        read = readers(self._kind)[field]
        found = self._tables.values(self._table, field, self._conditions(workspace, conditions), order, limit)
        return [None if value is None else read(value) for value in found]

    def count(self, workspace: str | None, **conditions: Any) -> int:
        return self._tables.count(self._table, self._conditions(workspace, conditions))

    def count_by(self, workspace: str, column: str, **conditions: Any) -> dict[str, int]:
        return self._tables.count_by(self._table, column, self._conditions(workspace, conditions))

    def add(self, record: R) -> bool:
        return self._tables.add(self._table, self._row(record))

    def put(self, *new: R) -> None:
        self._tables.put(self._table, [self._row(record) for record in new])

    def change(
        self, workspace: str, record_id: str, expected: Mapping[str, object] | None = None, **changes: Any
    ) -> bool:
        conditions = self._conditions(workspace, {**(expected or {}), "id": record_id})
        row = {name: to_column(value) for name, value in changes.items()}
        return self._tables.change(self._table, conditions, row) == 1

    def delete(self, workspace: str | None, **conditions: Any) -> int:
        return self._tables.delete(self._table, self._conditions(workspace, conditions))


class TablesUnit:
    """`services.store.Unit` over any engine's tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._repositories: dict[type[Any], Repository[Any]] = {}

    def __getitem__(self, kind: type[R]) -> Repository[R]:
        if kind not in self._repositories:
            self._repositories[kind] = Repository(self._tables, kind)
        return cast("Repository[R]", self._repositories[kind])

    def claim_jobs(
        self, now: datetime, boot: str, lease_until: datetime, limit: int, **conditions: str | list[str]
    ) -> list[Job]:
        rows = self._tables.claim_jobs(to_column(now), boot, to_column(lease_until), limit, conditions)
        ids = [row["id"] for row in rows]
        return [job for job in self[Job].find(None, order="run_at", id__in=ids) if job.boot == boot]
