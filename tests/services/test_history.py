"""Joining invoices with the vouchers that people made of them: what is surely whose, and what is only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.netvisor import ACCOUNTANT
from services.history import Joined, join, keep_invoice, keep_voucher, match_lines
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


def joined(lines: Sequence[PurchaseInvoiceLine], *vouchers: Sequence[VoucherLine], day: date | None = DAY) -> Joined:
    """Join one invoice with its vouchers."""
    invoice = PurchaseInvoice(key=7, number="A1", invoice_date=day, vendor_name="Vendor", lines=tuple(lines))
    made = [
        Voucher(key=number, source_key=7, source_type="purchaseinvoice", lines=tuple(entries))
        for number, entries in enumerate(vouchers)
    ]
    return join([keep_invoice(invoice)], [keep_voucher(voucher) for voucher in made])


def accounts(found: Joined) -> list[str | None]:
    return [example.account for example in found.examples]


def test_a_line_is_found_by_its_net_sum_beside_vat_and_payables() -> None:
    found = joined([bought("124.00")], [posted("100.00", "4000"), tax("24.00"), payables("-124.00")])
    (example,) = found.examples
    assert (example.account, example.vat_code, example.amount, example.vat_percent) == ("4000", "KOOS", 12400, "24")
    assert (example.document, example.vendor, example.date, example.invoice) == ("A1", "Vendor", DAY, "7")
    assert (found.unmatched, found.without_voucher) == (0, 0)


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
    found = joined(
        [bought("124.00"), bought("24.00", "0")],
        [tax("24.00"), posted("24.00", "4900", "0", "Vendor 1", "NONE"), posted("100.00", "4000")],
    )
    assert accounts(found) == ["4000"]
    assert found.unmatched == 1


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
    assert (accounts(found), found.unmatched) == ([], 2)
    one = joined(lines, [posted("100.00", "4000"), posted("100.00", "4000", Project="X")])
    assert (accounts(one), one.unmatched) == ([], 2)


def test_equal_lines_that_are_posted_the_same_are_all_matched() -> None:
    found = joined([bought("124.00")] * 3, [posted("100.00", "4000", Project="X")] * 3)
    assert accounts(found) == ["4000"] * 3
    assert [example.dimensions for example in found.examples] == [{"Project": "X"}] * 3


def test_more_equal_lines_than_postings_are_counted() -> None:
    found = joined([bought("124.00")] * 3, [posted("100.00", "4000")] * 2)
    assert (accounts(found), found.unmatched) == ([], 3)


def test_a_line_that_people_split_is_counted() -> None:
    found = joined([bought("124.00")], [posted("60.00", "4000"), posted("40.00", "4001"), tax("24.00")])
    assert (accounts(found), found.unmatched) == ([], 1)


def test_lines_that_people_put_together_are_counted() -> None:
    found = joined([bought("62.00"), bought("62.00")], [posted("100.00", "4000"), payables("-124.00")])
    assert (accounts(found), found.unmatched) == ([], 2)


def test_an_invoice_without_a_voucher_is_counted_apart() -> None:
    found = joined([bought("124.00"), bought("62.00")])
    assert (found.examples, found.unmatched, found.without_voucher) == ((), 0, 2)


def test_a_voucher_of_something_else_is_nobodys() -> None:
    invoice = PurchaseInvoice(key=7, invoice_date=DAY, lines=(bought("124.00"),))
    other = Voucher(key=1, source_key=8, lines=(posted("100.00", "4000"),))
    assert join([keep_invoice(invoice)], [keep_voucher(other)]).without_voucher == 1


def test_two_vouchers_of_an_invoice_are_read_as_one() -> None:
    found = joined([bought("124.00"), bought("62.00")], [posted("100.00", "4000")], [posted("50.00", "4001")])
    assert accounts(found) == ["4000", "4001"]


def test_lines_of_an_invoice_without_a_date_are_counted() -> None:
    found = joined([bought("124.00")], [posted("100.00", "4000")], day=None)
    assert (found.examples, found.unmatched) == ((), 1)


def test_a_line_without_a_sum_is_counted() -> None:
    found = joined([PurchaseInvoiceLine(description="free")], [VoucherLine(account_number="4000")])
    assert (found.examples, found.unmatched) == ((), 1)


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
def test_every_voucher_line_is_used_once_and_fits_its_line(
    lines: list[dict[str, object]], postings: list[dict[str, object]]
) -> None:
    matches = match_lines(lines, postings)
    assert len(matches) == len(lines)
    used = Counter(id(match) for match in matches if match is not None)
    assert set(used) <= {id(posting) for posting in postings}
    assert all(count == 1 for count in used.values())
    for line, match in zip(lines, matches, strict=True):
        assert match is None or match["sum"] in (line["net"], line["gross"])


@given(st.lists(kept_lines, max_size=5), st.lists(kept_postings, max_size=5), st.randoms())
def test_the_order_of_a_vouchers_lines_changes_nothing(
    lines: list[dict[str, object]], postings: list[dict[str, object]], random: Random
) -> None:
    shuffled = list(postings)
    random.shuffle(shuffled)

    def said(found: Sequence[Mapping[str, object] | None]) -> list[object]:
        return [match and match["account"] for match in found]

    assert said(match_lines(lines, shuffled)) == said(match_lines(lines, postings))


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
    assert all(match_lines(lines, postings))


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
    found = join(invoices, vouchers)
    lines = [(str(invoice.key), line) for invoice in company.invoices.values() for line in invoice.lines]
    waiting = sum(len(invoice.lines) for invoice in company.invoices.values() if invoice.voucher_key is None)
    assert found.without_voucher == waiting
    assert len(found.examples) + found.unmatched + waiting == len(lines)
    assert found.unmatched <= 0.01 * len(lines)
    truth: Said = Counter(
        (key, line.sum, str(line.account_number), line.vat_code, tuple(sorted(line.dimensions))) for key, line in lines
    )
    learnt: Said = Counter(
        (each.invoice, each.amount, each.account, each.vat_code, tuple(sorted(each.dimensions.items())))
        for each in found.examples
    )
    assert learnt - truth == Counter()
