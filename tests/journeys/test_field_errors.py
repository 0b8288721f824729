"""What is typed wrongly is said at its field, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.netvisor import ACCOUNTANT
from services.records import Client, ClientState, Credential, Draft, Job
from tests.journeys.firm import Firm, fields


@pytest.mark.parametrize("wrong", ["9000101-5", "12345", "kataja", "9000101-40"])
async def test_a_business_id_that_is_none(firm: Firm, wrong: str) -> None:
    form = await firm.open_form()
    pihlaja = firm.company("Pihlaja")
    outcome = await firm.fill_form(pihlaja, business_id=wrong)
    assert list(outcome.errors) == ["business_id"]
    assert "not a Finnish business id" in outcome.errors["business_id"]
    (draft,) = firm.find(Draft)
    assert (draft.name, draft.business_id, draft.process) == (pihlaja.name, wrong, "standard")

    entered = firm.workspace.view(form.id).entered
    assert entered["name"]["name"]["value"] == pihlaja.name
    mended = await firm.workspace.submit(
        firm.workspace.accountant, form.id, fields({"business_id": pihlaja.business_id})
    )
    assert mended.errors == {}
    assert firm.top(firm.workspace.accountant).callback_id == "credential_keys"


@pytest.mark.parametrize("spelling", ["90001014", "FI90001014", " 9000101-4 "])
async def test_a_business_id_in_other_spellings_is_the_same(firm: Firm, spelling: str) -> None:
    await firm.open_form()
    outcome = await firm.fill_form(firm.company("Pihlaja"), business_id=spelling)
    assert outcome.errors == {}


async def test_a_company_that_has_been_added_already(firm: Firm) -> None:
    saarni = firm.company("Saarni")
    await firm.add(saarni)
    await firm.until_state(saarni, ClientState.BLOCKED)
    await firm.workspace.close_view(firm.workspace.accountant, firm.top(firm.workspace.accountant).id)
    await firm.open_form()
    outcome = await firm.fill_form(saarni, name="Another name")
    assert outcome.errors == {"business_id": "This company has been added already. See it with /fabric status."}
    assert len(firm.find(Client)) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"customer_key": "0123 4567 89ab cdef"}, "customer_key", "spaces"),
        ({"customer_id": "AA_12é4567"}, "customer_id", "characters that do not belong"),
        ({"customer_key": "E2DCB2FF20700782F1EA878EDC19DC27"}, "customer_key", "This is the access key"),
        ({"customer_id": "e2dcb2ff20700782f1ea878edc19dc27"}, "customer_id", "This is the access key"),
        ({"customer_key": "abc"}, "customer_key", "too short or too long"),
        ({"customer_key": "AA_12345678", "customer_id": "AA_12345678"}, "customer_id", "cannot be the same"),
    ],
)
async def test_a_key_that_is_plainly_wrong(firm: Firm, wrong: dict[str, Any], field: str, sentence: str) -> None:
    vaahtera = firm.company("Vaahtera")
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.open_form()
    await firm.fill_form(vaahtera)
    outcome = await firm.fill_keys(credential, **wrong)
    assert list(outcome.errors) == [field]
    assert sentence in outcome.errors[field]
    assert firm.find(Client) == []
    assert firm.find(Credential) == []

    assert (await firm.fill_keys(credential)).errors == {}
    assert firm.client(vaahtera).name == vaahtera.name


async def test_what_slack_itself_insists_on_never_reaches_us(firm: Firm) -> None:
    form = await firm.open_form()
    outcome = await firm.workspace.submit(firm.workspace.accountant, form.id, {})
    assert {"name", "business_id", "process"} <= set(outcome.errors)
    assert firm.find(Job, kind="check") == []


async def test_a_pasted_key_may_have_white_space_around_it(firm: Firm) -> None:
    vaahtera = firm.company("Vaahtera")
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.open_form()
    await firm.fill_form(vaahtera)
    await firm.fill_keys(credential, customer_key=f" {credential.customer_key}\t")
    await firm.at_rest(vaahtera)
