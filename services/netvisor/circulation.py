"""Writing purchaseinvoicecirculation.nv: the circulation list of an invoice. NOT VERIFIED, and off by default.

Known from the article: `root` holds `purchaseinvoicecirculations`, which holds a `purchaseinvoicecirculation` for each
invoice, which holds `invoiceidentifier` with the invoice's `netvisorkey`; a list is set by its key of
getcirculationlists.nv. How the element with the list's key is spelt is not known. Our guess at it stands in GUESSED
and nowhere else. Nothing is sent unless the operator gives a template, which may be the guess
(NETVISOR_CIRCULATION_TEMPLATE), and a guided trial of it on one invoice has been confirmed by eye
(`services.circulation.trial`).

A message without a list or people DELETES the invoice's circulation, so a message is built only if it holds the key of
a list, and is sent only for an invoice that has no circulation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.netvisor.xml import Node, XmlProblem, parse

GUESSED = (
    "<root><purchaseinvoicecirculations><purchaseinvoicecirculation>"
    "<invoiceidentifier><netvisorkey>{invoice}</netvisorkey></invoiceidentifier>"
    "<circulationlist><netvisorkey>{list}</netvisorkey></circulationlist>"
    "</purchaseinvoicecirculation></purchaseinvoicecirculations></root>"
)
"""What the message may look like: an inference from how its other elements and getcirculationlists.nv are spelt."""

PROBE = 1_000_001, 2_000_002


@dataclass(frozen=True)
class CirculationTemplate:
    """The text of a message, with `{invoice}` and `{list}` where the two keys stand.

    Raises ValueError, in words for the operator, for a text that could send anything but one list for one invoice.
    """

    text: str
    place: str = ""
    """Which Netvisor it is for: what was tried in a test environment is not tried in the real one."""

    @property
    def mark(self) -> str:
        """What tells this template in this place from another."""
        return hashlib.sha256(f"{self.place}\n{self.text}".encode()).hexdigest()[:16]

    def __post_init__(self) -> None:
        self.message(*PROBE)

    def message(self, invoice_key: int, list_key: int) -> bytes:
        """Return the message that sets an invoice's circulation list; raise ValueError rather than one without it."""
        if invoice_key <= 0 or list_key <= 0:
            raise ValueError("an invoice and a circulation list have keys above 0")
        if not self.text.startswith("<root>"):
            raise ValueError("the circulation message must start with <root>")
        message = self.text.replace("{invoice}", str(invoice_key)).replace("{list}", str(list_key))
        body = message.encode("ascii", "xmlcharrefreplace")
        try:
            circulations = list(parse(body).items("purchaseinvoicecirculations", "purchaseinvoicecirculation"))
        except XmlProblem as problem:
            raise ValueError(f"the circulation message is no XML: {problem}") from None
        if len(circulations) != 1:
            raise ValueError("the circulation message must hold one purchaseinvoicecirculation")
        if circulations[0].text("invoiceidentifier", "netvisorkey") != str(invoice_key):
            raise ValueError("the circulation message must hold {invoice} in invoiceidentifier/netvisorkey")
        if str(list_key) not in _texts_beside_the_identifier(circulations[0]):
            raise ValueError("the circulation message must hold {list}: without a list it deletes the circulation")
        return body


def _texts_beside_the_identifier(circulation: Node) -> set[str]:
    """Return what stands in a circulation's elements, the identifier of the invoice left out."""
    parts = (part for part in circulation if part.name != "invoiceidentifier")
    return {(element.text or "").strip() for part in parts for element in part.element.iter()}
