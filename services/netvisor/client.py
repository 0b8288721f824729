"""Netvisor, company by company: every resource that the product reads or writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Literal, TypeVar

from services.clock import FIRM_TIMEZONE
from services.netvisor.accounting import AccountingPeriods, AccountList, Deleted, Voucher, VoucherType
from services.netvisor.circulation import CirculationTemplate
from services.netvisor.errors import InvalidData, SwitchedOff
from services.netvisor.invoices import Include, InvoiceListItem, PurchaseInvoice, read_invoice
from services.netvisor.posting import PostingData, message
from services.netvisor.reading import Model, read
from services.netvisor.registers import AccessRightsSummary, CirculationList, Dimension, Vendor
from services.netvisor.replies import Reply
from services.netvisor.signing import ApiCredential
from services.netvisor.transport import Transport
from services.netvisor.xml import Node, XmlProblem

MOST_KEYS = 500
LONGEST_ADDRESS = 2115
"""Keys, and characters of an address, that Netvisor accepts in a call (Swedish article on getpurchaseinvoice)."""

DELETED_DAYS = 7
"""Days for which Netvisor remembers what was deleted (articles on deletedpurchaseinvoices and deletedvouchers)."""

InvoiceStatus = Literal["open", "approved", "accepted"]
"""How far an invoice has come: `approved` is verified (asiatarkastettu), `accepted` is approved (hyväksytty)."""

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class Netvisor:
    """One Netvisor installation."""

    def __init__(self, transport: Transport, *, circulation: CirculationTemplate | None = None) -> None:
        """Speak to what `transport` reaches; without a `circulation` template no circulation is ever written."""
        self._transport = transport
        self._circulation = circulation

    def company(self, business_id: str, credential: ApiCredential) -> Company:
        """Return a company as a user's credential sees it; raise ValueError for what is no business id."""
        return Company(self._transport, business_id, credential, self._circulation)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


