"""Proposals: what is never changed, when defaults yield, and sums that stay what they were to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.deciding import decide, works_on
from services.netvisor import PurchaseInvoice, PurchaseInvoiceLine
from services.prediction import ACCOUNT, CERTAIN, DIMENSION_PREFIX, VAT, Prediction
from services.prediction.model import InvoicePrediction
from services.proposals import (
    Origin,
    Proposal,
    cents,
    certain_part,
    code_fits,
    is_credit_note,
    is_foreign,
    posting_data,
    propose,
    stands_as_proposed,
    sums_agree,
)
from services.records import Client, ClientState, InvoiceState, Process, ProductionInvoice
from services.review import Act, Outcome, change_line, version
from storage import SQLiteStore, open_store

DEFAULT, OTHER, NEW = "4000", "5000", "6000"
COST_CENTRE = "Kustannuspaikka"
NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)

amounts = st.integers(-10_000_000, 10_000_000).map(lambda number: Decimal(number) / 100)
accounts = st.sampled_from([None, f"{DEFAULT} Ostot", f"{OTHER} Palvelut"])
confidences = st.floats(0, 1) | st.just(CERTAIN)
line_of = st.builds(
    PurchaseInvoiceLine,
    sum=amounts,
    vat_percent=st.sampled_from([None, Decimal(0), Decimal(14), Decimal("25.5")]),
    vat_code=st.sampled_from([None, "KOOS", "NONE", "EUOS"]),
    suggested_account=accounts,
    dimensions=st.sampled_from([{}, {COST_CENTRE: "100 Hallinto"}]),
)


def predictions(labels: list[str]) -> st.SearchStrategy[Prediction]:
    return st.builds(Prediction, label=st.sampled_from(["", *labels]), confidence=confidences)


predicted_lines = st.fixed_dictionaries(
    {},
    optional={
        ACCOUNT: predictions([DEFAULT, OTHER, NEW]),
        VAT: predictions(["KOOS", "NONE", "EUOS", "EVTO"]),
        DIMENSION_PREFIX + COST_CENTRE: predictions(["200 Myymälä"]),
    },
)


@st.composite
def invoices(draw: st.DrawFn) -> PurchaseInvoice:
    lines = draw(st.lists(line_of, min_size=1, max_size=5))
    lines = [line.model_copy(update={"key": number + 1}) for number, line in enumerate(lines)]
    whole = sum((line.sum or Decimal(0) for line in lines), Decimal(0))
    return PurchaseInvoice(
        key=7,
        vendor_key=3,
        number="1001",
        amount=draw(st.just(whole) | amounts),
        approval_status=draw(st.sampled_from(["open", "approved", "accepted", "rejected", "contentsuppliedrejected"])),
        is_accounted=draw(st.booleans()),
        foreign_currency=draw(st.sampled_from([None, "EUR", "SEK"])),
        lines=tuple(lines),
    )


@st.composite
def proposed(draw: st.DrawFn) -> tuple[PurchaseInvoice, list[Mapping[str, Prediction]], Proposal]:
    invoice = draw(invoices())
    found: list[Mapping[str, Prediction]] = [draw(predicted_lines) for _ in invoice.lines]
    return invoice, found, propose(invoice, InvoicePrediction(tuple(found), 0.0), DEFAULT)


@given(proposed())
def test_what_a_person_posted_is_never_changed(
    made: tuple[PurchaseInvoice, list[Mapping[str, Prediction]], Proposal],
) -> None:
    invoice, _, proposal = made
    for line, one in zip(invoice.lines, proposal.lines, strict=True):
        if line.suggested_account_number == OTHER:
            assert (one.account.label, one.account.origin) == (OTHER, Origin.PERSON)
            assert one.vat.label == (line.vat_code or "NONE")
            assert {name: choice.label for name, choice in one.dimensions.items()} == line.dimensions


@given(proposed())
def test_a_default_account_yields_only_above_eighty_percent_and_default_dimensions_never(
    made: tuple[PurchaseInvoice, list[Mapping[str, Prediction]], Proposal],
) -> None:
    invoice, found, proposal = made
    for line, prediction, one in zip(invoice.lines, found, proposal.lines, strict=True):
        if line.suggested_account_number == DEFAULT and one.account.label != DEFAULT:
            assert prediction[ACCOUNT].confidence > CERTAIN
        for name, item in line.dimensions.items():
            assert one.dimensions[name].label == item


@given(proposed())
def test_vat_codes_fit_the_rate_and_sums_stay(
    made: tuple[PurchaseInvoice, list[Mapping[str, Prediction]], Proposal],
) -> None:
    invoice, _, proposal = made
    for line, one in zip(invoice.lines, proposal.lines, strict=True):
        assert one.vat.origin is not Origin.PREDICTED or code_fits(one.vat.label, line.vat_percent)
    for part in (proposal, certain_part(proposal)):
        data = posting_data(invoice, part, ready=False, comment="")
        assert [cents(line.sum) for line in data.lines] == [cents(line.sum) for line in invoice.lines]
    assert Proposal.from_json(proposal.to_json()) == proposal


@given(proposed())
def test_what_is_written_unasked_is_certain_and_what_is_uncertain_stays_as_it_stands(
    made: tuple[PurchaseInvoice, list[Mapping[str, Prediction]], Proposal],
) -> None:
    invoice, _, proposal = made
    data = posting_data(invoice, certain_part(proposal), ready=False, comment="")
    for line, one, sent in zip(invoice.lines, proposal.lines, data.lines, strict=True):
        if sent.account_number != line.suggested_account_number:
            assert one.account.confidence >= CERTAIN
        if sent.vat_code != line.vat_code and line.vat_code:
            assert one.vat.confidence >= CERTAIN
        for name in set(sent.dimensions) - set(line.dimensions):
            assert one.dimensions[name].confidence >= CERTAIN


@given(proposed(), st.sampled_from(Process))
def test_who_decides(made: tuple[PurchaseInvoice, list[Mapping[str, Prediction]], Proposal], process: Process) -> None:
    invoice, _, proposal = made
    decision = decide(process, invoice, proposal)
    if process is not Process.BACKGROUND:
        assert decision.state is InvoiceState.WAITING
        assert decision.proposal == proposal
    else:
        assert decision.state in (InvoiceState.CONFIRMED, InvoiceState.LEFT)
    if decision.state is InvoiceState.CONFIRMED:
        assert sums_agree(invoice)
        assert not is_credit_note(invoice)
        assert not is_foreign(invoice)
        assert decision.proposal.changes_something


@given(invoices(), st.sampled_from(Process))
def test_no_process_works_on_what_is_posted_or_rejected(invoice: PurchaseInvoice, process: Process) -> None:
    works, status = works_on(process, invoice), invoice.approval_status or ""
    if invoice.is_accounted or status.endswith("rejected"):
        assert not works
    else:
        assert works == {
            Process.STANDARD: status == "accepted",
            Process.BACKGROUND: status != "accepted",
        }.get(process, True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteStore]:
    """A database that the examples share."""
    opened = open_store(tmp_path_factory.mktemp("splits") / "fabric.db")
    yield opened
    opened.close()


@given(whole=st.integers(-100_000, 100_000), parts=st.lists(st.integers(-100_000, 100_000), max_size=4))
def test_splits_keep_the_sum_to_the_cent(store: SQLiteStore, whole: int, parts: list[int]) -> None:
    line = PurchaseInvoiceLine(key=1, sum=Decimal(whole) / 100, suggested_account=f"{DEFAULT} Ostot")
    invoice = PurchaseInvoice(key=7, amount=line.sum, lines=(line,))
    proposal = propose(invoice, InvoicePrediction(({},), 0.0), DEFAULT)
    row = ProductionInvoice(
        "T1", "c1:7", "c1", 7, "", "1", whole, None, InvoiceState.WAITING, NOW, NOW, "f", invoice.model_dump_json(),
        proposal.to_json(),
    )  # fmt: skip
    client = Client(
        "T1", "c1", "9000100-6", "Kataja Oy", Process.ALTERNATIVE, "C1", "k", ClientState.PRODUCTION, "U1", NOW
    )
    store.run_now(lambda unit: (unit[Client].put(client), unit[ProductionInvoice].put(row)))
    for part in filter(None, parts):
        now = store.run_now(lambda unit: unit[ProductionInvoice].get("T1", row.id)) or row
        before = Proposal.from_json(now.proposal).lines
        act = Act("T1", row.id, version(now), "U1", NOW)
        outcome = store.run_now(lambda unit, a=act, p=part: change_line(unit, a, 0, {}, p))
        stored = store.run_now(lambda unit: unit[ProductionInvoice].get("T1", row.id)) or row
        after = Proposal.from_json(stored.proposal)
        assert sum(one.sum for one in after.lines) == whole
        assert all(one.sum * whole > 0 for one in after.lines if len(after.lines) > 1)
        fits = before[0].sum * part > 0 and abs(part) < abs(before[0].sum)
        assert outcome is (Outcome.DONE if fits else Outcome.WRONG_SUM)
        data = posting_data(invoice, after, ready=True, comment="")
        assert sum(cents(one.sum) for one in data.lines) == whole
        written = [
            line.model_copy(update={"key": place, "sum": one.sum}) for place, one in enumerate(data.lines, start=1)
        ]
        assert stands_as_proposed(invoice.model_copy(update={"lines": tuple(written)}), after)
