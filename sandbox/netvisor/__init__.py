"""A local Netvisor: its documented API, and a page for what people do in Netvisor itself.

Written from `reference/netvisor.md` and sharing nothing with the product, which it is to check. Where the documentation
leaves something open, a switch chooses between the plausible answers (`sandbox.netvisor.switches`).
"""

from sandbox.netvisor.company import (
    FULL_LEDGER_RIGHTS,
    Access,
    Company,
    Credential,
    Invoice,
    LedgerRights,
    Package,
    PostingLevel,
    Role,
)
from sandbox.netvisor.faults import Fault, FaultKind
from sandbox.netvisor.netvisor import Netvisor
from sandbox.netvisor.server import NetvisorServer, start_server
from sandbox.netvisor.state import ACCESS_KEY, ACCOUNTANT, ACCOUNTANT_WITHOUT_APPROVAL, ADMINISTRATOR, Call

__all__ = [
    "ACCESS_KEY",
    "ACCOUNTANT",
    "ACCOUNTANT_WITHOUT_APPROVAL",
    "ADMINISTRATOR",
    "FULL_LEDGER_RIGHTS",
    "Access",
    "Call",
    "Company",
    "Credential",
    "Fault",
    "FaultKind",
    "Invoice",
    "LedgerRights",
    "Netvisor",
    "NetvisorServer",
    "Package",
    "PostingLevel",
    "Role",
    "start_server",
]
