"""Netvisor, company by company: every resource that the product reads or writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from services.netvisor import models
from services.netvisor.models import (
    AccessRightsSummary,
    Account,
    AccountingPeriods,
    CirculationList,
    Dimension,
    InvoiceListItem,
    PurchaseInvoice,
    Vendor,
    Voucher,
    VoucherType,
)
from services.netvisor.signing import ApiCredential
from services.netvisor.transport import LONGEST_ADDRESS, Transport
from services.netvisor.xml import Node

MOST_KEYS = 500


class Netvisor:
    """One Netvisor installation."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def company(self, business_id: str, credential: ApiCredential) -> Company:
        """Return a company as a user's credential sees it."""
        return Company(self._transport, business_id, credential)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


class Company:
    """A company's resources. Every method raises a NetvisorError when it has no answer."""

    def __init__(self, transport: Transport, business_id: str, credential: ApiCredential) -> None:
        self._transport = transport
        self._business_id = business_id
        self._credential = credential

    async def _list(self, resource: str, *path: str, **parameters: str) -> list[Node]:
        return await self._transport.get(
            resource, parameters, self._business_id, self._credential, lambda root: root.items(*path)
        )

    async def purchase_invoices(
        self,
        *,
        begin: date | None = None,
        end: date | None = None,
        status: str | None = None,
        modified_since: datetime | None = None,
    ) -> list[InvoiceListItem]:
        """Return the invoices of a time, by invoice date; `status` is `open`, `approved` or `accepted`."""
        parameters: dict[str, str] = {}
        if begin:
            parameters["begininvoicedate"] = begin.isoformat()
        if end:
            parameters["endinvoicedate"] = end.isoformat()
        if status:
            parameters["invoicestatus"] = status
        if modified_since:
            parameters["lastmodifiedstart"] = modified_since.strftime("%Y-%m-%d")
        return await self._transport.get(
            "purchaseinvoicelist",
            parameters,
            self._business_id,
            self._credential,
            lambda root: [
                models.invoice_list_item(node) for node in root.items("PurchaseInvoiceList", "PurchaseInvoice")
            ],
        )

    async def purchase_invoice(self, key: int, *, include: Sequence[str] = ()) -> PurchaseInvoice | None:
        """Return an invoice, or None when there is none of this key."""
        parameters = {"netvisorkey": str(key), "version": "2", "omitattachments": "true"}
        if include:
            parameters["include"] = ",".join(include)

        def read(root: Node) -> PurchaseInvoice | None:
            node = root.child("PurchaseInvoice")
            # Not found is OK with an empty element.
            return models.purchase_invoice(node) if node and len(node.element) else None

        return await self._transport.get("getpurchaseinvoice", parameters, self._business_id, self._credential, read)

    def batches(self, keys: Sequence[int]) -> list[list[int]]:
        """Return keys in as few parts as Netvisor takes at once: 500, in an address of 2,115 characters."""
        room = LONGEST_ADDRESS - len(self._batch_address(()))
        parts: list[list[int]] = []
        length = 0
        for key in keys:
            size = len(str(key)) + 1
            if not parts or len(parts[-1]) == MOST_KEYS or length + size > room + 1:
                parts.append([])
                length = 0
            parts[-1].append(key)
            length += size
        return parts

    def _batch_parameters(self, keys: Sequence[int]) -> dict[str, str]:
        return {"version": "2", "omitattachments": "true", "netvisorkeylist": ",".join(map(str, keys))}

    def _batch_address(self, keys: Sequence[int]) -> str:
        return self._transport.address("getpurchaseinvoice", self._batch_parameters(keys))

    async def purchase_invoice_batch(self, keys: Sequence[int]) -> list[PurchaseInvoice]:
        """Return the invoices of the keys, in one call; raise ValueError when they are too many for it."""
        if len(keys) > MOST_KEYS or len(self._batch_address(keys)) > LONGEST_ADDRESS:
            raise ValueError(f"{len(keys)} keys are too many for one call")

        def read(root: Node) -> list[PurchaseInvoice]:
            # A list of one key may be answered as a single invoice.
            nodes = root.items("PurchaseInvoices", "PurchaseInvoice") or root.items("PurchaseInvoice")
            return [models.purchase_invoice(node) for node in nodes if len(node.element)]

        return await self._transport.get(
            "getpurchaseinvoice", self._batch_parameters(keys), self._business_id, self._credential, read
        )

    async def vouchers(self, *, start: date, end: date) -> list[Voucher]:
        """Return the valid vouchers of a time."""
        return await self._transport.get(
            "accountingledger",
            {"startdate": start.isoformat(), "enddate": end.isoformat()},
            self._business_id,
            self._credential,
            lambda root: [models.voucher(node) for node in root.items("Vouchers", "Voucher")],
        )

    async def accounts(self) -> list[Account]:
        """Return the chart of accounts, without its headings."""
        nodes = await self._list("accountlist", "AccountList", "Accounts", "Account")
        return [account for node in nodes if (account := models.account(node))]

    async def accounting_periods(self) -> AccountingPeriods:
        """Return until when the books are locked."""

        def read(root: Node) -> AccountingPeriods:
            path = ("AccountingPeriodList", "PeriodLockInformation")
            return AccountingPeriods(
                accounting_lock=root.day(*path, "AccountingPeriodLockDate"),
                vat_lock=root.day(*path, "VatPeriodLockDate"),
                purchase_lock=root.day(*path, "PurchaseLockDate"),
            )

        return await self._transport.get("accountingperiodlist", {}, self._business_id, self._credential, read)

    async def voucher_types(self) -> list[VoucherType]:
        """Return the classes of vouchers."""
        nodes = await self._list("vouchertypelist", "VoucherTypeList", "VoucherTypes", "VoucherType")
        return [
            VoucherType(key=node.integer("NetvisorKey"), abbreviation=node.text("Abbreviation"), name=node.text("Name"))
            for node in nodes
        ]

    async def vendors(self, *, changed_since: date) -> list[Vendor]:
        """Return the first page of the vendors that changed since a day."""
        nodes = await self._list("getvendor", "Vendors", "Vendor", changedsince=changed_since.isoformat())
        return [models.vendor(node) for node in nodes]

    async def dimensions(self) -> list[Dimension]:
        """Return the dimensions with their items."""
        nodes = await self._list("dimensionlist", "DimensionNameList", "DimensionName")
        return [models.dimension(node) for node in nodes]

    async def circulation_lists(self) -> list[CirculationList]:
        """Return the circulation lists."""
        nodes = await self._list("getcirculationlists", "CirculationLists", "CirculationList")
        return [models.circulation_list(node) for node in nodes]

    async def access_rights_summary(self) -> AccessRightsSummary:
        """Return the roles of the API user; Netvisor answers a KH or TPK only."""

        def read(root: Node) -> AccessRightsSummary:
            company = root.child("Company")
            return AccessRightsSummary(
                company_name=company.attribute("Name") if company else None,
                users=tuple(models.rights_user(node) for node in company.items("Users", "User")) if company else (),
            )

        return await self._transport.get("getuseraccessrightssummary", {}, self._business_id, self._credential, read)
