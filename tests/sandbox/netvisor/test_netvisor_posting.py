from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.netvisor import ACCOUNTANT, ADMINISTRATOR, FULL_LEDGER_RIGHTS, Invoice, Netvisor, PostingLevel
from sandbox.netvisor.chart import open_books
from sandbox.netvisor.company import ApprovalStatus, Company, InvoiceLine
from sandbox.netvisor.history import add_invoice, make_vendor
from sandbox.netvisor.ledger import post
from sandbox.netvisor.refusals import Refusal
from sandbox.netvisor.resources.call import Call
from sandbox.netvisor.resources.postings import purchase_invoice_posting_data
from sandbox.netvisor.suppliers import OFFICE

from .conftest import Answer, Caller

BOOKS = Netvisor()


@dataclass(frozen=True)
class Message:
    """A posting message for an invoice; the default posts it all to account 4000."""

    key: int
    sum: str
    ready: str = "1"
    status: str = ""
    account: str = "4000"
    vat: str = '<VatPercent vatcode="KOOS">25,5</VatPercent>'
    after_line: str = ""
    before_ready: str = ""
    comment: str = ""

    @property
    def line(self) -> str:
        return (
            "<PurchaseInvoicePostingLine><ProductName>Ostot</ProductName><DeliveredAmount>1</DeliveredAmount>"
            f'<UnitPrice>0</UnitPrice>{self.vat}<LineSum type="gross">{self.sum}</LineSum>'
            f"<AccountingSuggestion>{self.account}</AccountingSuggestion>{self.after_line}"
            "</PurchaseInvoicePostingLine>"
        )

    @property
    def xml(self) -> str:
        status = f"<Status>{self.status}</Status>" if self.status else ""
        comment = f"<Comment>{self.comment}</Comment>" if self.comment else ""
        return (
            f"<root><PurchaseInvoicePostingData><PurchaseInvoiceNetvisorKey>{self.key}</PurchaseInvoiceNetvisorKey>"
            f"{status}{self.before_ready}<IsReadyForAccounting>{self.ready}</IsReadyForAccounting>{comment}{self.line}"
            "</PurchaseInvoicePostingData></root>"
        )


@pytest.fixture
def invoice(netvisor: Netvisor, ids: dict[str, str]) -> Invoice:
    """The newest invoice of Kataja, which is open and not posted."""
    return list(netvisor.company(ids["kataja"]).invoices.values())[-1]


@pytest.fixture
def message(invoice: Invoice) -> Message:
    return Message(invoice.key, f"{invoice.amount // 100},{invoice.amount % 100:02d}")


async def send(caller: Caller, message: Message) -> Answer:
    return await caller.post("purchaseinvoicepostingdata", message.xml)


async def test_ready_lines_of_an_open_invoice_wait_for_its_verification(
    caller: Caller, netvisor: Netvisor, invoice: Invoice, message: Message
):
    answer = await send(caller, replace(message, comment="Käyttötarkoitus tarkistettu"))
    assert answer.texts("Replies/InsertedDataIdentifier") == [str(invoice.key)]
    assert (invoice.status, invoice.ready_for_accounting, invoice.voucher_key) == ("open", True, None)
    assert [line.account_number for line in invoice.lines] == [4000]
    netvisor.handle_invoice(caller.business_id, invoice.key, ApprovalStatus.APPROVED, ADMINISTRATOR)
    assert invoice.voucher_key is not None
    voucher = netvisor.company(caller.business_id).vouchers[invoice.voucher_key]
    assert [line.account_number for line in voucher.lines] == [4000, 1763, 2871]
    history = await caller.get("getpurchaseinvoice", f"netvisorkey={invoice.key}&include=handlinghistory")
    assert "Käyttötarkoitus tarkistettu" in history.texts(
        "PurchaseInvoice/HandlingHistory/HandlingHistoryLine/Description"
    )


