"""Joining invoices with the vouchers that people made of them: what is surely whose, and what is only counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.netvisor import ACCOUNTANT
from services.history import NO_DATE, Joined, join, keep_invoice, keep_voucher
from services.matching import AMBIGUOUS, NO_POSTING, NO_SUM, SPLIT, SUMMED, SURE, match_lines
from services.netvisor import PurchaseInvoice, PurchaseInvoiceLine, Voucher, VoucherLine
from tests.services.conftest import Firm

DAY = date(2026, 3, 10)
NO_DIMENSIONS: dict[str, str] = {}
Said = Counter[tuple[str, int, str | None, str | None, tuple[tuple[str, str], ...]]]


def bought(gross: str, vat: str = "24", text: str = "", net: str | None = None) -> PurchaseInvoiceLine:
    """A line of an invoice; its net sum has four decimals, as Netvisor's has."""
    exact = Decimal(gross) / (1 + Decimal(vat) / 100)
    return PurchaseInvoiceLine(
        sum=Decimal(gross),
        net_sum=exact.quantize(Decimal("0.0001")) if net is None else Decimal(net),
        vat_percent=Decimal(vat),
        description=text or None,
    )


def posted(
    amount: str, account: str | None, vat: str = "24", text: str = "", code: str = "KOOS", **dimensions: str
) -> VoucherLine:
    return VoucherLine(
        sum=Decimal(amount),
        description=text or None,
        account_number=account,
        vat_percent=Decimal(vat),
        vat_code=code,
        dimensions=dimensions,
    )


def payables(amount: str) -> VoucherLine:
    return posted(amount, "2871", "0", "Vendor 1", "NONE")


def tax(amount: str) -> VoucherLine:
    return posted(amount, "1763", "0", "Vendor 1", "NONE")


CLOSING = ("1763", "2871")
"""VAT and trade payables, as the company's default accounts name them."""


def joined(
    lines: Sequence[PurchaseInvoiceLine],
    *vouchers: Sequence[VoucherLine],
    closing: Sequence[str] = CLOSING,
    **invoice_has: Any,
) -> Joined:
    """Join one invoice with its vouchers."""
    has: dict[str, Any] = {"number": "A1", "invoice_date": DAY, "vendor_name": "Vendor", **invoice_has}
    invoice = PurchaseInvoice(key=7, lines=tuple(lines), **has)
    made = [
        Voucher(key=number, source_key=7, source_type="purchaseinvoice", lines=tuple(entries))
        for number, entries in enumerate(vouchers)
    ]
    return join([keep_invoice(invoice)], [keep_voucher(voucher) for voucher in made], closing)


def accounts(found: Joined) -> list[str | None]:
    return [example.account for example in found.examples]


def test_a_line_is_found_by_its_net_sum_beside_vat_and_payables() -> None:
    found = joined([bought("124.00")], [posted("100.00", "4000"), tax("24.00"), payables("-124.00")])
    (example,) = found.examples
    assert (example.account, example.vat_code, example.amount, example.vat_percent) == ("4000", "KOOS", 12400, "24")
    assert (example.document, example.vendor, example.date, example.invoice) == ("A1", "Vendor", DAY, "7")
    assert (found.unmatched, found.without_voucher) == ({}, 0)


def test_a_line_is_found_by_its_gross_sum_where_no_vat_is_deducted() -> None:
    found = joined([bought("124.00")], [posted("124.00", "4700", "0", code="NONE"), payables("-124.00")])
    assert accounts(found) == ["4700"]


def test_half_cents_round_as_in_bookkeeping() -> None:
    """Away from zero, not to the even cent."""
    found = joined(
        [bought("10.13", "0", net="10.1250"), bought("-10.13", "0", net="-10.1250")],
        [posted("10.13", "4000", "0"), posted("-10.13", "4001", "0")],
    )
    assert accounts(found) == ["4000", "4001"]
    assert accounts(joined([bought("12.56", net="10.1250")], [posted("10.13", "4000")])) == ["4000"]


def test_a_credit_note_is_matched_with_its_sign() -> None:
    found = joined([bought("-124.00")], [posted("-100.00", "4000"), tax("-24.00"), payables("124.00")])
    assert accounts(found) == ["4000"]
    assert found.examples[0].amount == -12400


def test_what_counterweighs_a_credited_line_is_not_taken_for_its_posting() -> None:
    """248 bought and 124 credited: trade payables get -124, the gross sum of the credited line."""
    found = joined(
        [bought("248.00"), bought("-124.00")],
        [payables("-124.00"), tax("24.00"), posted("-100.00", "4001"), posted("200.00", "4000")],
    )
    assert accounts(found) == ["4000", "4001"]


