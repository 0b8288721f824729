"""A call that has passed authentication and the right to its resource, and what it is answered with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sandbox.netvisor.company import Company, LedgerRights, User
from sandbox.netvisor.refusals import Language, bad_parameter
from sandbox.netvisor.switches import Switches

MOST_KEYS = 500
"""How many ids netvisorkeylist may hold (sv getpurchaseinvoice)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call: whose it is, to which company, and its parameters by lower-case name.

    `rights` are the credential's ledger rights in the company; `everyone` are the firm's users by key; `address` is the
    API's own address.
    """

    company: Company
    user: User
    rights: LedgerRights
    language: Language
    parameters: Mapping[str, str]
    body: bytes
    now: datetime
    switches: Switches
    everyone: Mapping[int, User]
    address: str

    def local(self, finnish: str, english: str, swedish: str) -> str:
        """The word of this call's interface language."""
        return {"FI": finnish, "EN": english, "SE": swedish}[self.language]

    def keys(self) -> list[int] | None:
        """The ids of `netvisorkeylist`, or None without it.

        Raises Refusal (INVALID_DATA) for more than 500 ids and for what is not a number.
        """
        listed = self.parameters.get("netvisorkeylist")
        if listed is None:
            return None
        keys = listed.split(",")
        if len(keys) > MOST_KEYS:
            raise bad_parameter(f"netvisorkeylist > {MOST_KEYS}")
        return [self._whole("netvisorkeylist", key) for key in keys]

    def number(self, name: str) -> int | None:
        """A whole number parameter, or None without it. Raises Refusal (INVALID_DATA)."""
        value = self.parameters.get(name)
        return None if value in (None, "") else self._whole(name, value or "")

    def day(self, name: str) -> date | None:
        """A date parameter (yyyy-MM-dd), or None without it. Raises Refusal (INVALID_DATA)."""
        moment = self.moment(name)
        return moment.date() if moment else None

    def moment(self, name: str) -> datetime | None:
        """A date or time parameter (yyyy-MM-ddTHH:mm:ss) in Finnish time, or None. Raises Refusal (INVALID_DATA)."""
        value = self.parameters.get(name)
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise bad_parameter(f"{name}={value}") from error
        if moment.tzinfo is not None:
            raise bad_parameter(f"{name}={value}")
        return moment

    def word(self, name: str, allowed: tuple[str, ...]) -> str | None:
        """A parameter that is one of some words, in any case, or None without it. Raises Refusal (INVALID_DATA)."""
        value = self.parameters.get(name, "").lower()
        if value and value not in allowed:
            raise bad_parameter(f"{name}={value}")
        return value or None

    @staticmethod
    def _whole(name: str, value: str) -> int:
        if not (value.isascii() and value.strip().isdigit()):
            raise bad_parameter(f"{name}={value}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Reply:
    """What stands in Root beside ResponseStatus, and the HTTP headers that go with it."""

    xml: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
