"""Which circulation list an invoice goes to, learnt from those that people chose before.

Netvisor does not publish how the circulation of a past invoice is read, so what is learnt from is what people chose or
let stand in the review, and circulations that could be read when an invoice arrived. The invoices are few enough to be
learnt anew each time: no artifact has to be kept, and a list chosen a minute ago counts already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.circulation.matching import CIRCULATION
from services.history import examples_to_predict
from services.netvisor import PurchaseInvoice
from services.prediction import CERTAIN, DIMENSION_PREFIX, Example, Model, Prediction
from services.proposals import Choice, Origin, Proposal, predicted_choice
from services.records import Client, InvoiceState, ProductionInvoice
from services.store import Unit

TARGET = f"{DIMENSION_PREFIX}{CIRCULATION}"
"""How the model calls the list: to it, it is one more thing that people give a line."""

MOST_LEARNT_FROM = 300
"""Invoices, the newest: what people chose last says most, and learning takes a part of a second."""

OFFERED = 4
"""Lists that are kept as candidates where none is certain."""

DECIDED = (InvoiceState.CONFIRMED, InvoiceState.WRITING, InvoiceState.WRITTEN)


def chosen_before(unit: Unit, client: Client) -> list[ProductionInvoice]:
    """Return the newest invoices of a client that people have decided about, oldest first."""
    rows = unit[ProductionInvoice].find(
        client.workspace,
        client_id=client.id,
        state__in=list(DECIDED),
        order="-changed_at",
        limit=MOST_LEARNT_FROM,
    )
    return [row for row in reversed(rows) if row.decided_by]


def predict_lists(
    rows: Sequence[ProductionInvoice], invoices: Sequence[PurchaseInvoice], proposals: Sequence[Proposal]
) -> list[Proposal]:
    """Return proposals with the list that is predicted for each, where it is certain: work for a thread.

    All lines of an invoice have to point to one list with certainty; else a person chooses.
    """
    model = Model((TARGET,))
    for row in rows:
        model.learn(*_examples(row))
    if not model.learned:
        return list(proposals)
    return [
        replace(proposal, circulation=_choice(model, invoice)) if invoice.lines else proposal
        for invoice, proposal in zip(invoices, proposals, strict=True)
    ]


def _examples(row: ProductionInvoice) -> list[Example]:
    proposal = Proposal.from_json(row.proposal)
    label = proposal.circulation.label
    if not label:
        return []
    accounts: Mapping[int, str] = {line.source: line.account.label for line in reversed(proposal.lines)}
    invoice = PurchaseInvoice.model_validate_json(row.content)
    return [
        replace(example, account=accounts.get(line.key or 0) or None, dimensions={CIRCULATION: label})
        for line, example in zip(invoice.lines, examples_to_predict(invoice), strict=True)
    ]


def _choice(model: Model, invoice: PurchaseInvoice) -> Choice:
    found = model.predict_lines(TARGET, examples_to_predict(invoice))
    least = min(found, key=lambda one: one.confidence)
    if len({one.label for one in found}) > 1 or not least.label or least.confidence < CERTAIN:
        return Choice("", Origin.EMPTY, alternatives=_likeliest(found))
    return predicted_choice(least)


def _likeliest(found: Sequence[Prediction]) -> tuple[tuple[str, float], ...]:
    """Return the lists that an invoice may go round, by how likely they are for its lines together."""
    chances: defaultdict[str, float] = defaultdict(float)
    for one in found:
        for label, chance in ((one.label, one.confidence), *one.alternatives):
            if label:
                chances[label] += chance / len(found)
    ranked = sorted(chances.items(), key=lambda one: -one[1])
    return tuple((label, round(chance, 4)) for label, chance in ranked[:OFFERED])