class Company:
    """A company's resources. Every method raises a NetvisorError when it has no answer."""

    def __init__(
        self,
        transport: Transport,
        business_id: str,
        credential: ApiCredential,
        circulation: CirculationTemplate | None = None,
    ) -> None:
        if not re.fullmatch(r"[0-9]{7}-[0-9]", business_id):
            raise ValueError(f"{business_id} is no business id")
        self._transport = transport
        self._business_id = business_id
        self._credential = credential
        self._circulation = circulation

    async def purchase_invoices(
        self,
        *,
        begin: date | None = None,
        end: date | None = None,
        number: str | None = None,
        status: InvoiceStatus | None = None,
        payment: Literal["unpaid", "paid"] | None = None,
        modified_since: datetime | None = None,
        modified_until: datetime | None = None,
    ) -> list[InvoiceListItem]:
        """Return the invoices that fit all that is given: invoice dates, both days included, and aware times of change.

        In which timezone Netvisor reads a time is not documented: Finnish time is sent, and callers overlap by a day.
        """
        return await self._list(
            InvoiceListItem,
            "purchaseinvoicelist",
            "PurchaseInvoiceList",
            "PurchaseInvoice",
            begininvoicedate=_day(begin),
            endinvoicedate=_day(end),
            invoicenumber=number,
            invoicestatus=status,
            paymentstatus=payment,
            lastmodifiedstart=_moment(modified_since),
            lastmodifiedend=_moment(modified_until),
        )

    async def purchase_invoice(self, key: int, *, include: Sequence[Include] = ()) -> PurchaseInvoice | None:
        """Return an invoice with what `include` names, or None when there is none of this key."""
        parameters = {"netvisorkey": str(key), "version": "2", "omitattachments": "true"}
        included = ",".join(include) or None
        return await self._one("getpurchaseinvoice", key, _invoices, **parameters, include=included)

    async def purchase_invoice_batch(self, keys: Sequence[int]) -> list[PurchaseInvoice]:
        """Return the invoices of the keys that exist, in one call; raise ValueError when it cannot hold the keys."""
        if not keys:
            return []
        if self.batches(keys) != [list(keys)] or len(self._batch_address(keys)) > LONGEST_ADDRESS:
            raise ValueError(f"{len(keys)} keys are too many for one call")
        return await self._get("getpurchaseinvoice", _only(keys, _invoices), **_batch_parameters(keys))

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

    async def deleted_purchase_invoices(self, since: date) -> list[Deleted]:
        """Return the invoices that were deleted since a day, which Netvisor remembers for a week."""
        return await self._list(
            Deleted,
            "deletedpurchaseinvoices",
            "DeletedPurchaseInvoices",
            "DeletedPurchaseInvoice",
            deletedsince=_day(since),
        )

    async def vouchers(
        self,
        *,
        start: date | None = None,
        end: date | None = None,
        changed_since: date | None = None,
        with_invalidated: bool = False,
    ) -> list[Voucher]:
        """Return the vouchers of a time, both days included, or those that changed since a day.

        Only valid ones, or also those that were invalidated or deleted: `status` of each says which it is. Raises
        ValueError without any time: Netvisor demands one.
        """
        if changed_since is None and (start is None or end is None):
            raise ValueError("either start and end or changed_since")
        return await self._list(
            Voucher,
            "accountingledger",
            "Vouchers",
            "Voucher",
            startdate=_day(start),
            enddate=_day(end),
            changedsince=_day(changed_since),
            voucherstatus="1" if with_invalidated else None,
        )

    async def voucher(self, key: int) -> Voucher | None:
        """Return a voucher, whatever its status, or None when there is none of this key."""

        def read_vouchers(root: Node) -> list[Voucher]:
            return _items(Voucher, root, "Vouchers", "Voucher")

        return await self._one("accountingledger", key, read_vouchers, netvisorkey=str(key), voucherstatus="1")

    async def deleted_vouchers(self, since: date) -> list[Deleted]:
        """Return the vouchers that were deleted since a day, which Netvisor remembers for a week."""
        return await self._list(
            Deleted, "deletedvouchers", "DeletedVouchers", "DeletedVoucher", deletedsince=_day(since)
        )

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
            # What the last page says of the next one is not documented: an empty page is behind the last in any case.
            page = following if vendors and following and following > page else None
        return found

    async def _vendor_page(self, page: int, changed_since: date | None) -> tuple[list[Vendor], int | None]:
        return await self._get_reply(
            "getvendor",
            lambda reply: (_vendors(reply.root), reply.next_page),
            changedsince=_day(changed_since),
            page=str(page),
        )

    async def vendor(self, key: int) -> Vendor | None:
        """Return a vendor, or None when there is none of this key."""
        return await self._one("getvendor", key, _vendors, netvisorkey=str(key))

    async def dimensions(self, *, with_hidden: bool = False) -> list[Dimension]:
        """Return the dimensions with their items; hidden ones only when asked for."""
        return await self._list(
            Dimension, "dimensionlist", "DimensionNameList", "DimensionName", showhidden="1" if with_hidden else None
        )

    async def circulation_lists(self) -> list[CirculationList]:
        """Return the circulation lists with their verifiers and approvers."""
        return await self._list(CirculationList, "getcirculationlists", "CirculationLists", "CirculationList")

    async def access_rights_summary(self, *, users: Collection[int] = ()) -> AccessRightsSummary:
        """Return the roles of the API user, or of users by their keys; Netvisor answers a KH or TPK only."""
        return await self._get(
            "getuseraccessrightssummary",
            lambda root: _within(root, "Company", lambda: read(AccessRightsSummary, root)),
            users=",".join(map(str, users)) or None,
        )

    async def post(self, data: PostingData) -> None:
        """Write an invoice's postings, once: nothing is approved.

        After an error whose `outcome_unknown` is True they may be written or not: read the invoice back.
        """
        await self._transport.post("purchaseinvoicepostingdata", self._business_id, self._credential, message(data))

    async def set_circulation(self, invoice_key: int, list_key: int) -> str:
        """Set the circulation list of an invoice that has no circulation, once. Not verified against Netvisor.

        Returns the words of the reply, without secrets.

        Raises SwitchedOff, and sends nothing, unless the operator gave a template of the message: its elements are not
        documented. After an error whose `outcome_unknown` is True it may be set or not: read the invoice back.
        """
        resource = "purchaseinvoicecirculation"
        if self._circulation is None:
            raise SwitchedOff(resource, detail="No template of the message is set.")
        body = self._circulation.message(invoice_key, list_key)
        return await self._transport.post(resource, self._business_id, self._credential, body)

    async def _list(self, model: type[M], resource: str, *path: str, **parameters: str | None) -> list[M]:
        return await self._get(resource, lambda root: _items(model, root, *path), **parameters)

    async def _one(
        self, resource: str, key: int, read_root: Callable[[Node], Sequence[M]], **parameters: str | None
    ) -> M | None:
        """Return what has a key, or None.

        That there is no such thing is said by an empty reply (an invoice) or by INVALID_DATA and the key (a customer).
        """
        try:
            found = await self._get(resource, _only([key], read_root), **parameters)
        except InvalidData as error:
            if not re.search(rf"\b{key}\b", error.detail):
                raise
            return None
        return found[0] if found else None

    async def _get(self, resource: str, read_root: Callable[[Node], T], **parameters: str | None) -> T:
        return await self._get_reply(resource, lambda reply: read_root(reply.root), **parameters)

    async def _get_reply(self, resource: str, read_reply: Callable[[Reply], T], **parameters: str | None) -> T:
        given = {name: value for name, value in parameters.items() if value is not None}
        return await self._transport.get(resource, given, self._business_id, self._credential, read_reply)


