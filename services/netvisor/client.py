"""Netvisor, company by company: every resource that the product reads or writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

from services.clock import FIRM_TIMEZONE
from services.netvisor.errors import InvalidData
from services.netvisor.models import (
    AccessRightsSummary,
    AccountingPeriods,
    AccountList,
    CirculationList,
    Dimension,
    InvoiceListItem,
    PurchaseInvoice,
    Vendor,
    Voucher,
    VoucherType,
)
from services.netvisor.posting import PostingData, message
from services.netvisor.reading import Model, read
from services.netvisor.replies import Reply
from services.netvisor.signing import ApiCredential
from services.netvisor.transport import Transport
from services.netvisor.xml import Node, XmlProblem

MOST_KEYS = 500
LONGEST_ADDRESS = 2115
"""Keys, and characters of an address, that Netvisor accepts in a call (Swedish article on getpurchaseinvoice)."""

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class Netvisor:
    """One Netvisor installation."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def company(self, business_id: str, credential: ApiCredential) -> Company:
        """Return a company as a user's credential sees it; raise ValueError for what is no business id."""
        return Company(self._transport, business_id, credential)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


class Company:
    """A company's resources. Every method raises a NetvisorError when it has no answer."""

    def __init__(self, transport: Transport, business_id: str, credential: ApiCredential) -> None:
        if not re.fullmatch(r"[0-9]{7}-[0-9]", business_id):
            raise ValueError(f"{business_id} is no business id")
        self._transport = transport
        self._business_id = business_id
        self._credential = credential

    async def purchase_invoices(
        self,
        *,
        begin: date | None = None,
        end: date | None = None,
        status: str | None = None,
        modified_since: datetime | None = None,
    ) -> list[InvoiceListItem]:
        """Return invoices by invoice date, both days included, or by an aware time of their last change.

        `status` is `open`, `approved` (verified) or `accepted` (approved). In which timezone Netvisor reads a time is
        not documented: Finnish time is sent, and callers overlap by a day.
        """
        parameters = {
            "begininvoicedate": begin and begin.isoformat(),
            "endinvoicedate": end and end.isoformat(),
            "invoicestatus": status,
            "lastmodifiedstart": modified_since
            and modified_since.astimezone(FIRM_TIMEZONE).strftime("%Y-%m-%dT%H:%M:%S"),
        }
        return await self._list(
            InvoiceListItem, "purchaseinvoicelist", "PurchaseInvoiceList", "PurchaseInvoice", **parameters
        )

    async def purchase_invoice(self, key: int, *, include: Sequence[str] = ()) -> PurchaseInvoice | None:
        """Return an invoice, or None when there is none of this key.

        Netvisor says so by an empty reply; of other resources it is known to say so by INVALID_DATA and the key.
        `include` names what comes along: `actions`, `handlinghistory`. Whether one call takes several is not
        documented.
        """
        parameters = {"netvisorkey": str(key), "version": "2", "omitattachments": "true"}
        try:
            found = await self._get("getpurchaseinvoice", _invoices, **parameters, include=",".join(include) or None)
        except InvalidData as error:
            if not re.search(rf"\b{key}\b", error.detail):
                raise
            return None
        return found[0] if found else None

    async def purchase_invoice_batch(self, keys: Sequence[int]) -> list[PurchaseInvoice]:
        """Return the invoices of the keys that exist, in one call; raise ValueError when it cannot hold the keys."""
        if not keys:
            return []
        if self.batches(keys) != [list(keys)] or len(self._batch_address(keys)) > LONGEST_ADDRESS:
            raise ValueError(f"{len(keys)} keys are too many for one call")
        return await self._get("getpurchaseinvoice", _invoices, **_batch_parameters(keys))

    def batches(self, keys: Sequence[int]) -> list[list[int]]:
        """Return keys in as few parts as Netvisor takes at once: 500, in an address of 2,115 characters."""
        # The first key of a part has no comma before it.
        room = LONGEST_ADDRESS - len(self._batch_address(())) + 1
        parts: list[list[int]] = []
        length = 0
        for key in keys:
            size = len(str(key)) + 1
            if not parts or len(parts[-1]) == MOST_KEYS or length + size > room:
                parts.append([])
                length = 0
            parts[-1].append(key)
            length += size
        return parts

    def _batch_address(self, keys: Sequence[int]) -> str:
        return self._transport.address("getpurchaseinvoice", _batch_parameters(keys))

    async def vouchers(
        self, *, start: date | None = None, end: date | None = None, changed_since: date | None = None
    ) -> list[Voucher]:
        """Return the valid vouchers of a time, both days included, or those that changed since a day.

        Raises ValueError without any of them: Netvisor demands one.
        """
        if changed_since is None and (start is None or end is None):
            raise ValueError("either start and end or changed_since")
        parameters = {
            "startdate": start and start.isoformat(),
            "enddate": end and end.isoformat(),
            "changedsince": changed_since and changed_since.isoformat(),
        }
        return await self._list(Voucher, "accountingledger", "Vouchers", "Voucher", **parameters)

    async def accounts(self) -> AccountList:
        """Return the chart of accounts and the company's default accounts."""
        return await self._get("accountlist", lambda root: _record(AccountList, root, "AccountList"))

    async def accounting_periods(self) -> AccountingPeriods:
        """Return the accounting periods, and until when the books are locked."""
        return await self._get(
            "accountingperiodlist", lambda root: _record(AccountingPeriods, root, "AccountingPeriodList")
        )

    async def voucher_types(self) -> list[VoucherType]:
        """Return the classes of vouchers."""
        return await self._list(VoucherType, "vouchertypelist", "VoucherTypeList", "VoucherTypes", "VoucherType")

    async def vendors(self, *, changed_since: date | None = None) -> list[Vendor]:
        """Return all vendors, or those that changed since a day: a call for each 500 of them."""
        found: list[Vendor] = []
        page: int | None = 1
        while page:
            vendors, following = await self._vendor_page(page, changed_since)
            found += vendors
            # What the last page says of the next one is not documented.
            page = following if following and following > page else None
        return found

    async def _vendor_page(self, page: int, changed_since: date | None) -> tuple[list[Vendor], int | None]:
        def read_page(reply: Reply) -> tuple[list[Vendor], int | None]:
            nodes = reply.root.items("Vendors", "Vendor") or reply.root.items("Vendor")
            return [read(Vendor, node) for node in nodes], reply.next_page

        since = changed_since and changed_since.isoformat()
        return await self._get_reply("getvendor", read_page, changedsince=since, page=str(page))

    async def dimensions(self) -> list[Dimension]:
        """Return the dimensions with their items, hidden ones left out."""
        return await self._list(Dimension, "dimensionlist", "DimensionNameList", "DimensionName")

    async def circulation_lists(self) -> list[CirculationList]:
        """Return the circulation lists."""
        return await self._list(CirculationList, "getcirculationlists", "CirculationLists", "CirculationList")

    async def access_rights_summary(self) -> AccessRightsSummary:
        """Return the roles of the API user; Netvisor answers a KH or TPK only."""
        return await self._get("getuseraccessrightssummary", lambda root: read(AccessRightsSummary, root))

    async def post(self, data: PostingData) -> None:
        """Write an invoice's postings, once: nothing is approved.

        After an error whose `outcome_unknown` is True they may be written or not: read the invoice back.
        """
        await self._transport.post("purchaseinvoicepostingdata", self._business_id, self._credential, message(data))

    async def _list(self, model: type[M], resource: str, *path: str, **parameters: str | None) -> list[M]:
        return await self._get(
            resource, lambda root: [read(model, node) for node in root.items(*path) if not node.is_empty], **parameters
        )

    async def _get(self, resource: str, read_root: Callable[[Node], T], **parameters: str | None) -> T:
        return await self._get_reply(resource, lambda reply: read_root(reply.root), **parameters)

    async def _get_reply(self, resource: str, read_reply: Callable[[Reply], T], **parameters: str | None) -> T:
        given = {name: value for name, value in parameters.items() if value is not None}
        return await self._transport.get(resource, given, self._business_id, self._credential, read_reply)


def _batch_parameters(keys: Sequence[int]) -> dict[str, str]:
    return {"version": "2", "omitattachments": "true", "netvisorkeylist": ",".join(map(str, keys))}


def _invoices(root: Node) -> list[PurchaseInvoice]:
    # A list of one key may be answered as a single invoice.
    nodes = root.items("PurchaseInvoices", "PurchaseInvoice") or root.items("PurchaseInvoice")
    return [read(PurchaseInvoice, node) for node in nodes if not node.is_empty]


def _record(model: type[M], root: Node, name: str) -> M:
    node = root.child(name)
    if node is None:
        raise XmlProblem(f"{name}: missing")
    return read(model, node)
