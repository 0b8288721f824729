import re
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.netvisor import ADMINISTRATOR, Netvisor, PostingLevel

from .conftest import Caller


def children(xml: str, element: str) -> list[str]:
    """Names of the elements directly in the first element of that name, in their own casing."""
    from xml.etree import ElementTree

    found = next(ElementTree.fromstring(xml).iter(element))
    return [child.tag for child in found]


async def test_the_list_of_invoices_has_the_documented_fields(caller: Caller, netvisor: Netvisor):
    answer = await caller.get("purchaseinvoicelist")
    assert children(answer.text, "PurchaseInvoice") == [
        "NetvisorKey",
        "InvoiceNumber",
        "InvoiceDate",
        "Vendor",
        "VendorOrganizationIdentifier",
        "Sum",
        "Payments",
        "OpenSum",
        "Uri",
    ]
    rows = answer.root.findall("PurchaseInvoiceList/PurchaseInvoice")
    company = netvisor.company(caller.business_id)
    assert len(rows) == len(company.invoices)
    date = rows[0].find("InvoiceDate")
    assert date is not None
    assert date.get("format") == "ansi"
    assert all(re.fullmatch(r"-?\d+,\d\d", text) for text in answer.texts("PurchaseInvoiceList/PurchaseInvoice/Sum"))
    yesterday = netvisor.now().date() - timedelta(days=1)
    assert max(answer.texts("PurchaseInvoiceList/PurchaseInvoice/InvoiceDate")) <= yesterday.isoformat()


async def test_list_parameters_narrow_the_list(caller: Caller, netvisor: Netvisor):
    invoices = list(netvisor.company(caller.business_id).invoices.values())
    day = invoices[100].day

    async def keys(query: str) -> set[int]:
        answer = await caller.get("purchaseinvoicelist", query)
        assert answer.code == "OK"
        return set(map(int, answer.texts("PurchaseInvoiceList/PurchaseInvoice/NetvisorKey")))

    assert await keys(f"begininvoicedate={day}&endinvoicedate={day}") == {
        each.key for each in invoices if each.day == day
    }
    assert await keys("invoicestatus=open") == {each.key for each in invoices if each.status == "open"}
    assert await keys("paymentstatus=unpaid") == {each.key for each in invoices if each.paid != each.amount}
    assert invoices[7].key in await keys(f"invoicenumber={invoices[7].number}")
    since = invoices[-20].modified
    assert await keys(f"lastmodifiedstart={since:%Y-%m-%dT%H:%M:%S}") == {
        each.key for each in invoices if each.modified >= since
    }


async def test_nothing_found_is_an_empty_element(caller: Caller, ids: dict[str, str]):
    vaahtera = replace(caller, business_id=ids["vaahtera"])
    assert "<PurchaseInvoiceList/>" in (await vaahtera.get("purchaseinvoicelist")).text
    assert "<Vouchers/>" in (await vaahtera.get("accountingledger", "changedsince=2020-01-01")).text
    assert "<PurchaseInvoice/>" in (await caller.get("getpurchaseinvoice", "netvisorkey=1")).text
    assert "<PurchaseInvoices/>" in (await caller.get("getpurchaseinvoice", "netvisorkeylist=1,2")).text


async def test_an_invoice_that_is_not_there_may_also_be_invalid_data(caller: Caller, netvisor: Netvisor):
    netvisor.switches["invoice_not_found"] = "INVALID_DATA"
    answer = await replace(caller, language="EN").get("getpurchaseinvoice", "netvisorkey=123")
    assert answer.statuses[1].startswith("INVALID_DATA :: Data form incorrect:. ")


