"""A company's registers: accounts, periods, voucher types, dimensions, circulation lists, vendors."""

from sandbox.netvisor.chart import DEFAULT_ACCOUNTS
from sandbox.netvisor.company import Account, CirculationList, Vendor
from sandbox.netvisor.refusals import Refusal
from sandbox.netvisor.resources.call import Call, Reply
from sandbox.netvisor.xml import element, finnish, percent

VENDOR_PAGE = 500
"""Vendors in one page of getvendor.nv."""

_VOUCHER_TYPES = (
    (1, "OL", "Ostolasku"),
    (2, "OM", "Ostolaskun maksu"),
    (3, "ML", "Myyntilasku"),
    (4, "MM", "Myyntilaskun maksu"),
    (5, "MU", "Muistiotosite"),
    (6, "TI", "Tiliote"),
)


def account_list(call: Call) -> Reply:
    """accountlist.nv: default accounts, then groups and accounts."""
    defaults = "".join(
        element(name, number if number in call.company.accounts else "") for name, number in DEFAULT_ACCOUNTS.items()
    )
    accounts = sorted(call.company.accounts.values(), key=lambda account: account.number or 0)
    rows = [_account(account, place) for place, account in enumerate([*call.company.account_groups, *accounts])]
    return Reply(
        f"<AccountList><CompanyDefaultAccounts>{defaults}</CompanyDefaultAccounts>"
        f"<Accounts>{''.join(rows)}</Accounts></AccountList>"
    )


def accounting_period_list(call: Call) -> Reply:
    """accountingperiodlist.nv: dates say format="ansi" and are written 31.12.2015, as in the documented example."""
    company = call.company

    def dated(name: str, value: str) -> str:
        return element(name, value, 'format="ansi"')

    periods = "".join(
        f"<Period>{element('NetvisorKey', period.key)}{element('Name', period.name)}"
        f"{dated('BeginDate', finnish(period.begin))}{dated('EndDate', finnish(period.end))}</Period>"
        for period in company.periods
    )
    return Reply(
        "<AccountingPeriodList><PeriodLockInformation>"
        f"{dated('AccountingPeriodLockDate', finnish(company.period_lock))}"
        f"{dated('VatPeriodLockDate', finnish(company.vat_lock))}"
        f"{dated('PurchaseLockDate', finnish(company.purchase_lock))}"
        f"</PeriodLockInformation>{periods}</AccountingPeriodList>"
    )


def voucher_type_list(call: Call) -> Reply:
    """vouchertypelist.nv: the types that the program itself uses, then all of them."""
    del call
    defaults = (
        ("SalesInvoices", 3),
        ("SalesInvoicePayments", 4),
        ("PurchaseInvoices", 1),
        ("PurchaseInvoicePayments", 2),
        ("OtherSystemGeneratedVouchers", 5),
        ("BankStatementViewVouchers", 6),
        ("Accruals", 5),
    )
    used = "".join(f"<{name}><NetvisorKey>{key}</NetvisorKey></{name}>" for name, key in defaults)
    types = "".join(
        f"<VoucherType><NetvisorKey>{key}</NetvisorKey><Abbreviation>{short}</Abbreviation>"
        f"<Name>{name}</Name></VoucherType>"
        for key, short, name in _VOUCHER_TYPES
    )
    return Reply(
        f"<VoucherTypeList><DefaultVoucherTypes>{used}</DefaultVoucherTypes>"
        f"<VoucherTypes>{types}</VoucherTypes></VoucherTypeList>"
    )


def dimension_list(call: Call) -> Reply:
    """dimensionlist.nv: hidden dimensions and items only with showhidden=1; keys are spelt Netvisorkey here."""
    hidden_too = call.parameters.get("showhidden") == "1"
    rows: list[str] = []
    for dimension in call.company.dimensions:
        if dimension.hidden and not hidden_too:
            continue
        items = "".join(
            f"<DimensionDetail><Netvisorkey>{item.key}</Netvisorkey>{element('Name', item.name)}"
            f"<IsHidden>{item.hidden}</IsHidden><Level>1</Level><Sort>{place}</Sort><EndSort>{place}</EndSort>"
            "<FatherID>0</FatherID></DimensionDetail>"
            for place, item in enumerate(dimension.items)
            if hidden_too or not item.hidden
        )
        details = f"<DimensionDetails>{items}</DimensionDetails>" if items else "<DimensionDetails/>"
        rows.append(
            f"<DimensionName><Netvisorkey>{dimension.key}</Netvisorkey>{element('Name', dimension.name)}"
            f"<IsHidden>{dimension.hidden}</IsHidden><LinkType>0</LinkType>{details}</DimensionName>"
        )
    return Reply(f"<DimensionNameList>{''.join(rows)}</DimensionNameList>" if rows else "<DimensionNameList/>")


def circulation_lists(call: Call) -> Reply:
    """getcirculationlists.nv; whether it needs the circulation-setter right is not documented, so a switch decides."""
    if call.switches["circulation_lists_need_setter"] == "yes" and not call.rights.circulation_setter:
        raise Refusal(call.switches["ledger_right_missing"], "ledger_right_missing", "kierron asettaja")
    rows = "".join(circulation_list(each) for each in call.company.circulation_lists)
    return Reply(f"<CirculationLists>{rows}</CirculationLists>" if rows else "<CirculationLists/>")


