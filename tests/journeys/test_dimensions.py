"""Dimensions: seen, ordered, stopped, proposed once and again only when somebody says so."""

from __future__ import annotations

from sandbox.netvisor import Company
from services.dimensions import plan_proposals
from services.prediction import Model
from services.records import Artifact, ClientState, DimensionOrder, DimensionProposal, Run, RunState
from tests.journeys.firm import CHANNEL, Firm


async def in_production(firm: Firm) -> Company:
    """Take Kataja, with its newest invoices, into production, and close the modal of its check."""
    kataja = firm.company("Kataja")
    kataja.invoices = dict(list(kataja.invoices.items())[-250:])
    await firm.add(kataja)
    await firm.at_rest(kataja)
    await firm.workspace.close_view(firm.workspace.accountant, firm.top(firm.workspace.accountant).id)
    return kataja


def targets(firm: Firm) -> set[str]:
    """Return what the models in use predict."""
    (artifact,) = firm.find(Artifact)
    return set(Model.from_bytes(artifact.content).targets)


async def opened(firm: Firm, kataja: Company) -> None:
    """Open the modal of dimensions."""
    await firm.workspace.command(firm.workspace.accountant, CHANNEL, f"/fabric laskentakohteet {kataja.business_id}")
    await firm.until(lambda: "Kustannuspaikka" in firm.seen(firm.workspace.accountant))


async def morning(firm: Firm) -> None:
    """Let the proposals of a morning be looked for."""
    assert firm.bot is not None
    await plan_proposals(firm.bot.store, firm.clock())
    await firm.quiet()


def proposals(firm: Firm) -> list[str]:
    """Return the proposals in the channel, as they stand."""
    return [message.visible_text for message in firm.posted() if "dimensions could be predicted" in message.text]


async def test_predictions_are_trained_when_they_are_ordered_and_only_then(firm: Firm) -> None:
    aku = firm.workspace.accountant
    kataja = await in_production(firm)
    assert targets(firm) == {"account", "vat"}
    await opened(firm, kataja)
    assert "3 items" in firm.seen(aku)
    assert "given on" in firm.seen(aku)
    assert "Not predicted." in firm.seen(aku)

    await firm.workspace.click(aku, action_id="order_dimension", view=firm.top(aku).id, block_id="dimension_0")
    await firm.until(lambda: f"Ordered by <@{aku.id}>" in firm.seen(aku))
    await firm.until(lambda: "Predicted: " in firm.seen(aku))
    await firm.quiet()
    assert targets(firm) == {"account", "vat", "dimension:Kustannuspaikka"}
    newest = [run for run in firm.find(Run) if run.state is RunState.DEPLOYED and run.target.startswith("dimension:")]
    assert [run.target for run in newest] == ["dimension:Kustannuspaikka"]
    assert "Kustannuspaikka" in firm.told(aku)[-1].visible_text

    await firm.press(aku, "stop_dimension")
    await firm.until(lambda: "Ordered by" not in firm.seen(aku))
    assert firm.find(DimensionOrder) == []


async def test_a_company_without_dimensions_says_so_and_one_that_is_not_live_cannot_order(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    firm.netvisor.latency = 0.2
    await firm.add(pihlaja)
    await firm.until_state(pihlaja, ClientState.TRAINING)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.workspace.command(aku, CHANNEL, f"/fabric dimensions {pihlaja.business_id}")
    await firm.until(lambda: firm.workspace.open_views(aku))
    firm.netvisor.latency = 0.0
    await firm.until(lambda: "The company has no dimensions" in firm.seen(aku))


async def test_a_proposal_comes_once_and_is_answered_in_place(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await in_production(firm)
    firm.clock.forward(minutes=20)
    await firm.quiet()
    (proposal,) = proposals(firm)
    assert "*Kustannuspaikka* · given on" in proposal
    assert firm.find(DimensionOrder) == [], "nothing is trained unasked"
    await morning(firm)
    assert len(proposals(firm)) == 1

    (message,) = [message for message in firm.posted() if "dimensions could be predicted" in message.text]
    await firm.workspace.click(aku, action_id="ask_later", message=(message.channel, message.ts))
    await firm.until(lambda: "Asked again on" in proposals(firm)[0])
    firm.clock.forward(days=3)
    await morning(firm)
    assert len(proposals(firm)) == 1
    firm.clock.forward(days=5)
    await morning(firm)
    assert len(proposals(firm)) == 2

    again = [message for message in firm.posted() if "dimensions could be predicted" in message.text][-1]
    await firm.workspace.click(
        aku, action_id="order_dimension", message=(again.channel, again.ts), block_id="dimension_0"
    )
    await firm.until(lambda: "*Kustannuspaikka*: ordered" in proposals(firm)[-1])
    await firm.until(lambda: "dimension:Kustannuspaikka" in targets(firm))
    firm.clock.forward(days=30)
    await morning(firm)
    assert len(proposals(firm)) == 2, "what was left is not proposed for ever"
    (known,) = firm.find(DimensionProposal)
    assert known.number == 2