def test_vat_of_the_same_sum_as_a_line_is_not_taken_for_its_posting() -> None:
    found = joined(
        [bought("124.00"), bought("24.00", "0", "Freight")],
        [tax("24.00"), posted("24.00", "4900", "0", "Freight", "NONE"), posted("100.00", "4000"), payables("-148.00")],
    )
    assert accounts(found) == ["4000", "4900"]


def test_where_vat_cannot_be_told_from_a_line_nothing_is_guessed() -> None:
    lines = [bought("124.00"), bought("24.00", "0")]
    entries = [tax("24.00"), posted("24.00", "4900", "0", "Vendor 1", "NONE"), posted("100.00", "4000")]
    found = joined(lines, entries, closing=())
    assert accounts(found) == ["4000"]
    assert found.unmatched == {AMBIGUOUS: 1}
    assert accounts(joined(lines, entries)) == ["4000", "4900"], "the company's VAT account tells them apart"


def test_reverse_charge_leaves_the_line_alone() -> None:
    found = joined(
        [bought("100.00", "0")],
        [posted("100.00", "4000", "0", code="EUPO"), tax("24.00"), tax("-24.00"), payables("-100.00")],
    )
    assert accounts(found) == ["4000"]
    assert found.examples[0].vat_code == "EUPO"


def test_equal_sums_are_told_apart_by_vat_and_text_whatever_their_order() -> None:
    lines = [bought("124.00", text="Paper"), bought("124.00", text="Ink"), bought("100.00", "0", "Paper")]
    entries = [posted("100.00", "4002", "0", "Paper"), posted("100.00", "4001", text="Ink")]
    entries.append(posted("100.00", "4000", text="Paper"))
    assert accounts(joined(lines, entries)) == ["4000", "4001", "4002"]


def test_a_line_does_not_take_what_another_fits_better() -> None:
    """The first line fits both postings, the second only one of them as well."""
    lines = [bought("124.00", text="Something"), bought("124.00", text="Ink")]
    entries = [posted("100.00", "4001", text="Ink"), posted("100.00", "4000", text="Else")]
    assert accounts(joined(lines, entries)) == ["4000", "4001"]


def test_equal_lines_that_are_posted_differently_are_counted() -> None:
    lines = [bought("124.00"), bought("124.00")]
    found = joined(lines, [posted("100.00", "4000"), posted("100.00", "4001"), tax("48.00"), payables("-248.00")])
    assert (accounts(found), found.unmatched) == ([], {AMBIGUOUS: 2})
    one = joined(lines, [posted("100.00", "4000"), posted("100.00", "4000", Project="X")])
    assert (accounts(one), one.unmatched) == ([], {AMBIGUOUS: 2})


def test_equal_lines_that_are_posted_the_same_are_all_matched() -> None:
    found = joined([bought("124.00")] * 3, [posted("100.00", "4000", Project="X")] * 3)
    assert accounts(found) == ["4000"] * 3
    assert [example.dimensions for example in found.examples] == [{"Project": "X"}] * 3


def test_more_equal_lines_than_postings_are_counted() -> None:
    found = joined([bought("124.00")] * 3, [posted("100.00", "4000")] * 2)
    assert (accounts(found), found.unmatched) == ([], {AMBIGUOUS: 3})


def test_a_line_that_people_split_is_an_example_of_each_posting() -> None:
    found = joined([bought("124.00")], [posted("60.00", "4000"), posted("40.00", "4001"), tax("24.00")])
    assert accounts(found) == ["4000", "4001"]
    assert [example.amount for example in found.examples] == [12400, 12400]
    assert (found.unmatched, found.split) == ({}, 1)


def test_a_line_that_is_split_by_dimension_alone_keeps_its_account() -> None:
    found = joined([bought("124.00")], [posted("60.00", "4000", Project="X"), posted("40.00", "4000", Project="Y")])
    assert accounts(found) == ["4000", "4000"]
    assert [example.dimensions["Project"] for example in found.examples] == ["X", "Y"]


def test_parts_of_a_split_line_that_say_the_same_are_one_example() -> None:
    found = joined([bought("124.00")], [posted("60.00", "4000"), posted("40.00", "4000"), payables("-124.00")])
    assert accounts(found) == ["4000"]


def test_a_line_whose_vat_is_not_deducted_may_be_split_too() -> None:
    found = joined(
        [bought("124.00")],
        [posted("62.00", "4700", "0", code="NONE"), posted("62.00", "4701", "0", code="NONE"), payables("-124.00")],
    )
    assert accounts(found) == ["4700", "4701"]


