"""VAT percents and codes by date.

Rates are those of the Finnish VAT Act: the standard rate 24 % until 31 August 2024 and 25.5 % after, the reduced rate
14 % until the end of 2025 and 13.5 % after, and the 10 % rate. Codes are Netvisor's (reference/netvisor.md 3.8).
"""

from datetime import date
from enum import StrEnum

_PURCHASE_CODES = {
    "KOOS",
    "EUOS",
    "EUUO",
    "EUPO",
    "EVTO",
    "EVPO",
    "EVKV",
    "KAVE",
    "RAOS",
    "EVRO",
    "MAAL",
    "EVMA",
    "100",
}
_SALES_CODES = {"KOMY", "EUMY", "EUUM", "EUPM312", "EUPM309", "MUUL", "RAMY", "KOMY0"}
CODES = frozenset({"NONE"} | _PURCHASE_CODES | _SALES_CODES)

_STANDARD_ROSE = date(2024, 9, 1)
_REDUCED_FELL = date(2026, 1, 1)


class VatClass(StrEnum):
    """How a purchase is taxed, whatever the percent is on its day."""

    STANDARD = "standard"
    REDUCED = "reduced"  # food, restaurants
    LOW = "low"  # newspapers
    ZERO = "zero"  # rents, insurance, bank charges
    EU_SERVICE = "eu_service"  # reverse charge: no VAT on the invoice


def vat_on(vat_class: VatClass, day: date) -> tuple[int, str]:
    """The VAT percent in tenths and the VAT code of a purchase on a day."""
    match vat_class:
        case VatClass.STANDARD:
            return (255 if day >= _STANDARD_ROSE else 240), "KOOS"
        case VatClass.REDUCED:
            return (135 if day >= _REDUCED_FELL else 140), "KOOS"
        case VatClass.LOW:
            return 100, "KOOS"
        case VatClass.ZERO:
            return 0, "NONE"
        case VatClass.EU_SERVICE:
            return 0, "EUPO"
