"""Netvisor's error codes and their texts in the three interface languages.

The codes are those of the documentation (reference/netvisor.md section 2). Texts are documented where the reference
quotes them and the sandbox's own elsewhere: nothing may depend on a text.
"""

from typing import Literal

Language = Literal["FI", "EN", "SE"]
LANGUAGES: tuple[Language, ...] = ("FI", "EN", "SE")

CODES = (
    "AUTHENTICATION_FAILED",
    "INVALID_DATA",
    "INVALID_DATA_SIZE",
    "DUPLICATE_DATA",
    "REQUEST_NOT_UNIQUE",
    "PERIOD_LOCK",
    "SERVICE_ACCESS_ERROR",
    "SYSTEM_MAINTENANCE",
    "TECHNICAL_ERROR",
)

HTTP_STATUSES = {
    "AUTHENTICATION_FAILED": 401,
    "INVALID_DATA": 400,
    "INVALID_DATA_SIZE": 400,
    "DUPLICATE_DATA": 409,
    "REQUEST_NOT_UNIQUE": 409,
    "PERIOD_LOCK": 403,
    "SERVICE_ACCESS_ERROR": 403,
    "SYSTEM_MAINTENANCE": 503,
    "SYSTEM_MAINTANANCE": 503,
    "TECHNICAL_ERROR": 500,
}
"""Our guess of the status for each code when UseHTTPResponseStatusCodes is 1; Netvisor publishes no such table."""

_TEXTS: dict[str, tuple[str, str, str]] = {
    "header_missing": (
        "Pakollinen otsaketieto puuttuu: {detail}",
        "A required header is missing: {detail}",
        "En obligatorisk rubrik saknas: {detail}",
    ),
    "partner_unknown": (
        "Integraatiokumppania ei löydy, katso dokumentaatio",
        "The integration partner was not found, see the documentation",
        "Integrationspartnern hittades inte, se dokumentationen",
    ),
    "keys_not_valid": (
        "Integraatioavaimet eivät kelpaa. Tarkista käyttäjä- ja kumppanikohtaiset avaimet.",
        "Integration keys are not valid. Please check the keys specific to the user and partner.",
        "Integrationsnycklarna är inte giltiga. Kontrollera användarens och partnerns nycklar.",
    ),
    "mac": (
        "URI-metodi ei kelpaa, katso dokumentaatio. Käytä MAC-tiivisteen laskentaan merkkijonoa: {detail}",
        "The URI method is not valid, see the documentation. Calculate the MAC from the string: {detail}",
        "URI-metoden är inte giltig, se dokumentationen. Beräkna MAC av strängen: {detail}",
    ),
    "timestamp": (
        "Aikaleima ei kelpaa: {detail}",
        "The timestamp is not valid: {detail}",
        "Tidsstämpeln är inte giltig: {detail}",
    ),
    "transaction": (
        "Pyynnön tunniste on jo käytetty",
        "The transaction identifier has already been used",
        "Transaktionsidentifieraren har redan använts",
    ),
    "organisation_unknown": (
        "Yritystä ei löydy Y-tunnuksella {detail}",
        "No company was found with the business identifier {detail}",
        "Inget företag hittades med FO-numret {detail}",
    ),
    "no_company_access": (
        "Käyttäjällä ei ole oikeutta yritykseen {detail}",
        "The user has no access to the company {detail}",
        "Användaren har ingen åtkomst till företaget {detail}",
    ),
    "package": (
        "Ohjelmistorajapinta ei ole käytössä yrityksessä",
        "The software interface is not in use in the company",
        "Programgränssnittet är inte i bruk i företaget",
    ),
    "resource_not_allowed": (
        "Ei oikeutta rajapintaresurssiin {detail}",
        "No access to the interface resource {detail}",
        "Ingen rätt till gränssnittsresursen {detail}",
    ),
    "resource_unknown": (
        "Rajapintaresurssia {detail} ei löydy",
        "The interface resource {detail} was not found",
        "Gränssnittsresursen {detail} hittades inte",
    ),
    "resource_not_served": (
        "Paikallinen Netvisor ei toteuta resurssia {detail}",
        "The local Netvisor does not serve the resource {detail}",
        "Den lokala Netvisor har inte resursen {detail}",
    ),
    "overlap": (
        "Yritykselle on jo käynnissä toinen rajapintakutsu",
        "Another call is already under way for the company",
        "Ett annat anrop pågår redan för företaget",
    ),
    "address_too_long": (
        "Pyynnön osoite on liian pitkä: {detail} merkkiä",
        "The request address is too long: {detail} characters",
        "Adressen är för lång: {detail} tecken",
    ),
    "maintenance": (
        "Järjestelmää huolletaan, yritä myöhemmin uudelleen",
        "The system is under maintenance, try again later",
        "Systemet underhålls, försök igen senare",
    ),
    "technical": ("Tekninen virhe", "Technical error", "Tekniskt fel"),
    "parameter": (
        "Parametri ei kelpaa: {detail}",
        "The parameter is not valid: {detail}",
        "Parametern är inte giltig: {detail}",
    ),
    "not_found": (
        "Data form incorrect:. Tietoa ei löydy Netvisor-tunnisteella: {detail}",
        "Data form incorrect:. Nothing found with Netvisor identifier: {detail}",
        "Data form incorrect:. Inget hittades med Netvisor-identifieraren: {detail}",
    ),
    "data_form": (
        "Data form incorrect:. {detail}",
        "Data form incorrect:. {detail}",
        "Data form incorrect:. {detail}",
    ),
    "ledger_right_missing": (
        "Käyttäjältä puuttuu ostoreskontraoikeus: {detail}",
        "The user lacks the purchase ledger right: {detail}",
        "Användaren saknar inköpsreskontrarätten: {detail}",
    ),
    "role_missing": (
        "Käyttäjältä puuttuu rooli: {detail}",
        "The user lacks the role: {detail}",
        "Användaren saknar rollen: {detail}",
    ),
    "period_locked": (
        "Kausi on lukittu {detail} saakka",
        "The period is locked until {detail}",
        "Perioden är låst till {detail}",
    ),
}


class Refusal(Exception):
    """A call that Netvisor answers with FAILED: a code, and which text with which detail goes with it."""

    def __init__(self, code: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{code} ({reason})")
        self.code = code
        self.reason = reason
        self.detail = detail

    def message(self, language: Language) -> str:
        """The text in one of the interface languages."""
        return _TEXTS[self.reason][LANGUAGES.index(language)].replace("{detail}", self.detail)


def invalid(detail: str) -> Refusal:
    """INVALID_DATA about the content of a message."""
    return Refusal("INVALID_DATA", "data_form", detail)


def bad_parameter(detail: str) -> Refusal:
    """INVALID_DATA about a parameter of the address."""
    return Refusal("INVALID_DATA", "parameter", detail)