def _day(day: date | None) -> str | None:
    return day and day.isoformat()


def _moment(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(FIRM_TIMEZONE).strftime("%Y-%m-%dT%H:%M:%S")


def _batch_parameters(keys: Sequence[int]) -> dict[str, str]:
    return {"version": "2", "omitattachments": "true", "netvisorkeylist": ",".join(map(str, keys))}


def _invoices(root: Node) -> list[PurchaseInvoice]:
    return [read_invoice(node) for node in _several_or_one(root, "PurchaseInvoices", "PurchaseInvoice")]


def _vendors(root: Node) -> list[Vendor]:
    return [read(Vendor, node) for node in _several_or_one(root, "Vendors", "Vendor")]


def _several_or_one(root: Node, list_name: str, name: str) -> Iterator[Node]:
    """Return the elements of a list, or the single element that stands in its place."""
    several = root.child(list_name)
    if several is None and root.child(name) is None:
        _require_nothing_else(root, list_name)
    return (node for node in (several or root).children(name) if not node.is_empty)


def _items(model: type[M], root: Node, *path: str) -> list[M]:
    nodes = _within(root, path[0], lambda: root.items(*path))
    return [read(model, node) for node in nodes if not node.is_empty]


def _within(root: Node, name: str, found: Callable[[], T]) -> T:
    """Return what is found in a reply that holds an element, or holds nothing at all."""
    if root.child(name) is None:
        _require_nothing_else(root, name)
    return found()


def _require_nothing_else(root: Node, name: str) -> None:
    """Refuse a reply that holds something, but not what was asked for: read as an empty list it would lie."""
    if any(child.name != "responsestatus" for child in root):
        raise XmlProblem(f"{name}: missing")


def _only(keys: Sequence[int], read_root: Callable[[Node], Sequence[M]]) -> Callable[[Node], list[M]]:
    """Refuse a reply about other things than those that were asked for: it is the answer to another call."""
    wanted = set(keys)

    def read_wanted(root: Node) -> list[M]:
        found = list(read_root(root))
        if not {getattr(each, "key", None) for each in found} <= wanted:
            raise XmlProblem("NetvisorKey: not one that was asked for")
        return found

    return read_wanted


def _record(model: type[M], root: Node, name: str) -> M:
    node = root.child(name)
    if node is None:
        raise XmlProblem(f"{name}: missing")
    return read(model, node)
