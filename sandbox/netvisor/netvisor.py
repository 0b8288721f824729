"""The state of the local Netvisor, and what people do to it."""

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
    ApprovalStatus,
    CirculationList,
    Company,
    Credential,
    Invoice,
    LedgerRights,
    PostingLevel,
    Role,
    User,
)
from sandbox.netvisor.faults import Faults
from sandbox.netvisor.history import receive_invoice
from sandbox.netvisor.ledger import handled, posted
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


class Netvisor:
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

    # circulation lists and invoices

    def add_circulation_list(
        self, business_id: str, name: str, verifiers: Iterable[str], approver: str
    ) -> CirculationList:
        """Add a circulation list; the first of a company becomes its default. Two may have the same name."""
        company = self.company(business_id)
        people = tuple(verifiers)
        if not name.strip() or not (people or approver):
            raise ValueError("a circulation list needs a name and somebody on it")
        chosen = CirculationList(
            company.next_key(), name.strip(), people, approver, is_default=not company.circulation_lists
        )
        company.circulation_lists.append(chosen)
        return chosen

    def remove_circulation_list(self, business_id: str, key: int) -> None:
        """Remove a circulation list; invoices that go round it keep it."""
        company = self.company(business_id)
        company.circulation_lists = [each for each in company.circulation_lists if each.key != key]

    def rename_circulation_list(self, business_id: str, key: int, name: str) -> None:
        """Give a circulation list another name; it may be another list's."""
        company = self.company(business_id)
        if not name.strip():
            raise ValueError("a circulation list needs a name")
        company.circulation_lists = [
            dataclasses.replace(each, name=name.strip()) if each.key == key else each
            for each in company.circulation_lists
        ]

    def duplicate_circulation_list(self, business_id: str, key: int) -> CirculationList:
        """Add a list of the same name and people; ValueError when there is no list of this key."""
        company = self.company(business_id)
        for each in company.circulation_lists:
            if each.key == key:
                return self.add_circulation_list(business_id, each.name, each.verifiers, each.approver)
        raise ValueError(f"no circulation list {key}")

    def receive_invoice(self, business_id: str, like: Invoice | None = None) -> Invoice:
        """A new open invoice arrives, like a given one or an earlier one of a supplier; ValueError without any."""
        return receive_invoice(self.company(business_id), self.now(), like)

    def let_invoices_arrive(self, business_id: str, minutes: float) -> None:
        """Have a new invoice arrive every so many minutes from now on; 0 stops it. ValueError for a negative number."""
        self.company(business_id)
        if minutes < 0:
            raise ValueError("minutes cannot be negative")
        self.arrivals.pop(business_id, None)
        if minutes:
            self.arrivals[business_id] = (minutes, self.clock() + minutes * 60)

    def tick(self) -> None:
        """Do what is due by the clock: invoices arrive, one a company at a time. The server calls it every second."""
        now = self.clock()
        for business_id, (minutes, due) in list(self.arrivals.items()):
            if now >= due:
                self.arrivals[business_id] = (minutes, now + minutes * 60)
                self.receive_invoice(business_id)

    def handle_invoice(self, business_id: str, key: int, status: ApprovalStatus, user_name: str) -> Invoice:
        """A person verifies, accepts or rejects an invoice in Netvisor; what was pre-posted is posted then.

        Raises ValueError when the person lacks the ledger right, or the invoice is past that status.
        """
        company, user = self.company(business_id), self.user(user_name)
        ledger = company.access.get(user.key, Access()).ledger
        rights = {ApprovalStatus.APPROVED: ledger.inspector, ApprovalStatus.ACCEPTED: ledger.approver}
        if not rights.get(status, ledger.inspector or ledger.approver):
            raise ValueError(f"{user.name} has no right for {status} in {company.name}")
        invoice = company.invoices[key]
        if list(ApprovalStatus).index(status) <= list(ApprovalStatus).index(invoice.status):
            raise ValueError(f"the invoice is {invoice.status} already")
        invoice.status = status
        handled(company, invoice, user, self.now())
        return invoice

    def post_invoice(self, business_id: str, key: int, accounts: Mapping[int, int], user_name: str) -> Invoice:
        """A person posts an invoice in Netvisor, or corrects how it is posted: `accounts` are by the lines' keys.

        Raises ValueError when the person may not post, an account or line is unknown or missing, or the books of the
        invoice's day are locked.
        """
        company, user = self.company(business_id), self.user(user_name)
        if not company.access.get(user.key, Access()).ledger.posting.may_post:
            raise ValueError(f"{user.name} may not post in {company.name}")
        invoice = company.invoices[key]
        for lock in (company.purchase_lock, company.period_lock, company.vat_lock):
            if lock is not None and (invoice.event_date or invoice.day) <= lock:
                raise ValueError(f"the books are locked until {lock.isoformat()}")
        if not set(accounts) <= {line.key for line in invoice.lines} or not set(accounts.values()) <= set(
            company.accounts
        ):
            raise ValueError("there is no such line or account")
        for line in invoice.lines:
            line.account_number = accounts.get(line.key, line.account_number)
        if any(line.account_number is None for line in invoice.lines):
            raise ValueError("a line has no account")
        posted(company, invoice, user, self.now())
        return invoice

    def set_history(self, business_id: str, *, shown: bool) -> None:
        """Empty a company of invoices and vouchers, as a new client's is, or bring them back."""
        company = self.company(business_id)
        if shown and company.set_aside:
            invoices, vouchers = company.set_aside
            company.invoices, company.vouchers = invoices | company.invoices, vouchers | company.vouchers
            company.set_aside = None
        elif not shown and company.set_aside is None:
            company.set_aside = company.invoices, company.vouchers
            company.invoices, company.vouchers = {}, {}

    # books from a file

    def load_books(self, path: str | Path, *, name: str | None = None, business_id: str | None = None) -> Company:
        """Add a company whose history is a file of postings; see `sandbox.netvisor.books`.

        Without a name it has the file's, without a business id the first free one from 9100000 on.
        """
        if business_id is None:
            wanted = make_business_ids(_FIRST_BOOKS_SERIAL, len(self._companies) + 1)
            business_id = next(each for each in wanted if each not in self._companies)
        return self.add_company(load_books(Path(path), self.now(), name=name, business_id=business_id))

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