async def test_details_have_the_documented_fields_and_values(caller: Caller, netvisor: Netvisor):
    company = netvisor.company(caller.business_id)
    invoice = next(each for each in company.invoices.values() if each.lines[0].dimensions and each.voucher_key)
    answer = await caller.get("getpurchaseinvoice", f"netvisorkey={invoice.key}&version=2")
    names = children(answer.text, "PurchaseInvoice")
    assert names[:3] == ["PurchaseInvoiceNetvisorKey", "PurchaseInvoiceNumber", "PurchaseInvoiceDate"]
    assert {"PurchaseInvoiceReferencenumber", "VendorAddressline", "VendorPostnumber", "IsAccounted"} <= set(names)
    (is_accounted,) = answer.texts("PurchaseInvoice/IsAccounted")
    assert is_accounted == "True"
    line, row = invoice.lines[0], answer.root.find("PurchaseInvoice/InvoiceLines/PurchaseInvoiceLine")
    assert row is not None
    euros, cents = row.findtext("LineSum", "").split(",")
    assert int(euros) * 100 + int(cents) * (-1 if euros.startswith("-") else 1) == line.sum
    assert re.fullmatch(r"-?\d+,\d{4}", row.findtext("LineNetSum", ""))
    assert row.findtext("AccountingSuggestionBookkeepingAccount", "").startswith(f"{line.account_number} ")
    assert row.findtext("PurchaseInvoiceLineDimensions/Dimension/DimensionDetailName") == line.dimensions[0][1]


async def test_version_one_has_dimensions_beside_the_line(caller: Caller, netvisor: Netvisor):
    company = netvisor.company(caller.business_id)
    key = next(each.key for each in company.invoices.values() if each.lines[0].dimensions)
    one = await caller.get("getpurchaseinvoice", f"netvisorkey={key}")
    two = await caller.get("getpurchaseinvoice", f"netvisorkey={key}&version=2")
    assert one.root.find("PurchaseInvoice/InvoiceLines/PurchaseInvoiceLineDimensions") is not None
    assert two.root.find("PurchaseInvoice/InvoiceLines/PurchaseInvoiceLineDimensions") is None


async def test_casing_is_as_uneven_as_in_the_documentation(caller: Caller, netvisor: Netvisor):
    keys = list(netvisor.company(caller.business_id).invoices)[:2]
    single = await caller.get("getpurchaseinvoice", f"netvisorkey={keys[0]}")
    several = await caller.get("getpurchaseinvoice", f"netvisorkeylist={keys[0]},{keys[1]}")
    assert "<VendorPostnumber>" in single.text
    assert "<Vendorpostnumber>" in several.text
    dimensions = await caller.get("dimensionlist")
    assert "<Netvisorkey>" in dimensions.text
    assert "<IsHidden>False</IsHidden>" in dimensions.text
    assert "<IsDefault>true</IsDefault>" in (await caller.get("getcirculationlists")).text
    accounts = await caller.get("accountlist")
    assert "<IsActive>1</IsActive>" in accounts.text
    assert "<VATpayable>2946</VATpayable>" in accounts.text
    periods = await caller.get("accountingperiodlist")
    assert re.search(r'<EndDate format="ansi">31\.12\.\d{4}</EndDate>', periods.text)


@pytest.mark.parametrize(("language", "word"), [("FI", "Maksettu"), ("EN", "Paid"), ("SE", "Betald")])
async def test_invoice_status_is_a_word_of_the_language(caller: Caller, netvisor: Netvisor, language: str, word: str):
    key = next(iter(netvisor.company(caller.business_id).invoices))
    answer = await replace(caller, language=language).get("getpurchaseinvoice", f"netvisorkey={key}")
    assert answer.texts("PurchaseInvoice/InvoiceStatus") == [word]
    assert answer.texts("PurchaseInvoice/ApprovalStatus") == ["accepted"]