async def test_posting_a_verified_invoice_makes_its_voucher_and_posting_again_replaces_it(
    caller: Caller, netvisor: Netvisor, invoice: Invoice, message: Message
):
    company = netvisor.company(caller.business_id)
    await send(caller, replace(message, status="approved"))
    first = invoice.voucher_key
    assert first is not None
    await send(caller, replace(message, account="7850"))
    assert invoice.voucher_key not in (None, first)
    assert company.vouchers[first].status == "invalidated"
    assert [line.account_number for line in invoice.lines] == [7850]


@pytest.mark.parametrize(
    "change",
    [
        {"sum": "0,01"},
        {"sum": "12,345"},
        {"sum": "lots"},
        {"account": "9999"},
        {"vat": '<VatPercent vatcode="NOSUCH">0</VatPercent>'},
        {"vat": '<VatPercent vatcode="NONE">24</VatPercent>'},
        {"ready": "2"},
        {"ready": ""},
        {"status": "done"},
        {"key": 1},
        {"comment": "x" * 3001},
        {"after_line": "<Description>too late</Description>"},
        {"after_line": "<Colour>red</Colour>"},
        {
            "after_line": "<Dimension><DimensionName>Kustannuspaikka</DimensionName>"
            "<DimensionItem>Kuu</DimensionItem></Dimension>"
        },
        {"before_ready": "<EventDate>2026-11-01</EventDate>"},
    ],
)
async def test_a_message_against_the_rules_changes_nothing(
    caller: Caller, invoice: Invoice, message: Message, change: dict[str, str]
):
    before = (invoice.status, list(invoice.lines), invoice.ready_for_accounting)
    answer = await send(caller, replace(message, **change))
    assert answer.code == "INVALID_DATA"
    assert (invoice.status, invoice.lines, invoice.ready_for_accounting) == before


@pytest.mark.parametrize(
    "body",
    ['<?xml version="1.0"?><root/>', "<Root/>", "", "<root>", "<root/>", "<root><other/></root>", b"<root>\xff</root"],
)
async def test_a_body_must_be_a_root_of_one_message_without_declaration(caller: Caller, body: str | bytes):
    assert (await caller.post("purchaseinvoicepostingdata", body)).code == "INVALID_DATA"


async def test_dimensions_are_taken_where_they_exist(caller: Caller, invoice: Invoice, message: Message):
    await send(
        caller,
        replace(
            message,
            after_line="<Dimension><DimensionName>Kustannuspaikka</DimensionName>"
            "<DimensionItem>100 Hallinto</DimensionItem></Dimension>",
        ),
    )
    assert invoice.lines[0].dimensions == (("Kustannuspaikka", "100 Hallinto"),)


@pytest.mark.parametrize("checked", ["before_body", "after_body"])
@pytest.mark.parametrize(
    ("rights", "change"),
    [
        ({"posting": PostingLevel.SUGGESTION}, {"ready": "1"}),
        ({"posting": PostingLevel.LINES}, {"ready": "0"}),
        ({"inspector": False}, {"status": "approved"}),
        ({"approver": False}, {"status": "accepted"}),
        ({"inspector": False, "approver": False}, {"status": "acceptorrejected"}),
    ],
)
async def test_each_right_is_asked_of_the_credential(
    caller: Caller,
    netvisor: Netvisor,
    invoice: Invoice,
    message: Message,
    rights: dict[str, Any],
    change: dict[str, str],
    checked: str,
):
    netvisor.switches["access_checked"] = checked
    netvisor.set_rights(ACCOUNTANT, caller.business_id, **rights)
    netvisor.switches["ledger_right_missing"] = "AUTHENTICATION_FAILED"
    # a credential made before keeps what was copied into it; only a new one lacks the right
    caller.credential = netvisor.create_credential(ACCOUNTANT)
    assert (await send(caller, replace(message, **change))).code == "AUTHENTICATION_FAILED"
    assert (invoice.status, invoice.voucher_key) == ("open", None)


async def test_a_suggestion_without_a_voucher_needs_no_posting_right(
    caller: Caller, netvisor: Netvisor, invoice: Invoice, message: Message
):
    netvisor.set_rights(ACCOUNTANT, caller.business_id, posting=PostingLevel.SUGGESTION)
    caller.credential = netvisor.create_credential(ACCOUNTANT)
    assert (await send(caller, replace(message, ready="0"))).code == "OK"
    assert invoice.ready_for_accounting is False


