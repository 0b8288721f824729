"""Companies, users, credentials and rights of the local Netvisor, and how people change them there."""

import dataclasses
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sandbox.netvisor.books import load_books
from sandbox.netvisor.business_id import business_ids as make_business_ids
from sandbox.netvisor.catalogue import ARTICLE_GROUPS, RESOURCES, resources_of
from sandbox.netvisor.company import (
    FULL_LEDGER_RIGHTS,
    Access,
    Company,
    Credential,
    LedgerRights,
    PostingLevel,
    Role,
    User,
)
from sandbox.netvisor.faults import Faults
from sandbox.netvisor.ready_companies import many_companies, ready_companies
from sandbox.netvisor.switches import Switches

PARTNER_ID = "FFS_sandbox"
PARTNER_KEY = "3f1d0c5b7a9e4826b1c0d2e4f6a8907b"
ACCESS_KEY = "E2DCB2FF20700782F1EA878EDC19DC27"
"""The access key that the article prints for customers."""

ADMINISTRATOR = "Kaisa Korpela"
ACCOUNTANT = "Anna Aalto"
ACCOUNTANT_WITHOUT_APPROVAL = "Ville Vartia"

_FIRM_SERIAL = 9_000_000
_FIRST_BOOKS_SERIAL = 9_100_000
_FINNISH_TIME = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True, slots=True)
class Call:
    """One API call as it was recorded: never its keys. `outcome` is OK, an error code or the kind of a fault."""

    time: datetime
    resource: str
    parameters: Mapping[str, str]
    business_id: str
    outcome: str
    http_status: int
    seconds: float


