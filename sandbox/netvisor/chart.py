"""The chart of accounts that the ready companies share, and the registers that every company has."""

from datetime import date

from sandbox.netvisor.company import Account, AccountingPeriod, Company

DEFAULT_ACCOUNTS = {
    "TradePayables": 2871,
    "PurchaseVATReceivable": 1763,
    "RoundingOffDifference": 8570,
    "VATpayable": 2946,
    "TaxAccount": 2948,
    "AdvancePayments": 2861,
    "SalesReceivables": 1702,
    "SalesVATDebt": 2939,
    "Inventory": 1521,
    "SalesDiscount": 3500,
    "SalesExchangeRateDifferences": 3580,
    "Collection": 9170,
    "PurchasesDiscounts": 4230,
    "PurchasesExchangeRateDifferences": 4370,
    "PurchaseInvoiceAccrual": 1849,
    "SalesInvoiceAccrual": 1701,
    "PurchaseDomesticDefault": 4000,
    "PurchaseEUDefault": 4110,
    "PurchaseOutsideEUDefault": 4130,
    "SalesDomesticDefault": 3010,
    "SalesEUDefault": 3360,
    "SalesOutsideEUDefault": 3380,
}
"""Element names with their odd casing, and the accounts, as the documented example of accountlist.nv has them."""

_BALANCE = {
    1521: "Tavaravarasto",
    1701: "Siirtosaamiset, myyntilaskut",
    1702: "Myyntisaamiset",
    1763: "Ostojen arvonlisäverosaamiset",
    1849: "Siirtosaamiset, ostolaskut",
    2861: "Saadut ennakot",
    2871: "Ostovelat",
    2939: "Arvonlisäverovelka",
    2946: "Maksettava arvonlisävero",
    2948: "Verotili",
}
_SALES = {3010: "Myynti kotimaa", 3360: "Myynti EU", 3380: "Myynti EU:n ulkopuolelle", 3500: "Myynnin alennukset"}

GENERAL_PURCHASES = {
    4000: "Ostot",
    4110: "Ostot EU",
    4130: "Ostot EU:n ulkopuolelta",
    4230: "Ostojen alennukset",
    4370: "Ostojen kurssierot",
    4450: "Alihankinta",
    4480: "Vuokratyövoima",
}
_EXPENSES = {
    3580: "Myynnin kurssierot",
    7110: "Työterveyshuolto",
    7130: "Koulutus",
    7150: "Henkilökunnan kahvit ja tarjoilut",
    7170: "Työvaatteet",
    7230: "Toimitilavuokrat",
    7250: "Sähkö",
    7260: "Vesi ja jätehuolto",
    7280: "Siivous ja kiinteistönhoito",
    7330: "Polttoaineet",
    7340: "Ajoneuvojen huolto ja korjaus",
    7350: "Leasingmaksut, ajoneuvot",
    7410: "Ohjelmistot ja palvelimet",
    7420: "Laitteet ja tarvikkeet, atk",
    7450: "Pientyökalut ja -koneet",
    7460: "Koneiden vuokrat",
    7510: "Matkaliput ja majoitus",
    7610: "Edustuskulut",
    7710: "Mainonta",
    7730: "Messut ja tapahtumat",
    7810: "Puhelin ja tietoliikenne",
    7830: "Postitus ja rahdit",
    7850: "Toimistotarvikkeet",
    7860: "Lehdet ja kirjallisuus",
    7890: "Vakuutukset",
    7910: "Taloushallinnon palvelut",
    7920: "Lakipalvelut",
    7950: "Pankkikulut",
    7980: "Jäsenmaksut",
    8570: "Pyöristyserot",
    9170: "Perintäkulut",
}

_GROUPS = (
    ("Vastaavaa ja vastattavaa", _BALANCE),
    ("Liikevaihto", _SALES),
    ("Materiaalit ja palvelut", GENERAL_PURCHASES),
    ("Liiketoiminnan muut kulut", _EXPENSES),
)


def open_books(company: Company, first_year: int, today: date) -> None:
    """Give a company the shared chart of accounts and a period for each year; what is before the first is locked."""
    for name, accounts in _GROUPS:
        group = Account(company.next_key(), None, name, 0)
        company.account_groups.append(group)
        for number, account_name in accounts.items():
            company.accounts[number] = Account(company.next_key(), number, account_name, group.key)
    for year in range(first_year, today.year + 1):
        company.periods.append(AccountingPeriod(company.next_key(), str(year), date(year, 1, 1), date(year, 12, 31)))
    company.period_lock = company.vat_lock = company.purchase_lock = date(first_year - 1, 12, 31)
