"""Replies in the shapes of Visma's articles and of public clients' tests, with names of our own, read without loss."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.netvisor import BadReply, InvoiceListItem
from tests.services.netvisor.spoken import Spoken


@pytest.fixture(scope="module")
def netvisor() -> Spoken:
    return Spoken()


INVOICE = """
<PurchaseInvoice>
  <PurchaseInvoiceNetvisorKey>2041</PurchaseInvoiceNetvisorKey>
  <PurchaseInvoiceNumber>88123</PurchaseInvoiceNumber>
  <PurchaseInvoiceDate format="ansi">2026-01-02</PurchaseInvoiceDate>
  <PurchaseInvoiceEventDate format="ansi">2026-01-01</PurchaseInvoiceEventDate>
  <PurchaseInvoiceDeliveryDate format="ansi"></PurchaseInvoiceDeliveryDate>
  <PurchaseInvoiceDueDate format="ansi">2026-01-31</PurchaseInvoiceDueDate>
  <PurchaseInvoiceValueDate format="ansi">2026-01-15</PurchaseInvoiceValueDate>
  <PurchaseInvoiceReferencenumber>001122</PurchaseInvoiceReferencenumber>
  <PurchaseInvoiceVendorBankAccountNumber>FI0012345600000785</PurchaseInvoiceVendorBankAccountNumber>
  <IsPurchaseInvoiceVendorBankAccountDeleted>False</IsPurchaseInvoiceVendorBankAccountDeleted>
  <IsPurchaseInvoiceVendorBankAccountFromSEPARegion>True</IsPurchaseInvoiceVendorBankAccountFromSEPARegion>
  <PurchaseInvoiceAmount>1 255,00</PurchaseInvoiceAmount>
  <PurchaseInvoicePaidAmount>0,00</PurchaseInvoicePaidAmount>
  <ForeignCurrencyAmount>1255</ForeignCurrencyAmount>
  <ForeignCurrencyNameID>EUR</ForeignCurrencyNameID>
  <InvoiceStatus>Avoin</InvoiceStatus>
  <ApprovalStatus>infactualverification</ApprovalStatus>
  <PurchaseInvoiceDescription>Tammikuun &amp; helmikuun työt</PurchaseInvoiceDescription>
  <VendorNetvisorKey>77</VendorNetvisorKey>
  <VendorOrganizationIdentifier>123456-7</VendorOrganizationIdentifier>
  <VendorName>Käpylän Sähkö Oy</VendorName>
  <Vendorpostnumber>00610</Vendorpostnumber>
  <Fingerprint>AB12</Fingerprint>
  <VoucherID>1</VoucherID>
  <IsAccounted>False</IsAccounted>
  <SomethingNew><Deep>1</Deep></SomethingNew>
  <InvoiceLines>
    <PurchaseInvoiceLine>
      <NetvisorKey>3001</NetvisorKey>
      <LineSum>1255,00</LineSum>
      <LineNetSum>1000,0000</LineNetSum>
      <UnitPrice>100,000000000000</UnitPrice>
      <VatPercent>25,5</VatPercent>
      <VatCode>KOOS</VatCode>
      <OrderedAmount>10</OrderedAmount>
      <DeliveredAmount>10</DeliveredAmount>
      <DiscountPercentage>1,5</DiscountPercentage>
      <AccountingSuggestionBookkeepingAccountNetvisorKey>643
      </AccountingSuggestionBookkeepingAccountNetvisorKey>
      <AccountingSuggestionBookkeepingAccount>4000 Ostot</AccountingSuggestionBookkeepingAccount>{inside}
    </PurchaseInvoiceLine>{beside}
    <PurchaseInvoiceLine><NetvisorKey>3002</NetvisorKey><LineSum>0,00</LineSum></PurchaseInvoiceLine>
  </InvoiceLines>{more}
