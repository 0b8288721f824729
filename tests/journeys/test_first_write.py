"""The first write says what no reading shows: one that is taken proves the right, one that is refused stops writing."""

from __future__ import annotations

from services.records import ClientState, InvoiceState, Tick
from tests.journeys.firm import Firm
from tests.journeys.test_production import confirm_as_proposed, in_production, next_round, state


async def test_a_posting_that_is_taken_proves_and_one_that_is_refused_blocks(firm: Firm) -> None:
    aku, kataja = firm.workspace.accountant, firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)
    (tick,) = firm.find(Tick, check_id="posting")
    assert tick.proven_at
    assert tick.about == firm.client(kataja).credential_id

    firm.netvisor.disallow_resources(kataja.business_id, resources=["purchaseinvoicepostingdata"])
    second = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    for view in list(firm.workspace.open_views(aku)):
        await firm.workspace.close_view(aku, view.id)
    await confirm_as_proposed(firm, second)
    await firm.until_state(kataja, ClientState.BLOCKED)
    await firm.quiet()
    assert firm.client(kataja).missing == ("posting",), "the check that follows reads nothing of it"
    assert state(firm, second) is InvoiceState.CONFIRMED, "it is written when the right is back"
