"""One switch for each choice that Netvisor's documentation leaves open (reference/netvisor.md section 9).

The first value of each is the default. A product that works under every value does not depend on a guess.
"""

from collections.abc import Mapping

_REFUSALS = ("SERVICE_ACCESS_ERROR", "AUTHENTICATION_FAILED", "INVALID_DATA", "TECHNICAL_ERROR")

CHOICES: Mapping[str, tuple[str, ...]] = {
    # the code of a refusal
    "resource_not_allowed": _REFUSALS,
    "unknown_organisation": ("INVALID_DATA", "AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR", "TECHNICAL_ERROR"),
    "user_without_company": ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR", "INVALID_DATA", "TECHNICAL_ERROR"),
    "package_without_api": _REFUSALS,
    "ledger_right_missing": _REFUSALS,
    "role_missing": _REFUSALS,
    "overlapping_call": ("TECHNICAL_ERROR", "SERVICE_ACCESS_ERROR", "AUTHENTICATION_FAILED"),
    # what a missing purchase invoice looks like
    "invoice_not_found": ("empty", "INVALID_DATA"),
    # the HTTP status of a refusal when UseHTTPResponseStatusCodes is 1
    "http_status": ("by_code", "200", "400", "401", "403", "404", "500"),
    "maintenance_spelling": ("SYSTEM_MAINTENANCE", "SYSTEM_MAINTANANCE"),
    # what the replies hold
    "posting_lines_access": ("shown", "absent"),
    "actions": ("shown", "absent"),
    "several_includes": ("refused", "taken"),
    # an invoice's own circulation: whether it is shown, and what stands there where there is none
    "own_circulation": ("shown", "absent_without", "never_shown"),
    # what becomes of a message that sets a circulation
    "circulation_message": ("taken", "refused", "taken_and_ignored"),
    "circulation_lists_need_setter": ("no", "yes"),
    "rights_summary_without_users": ("caller", "everyone"),
    # whether a refused write says so before its body is looked at
    "access_checked": ("before_body", "after_body"),
}


class Switches:
    """The values of the switches; read with `switches["name"]`."""

    def __init__(self) -> None:
        self._values = {name: choices[0] for name, choices in CHOICES.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __setitem__(self, name: str, value: str) -> None:
        """Flip a switch; KeyError for a switch and ValueError for a value that does not exist."""
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}, not {value}")
        self._values[name] = value

    def as_dict(self) -> dict[str, str]:
        """All values by name."""
        return dict(self._values)

    def reset(self) -> None:
        """Back to the defaults."""
        self._values = {name: choices[0] for name, choices in CHOICES.items()}
