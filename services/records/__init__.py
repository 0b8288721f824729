"""What is stored: one frozen dataclass a table.

Every record belongs to a workspace (one Slack workspace, or one organisation of an Enterprise Grid) and has an
id that is unique within it. Times are UTC; Netvisor's dates stay dates; money is integer cents.
"""

from dataclasses import is_dataclass
from typing import Any

from services.records.access import Access, Team, TeamMember
from services.records.automation import Automation
from services.records.circulation import (
    CirculationRule,
    CirculationState,
    InvoiceCirculation,
    Paused,
    RuleDraft,
    SendingStopped,
    TrialOfList,
    TrialOfListState,
)
from services.records.clients import Batch, Client, ClientState, Draft, Process
from services.records.credentials import (
    Credential,
    CredentialDraft,
    CredentialEvent,
    CredentialKind,
    Outcome,
    Trial,
    TrialResult,
    TrialState,
)
from services.records.favourites import Favourite, Substitution
from services.records.help_ai import Asked, HelpThread, Instruction, OpenQuestion, OwnPassage
from services.records.history import Chart, Fetched, StoredInvoice, StoredVoucher
from services.records.installations import Installation, Ticket
from services.records.measuring import Drifts, Handled, Way
from services.records.messages import Message, MessageState, OpenPicture, OpenView, ScheduledMessage
from services.records.notices import DigestItem, FirmNotices, NoticeChoice, NoticeWay
from services.records.production import Arrivals, AuditEntry, InvoiceState, ProductionInvoice, Registers
from services.records.rights import NewsKind, RepairMessage, RightsCheck, RightsNews, Tick, Verdict
from services.records.training import UNFINISHED_RUN_STATES, Artifact, DimensionOrder, DimensionProposal, Run, RunState
from services.records.workspaces import CompanyLease, Delivery, Job, Person, Role, Workspace, new_id

__all__ = [
    "KINDS",
    "UNFINISHED_RUN_STATES",
    "Access",
    "Arrivals",
    "Artifact",
    "Asked",
    "AuditEntry",
    "Automation",
    "Batch",
    "Chart",
    "CirculationRule",
    "CirculationState",
    "Client",
    "ClientState",
    "CompanyLease",
    "Credential",
    "CredentialDraft",
    "CredentialEvent",
    "CredentialKind",
    "Delivery",
    "DigestItem",
    "DimensionOrder",
    "DimensionProposal",
    "Draft",
    "Drifts",
    "Favourite",
    "Fetched",
    "FirmNotices",
    "Handled",
    "HelpThread",
    "Installation",
    "Instruction",
    "InvoiceCirculation",
    "InvoiceState",
    "Job",
    "Message",
    "MessageState",
    "NewsKind",
    "NoticeChoice",
    "NoticeWay",
    "OpenPicture",
    "OpenQuestion",
    "OpenView",
    "Outcome",
    "OwnPassage",
    "Paused",
    "Person",
    "Process",
    "ProductionInvoice",
    "Registers",
    "RepairMessage",
    "RightsCheck",
    "RightsNews",
    "Role",
    "RuleDraft",
    "Run",
    "RunState",
    "ScheduledMessage",
    "SendingStopped",
    "StoredInvoice",
    "StoredVoucher",
    "Substitution",
    "Team",
    "TeamMember",
    "Tick",
    "Ticket",
    "Trial",
    "TrialOfList",
    "TrialOfListState",
    "TrialResult",
    "TrialState",
    "Verdict",
    "Way",
    "Workspace",
    "new_id",
]

KINDS: tuple[type[Any], ...] = tuple(globals()[name] for name in __all__ if is_dataclass(globals().get(name)))
"""Every kind of record."""