class State:
    """Companies, users, credentials and rights, with scripted faults and a record of every call.

    `clock` gives seconds since 1970. `latency` is seconds added to every call. `timestamp_tolerance` is how many
    seconds a call's time stamp may be off; Netvisor's own is not known. `clock_error` is how many seconds its clock
    is ahead of the callers' when it looks at time stamps. `partner_known` is whether this environment knows the
    software partner at all, and with it the partner's every customer.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        seed_companies: bool = True,
        latency: float = 0.0,
        timestamp_tolerance: float = 900.0,
    ) -> None:
        self.clock = clock
        self.latency = latency
        self.timestamp_tolerance = timestamp_tolerance
        self.clock_error = 0.0
        self.partner_known = True
        self.partner_id = PARTNER_ID
        self.partner_key = PARTNER_KEY
        self.access_key = ACCESS_KEY
        self.faults = Faults()
        self.switches = Switches()
        self.calls: list[Call] = []
        self.overlaps: list[Call] = []
        self.transaction_ids: set[str] = set()
        self.arrivals: dict[str, tuple[float, float]] = {}
        self.users: dict[int, User] = {}
        self.credentials: dict[str, Credential] = {}
        self._companies: dict[str, Company] = {}
        self._people()
        if seed_companies:
            for company in ready_companies(self.now(), self.user(ADMINISTRATOR), self.user(ACCOUNTANT)):
                self.add_company(company)

    def now(self) -> datetime:
        """The time in Finland, naive, as Netvisor shows it."""
        return datetime.fromtimestamp(self.clock(), UTC).astimezone(_FINNISH_TIME).replace(tzinfo=None)

    # people and companies

    @property
    def companies(self) -> list[Company]:
        """The client companies, in the order in which they were added; not the accounting firm's own environment."""
        return [company for company in self._companies.values() if not company.is_firm]

    @property
    def firm(self) -> Company:
        """The accounting firm's own environment."""
        return next(company for company in self._companies.values() if company.is_firm)

    def find_company(self, business_id: str) -> Company | None:
        """The company with this business id, the firm included, or None."""
        return self._companies.get(business_id)

    def company(self, business_id: str) -> Company:
        """The company with this business id; KeyError when there is none."""
        return self._companies[business_id]

    def add_company(self, company: Company) -> Company:
        """Add a company; whoever has not been given access to it gets the firm's usual one.

        Raises ValueError when its business id is taken.
        """
        if company.business_id in self._companies:
            raise ValueError(f"there is a company with the business id {company.business_id} already")
        self._companies[company.business_id] = company
        for name, access in _usual_access().items():
            company.access.setdefault(self.user(name).key, access)
        return company

    def add_many_companies(self) -> list[Company]:
        """Add the fifty small companies; ValueError when they are there already."""
        return [self.add_company(company) for company in many_companies(self.now())]

    def load_books(self, path: str | Path, *, name: str | None = None, business_id: str | None = None) -> Company:
        """Add a company whose history is a file of postings; see `sandbox.netvisor.books`.

        Without a name it has the file's, without a business id the first free one from 9100000 on.
        """
        if business_id is None:
            wanted = make_business_ids(_FIRST_BOOKS_SERIAL, len(self._companies) + 1)
            business_id = next(each for each in wanted if each not in self._companies)
        return self.add_company(load_books(Path(path), self.now(), name=name, business_id=business_id))

    def user(self, name: str) -> User:
        """The user with this first and last name; KeyError when there is none."""
        for user in self.users.values():
            if user.name == name:
                return user
        raise KeyError(name)

    def add_generic_user(self) -> User:
        """A generic API user with full rights, as Netvisor's customer service makes one on request."""
        number = 1 + sum(user.first_name == "API" for user in self.users.values())
        user = self._add_user("API", f"Käyttäjä {number}", f"api{number}@laskelma.example")
        for company in self._companies.values():
            company.access[user.key] = Access(frozenset({Role.ACCOUNTANT}), FULL_LEDGER_RIGHTS)
        return user

    # credentials and rights

    def create_credential(self, user_name: str) -> Credential:
        """New API credentials of a user, with the ledger rights that this person has in each company right now."""
        user = self.user(user_name)
        credential = Credential(
            f"{user.first_name[:1]}{user.last_name[:1]}_{secrets.token_hex(4).upper()}".replace("Ä", "A"),
            secrets.token_hex(16),
            user.key,
            self.now(),
            {
                business_id: company.access[user.key].ledger
                for business_id, company in self._companies.items()
                if user.key in company.access
            },
        )
        self.credentials[credential.customer_id] = credential
        return credential

    def training_credential(self, user_name: str) -> Credential:
        """API credentials that a user made in the training environment: they look alike, and nobody knows them here."""
        credential = self.create_credential(user_name)
        return self.credentials.pop(credential.customer_id)

    def revoke_user(self, user_name: str, *, active: bool = False) -> None:
        """Remove a user (or bring one back): all credentials of a removed user fail."""
        self.user(user_name).active = active

    def set_rights(
        self,
        user_name: str,
        business_id: str,
        *,
        posting: PostingLevel | str | None = None,
        inspector: bool | None = None,
        approver: bool | None = None,
        circulation_setter: bool | None = None,
        roles: Iterable[Role | str] | None = None,
    ) -> Access:
        """Change a user's rights in a company; what is None stays. Earlier credentials keep their ledger rights."""
        company, user = self.company(business_id), self.user(user_name)
        access = company.access.get(user.key, Access())
        changes: dict[str, PostingLevel | bool] = {
            name: value
            for name, value in (
                ("posting", PostingLevel(posting) if posting is not None else None),
                ("inspector", inspector),
                ("approver", approver),
                ("circulation_setter", circulation_setter),
            )
            if value is not None
        }
        changed = Access(
            access.roles if roles is None else frozenset(Role(role) for role in roles),
            dataclasses.replace(access.ledger, **changes),
        )
        company.access[user.key] = changed
        return changed

    def remove_access(self, user_name: str, business_id: str) -> None:
        """Take a company away from a user, and with it from the user's credentials."""
        self.company(business_id).access.pop(self.user(user_name).key, None)

    def copy_user(self, user_name: str, from_business_id: str, to_business_ids: Iterable[str]) -> None:
        """Copy a user's rights to other companies, as KH and TPK can.

        The copies reach the user's credentials too: copying is how the article mends a missing company. That a copied
        right is also copied into earlier credentials is our reading of it.
        """
        user = self.user(user_name)
        access = self.company(from_business_id).access[user.key]
        for business_id in to_business_ids:
            self.company(business_id).access[user.key] = access
            for credential in self.credentials.values():
                if credential.user_key == user.key:
                    credential.rights[business_id] = access.ledger

    def ledger_rights(self, credential: Credential, company: Company) -> LedgerRights:
        """What a credential may do in a company's purchase ledger: as copied, or nothing."""
        return credential.rights.get(company.business_id, LedgerRights())

    # API resource rights

    def add_integration(self, business_id: str, access_key: str) -> bool:
        """Search "Custom integrations" by access key in one company; whether it was found and added."""
        if access_key.strip().upper() != self.access_key:
            return False
        self.company(business_id).integration_added = True
        return True

    def allow_resources(
        self, business_id: str, groups: Iterable[str] = ARTICLE_GROUPS, *, resources: Iterable[str] = ()
    ) -> None:
        """Set the resource status of whole groups, and of single resources, to allowed in one company."""
        company = self.company(business_id)
        company.integration_added = True
        company.allowed_resources |= resources_of(tuple(groups)) | _known(resources)

    def disallow_resources(
        self, business_id: str, groups: Iterable[str] = (), *, resources: Iterable[str] = ()
    ) -> None:
        """Set the resource status of whole groups, and of single resources, to not allowed in one company."""
        self.company(business_id).allowed_resources -= resources_of(tuple(groups)) | _known(resources)

    def _people(self) -> None:
        self._add_user("Kaisa", "Korpela", "kaisa.korpela@laskelma.example")
        self._add_user("Anna", "Aalto", "anna.aalto@laskelma.example")
        self._add_user("Ville", "Vartia", "ville.vartia@laskelma.example")
        self.add_company(Company(1, make_business_ids(_FIRM_SERIAL, 1)[0], "Tilitoimisto Laskelma Oy", is_firm=True))

    def _add_user(self, first_name: str, last_name: str, email: str) -> User:
        user = User(len(self.users) + 501, first_name, last_name, email)
        self.users[user.key] = user
        return user


def _usual_access() -> dict[str, Access]:
    accountant = frozenset({Role.ACCOUNTANT})
    return {
        ADMINISTRATOR: Access(frozenset(Role), FULL_LEDGER_RIGHTS),
        ACCOUNTANT: Access(accountant, FULL_LEDGER_RIGHTS),
        ACCOUNTANT_WITHOUT_APPROVAL: Access(
            accountant, dataclasses.replace(FULL_LEDGER_RIGHTS, approver=False, circulation_setter=False)
        ),
    }


def _known(resources: Iterable[str]) -> set[str]:
    names = {resource.lower().removesuffix(".nv") for resource in resources}
    if unknown := names - RESOURCES.keys():
        raise ValueError(f"no such resource: {', '.join(sorted(unknown))}")
    return names
