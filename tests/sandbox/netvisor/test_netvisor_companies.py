import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as standard_iban
from stdnum.fi import ytunnus

from sandbox.netvisor import ACCOUNTANT, ADMINISTRATOR, FULL_LEDGER_RIGHTS, LedgerRights, Netvisor, PostingLevel
from sandbox.netvisor.business_id import business_id, business_ids
from sandbox.netvisor.history import iban, reference_number
from sandbox.netvisor.vat import VatClass, vat_on
from sandbox.netvisor.xml import element, money, net_of, percent

HEADINGS = "date,document,vendor,amount,text,account,dimension"


def months_of(netvisor: Netvisor, business: str) -> float:
    days = [invoice.day for invoice in netvisor.company(business).invoices.values()]
    return (max(days) - min(days)).days / 30.4 if days else 0


def test_the_ready_companies_have_0_2_8_and_30_months(netvisor: Netvisor):
    months = [round(months_of(netvisor, company.business_id)) for company in netvisor.companies]
    assert months == [30, 8, 2, 0, 30, 8]
    assert all(ytunnus.is_valid(company.business_id) for company in [netvisor.firm, *netvisor.companies])
    assert len({company.business_id for company in netvisor.companies}) == 6


def test_the_ready_companies_are_the_same_every_time(netvisor: Netvisor):
    def content(of: Netvisor) -> list[tuple[str, int, date]]:
        return [(each.number, each.amount, each.day) for each in of.companies[0].invoices.values()]

    assert content(Netvisor(clock=netvisor.clock)) == content(netvisor)


def test_histories_end_yesterday_whatever_the_day_is():
    leap_day = datetime(2028, 2, 29, 12, tzinfo=UTC).timestamp()
    netvisor = Netvisor(clock=lambda: leap_day)
    newest = max(invoice.day for company in netvisor.companies for invoice in company.invoices.values())
    assert newest == date(2028, 2, 28)


@given(st.integers(9_000_000, 9_999_000))
def test_business_ids_have_right_check_digits(serial: int):
    assert all(ytunnus.is_valid(each) for each in business_ids(serial, 3))


def test_a_serial_without_a_check_digit_is_no_business_id():
    with pytest.raises(ValueError, match="no business id"):
        business_id(next(serial for serial in range(9_000_000, 9_001_000) if not _has_digit(serial)))


def _has_digit(serial: int) -> bool:
    try:
        business_id(serial)
    except ValueError:
        return False
    return True


@given(st.integers(0, 10**12 - 1))
def test_account_numbers_and_references_have_right_check_digits(base: int):
    assert standard_iban.is_valid(iban(base), check_country=False)
    digits = [int(digit) for digit in reversed(reference_number(base))]
    assert (digits[0] + sum(digit * (7, 3, 1)[place % 3] for place, digit in enumerate(digits[1:]))) % 10 == 0


@given(st.integers(-(10**12), 10**12))
def test_money_has_a_comma_and_two_decimals(cents: int):
    whole, fraction = money(cents).split(",")
    assert int(f"{whole}{fraction}") == cents
    assert len(fraction) == 2


@given(st.integers(-(10**9), 10**9), st.sampled_from([0, 100, 135, 140, 240, 255]))
def test_net_times_the_rate_is_gross_within_a_cent(gross: int, tenths: int):
    assert abs(net_of(gross, tenths) * (1000 + tenths) - gross * 100_000) <= (1000 + tenths)


@given(st.text())
def test_any_text_becomes_well_formed_xml(value: str):
    from xml.etree import ElementTree

    assert ElementTree.fromstring(element("A", value)).tag == "A"


@pytest.mark.parametrize(
    ("day", "rates"),
    [
        (date(2024, 8, 31), ["24", "14", "10", "0"]),
        (date(2024, 9, 1), ["25,5", "14", "10", "0"]),
        (date(2026, 1, 1), ["25,5", "13,5", "10", "0"]),
    ],
)
def test_vat_rates_follow_the_date(day: date, rates: list[str]):
    classes = (VatClass.STANDARD, VatClass.REDUCED, VatClass.LOW, VatClass.ZERO)
    assert [percent(vat_on(each, day)[0]) for each in classes] == rates


# credentials and rights


def test_ledger_rights_are_copied_when_the_credential_is_made(netvisor: Netvisor, ids: dict[str, str]):
    leppa = netvisor.company(ids["leppä"])
    old = netvisor.create_credential(ACCOUNTANT)
    assert netvisor.ledger_rights(old, leppa).posting is PostingLevel.SUGGESTION
    netvisor.set_rights(ACCOUNTANT, ids["leppä"], posting="may_post", circulation_setter=True)
    assert netvisor.ledger_rights(old, leppa).posting is PostingLevel.SUGGESTION
    assert netvisor.ledger_rights(netvisor.create_credential(ACCOUNTANT), leppa) == FULL_LEDGER_RIGHTS