@pytest.mark.parametrize("level", list(PostingLevel))
async def test_posting_access_is_that_of_the_credential(
    caller: Caller, netvisor: Netvisor, ids: dict[str, str], level: PostingLevel
):
    netvisor.set_rights("Anna Aalto", ids["kataja"], posting=level)
    caller.credential = netvisor.create_credential("Anna Aalto")
    netvisor.set_rights("Anna Aalto", ids["kataja"], posting=PostingLevel.NONE)  # copied before, so it changes nothing
    key = next(iter(netvisor.company(ids["kataja"]).invoices))
    answer = await caller.get("getpurchaseinvoice", f"netvisorkey={key}")
    (may_post,) = answer.texts("PurchaseInvoice/PostingLinesAccess/CanUserPostInvoice")
    assert may_post == str(level in ("may_post", "posts_by_default"))
    netvisor.switches["posting_lines_access"] = "absent"
    answer = await caller.get("getpurchaseinvoice", f"netvisorkey={key}")
    assert answer.root.find("PurchaseInvoice/PostingLinesAccess") is None


async def test_actions_show_rights_on_an_open_invoice_and_nothing_on_a_finished_one(caller: Caller, netvisor: Netvisor):
    invoices = list(netvisor.company(caller.business_id).invoices.values())
    finished, opened = invoices[0], invoices[-1]

    async def types(key: int) -> list[str]:
        answer = await caller.get("getpurchaseinvoice", f"netvisorkey={key}&include=actions")
        return answer.texts("PurchaseInvoice/Actions/Action/Type")

    assert await types(opened.key) == ["approve", "accept", "reject"]
    assert await types(finished.key) == []
    caller.credential = netvisor.create_credential("Ville Vartia")  # who may not approve
    assert await types(opened.key) == ["approve", "reject"]
    netvisor.switches["actions"] = "absent"
    assert await types(opened.key) == []


async def test_several_includes_only_when_the_switch_says_so(caller: Caller, netvisor: Netvisor):
    key = next(iter(netvisor.company(caller.business_id).invoices))
    query = f"netvisorkey={key}&include=actions,handlinghistory"
    assert (await caller.get("getpurchaseinvoice", query)).code == "INVALID_DATA"
    netvisor.switches["several_includes"] = "taken"
    answer = await caller.get("getpurchaseinvoice", query)
    assert answer.root.find("PurchaseInvoice/Actions") is not None
    assert answer.root.find("PurchaseInvoice/HandlingHistory/HandlingHistoryLine") is not None


async def test_the_ledger_links_every_voucher_to_its_invoice(caller: Caller, netvisor: Netvisor):
    company = netvisor.company(caller.business_id)
    answer = await caller.get("accountingledger", "startdate=2000-01-01&enddate=2100-01-01")
    vouchers = answer.root.findall("Vouchers/Voucher")
    assert len(vouchers) == len(company.vouchers)
    for row in vouchers:
        source = row.find("LinkedSourceNetvisorKey")
        assert source is not None
        assert source.get("type") == "purchaseinvoice"
        assert company.invoices[int(source.text or "")].voucher_key == int(row.findtext("NetvisorKey", ""))
        sums = [int(line.findtext("LineSum", "").replace(",", "")) for line in row.findall("VoucherLine")]
        assert sum(sums) == 0
    assert set(answer.texts("Vouchers/Voucher/VoucherLine/VatCode")) == {"KOOS", "EUPO", "-"}
    percents = {
        (
            company.vouchers[int(row.findtext("NetvisorKey", ""))].day.year >= 2026,
            line.findtext("VatPercent", ""),
        )
        for row in vouchers
        for line in row.findall("VoucherLine")
    }
    assert (True, "25,5") in percents
    assert {percent for new, percent in percents if new} <= {"25,5", "13,5", "10", "0"}
    assert {percent for new, percent in percents if not new} <= {"25,5", "24", "14", "10", "0"}


async def test_the_ledger_is_narrowed_by_date_change_key_and_status(caller: Caller, netvisor: Netvisor):
    vouchers = list(netvisor.company(caller.business_id).vouchers.values())
    vouchers[3].status = "invalidated"

    async def keys(query: str) -> set[int]:
        return set(map(int, (await caller.get("accountingledger", query)).texts("Vouchers/Voucher/NetvisorKey")))

    day = vouchers[50].day
    assert await keys(f"startdate={day}&enddate={day}") == {each.key for each in vouchers if each.day == day}
    since = vouchers[-10].modified
    assert await keys(f"changedsince={since:%Y-%m-%dT%H:%M:%S}") == {
        each.key for each in vouchers if each.modified >= since
    }
    some = f"netvisorkeylist={vouchers[3].key},{vouchers[4].key}"
    assert await keys(some) == {vouchers[4].key}
    assert await keys(f"{some}&voucherstatus=1") == {vouchers[3].key, vouchers[4].key}
    assert await keys(f"{some}&voucherstatus=3") == {vouchers[3].key}