</PurchaseInvoice>"""
DIMENSIONS = """
    <PurchaseInvoiceLineDimensions>
      <Dimension>
        <DimensionName>Projektit</DimensionName><DimensionNameNetvisorKey>3</DimensionNameNetvisorKey>
        <DimensionDetailName>Silta 2</DimensionDetailName><DimensionDetailNetvisorKey>9</DimensionDetailNetvisorKey>
      </Dimension>
    </PurchaseInvoiceLineDimensions>"""


def invoice(inside: str = "", beside: str = "", more: str = "") -> str:
    return INVOICE.format(inside=inside, beside=beside, more=more)


def test_details_of_an_invoice(netvisor: Spoken) -> None:
    found = netvisor.hears(invoice(), lambda company: company.purchase_invoice(2041))
    assert found
    assert (found.key, found.number, found.reference_number) == (2041, "88123", "001122")
    assert (found.invoice_date, found.event_date, found.delivery_date) == (date(2026, 1, 2), date(2026, 1, 1), None)
    assert (found.amount, found.paid_amount) == (Decimal("1255.00"), Decimal(0))
    assert (found.approval_status, found.invoice_status) == ("infactualverification", "Avoin")
    assert (found.vendor_key, found.vendor_business_id, found.vendor_post_code) == (77, "123456-7", "00610")
    assert found.description == "Tammikuun & helmikuun työt"
    assert (found.is_accounted, found.voucher_id, found.posting_access) == (False, "1", None)
    first, second = found.lines
    assert (first.suggested_account_key, first.suggested_account_number) == (643, "4000")
    assert (first.vat_percent, first.vat_code, first.discount_percent) == (Decimal("25.5"), "KOOS", Decimal("1.5"))
    assert (second.key, second.suggested_account_number, second.vat_code) == (3002, None, None)


@pytest.mark.parametrize("where", ["inside", "beside"])
def test_dimensions_belong_to_their_line_in_both_versions_of_the_reply(netvisor: Spoken, where: str) -> None:
    content = invoice(**{where: DIMENSIONS})
    for reply in (content, f"<PurchaseInvoices>{content}</PurchaseInvoices>"):
        (found,) = netvisor.hears(reply, lambda company: company.purchase_invoice_batch([2041]))
        assert [dict(line.dimensions) for line in found.lines] == [{"Projektit": "Silta 2"}, {}]


def test_the_key_as_the_article_spells_it(netvisor: Spoken) -> None:
    found = netvisor.hears(
        "<PurchaseInvoice><PurhaseInvoiceNetvisorKey>5</PurhaseInvoiceNetvisorKey></PurchaseInvoice>",
        lambda company: company.purchase_invoice(5),
    )
    assert found
    assert found.key == 5


def test_what_may_be_done_and_what_was_done(netvisor: Spoken) -> None:
    more = """
      <PostingLinesAccess><CanEditPostingLines>true</CanEditPostingLines><CanUserPostInvoice>1</CanUserPostInvoice>
        <SuggestPostingByDefault>False</SuggestPostingByDefault></PostingLinesAccess>
      <Actions><Action><Id>1</Id><Type>approve</Type><Description>Asiatarkasta</Description></Action></Actions>
      <Alerts><Alert><Heading>Lukittu</Heading><Description>Kausi on lukittu</Description></Alert></Alerts>
      <HandlingHistory>
        <HandlingHistoryLine>
          <Type>edit</Type><Heading>Muokattu</Heading><Description/>
          <TimeStamp format="ansi">2026-01-05 09:30:59.247</TimeStamp>
          <UserName>Aino Käyttäjä</UserName><UserEmail>aino@esimerkki.fi</UserEmail>
          <UpdatedInformationFields><FieldName>Eräpäivä</FieldName><OldValue>1.1.2026</OldValue>
            <NewValue>31.1.2026</NewValue></UpdatedInformationFields>
        </HandlingHistoryLine>
      </HandlingHistory>"""
    found = netvisor.hears(invoice(more=more), lambda company: company.purchase_invoice(2041))
    assert found
    assert found.posting_access
    assert found.posting_access.can_user_post_invoice is True
    assert found.posting_access.can_edit_accounting_suggestion is None
    assert [action.type for action in found.actions] == ["approve"]
    assert [alert.heading for alert in found.alerts] == ["Lukittu"]
    (event,) = found.handling_history
    assert (str(event.time), event.user_name) == ("2026-01-05 09:30:59", "Aino Käyttäjä")
    assert [(change.name, change.new_value) for change in event.changes] == [("Eräpäivä", "31.1.2026")]


@pytest.mark.parametrize(
    ("circulation", "has_circulation", "name"),
    [
        ("", None, None),
        ("<CirculationList/>", False, None),
        ("<CirculationLists><CirculationList/></CirculationLists>", True, None),
        ("<CirculationList><NetvisorKey>9</NetvisorKey><Name>Työmaat</Name></CirculationList>", True, "Työmaat"),
        (
            "<CirculationLists><CirculationList><NetvisorKey>9</NetvisorKey><Name>Työmaa</Name></CirculationList></CirculationLists>",
            True,
            "Työmaa",
        ),
        ("<InvoiceCirculation><Verifier>Aino</Verifier></InvoiceCirculation>", True, None),
        ("<CirculationList>Työmaat</CirculationList>", True, None),
    ],
)
def test_an_invoices_own_circulation_in_whatever_shape(
    netvisor: Spoken, circulation: str, has_circulation: bool | None, name: str | None
) -> None:
    """Its shape is not documented: that there is one is never overlooked, and that there is none is never assumed."""
    found = netvisor.hears(invoice(more=circulation), lambda company: company.purchase_invoice(2041))
    assert found
    assert found.has_circulation is has_circulation
    assert (found.circulation and found.circulation.name) == name


def test_a_list_of_invoices(netvisor: Spoken) -> None:
    item = netvisor.invoice(
        "<NetvisorKey>4</NetvisorKey><InvoiceNumber>234</InvoiceNumber>"
        '<InvoiceDate format="ansi">2026-11-23</InvoiceDate><Vendor>Toimittaja Ky</Vendor>'
        "<VendorOrganizationIdentifier/><Sum>30</Sum><Payments>0</Payments><OpenSum>30</OpenSum><Uri>https://x</Uri>"
    )
    assert item == InvoiceListItem(
        key=4,
        number="234",
        invoice_date=date(2026, 11, 23),
        vendor_name="Toimittaja Ky",
        amount=Decimal(30),
        paid_amount=Decimal(0),
        open_amount=Decimal(30),
    )


def test_vouchers(netvisor: Spoken) -> None:
    content = """<Vouchers>
      <Voucher Status="valid">
        <NetvisorKey>12</NetvisorKey><VoucherDate>1.1.2026</VoucherDate><VoucherNumber>13</VoucherNumber>
        <VoucherClass netvisorkey="1">OL Ostolasku</VoucherClass>
        <LinkedSourceNetvisorKey type="purchaseinvoice">15</LinkedSourceNetvisorKey>
        <VoucherLine><NetvisorKey>121</NetvisorKey><LineSum>-17,18</LineSum><AccountNumber>2871</AccountNumber>
          <VatPercent>0</VatPercent><VatCode>-</VatCode></VoucherLine>
        <VoucherLine><NetvisorKey>122</NetvisorKey><LineSum>17,18</LineSum><AccountNumber>4000</AccountNumber>
          <VatPercent>25,5</VatPercent><VatCode>KOOS</VatCode>
          <Dimension><DimensionName>Myynti</DimensionName><DimensionItem>Matti</DimensionItem></Dimension>
          <Dimension><DimensionName>Osto</DimensionName><DimensionItem> </DimensionItem></Dimension></VoucherLine>
      </Voucher>
      <Voucher Status="Deleted"><NetvisorKey>13</NetvisorKey></Voucher>
      <Voucher><NetvisorKey>14</NetvisorKey>
        <LinkedSourceNetvisorKey type="salesinvoice">16</LinkedSourceNetvisorKey></Voucher>
    </Vouchers>"""
    first, second, third = netvisor.hears(content, lambda company: company.vouchers(changed_since=date(2026, 1, 1)))
    assert (first.key, first.status, first.day, first.source_key) == (12, "valid", date(2026, 1, 1), 15)
    assert [(line.sum, line.vat_code) for line in first.lines] == [
        (Decimal("-17.18"), "NONE"),
        (Decimal("17.18"), "KOOS"),
    ]
    assert dict(first.lines[1].dimensions) == {"Myynti": "Matti"}
    assert (second.status, second.lines) == ("deleted", ())
    assert (third.status, third.source_type) == (None, "salesinvoice")


def test_periods_and_locks(netvisor: Spoken) -> None:
    content = """<AccountingPeriodList>
      <PeriodLockInformation><AccountingPeriodLockDate format="ansi">31.12.2025</AccountingPeriodLockDate>
        <VatPeriodLockDate format="ansi">3.1.2026</VatPeriodLockDate><PurchaseLockDate format="ansi"/>
      </PeriodLockInformation>
      <Period><NetvisorKey>3</NetvisorKey><Name>2026</Name><BeginDate format="ansi">1.1.2026</BeginDate>
        <EndDate format="ansi">31.12.2026</EndDate></Period></AccountingPeriodList>"""
    found = netvisor.hears(content, lambda company: company.accounting_periods())
    assert (found.accounting_lock, found.vat_lock, found.purchase_lock) == (
        date(2025, 12, 31),
        date(2026, 1, 3),
        None,
    )
    assert [(period.begin, period.end) for period in found.periods] == [(date(2026, 1, 1), date(2026, 12, 31))]


def test_accounts(netvisor: Spoken) -> None:
    content = """<AccountList><CompanyDefaultAccounts><TradePayables>2871</TradePayables><Inventory/>
        <PurchaseOutsideEUDefault>4130</PurchaseOutsideEUDefault></CompanyDefaultAccounts>
      <Accounts>
        <Account><NetvisorKey>1</NetvisorKey><Number/><Name>Vastaavaa</Name><AccountType>accountgroup</AccountType>
          <FatherNetvisorKey>0</FatherNetvisorKey><IsActive>1</IsActive></Account>
        <Account><NetvisorKey>2</NetvisorKey><Number>1234</Number><Name>Pysyvät</Name>
          <AccountType>accountgroup</AccountType></Account>
        <Account><NetvisorKey>3</NetvisorKey><Number>4000</Number><Name>Ostot</Name>
          <ForeignName ISO-3166="en">Purchases</ForeignName><AccountType>Account</AccountType><IsActive>0</IsActive>
        </Account></Accounts></AccountList>"""
    found = netvisor.hears(content, lambda company: company.accounts())
    assert found.defaults
    assert (found.defaults.trade_payables, found.defaults.purchases_outside_eu) == ("2871", "4130")
    assert [(account.number, account.is_heading, account.is_active) for account in found.accounts] == [
        (None, True, True),
        ("1234", True, None),
        ("4000", False, False),
    ]


def test_dimensions_with_hidden_ones(netvisor: Spoken) -> None:
    content = """<DimensionNameList>
      <DimensionName><Netvisorkey>14</Netvisorkey><Name>Hankkeet</Name><IsHidden>False</IsHidden><LinkType>0</LinkType>
        <ActivityPeriodEnd>2026-12-31</ActivityPeriodEnd>
        <DimensionDetails><DimensionDetail><Netvisorkey>17</Netvisorkey><Name>10 Eläkeläiset</Name><Code>10</Code>
          <Label>Eläkeläiset</Label><IsHidden>True</IsHidden><Level>1</Level><Sort>0</Sort><FatherID>0</FatherID>
          <ActivityPeriodStart>1.1.2026</ActivityPeriodStart></DimensionDetail></DimensionDetails></DimensionName>
      <DimensionName><Netvisorkey>9</Netvisorkey><Name>KP1</Name><IsHidden>True</IsHidden><DimensionDetails/>
      </DimensionName></DimensionNameList>"""
    first, second = netvisor.hears(content, lambda company: company.dimensions(with_hidden=True))
    assert (first.name, first.is_hidden, first.active_to) == ("Hankkeet", False, date(2026, 12, 31))
    (item,) = first.items
    assert (item.key, item.code, item.label, item.is_hidden) == (17, "10", "Eläkeläiset", True)
    assert item.active_from == date(2026, 1, 1)
    assert (second.is_hidden, second.items) == (True, ())


def test_vendors(netvisor: Spoken) -> None:
    content = """<Vendor><NetvisorKey>67</NetvisorKey>
      <VendorBaseInformation><Code>T1</Code><Name>Norja &amp; Pojat AS</Name><Country type="ISO-3166">NO</Country>
        <OrganizationId>1234567-1</OrganizationId><GroupName/>
        <VendorBankAccounts>
          <VendorDomesticBankAccounts><VendorDomesticBankAccount><NetvisorKey>1</NetvisorKey>
            <IBAN>FI0012345600000785</IBAN><BankName>Pankki</BankName><IsDefault>1</IsDefault>
          </VendorDomesticBankAccount></VendorDomesticBankAccounts>
          <VendorForeignBankAccounts><VendorForeignBankAccount><NetvisorKey>2</NetvisorKey><BBAN>86011117947</BBAN>
            <BicSwift>DNBANOKK</BicSwift><CurrencyCode type="ISO-4217">NOK</CurrencyCode><IsDefault>0</IsDefault>
          </VendorForeignBankAccount></VendorForeignBankAccounts></VendorBankAccounts></VendorBaseInformation>
      <VendorAdditionalInformation><DefaultVatPercent>25,5</DefaultVatPercent>
        <VendorDimensions><Dimension><DimensionName>Hankkeet</DimensionName><DimensionItem>Silta</DimensionItem>
        </Dimension></VendorDimensions>
        <VendorAccountingAccounts><VendorAccountingAccount><AccountNumber>4000</AccountNumber>
          <AccountName>Ostot</AccountName><IsDefault>True</IsDefault></VendorAccountingAccount>
        </VendorAccountingAccounts>
        <VendorAcceptanceDetails><VendorAcceptanceDetail><AcceptanceName>Työmaat</AcceptanceName>
          <IsDefault>True</IsDefault><IsForced>False</IsForced></VendorAcceptanceDetail></VendorAcceptanceDetails>
      </VendorAdditionalInformation></Vendor>"""
    vendor = netvisor.hears(content, lambda company: company.vendor(67))
    assert vendor
    assert (vendor.name, vendor.country, vendor.default_vat_percent) == ("Norja & Pojat AS", "NO", Decimal("25.5"))
    assert [account.iban for account in vendor.bank_accounts] == ["FI0012345600000785"]
    assert [(account.bban, account.currency) for account in vendor.foreign_bank_accounts] == [("86011117947", "NOK")]
    assert [(account.number, account.is_default) for account in vendor.accounts] == [("4000", True)]
    assert dict(vendor.dimensions) == {"Hankkeet": "Silta"}
    assert [(each.name, each.is_default, each.is_forced) for each in vendor.acceptances] == [("Työmaat", True, False)]


def test_circulation_lists_with_their_members(netvisor: Spoken) -> None:
    content = """<CirculationLists>
      <CirculationList><NetvisorKey>10</NetvisorKey><Name>Kesän kierto</Name><IsDefault>true</IsDefault>
        <IsForced>false</IsForced><LastEditTimeStamp>2026-05-02T09:30:59.247</LastEditTimeStamp>
        <Verifiers><FactualVerifier><Name>Aino Tarkastaja</Name><Order>1</Order></FactualVerifier>
          <FactualVerifier><Name>Eero Pää</Name><IsMainFactualVerifier>true</IsMainFactualVerifier></FactualVerifier>
          <Approver><Name>Anna Hyväksyjä</Name></Approver></Verifiers></CirculationList>
      <CirculationList><NetvisorKey>11</NetvisorKey><Name>Tyhjä</Name></CirculationList></CirculationLists>"""
    first, second = netvisor.hears(content, lambda company: company.circulation_lists())
    assert (first.key, first.name, first.is_default, first.approver) == (10, "Kesän kierto", True, "Anna Hyväksyjä")
    assert str(first.last_edited) == "2026-05-02 09:30:59"
    assert [(each.name, each.order, each.is_main) for each in first.verifiers] == [
        ("Aino Tarkastaja", 1, None),
        ("Eero Pää", None, True),
    ]
    assert (second.verifiers, second.approver) == ((), None)


def test_what_was_deleted(netvisor: Spoken) -> None:
    rows = '<{0}><NetvisorKey>5</NetvisorKey><DeleteDate format="ansi">2026-06-08 15:14</DeleteDate></{0}>'
    invoices = f"<DeletedPurchaseInvoices>{rows.format('DeletedPurchaseInvoice')}</DeletedPurchaseInvoices>"
    vouchers = f"<DeletedVouchers>{rows.format('DeletedVoucher')}</DeletedVouchers>"
    day = date(2026, 6, 8)
    for content, found in (
        (invoices, netvisor.hears(invoices, lambda company: company.deleted_purchase_invoices(day))),
        (vouchers, netvisor.hears(vouchers, lambda company: company.deleted_vouchers(day))),
    ):
        assert [(each.key, str(each.deleted_at)) for each in found] == [(5, "2026-06-08 15:14:00")], content


def test_the_rights_summary(netvisor: Spoken) -> None:
    content = """<Company Netvisorkey="1608" Name="Ratkaisut 17"><Users>
      <User Netvisorkey="1747"><FirstName>Perttu</FirstName><LastName>Laskija</LastName>
        <Roles><IsCompanyAdmin>false</IsCompanyAdmin><IsUserAdmin>true</IsUserAdmin><IsAccountant>true</IsAccountant>
        </Roles><Profiles><AccountingProfile>AllRights</AccountingProfile></Profiles>
        <ValidFrom>2026-01-01</ValidFrom><ValidTo/></User></Users></Company>"""
    found = netvisor.hears(content, lambda company: company.access_rights_summary(users=[1747]))
    assert (found.company_key, found.company_name) == (1608, "Ratkaisut 17")
    (user,) = found.users
    assert (user.key, user.is_accountant, user.is_user_administrator, user.is_main_user) == (1747, True, True, None)
    assert (user.valid_from, user.valid_to) == (date(2026, 1, 1), None)


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="


def test_a_picture_of_an_invoice(netvisor: Spoken) -> None:
    picture = f'<PreviewImage attachmentnetvisorkey="7">{PNG[:40]}\n{PNG[40:]}</PreviewImage>'
    found = netvisor.hears(invoice(more=picture), lambda company: company.purchase_invoice(2041))
    assert found
    assert found.preview
    assert (found.preview.attachment_key, found.preview.media_type) == (7, "image/png")
    assert len(found.preview.content) == 67
    without = netvisor.hears(
        invoice(more='<PreviewImage attachmentnetvisorkey="7"/>'), lambda company: company.purchase_invoice(2041)
    )
    assert without
    assert without.preview is None


@pytest.mark.parametrize("text", ["not base64!", "AAA", "ä", "A" * 14 * 1024 * 1024])
def test_a_picture_that_is_none_or_too_large_is_a_bad_reply(netvisor: Spoken, text: str) -> None:
    with pytest.raises(BadReply):
        netvisor.hears(
            invoice(more=f"<PreviewImage>{text}</PreviewImage>"), lambda company: company.purchase_invoice(2041)
        )


@pytest.mark.parametrize("content", ["<SalesInvoiceList/>", "<Replies/>", "<PurchaseInvoice/><Vouchers/>"])
def test_the_reply_of_another_resource_is_no_empty_list(netvisor: Spoken, content: str) -> None:
    with pytest.raises(BadReply):
        netvisor.hears(content, lambda company: company.purchase_invoices())
    with pytest.raises(BadReply):
        netvisor.hears(content, lambda company: company.vendors())
    with pytest.raises(BadReply):
        netvisor.hears(content, lambda company: company.access_rights_summary())


def test_a_reply_that_holds_nothing_is_an_empty_list(netvisor: Spoken) -> None:
    assert netvisor.hears("", lambda company: company.purchase_invoices()) == []
    assert netvisor.hears("", lambda company: company.vendors()) == []
    assert netvisor.hears("", lambda company: company.purchase_invoice(1)) is None


def test_the_answer_to_another_call_is_refused(netvisor: Spoken) -> None:
    """Netvisor warns that calls that overlap cause various errors: an invoice in place of another is the worst."""
    with pytest.raises(BadReply):
        netvisor.hears(invoice(), lambda company: company.purchase_invoice(2042))
    with pytest.raises(BadReply):
        netvisor.hears(invoice(), lambda company: company.purchase_invoice_batch([2040, 2042]))
    with pytest.raises(BadReply):
        netvisor.hears("<Vendor><NetvisorKey>1</NetvisorKey></Vendor>", lambda company: company.vendor(2))