async def test_whether_the_body_is_looked_at_before_the_right_is_a_switch(caller: Caller, netvisor: Netvisor):
    netvisor.set_rights(ACCOUNTANT, caller.business_id, posting=PostingLevel.NONE, inspector=False, approver=False)
    caller.credential = netvisor.create_credential(ACCOUNTANT)
    assert (await caller.post("purchaseinvoicepostingdata", "<root/>")).code == "SERVICE_ACCESS_ERROR"
    netvisor.switches["access_checked"] = "after_body"
    assert (await caller.post("purchaseinvoicepostingdata", "<root/>")).code == "INVALID_DATA"


async def test_status_never_goes_backwards(caller: Caller, invoice: Invoice, message: Message):
    assert (await send(caller, replace(message, status="accepted"))).code == "OK"
    assert (await send(caller, replace(message, status="approved"))).code == "INVALID_DATA"
    assert invoice.status == "accepted"


async def test_a_locked_period_takes_no_postings(
    caller: Caller, netvisor: Netvisor, invoice: Invoice, message: Message
):
    netvisor.company(caller.business_id).purchase_lock = invoice.day
    answer = await send(caller, message)
    assert (answer.code, answer.http_status) == ("PERIOD_LOCK", 403)
    later = (invoice.day + timedelta(days=1)).isoformat()
    moved = replace(message, before_ready=f'<EventDate format="ansi">{later}</EventDate>')
    assert (await send(caller, moved)).code == "OK"


@given(
    st.lists(
        st.tuples(
            st.integers(-10_000_000, 10_000_000),
            st.sampled_from([(0, "NONE"), (100, "KOOS"), (135, "KOOS"), (255, "KOOS"), (0, "EUPO")]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_voucher_sums_to_zero(sums: list[tuple[int, tuple[int, str]]]):
    import random

    netvisor = Netvisor(seed_companies=False)
    today = netvisor.now().date()
    company = Company(1, "9000100-6", "Koe Oy")
    open_books(company, today.year, today)
    vendor = make_vendor(company, OFFICE[0], random.Random(1), today)
    lines = [
        InvoiceLine(company.next_key(), cents, tenths, code, "", "", account_number=4000)
        for cents, (tenths, code) in sums
    ]
    voucher = post(company, add_invoice(company, vendor, "1", today, lines), netvisor.now())
    assert sum(line.sum for line in voucher.lines) == 0
    assert voucher.lines[-1].sum == -sum(cents for cents, _ in sums)


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&"), max_size=30)
NUMBER_LIKE = st.from_regex(r"-?[0-9]{0,6}[.,]?[0-9]{0,4}", fullmatch=True) | st.text("0123456789", min_size=4301)


@given(
    st.dictionaries(
        st.sampled_from(["sum", "ready", "status", "account", "vat", "comment", "key"]), ANY_TEXT | NUMBER_LIKE
    )
)
def test_whatever_a_message_says_it_is_taken_or_refused(changes: dict[str, Any]):
    if "vat" in changes:
        changes["vat"] = f"<VatPercent>{changes['vat']}</VatPercent>"
    company = BOOKS.companies[0]
    invoice = list(company.invoices.values())[-1]
    right = Message(invoice.key, f"{invoice.amount // 100},{invoice.amount % 100:02d}")
    message = replace(right, **changes)
    call = Call(
        company,
        BOOKS.user(ACCOUNTANT),
        FULL_LEDGER_RIGHTS,
        "FI",
        {},
        message.xml.encode(),
        BOOKS.now(),
        BOOKS.switches,
        BOOKS.users,
        "",
    )
    outcome = outcome_of(call)
    assert outcome in ("OK", "INVALID_DATA")
    assert outcome != "OK" or sum(line.sum for line in invoice.lines) == invoice.amount


def outcome_of(call: Call) -> str:
    try:
        purchase_invoice_posting_data(call)
    except Refusal as refusal:
        return refusal.code
    return "OK"