def test_lines_that_people_put_together_all_have_that_posting() -> None:
    found = joined([bought("62.00"), bought("31.00"), bought("31.00")], [posted("100.00", "4000"), payables("-124.00")])
    assert accounts(found) == ["4000"] * 3
    assert (found.unmatched, found.summed) == ({}, 3)


def test_lines_put_together_by_vat_rate_add_up_within_a_cents_rounding() -> None:
    lines = [bought("10.01"), bought("10.02"), bought("11.40", "14"), bought("5.69", "14")]
    entries = [posted("16.16", "4000"), posted("14.99", "4001", "14"), tax("5.97"), payables("-37.12")]
    assert accounts(joined(lines, entries)) == ["4000", "4000", "4001", "4001"]


def test_what_adds_up_in_two_ways_is_taken_in_none() -> None:
    lines = [bought("124.00"), bought("248.00"), bought("372.00")]
    found = joined(lines, [posted("300.00", "4000"), posted("150.00", "4001"), posted("150.00", "4002")])
    assert accounts(found) == ["4000"]
    assert found.unmatched == {NO_POSTING: 2}
    two_ways = joined([bought("124.00"), bought("124.00")], [posted(str(sum_), "4000") for sum_ in (60, 40, 70, 30)])
    assert accounts(two_ways) == ["4000", "4000"], "but where all ways say the same, it does not matter which is right"


def test_what_does_not_add_up_is_counted() -> None:
    found = joined([bought("124.00"), bought("62.00")], [posted("100.00", "4000"), posted("55.00", "4001")])
    assert accounts(found) == ["4000"]
    assert found.unmatched == {NO_POSTING: 1}


def test_a_net_sum_that_was_rounded_otherwise_is_found() -> None:
    found = joined([bought("10.13", "25.5")], [posted("8.08", "4000", "25.5"), tax("2.05"), payables("-10.13")])
    assert accounts(found) == ["4000"]


def test_a_line_in_a_foreign_currency_is_found_by_its_sum_in_the_companys_own() -> None:
    found = joined(
        [bought("100.00", "0", "Licence"), bought("49.00", "0", "Support")],
        [
            posted("92.59", "4000", "0", "Licence", "EUPO"),
            posted("45.38", "4001", "0", "", "EUPO"),
            payables("-137.97"),
        ],
        amount=Decimal("137.97"),
        foreign_currency="USD",
        foreign_currency_amount=Decimal("149.00"),
    )
    assert accounts(found) == ["4000", "4001"]
    assert [example.amount for example in found.examples] == [10000, 4900], "what the invoice says"


def test_what_is_kept_of_an_invoice_says_what_a_prediction_may_rest_on() -> None:
    invoice = PurchaseInvoice(
        key=7,
        number="A1",
        invoice_date=DAY,
        event_date=DAY,
        due_date=date(2026, 4, 9),
        vendor_name="Vendor",
        vendor_business_id="9500000-3",
        vendor_bank_account="FI21 9900 0000 0000 01",
        our_reference="Työmaa 12",
        agreement_identifier="S-77",
        lines=(bought("124.00", text="Paper"),),
    )
    kept = json.loads(keep_invoice(invoice))
    assert (kept["vendor_key"], kept["iban"]) == ("9500000-3", "FI2199000000000001")
    assert kept["reference"] == "Työmaa 12 S-77"
    assert (kept["date"], kept["event_date"], kept["due_date"]) == ("2026-03-10", "2026-03-10", "2026-04-09")
    assert kept["lines"] == [{"gross": 12400, "net": 10000, "vat_percent": "24", "text": "Paper", "product_code": ""}]


def test_an_invoice_without_a_voucher_is_counted_apart() -> None:
    found = joined([bought("124.00"), bought("62.00")])
    assert (found.examples, found.unmatched, found.without_voucher) == ((), {}, 2)


def test_a_voucher_of_something_else_is_nobodys() -> None:
    invoice = PurchaseInvoice(key=7, invoice_date=DAY, lines=(bought("124.00"),))
    other = Voucher(key=1, source_key=8, lines=(posted("100.00", "4000"),))
    assert join([keep_invoice(invoice)], [keep_voucher(other)]).without_voucher == 1


def test_two_vouchers_of_an_invoice_are_read_as_one() -> None:
    found = joined([bought("124.00"), bought("62.00")], [posted("100.00", "4000")], [posted("50.00", "4001")])
    assert accounts(found) == ["4000", "4001"]


