"""Numbers, dates, booleans and names in every spelling that Netvisor's replies have, and what is none of them."""

from __future__ import annotations

import string
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.netvisor import BadReply
from tests.services.netvisor.loopback import document
from tests.services.netvisor.spoken import Spoken, raised, run

cents = st.integers(-(10**13), 10**13)
days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
spaces = st.sampled_from(["", " ", "\n", "\t\r\n "])


@pytest.fixture(scope="module")
def netvisor() -> Spoken:
    return Spoken()


def grouped(whole: str, separator: str) -> str:
    parts: list[str] = []
    while whole:
        whole, part = whole[:-3], whole[-3:]
        parts.insert(0, part)
    return separator.join(parts)


@given(cents, st.sampled_from(["plain", "point", "spaces", "hard spaces", "points", "minus sign"]), spaces)
def test_money_reads_the_same_in_every_spelling(netvisor: Spoken, value: int, spelling: str, around: str) -> None:
    whole, part = divmod(abs(value), 100)
    sign = "-" if value < 0 else ""
    text = {
        "plain": f"{whole},{part:02d}",
        "point": f"{whole}.{part:02d}",
        "spaces": f"{grouped(str(whole), ' ')},{part:02d}",
        "hard spaces": f"{grouped(str(whole), chr(0xA0))},{part:02d}",
        "points": f"{grouped(str(whole), '.')},{part:02d}",
        "minus sign": f"{whole},{part:02d}",
    }[spelling]
    if spelling == "minus sign":
        sign = sign and "\u2212"
    assert netvisor.amount(f"{around}{sign}{text}{around}") == Decimal(value) / 100


@pytest.mark.parametrize(
    ("text", "value"), [("5", "5"), ("10,1234", "10.1234"), ("0,00000000", "0"), ("-0,01", "-0.01"), ("25,5", "25.5")]
)
def test_numbers_of_the_documented_examples(netvisor: Spoken, text: str, value: str) -> None:
    assert netvisor.amount(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *("NaN", "Infinity", "-inf", "sNaN", "1e5", "1E999999999", "0x10", "1_000", "١٢", "12,34,56", "1,234.50"),
        *("--5", "5-", "12 34", "1.2.3", "€5", "5 %", "9" * 5000, "0," + "9" * 5000, "True", "&lt;b&gt;"),
    ],
)
def test_what_is_no_number_is_a_bad_reply_and_never_wrong_money(netvisor: Spoken, text: str) -> None:
    with pytest.raises(BadReply):
        netvisor.amount(text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&\ufffe\uffff")))
def test_any_text_is_a_number_or_a_bad_reply(netvisor: Spoken, text: str) -> None:
    amounts: list[Decimal | None] = []
    error = raised(lambda: amounts.append(netvisor.amount(text)))
    if error:
        assert isinstance(error, BadReply)
        return
    (amount,) = amounts
    assert amount is None or (amount.is_finite() and abs(amount) < 10**16)
    assert (amount is None) == (not text.strip())


@given(days, st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "short", "%Y-%m-%dT08:30:00", "%d.%m.%Y 0:00:00"]), spaces)
def test_dates_read_the_same_in_every_spelling(netvisor: Spoken, day: date, form: str, around: str) -> None:
    text = f"{day.day}.{day.month}.{day.year}" if form == "short" else day.strftime(form)
    assert netvisor.day(f"{around}{text}{around}") == day


@pytest.mark.parametrize(
    "text",
    [
        "31.2.2026",
        "2026-13-01",
        "2026-W47-1",
        "20261123",
        "23/11/2026",
        "11-23-2026",
        "0000-00-00",
        "yesterday",
        "1.1.26",
    ],
)
def test_what_is_no_date_is_a_bad_reply(netvisor: Spoken, text: str) -> None:
    with pytest.raises(BadReply):
        netvisor.day(text)


@given(st.text(string.digits + ".-T: +Z", max_size=30))
def test_any_digits_are_a_date_or_a_bad_reply(netvisor: Spoken, text: str) -> None:
    days: list[date | None] = []
    error = raised(lambda: days.append(netvisor.day(text)))
    if error:
        assert isinstance(error, BadReply)
        return
    (day,) = days
    assert day is None or (isinstance(day, date) and not isinstance(day, datetime))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("True", True), ("true", True), ("1", True), ("TRUE", True), (" true ", True)),
        *(("False", False), ("false", False), ("0", False), ("", None), ("maybe", None), ("2", None)),
    ],
)
def test_booleans_in_their_spellings(netvisor: Spoken, text: str, value: bool | None) -> None:
    content = (
        "<PurchaseInvoice><PurchaseInvoiceNetvisorKey>1</PurchaseInvoiceNetvisorKey>"
        f"<IsAccounted>{text}</IsAccounted></PurchaseInvoice>"
    )
    invoice = netvisor.hears(content, lambda company: company.purchase_invoice(1))
    assert invoice
    assert invoice.is_accounted is value


NAMES = ("NetvisorKey", "InvoiceNumber", "InvoiceDate", "Vendor", "Sum")


@given(st.data())
def test_names_read_the_same_in_any_case_and_order(netvisor: Spoken, data: st.DataObject) -> None:
    values = {"NetvisorKey": "7", "InvoiceNumber": "A1", "InvoiceDate": "1.2.2026", "Vendor": "Öljy Åb", "Sum": "1,50"}
    elements = ""
    for name in data.draw(st.permutations(NAMES)):
        cased = "".join(letter.upper() if data.draw(st.booleans()) else letter.lower() for letter in name)
        elements += f"<{cased}>{values[name]}</{cased}>"
    item = netvisor.invoice(
        elements, data.draw(st.sampled_from(["PurchaseInvoice", "purchaseinvoice", "PURCHASEINVOICE"]))
    )
    assert (item.key, item.number, item.invoice_date) == (7, "A1", date(2026, 2, 1))
    assert (item.vendor_name, item.amount) == ("Öljy Åb", Decimal("1.50"))


@settings(max_examples=30)
@given(st.text(st.characters(codec="iso-8859-15", exclude_categories=["Cc"], exclude_characters="<&"), min_size=1))
def test_texts_come_through_in_every_encoding(netvisor: Spoken, text: str) -> None:
    content = document(
        f"<PurchaseInvoiceList><PurchaseInvoice><NetvisorKey>1</NetvisorKey><Vendor>{text}</Vendor></PurchaseInvoice></PurchaseInvoiceList>"
    ).decode()
    for encoding in ("utf-8", "utf-8-sig", "iso-8859-15", "utf-16"):
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        netvisor.body = f'<?xml version="1.0" encoding="{declared}"?>{content}'.encode(encoding)
        (item,) = run(netvisor.company.purchase_invoices())
        assert item.vendor_name == (text.strip() or None)


@pytest.mark.parametrize("key", ["", "abc", "1.5", "1_0", "9" * 19, "-", "0x1", "१"])
def test_a_record_without_a_key_is_a_bad_reply(netvisor: Spoken, key: str) -> None:
    with pytest.raises(BadReply):
        netvisor.invoice(f"<NetvisorKey>{key}</NetvisorKey><Sum>1,00</Sum>")