def test_copying_a_user_reaches_credentials_made_before(netvisor: Netvisor, ids: dict[str, str]):
    kataja, vaahtera = netvisor.company(ids["kataja"]), netvisor.company(ids["vaahtera"])
    netvisor.remove_access(ACCOUNTANT, ids["vaahtera"])
    credential = netvisor.create_credential(ACCOUNTANT)
    assert netvisor.ledger_rights(credential, vaahtera) == LedgerRights()
    netvisor.copy_user(ACCOUNTANT, ids["kataja"], [ids["vaahtera"]])
    key = netvisor.user(ACCOUNTANT).key
    assert vaahtera.access[key] == kataja.access[key]
    assert netvisor.ledger_rights(credential, vaahtera) == FULL_LEDGER_RIGHTS


def test_a_generic_user_has_full_rights_everywhere(netvisor: Netvisor):
    first, second = netvisor.add_generic_user(), netvisor.add_generic_user()
    assert first.name != second.name
    credential = netvisor.create_credential(first.name)
    assert all(netvisor.ledger_rights(credential, company) == FULL_LEDGER_RIGHTS for company in netvisor.companies)


def test_the_integration_is_found_by_the_access_key_of_the_article_only(netvisor: Netvisor, ids: dict[str, str]):
    assert netvisor.access_key == "E2DCB2FF20700782F1EA878EDC19DC27"
    assert not netvisor.add_integration(ids["tuomi"], "E2DCB2FF")
    assert not netvisor.company(ids["tuomi"]).integration_added
    assert netvisor.add_integration(ids["tuomi"], f" {netvisor.access_key} ")


def test_an_invoice_arrives_open_and_only_those_with_the_right_may_handle_it(netvisor: Netvisor, ids: dict[str, str]):
    invoice = netvisor.receive_invoice(ids["kataja"])
    assert invoice.day == netvisor.now().date()
    assert all(line.account_number is None for line in invoice.lines)
    netvisor.set_rights(ADMINISTRATOR, ids["kataja"], approver=False)
    with pytest.raises(ValueError, match="no right"):
        netvisor.handle_invoice(ids["kataja"], invoice.key, type(invoice.status).ACCEPTED, ADMINISTRATOR)
    with pytest.raises(ValueError, match="no earlier invoice"):
        netvisor.receive_invoice(ids["vaahtera"])


# books from a file


def write(path: Path, *rows: str, headings: str = HEADINGS) -> Path:
    content = "\n".join([headings, *rows]).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_books_end_yesterday_with_numbered_accounts_and_one_invoice_for_each_document(
    netvisor: Netvisor, tmp_path: Path
):
    path = write(
        tmp_path / "koe.csv.gz",
        "2020-01-01,1,Aapa Oy,100.0,paperia,Toimistokulut,Keskus",
        "2020-01-01,1,Aapa Oy,50.5,kyniä,Toimistokulut,Keskus",
        "2020-01-02,1,Beeta Oy,-20.0,hyvitys,Sähkö,",
        *(f"2020-02-{day:02d},{100 + day},Aapa Oy,10.0,,Sähkö," for day in range(1, 11)),
    )
    company = netvisor.load_books(path, name="Koe Oy")
    invoices = list(company.invoices.values())
    assert company in netvisor.companies
    assert ytunnus.is_valid(company.business_id)
    assert [len(invoice.lines) for invoice in invoices[:3]] == [2, 1, 1]
    assert [invoice.amount for invoice in invoices[:2]] == [15_050, -2_000]
    assert invoices[-1].day == netvisor.now().date() - timedelta(days=1)
    assert invoices[-1].day - invoices[0].day == date(2020, 2, 10) - date(2020, 1, 1)
    assert {number: company.accounts[number].name for number in (4000, 4001)} == {4000: "Sähkö", 4001: "Toimistokulut"}
    assert invoices[0].lines[0].dimensions == (("Kustannuspaikka", "Keskus"),)
    assert [invoice.voucher_key is None for invoice in invoices] == [False] * 7 + [True] * 5
    posted = {(line.account_number, line.vat_code) for invoice in invoices[:-5] for line in invoice.lines}
    assert len(posted) == 2


@pytest.mark.parametrize(
    ("rows", "headings", "complaint"),
    [
        ([], HEADINGS, "no postings"),
        (["2020-13-01,1,Aapa Oy,1.0,,Sähkö,"], HEADINGS, "line 2"),
        (["2020-01-01,1,Aapa Oy,much,,Sähkö,"], HEADINGS, "line 2"),
        (["2020-01-01,1"], "date,document", "line 2"),
    ],
)
def test_a_file_that_is_no_books_is_refused_with_the_line(
    netvisor: Netvisor, tmp_path: Path, rows: list[str], headings: str, complaint: str
):
    with pytest.raises(ValueError, match=complaint):
        netvisor.load_books(write(tmp_path / "koe.csv", *rows, headings=headings))


def test_books_do_not_take_the_place_of_a_company(netvisor: Netvisor, ids: dict[str, str], tmp_path: Path):
    path = write(tmp_path / "koe.csv", "2020-01-01,1,Aapa Oy,1.0,,Sähkö,")
    with pytest.raises(ValueError, match="already"):
        netvisor.load_books(path, business_id=ids["kataja"])