async def test_vendors_come_in_pages_of_500_with_headers(caller: Caller, netvisor: Netvisor):
    company = netvisor.company(caller.business_id)
    model = next(iter(company.vendors.values()))
    for _ in range(510 - len(company.vendors)):
        vendor = replace(model, key=company.next_key())
        company.vendors[vendor.key] = vendor
    first, second = await caller.get("getvendor"), await caller.get("getvendor", "page=2")
    assert [len(page.texts("Vendors/Vendor/NetvisorKey")) for page in (first, second)] == [500, 10]
    prefix = "X-Netvisor-Pagination-"
    assert [first.headers[f"{prefix}{name}"] for name in ("Current-Page", "Next-Page", "Limit", "Total-Count")] == [
        "1",
        "2",
        "500",
        "510",
    ]
    assert second.headers[f"{prefix}Next-Page"] == ""
    one = await caller.get("getvendor", f"netvisorkey={model.key}")
    assert one.texts("Vendor/VendorBaseInformation/Name") == [model.name]


async def test_hidden_dimensions_come_on_request(caller: Caller, netvisor: Netvisor):
    company = netvisor.company(caller.business_id)
    company.dimensions[1] = replace(company.dimensions[1], hidden=True)
    assert len((await caller.get("dimensionlist")).texts("DimensionNameList/DimensionName/Name")) == 1
    assert len((await caller.get("dimensionlist", "showhidden=1")).texts("DimensionNameList/DimensionName/Name")) == 2


async def test_circulation_lists_with_their_people(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    answer = await replace(caller, business_id=ids["pihlaja"]).get("getcirculationlists")
    assert answer.texts("CirculationLists/CirculationList/Name") == ["Työmaat", "Työmaat", "Toimisto"]
    assert "Teppo Pihlaja" in answer.texts("CirculationLists/CirculationList/Verifiers/FactualVerifier/Name")
    netvisor.switches["circulation_lists_need_setter"] = "yes"
    assert (await caller.get("getcirculationlists")).code == "OK"
    caller.credential = netvisor.create_credential("Ville Vartia")  # who may not set circulation
    assert (await caller.get("getcirculationlists")).code == "SERVICE_ACCESS_ERROR"


async def test_the_rights_summary_is_for_kh_and_tpk(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    netvisor.allow_resources(ids["kataja"], ("user_management",))
    assert (await caller.get("getuseraccessrightssummary")).code == "SERVICE_ACCESS_ERROR"
    caller.credential = netvisor.create_credential(ADMINISTRATOR)
    answer = await caller.get("getuseraccessrightssummary")
    assert answer.texts("Company/Users/User/LastName") == ["Korpela"]
    assert answer.texts("Company/Users/User/Roles/IsAccountant") == ["true"]
    netvisor.switches["rights_summary_without_users"] = "everyone"
    answer = await caller.get("getuseraccessrightssummary")
    assert answer.texts("Company/Users/User/LastName") == ["Korpela", "Aalto", "Vartia"]


async def test_every_company_keeps_to_itself(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    name = next(iter(netvisor.company(ids["kataja"]).invoices.values())).vendor.name
    pihlaja = replace(caller, business_id=ids["pihlaja"])
    own = {vendor.name for vendor in netvisor.company(ids["pihlaja"]).vendors.values()}
    seen = set((await pihlaja.get("purchaseinvoicelist")).texts("PurchaseInvoiceList/PurchaseInvoice/Vendor"))
    assert seen <= own
    assert name in {vendor.name for vendor in netvisor.company(ids["kataja"]).vendors.values()}
