"""The six companies that are there when the sandbox starts, each a case that a firm meets; fifty more on request."""

import dataclasses
import itertools
from collections.abc import Sequence
from datetime import date, datetime

from sandbox.netvisor.business_id import business_ids
from sandbox.netvisor.catalogue import ARTICLE_GROUPS, resources_of
from sandbox.netvisor.chart import open_books
from sandbox.netvisor.company import (
    FULL_LEDGER_RIGHTS,
    Access,
    CirculationList,
    Company,
    Dimension,
    DimensionItem,
    Package,
    PostingLevel,
    Role,
    User,
)
from sandbox.netvisor.history import write_history
from sandbox.netvisor.suppliers import CONSTRUCTION, OFFICE, SERVICES, TRADE, TRANSPORT

_FIRST_SERIAL = 9_000_100
_FIRST_OF_MANY = 9_200_000
_TREES = ("Haavan", "Jalavan", "Koivun", "Kuusen", "Lehmuksen", "Männyn", "Pajun", "Raidan", "Tammen", "Visan")
_TRADES = ("Autohuolto Oy", "Kiinteistöt Oy", "Leipomo Oy", "Siivous Oy", "Sähkö Oy")


def ready_companies(now: datetime, administrator: User, accountant: User) -> list[Company]:
    """Kataja, Pihlaja, Tuomi, Vaahtera, Leppä and Saarni, with histories that end yesterday.

    Neither of the two people has all ledger rights in Leppä; the administrator is KH and TPK and can mend that.
    """
    ids = business_ids(_FIRST_SERIAL, 6)

    kataja = _company(11, ids[0], "Kataja Oy", "30 months, dimensions, everything right", 30, now)
    _give_dimensions(kataja, {"Kustannuspaikka": ("100 Hallinto", "200 Myymälä", "300 Verkkokauppa")})
    _give_dimensions(kataja, {"Projekti": ("Kesäkampanja", "Joulusesonki", "Myymäläuudistus", "Uusi verkkokauppa")})
    _give_circulation_lists(
        kataja,
        (
            ("Hallinto 100", ("Maija Kataja",), "Olli Kataja"),
            ("Myymälä 200", ("Noora Salmi", "Maija Kataja"), "Olli Kataja"),
            ("Verkkokauppa 300", ("Sami Lahti",), "Olli Kataja"),
        ),
    )
    write_history(kataja, OFFICE + TRADE, 30, now)

    pihlaja = _company(12, ids[1], "Pihlaja Rakennus Oy", "8 months, two lists of one name", 8, now)
    _give_circulation_lists(
        pihlaja,
        (
            ("Työmaat", ("Teppo Pihlaja",), "Raija Pihlaja"),
            ("Työmaat", ("Jukka Mäkinen",), "Raija Pihlaja"),
            ("Toimisto", ("Raija Pihlaja",), "Teppo Pihlaja"),
        ),
    )
    write_history(pihlaja, OFFICE + CONSTRUCTION, 8, now)

    tuomi = _company(13, ids[2], "Tuomi Kahvilat Oy", "2 months, API resources not allowed yet", 2, now)
    tuomi.integration_added = False
    tuomi.allowed_resources.clear()
    write_history(tuomi, OFFICE[:8] + TRADE, 2, now)

    vaahtera = _company(14, ids[3], "Vaahtera Palvelut Oy", "a new company without history, dimensions", 0, now)
    _give_dimensions(vaahtera, {"Toimipaikka": ("Helsinki", "Tampere")})
    _give_circulation_lists(vaahtera, (("Kaikki laskut", ("Eeva Vaahtera",), "Eeva Vaahtera"),))

    leppa = _company(15, ids[4], "Leppä Logistiikka Oy", "30 months, the firm's people lack ledger rights", 30, now)
    lacking = dataclasses.replace(FULL_LEDGER_RIGHTS, posting=PostingLevel.SUGGESTION, circulation_setter=False)
    leppa.access[administrator.key] = Access(frozenset(Role), lacking)
    leppa.access[accountant.key] = Access(frozenset({Role.ACCOUNTANT}), lacking)
    _give_dimensions(leppa, {"Kustannuspaikka": ("10 Hallinto", "20 Kalusto", "30 Terminaali")})
    _give_circulation_lists(
        leppa,
        (("Kalusto", ("Pekka Leppä",), "Ritva Leppä"), ("Terminaali", ("Juha Oja",), "Ritva Leppä")),
    )
    write_history(leppa, OFFICE + TRANSPORT, 30, now)

    saarni = _company(16, ids[5], "Saarni Design Oy", "8 months, a package without the API", 8, now)
    saarni.package = Package.BASIC
    _give_circulation_lists(saarni, (("Studio", ("Iida Saarni",), "Iida Saarni"),))
    write_history(saarni, OFFICE + SERVICES, 8, now)

    return [kataja, pihlaja, tuomi, vaahtera, leppa, saarni]


def many_companies(now: datetime) -> list[Company]:
    """Fifty small companies with three months of history; one in ten lacks the resources, another one the package."""
    names = [f"{tree} {trade}" for trade, tree in itertools.product(_TRADES, _TREES)]
    companies: list[Company] = []
    for place, (name, business_id) in enumerate(zip(names, business_ids(_FIRST_OF_MANY, len(names)), strict=True)):
        company = _company(100 + place, business_id, name, "one of fifty, 3 months", 3, now)
        if place % 10 == 4:
            company.about = "one of fifty, API resources not allowed yet"
            company.integration_added = False
            company.allowed_resources.clear()
        elif place % 10 == 7:
            company.about = "one of fifty, a package without the API"
            company.package = Package.BASIC
        write_history(company, OFFICE[:4], 3, now)
        companies.append(company)
    return companies


def _company(key: int, business_id: str, name: str, about: str, months: int, now: datetime) -> Company:
    company = Company(
        key,
        business_id,
        name,
        about=about,
        integration_added=True,
        allowed_resources=resources_of(ARTICLE_GROUPS),
    )
    begins = now.year - -(-months // 12)
    open_books(company, begins, date(now.year, now.month, now.day))
    return company


def _give_dimensions(company: Company, dimensions: dict[str, tuple[str, ...]]) -> None:
    for name, items in dimensions.items():
        company.dimensions.append(
            Dimension(company.next_key(), name, tuple(DimensionItem(company.next_key(), item) for item in items))
        )


def _give_circulation_lists(company: Company, lists: Sequence[tuple[str, tuple[str, ...], str]]) -> None:
    for place, (name, verifiers, approver) in enumerate(lists):
        company.circulation_lists.append(
            CirculationList(company.next_key(), name, verifiers, approver, is_default=place == 0)
        )