def circulation_list(chosen: CirculationList) -> str:
    """One CirculationList element; its booleans are in lower case."""
    verifiers = "".join(
        f"<FactualVerifier>{element('Name', name)}<Order>{place}</Order>"
        f"<IsMainFactualVerifier>{str(place == len(chosen.verifiers)).lower()}</IsMainFactualVerifier>"
        "</FactualVerifier>"
        for place, name in enumerate(chosen.verifiers, start=1)
    )
    return (
        f"<CirculationList><NetvisorKey>{chosen.key}</NetvisorKey>{element('Name', chosen.name)}"
        f"<IsDefault>{str(chosen.is_default).lower()}</IsDefault>"
        f"<IsForced>{str(chosen.is_forced).lower()}</IsForced>"
        f"<Verifiers>{verifiers}<Approver>{element('Name', chosen.approver)}</Approver></Verifiers>"
        "</CirculationList>"
    )


def get_vendor(call: Call) -> Reply:
    """getvendor.nv: by netvisorkey or netvisorkeylist, or in pages of 500; one missing id fails the whole call."""
    vendors = call.company.vendors
    key = call.number("netvisorkey")
    if key is not None:
        return Reply(_vendor(call, _existing(vendors, key)))
    keys = call.keys()
    if keys is not None:
        chosen = [_existing(vendors, each) for each in keys]
    else:
        since = call.moment("changedsince")
        chosen = [vendor for vendor in vendors.values() if since is None or vendor.changed >= since]
    page = max(1, call.number("page") or 1)
    last_page = max(1, -(-len(chosen) // VENDOR_PAGE))
    rows = "".join(_vendor(call, vendor) for vendor in chosen[(page - 1) * VENDOR_PAGE : page * VENDOR_PAGE])
    prefix = "X-Netvisor-Pagination-"
    headers = {
        f"{prefix}Current-Page": str(page),
        f"{prefix}Previous-Page": str(page - 1) if page > 1 else "",
        f"{prefix}Next-Page": str(page + 1) if page < last_page else "",
        f"{prefix}Limit": str(VENDOR_PAGE),
        f"{prefix}Total-Count": str(len(chosen)),
    }
    return Reply(f"<Vendors>{rows}</Vendors>" if rows else "<Vendors/>", headers)


def _existing(vendors: dict[int, Vendor], key: int) -> Vendor:
    if key not in vendors:
        raise Refusal("INVALID_DATA", "not_found", str(key))
    return vendors[key]


def _account(account: Account, sort: int) -> str:
    return (
        f"<Account><NetvisorKey>{account.key}</NetvisorKey>{element('Number', account.number)}"
        f"{element('Name', account.name)}"
        f"<AccountType>{'account' if account.number else 'accountgroup'}</AccountType>"
        f"<FatherNetvisorKey>{account.father_key}</FatherNetvisorKey><IsActive>{int(account.active)}</IsActive>"
        f"<IsCumulative>1</IsCumulative><Sort>{sort}</Sort><EndSort>{sort}</EndSort>"
        "<IsNaturalNegative>0</IsNaturalNegative></Account>"
    )


def _vendor(call: Call, vendor: Vendor) -> str:
    accounts = bank = ""
    if vendor.account_number is not None:
        accounts = (
            "<VendorAccountingAccounts><VendorAccountingAccount>"
            f"<AccountNumber>{vendor.account_number}</AccountNumber>"
            f"{element('AccountName', call.company.accounts[vendor.account_number].name)}"
            "<IsDefault>True</IsDefault></VendorAccountingAccount></VendorAccountingAccounts>"
        )
    if vendor.iban:
        bank = (
            "<VendorBankAccounts><VendorDomesticBankAccounts><VendorDomesticBankAccount>"
            f"<NetvisorKey>{vendor.key}</NetvisorKey><IBAN>{vendor.iban}</IBAN><BankName>Pankki</BankName>"
            "<IsDefault>1</IsDefault></VendorDomesticBankAccount></VendorDomesticBankAccounts></VendorBankAccounts>"
        )
    return (
        f"<Vendor><NetvisorKey>{vendor.key}</NetvisorKey><VendorBaseInformation>{element('Code', vendor.code)}"
        f"{element('Name', vendor.name)}{element('Address', vendor.address)}"
        f"{element('PostCode', vendor.post_code)}{element('City', vendor.city)}"
        f'<Country type="ISO-3166">FI</Country>{element("OrganizationId", vendor.business_id)}<GroupName/>{bank}'
        "</VendorBaseInformation><VendorContactDetails><PhoneNumber/><Email/></VendorContactDetails>"
        f"<VendorAdditionalInformation><DefaultVatPercent>{percent(vendor.vat_tenths)}</DefaultVatPercent>"
        "<IsPartialVatReducedPrivileged>0</IsPartialVatReducedPrivileged><PaymentTerm>14</PaymentTerm>"
        f"{accounts}</VendorAdditionalInformation></Vendor>"
    )
