"""`/fabric add-clients`: many companies, one message."""

from __future__ import annotations

from sandbox.netvisor import ACCOUNTANT
from services.records import Batch, Client, ClientState, Credential, ScheduledMessage
from tests.journeys.batch import give_list, go_on, listed, open_form, summary_of, table_of
from tests.journeys.firm import Firm


async def settled(firm: Firm) -> None:
    """Wait until every batch has nothing left to wait for."""
    await firm.until(lambda: all(batch.done_at for batch in firm.find(Batch)))
    await firm.quiet()


async def test_a_list_becomes_clients_with_one_message(firm: Firm) -> None:
    aku = firm.workspace.accountant
    vaahtera, tuomi, leppa = firm.company("Vaahtera"), firm.company("Tuomi"), firm.company("Leppä")
    await open_form(firm)
    await give_list(firm, listed([vaahtera, tuomi, leppa]) + "\n1234567-8\tVäärä Oy\n" + vaahtera.business_id)
    preview = firm.seen(aku)
    assert "*3 companies* are ready" in preview
    assert "*2 lines* have problems" in preview
    assert "Line 4 Väärä Oy: “1234567-8” is not a Finnish business id" in preview
    assert "Line 5: the same company is on line 1 already." in preview
    assert firm.find(Client) == [], "nothing is stored yet"
    await go_on(firm)
    assert firm.find(Client) == [], "the key is asked for first"
    await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT))
    assert "*3 clients* are being added" in firm.seen(aku)
    await settled(firm)

    assert {client.state for client in firm.find(Client)} == {ClientState.PRODUCTION, ClientState.BLOCKED}
    message = summary_of(firm)
    rows = table_of(message)
    assert [row[2] for row in rows] == ["Blocked", "Blocked", "Not added", "Not added", "In production"]
    (told,) = firm.told(aku)
    assert "3 clients" in told.text
    assert firm.find(ScheduledMessage) == []
    assert firm.workspace.scheduled == {}
    assert len(firm.find(Credential)) == 1
