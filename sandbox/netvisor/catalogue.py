"""The interface resources in the groups in which the resource rights page shows them.

Which resource stands under which heading is our reading (reference/netvisor.md section 3): the public page shows it
only as a picture.
"""

from dataclasses import dataclass

PURCHASE_INVOICES = "purchase_invoices"
ACCOUNTING = "accounting"
DIMENSIONS = "dimensions"
USER_MANAGEMENT = "user_management"


@dataclass(frozen=True, slots=True)
class ResourceGroup:
    """One heading of the page with its resources: those that read, then those that write."""

    id: str
    finnish: str
    english: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]

    @property
    def resources(self) -> tuple[str, ...]:
        """Names without `.nv`, in lower case."""
        return self.reads + self.writes


GROUPS = (
    ResourceGroup(
        PURCHASE_INVOICES,
        "Ostolaskut",
        "Purchase invoices",
        (
            "purchaseinvoicelist",
            "getpurchaseinvoice",
            "getattachments",
            "deletedpurchaseinvoices",
            "getcirculationlists",
            "getvendor",
        ),
        (
            "purchaseinvoice",
            "purchaseinvoicepostingdata",
            "purchaseinvoicecirculation",
            "purchaseinvoiceaccrual",
            "vendor",
        ),
    ),
    ResourceGroup(
        ACCOUNTING,
        "Kirjanpitoaineistot",
        "Accounting material",
        (
            "accountingledger",
            "accountlist",
            "accountingperiodlist",
            "vouchertypelist",
            "deletedvouchers",
            "accountbalance",
            "getbankaccounts",
            "getvoucherattachments",
        ),
        ("accounting", "accountingedit", "invalidatevouchers"),
    ),
    ResourceGroup(
        DIMENSIONS,
        "Laskentakohteet",
        "Calculation targets",
        ("dimensionlist",),
        ("dimensionitem", "dimensiondelete"),
    ),
    ResourceGroup(
        USER_MANAGEMENT,
        "Käyttäjähallinta",
        "User management",
        ("getuseraccessrightssummary", "getuserinvitations"),
        ("edituseraccessrights", "changeuseraccessrightvalidity", "deleteuseraccessright", "senduserinvitation"),
    ),
)

ARTICLE_GROUPS = (PURCHASE_INVOICES, ACCOUNTING, DIMENSIONS)
"""The three groups that the article asks to allow; user management is not among them."""

RESOURCES = {resource: group for group in GROUPS for resource in group.resources}


def resources_of(groups: tuple[str, ...]) -> set[str]:
    """All resources of the named groups.

    Raises ValueError for a group that does not exist.
    """
    known = {group.id for group in GROUPS}
    if unknown := set(groups) - known:
        raise ValueError(f"no such resource group: {', '.join(sorted(unknown))}")
    return {resource for group in GROUPS if group.id in groups for resource in group.resources}