def test_lines_of_an_invoice_without_a_date_are_counted() -> None:
    found = joined([bought("124.00")], [posted("100.00", "4000")], invoice_date=None)
    assert (found.examples, found.unmatched) == ((), {NO_DATE: 1})


def test_a_line_without_a_sum_is_counted() -> None:
    found = joined([PurchaseInvoiceLine(description="free")], [VoucherLine(account_number="4000")])
    assert (found.examples, found.unmatched) == ((), {NO_SUM: 1})


money = st.integers(-5, 5).map(lambda cents: cents * 100)
texts = st.sampled_from(["", "a", "b"])
percents = st.sampled_from(["0", "24", None])
kept_lines = st.fixed_dictionaries(
    {"net": money | st.none(), "gross": money | st.none(), "vat_percent": percents, "text": texts}
)
kept_postings = st.fixed_dictionaries(
    {
        "sum": money,
        "vat_percent": percents,
        "text": texts,
        "account": st.sampled_from(["4000", "4001", None]),
        "vat_code": st.just("KOOS"),
        "dimensions": st.just(NO_DIMENSIONS),
    }
)


@given(st.lists(kept_lines, max_size=6), st.lists(kept_postings, max_size=6))
def test_every_voucher_line_is_used_for_what_it_adds_up_to(
    lines: list[dict[str, Any]], postings: list[dict[str, Any]]
) -> None:
    matches = match_lines(lines, postings)
    assert len(matches) == len(lines)
    uses = Counter(id(posting) for match in matches for posting in match.postings)
    assert set(uses) <= {id(posting) for posting in postings}
    for line, match in zip(lines, matches, strict=True):
        amounts = [line["net"], line["gross"]]
        assert bool(match.postings) == (match.how in (SURE, SPLIT, SUMMED))
        if match.how in (SURE, SPLIT):
            assert any(
                amount is not None and abs(amount - sum(posting["sum"] for posting in match.postings)) <= 4
                for amount in amounts
            )
        if match.how != SUMMED:
            assert all(uses[id(posting)] == 1 for posting in match.postings)


@given(st.lists(kept_lines, max_size=5), st.lists(kept_postings, max_size=5), st.randoms())
def test_the_order_of_a_vouchers_lines_changes_nothing(
    lines: list[dict[str, Any]], postings: list[dict[str, Any]], random: Random
) -> None:
    shuffled = list(postings)
    random.shuffle(shuffled)

    def labels(given: list[dict[str, Any]]) -> list[object]:
        return [
            (match.how, sorted({str(posting["account"]) for posting in match.postings}))
            for match in match_lines(lines, given)
        ]

    assert labels(shuffled) == labels(postings)


def test_hundreds_of_equal_lines_are_matched() -> None:
    lines = [{"net": 100, "gross": 124, "vat_percent": "24", "text": ""}] * 300
    postings: list[dict[str, object]] = [
        {
            "sum": 100,
            "vat_percent": "24",
            "text": "",
            "account": "4000",
            "vat_code": "KOOS",
            "dimensions": NO_DIMENSIONS,
        }
        for _ in range(300)
    ]
    assert all(match.postings for match in match_lines(lines, postings))


@pytest.mark.parametrize("name", ["Kataja", "Leppä"])
async def test_a_sandbox_company_is_learnt_without_a_wrong_label(firm: Firm, name: str) -> None:
    company = firm.company(name)
    client = firm.client(company.business_id, firm.netvisor.create_credential(ACCOUNTANT))
    invoices = [
        keep_invoice(invoice)
        for keys in client.batches(list(company.invoices))
        for invoice in await client.purchase_invoice_batch(keys)
    ]
    vouchers = [
        keep_voucher(voucher) for voucher in await client.vouchers(start=date(2023, 1, 1), end=date(2026, 12, 31))
    ]
    found = join(invoices, vouchers, CLOSING)
    lines = [(str(invoice.key), line) for invoice in company.invoices.values() for line in invoice.lines]
    waiting = sum(len(invoice.lines) for invoice in company.invoices.values() if invoice.voucher_key is None)
    assert found.without_voucher == waiting
    unmatched = sum(found.unmatched.values())
    assert len(found.examples) + unmatched + waiting == len(lines)
    assert unmatched <= 0.01 * len(lines)
    truth: Said = Counter(
        (key, line.sum, str(line.account_number), line.vat_code, tuple(sorted(line.dimensions))) for key, line in lines
    )
    learnt: Said = Counter(
        (each.invoice, each.amount, each.account, each.vat_code, tuple(sorted(each.dimensions.items())))
        for each in found.examples
    )
    assert learnt - truth == Counter()
