"""What is measured: predicted against finally posted, what people changed, and vendors whose account changed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.measuring import STEADY, compare, drifts, figures
from services.netvisor import PurchaseInvoice, PurchaseInvoiceLine
from services.records import Handled, Way

NOW = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
TODAY = date(2026, 3, 9)


def handled(account: str = "4000") -> Handled:
    values = {"source": 1, "account": account, "vat": "KOOS", "dimension:Kustannuspaikka": "100"}
    return Handled("T1", "c:7", "c", 7, "Kataja Oy", NOW - timedelta(hours=3), NOW, Way.PERSON, (values,), 0)


def invoice() -> PurchaseInvoice:
    line = PurchaseInvoiceLine(key=1, sum=Decimal("125.50"), net_sum=Decimal(100), vat_percent=Decimal("25.5"))
    return PurchaseInvoice(key=7, invoice_date=TODAY, amount=Decimal("125.50"), lines=(line,))


def posting(account: str = "4000", total: int = 10_000, **changes: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {"sum": total, "text": "", "account": account, "vat_percent": "25.5", "vat_code": "KOOS"}
    return {**kept, "dimensions": {"Kustannuspaikka": "100"}, **changes}


def test_what_is_posted_as_predicted_is_right() -> None:
    found = compare(handled(), invoice(), [posting()], (), NOW)
    assert (found.agreeing, found.compared, found.corrections) == (3, 3, ())
    assert figures([found]).share_right == 1.0


@pytest.mark.parametrize(
    ("change", "correction"),
    [
        ({"account": "4110"}, ["account", "4000", "4110"]),
        ({"vat_code": "NONE"}, ["vat", "KOOS", "NONE"]),
        ({"dimensions": {}}, ["dimension:Kustannuspaikka", "100", ""]),
    ],
)
def test_what_was_corrected_in_netvisor_counts(change: dict[str, Any], correction: list[str]) -> None:
    found = compare(handled(), invoice(), [posting(**change)], (), NOW)
    assert found.corrections == (correction,)
    told = figures([found])
    assert (told.untouched, told.right, told.known) == (0, 0, 1)


def test_a_line_that_was_split_between_accounts_is_not_right() -> None:
    found = compare(handled(), invoice(), [posting(total=4_000), posting("4110", 6_000)], (), NOW)
    assert found.corrections == (["account", "4000", "4110"],)


def test_what_cannot_be_told_is_not_compared() -> None:
    found = compare(handled(), invoice(), [posting(total=77)], (), NOW)
    assert (found.compared, found.compared_at) == (0, None)
    assert figures([found]).share_right is None
    assert figures([]).share_untouched is None


def books(*accounts: str, first: date = date(2026, 1, 1)) -> tuple[list[str], list[str]]:
    """Return kept invoices and vouchers of one vendor, one a week."""
    invoices: list[str] = []
    vouchers: list[str] = []
    for number, account in enumerate(accounts):
        line = {"gross": 12_550, "net": 10_000, "vat_percent": "25.5", "text": "x", "product_code": ""}
        day = (first + timedelta(weeks=number)).isoformat()
        own = {"number": str(number), "vendor": "Kataja Oy", "vendor_key": "1", "reference": "", "lines": [line]}
        invoices.append(json.dumps({**own, "key": number, "date": day, "amount": 12_550, "currency_amount": None}))
        vouchers.append(json.dumps({"source": number, "date": day, "lines": [posting(account)]}))
    return invoices, vouchers


def test_a_vendor_whose_account_changed_is_told_with_the_day() -> None:
    accounts = ["4000"] * 7 + ["4110"] * 2
    invoices, vouchers = books(*accounts)
    since = date(2026, 1, 1) + timedelta(weeks=7)
    assert drifts(invoices, vouchers, (), TODAY) == [["Kataja Oy", "4000", "4110", since.isoformat()]]
    assert drifts(invoices, vouchers, (), TODAY + timedelta(days=40)) == [], "old news"


@pytest.mark.parametrize(
    "accounts",
    [
        ["4000"] * 8 + ["4110"],
        ["4000", "4110"] * 4,
        ["4000"] * (STEADY - 1) + ["4110"] * 6,
        ["4000"] * 9,
        [],
    ],
)
def test_what_is_no_change_of_account_is_not_told(accounts: list[str]) -> None:
    assert drifts(*books(*accounts), (), TODAY) == []
