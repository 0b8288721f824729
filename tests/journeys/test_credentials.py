"""`/fabric credentials`: the list, adding, tests against Netvisor, who breaks when a person leaves, removing."""

from __future__ import annotations

import pytest

from sandbox.netvisor import ACCOUNTANT
from services.records import ClientState, Credential, CredentialEvent, CredentialKind
from tests.conftest import Log
from tests.journeys.firm import Firm, fields
from tests.journeys.many import add_companies, change, describe, give_credential, open_credential, open_list
from tests.journeys.test_secrets import assert_nowhere


async def test_a_credential_is_added_named_and_removed(firm: Firm, log: Log) -> None:
    aku = firm.workspace.accountant
    typed = firm.netvisor.create_credential(ACCOUNTANT)
    await open_list(firm)
    await firm.press(aku, "add_credential")
    await describe(firm, "Yleinen API-käyttäjä")
    await firm.fill_keys(typed)
    assert "No client uses these credentials yet" in firm.seen(aku)
    (kept,) = firm.find(Credential)
    assert (kept.label, kept.kind, kept.added_by) == ("Yleinen API-käyttäjä", "generic", aku.id)

    await firm.press(aku, "edit_credential")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_edit")
    words = {"label": "Anna", "kind": "personal", "owner": ""}
    without = await firm.workspace.submit(aku, firm.top(aku).id, fields(words))
    assert "Write whose" in without.errors["owner"]
    await firm.workspace.submit(aku, firm.top(aku).id, fields({**words, "owner": "Anna Aalto"}))
    await firm.until(lambda: "Anna Aalto, their own user" in firm.seen(aku))

    await firm.press(aku, "remove_credential")
    await firm.until(lambda: "Removed" in firm.seen(aku))
    assert firm.find(Credential) == []
    told = [(event.what, event.person) for event in firm.find(CredentialEvent, order="at")]
    assert told == [("added", aku.id), ("described", aku.id), ("removed", aku.id)]
    assert_nowhere(firm, log, typed.customer_key, typed.customer_id)


async def test_a_pair_that_is_in_the_list_is_not_added_twice(firm: Firm) -> None:
    aku = firm.workspace.accountant
    typed, _ = give_credential(firm, label="Yleinen")
    await open_list(firm)
    await firm.press(aku, "add_credential")
    await describe(firm, "Toinen")
    outcome = await firm.fill_keys(typed)
    assert "in the list already: Yleinen" in outcome.errors["customer_key"]
    swapped = await firm.fill_keys(typed, customer_id=typed.customer_key)
    assert "cannot be the same" in swapped.errors["customer_id"]
    assert len(firm.find(Credential)) == 1


async def test_guests_are_refused(firm: Firm) -> None:
    give_credential(firm, label="Yleinen")
    outcome = await firm.workspace.command(firm.workspace.guest, "asiakkaat", "/fabric credentials")
    assert "Guests" in outcome.messages[0].visible_text
    assert firm.workspace.open_views(firm.workspace.guest) == []


async def test_one_that_is_used_is_kept_and_says_by_how_many(firm: Firm) -> None:
    aku = firm.workspace.accountant
    _, kept = give_credential(firm, add_companies(firm, 3), label="Yleinen")
    await open_list(firm, "tunnukset")
    assert "3 clients" in firm.seen(aku)
    await open_credential(firm, kept)
    await firm.press(aku, "remove_credential")
    await firm.until(lambda: "3 clients use these credentials" in firm.seen(aku))
    assert firm.find(Credential) == [kept]


async def test_a_test_says_in_which_clients_it_works_and_is_kept(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 4)
    _, kept = give_credential(firm, companies, label="Yleinen")
    firm.netvisor.remove_access(ACCOUNTANT, companies[1].business_id)
    firm.netvisor.disallow_resources(companies[2].business_id, ["purchase_invoices"])
    await open_list(firm)
    await open_credential(firm, kept)
    await firm.press(aku, "test_in_all")
    await firm.until(lambda: "Works: 2 clients. Does not work: 2 clients." in firm.seen(aku))
    seen = firm.seen(aku)
    assert seen.index("Not accepted in these companies") < seen.index(companies[1].name)
    assert seen.index("is refused") < seen.index(companies[2].name)
    calls = [call for call in firm.netvisor.calls if call.resource == "purchaseinvoicelist"]
    assert len(firm.netvisor.calls) == len(calls) == 4, "one light read in each company"
    await firm.press(aku, "open_credential")
    await firm.until(lambda: "works in 2 of 4" in firm.seen(aku))
    await firm.press(aku, "test_in_one")
    await firm.until(lambda: "Netvisor accepts the credentials: 1 client." in firm.seen(aku))


async def test_the_result_of_a_test_comes_as_one_message_to_who_closed_the_modal(firm: Firm) -> None:
    aku = firm.workspace.accountant
    _, kept = give_credential(firm, add_companies(firm, 3), label="Yleinen")
    firm.netvisor.latency = 0.2
    await open_list(firm)
    await open_credential(firm, kept)
    await firm.press(aku, "test_in_all")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_trial")
    await firm.workspace.close_view(aku, firm.top(aku).id)
    (message,) = await firm.until(lambda: firm.told(aku))
    await firm.quiet()
    assert "accepts the credentials: 3 clients" in message.visible_text
    await firm.workspace.click(aku, action_id="open_trial", message=(message.channel, message.ts))
    await firm.until(lambda: "accepts the credentials: 3 clients" in firm.seen(aku))
    assert len(firm.told(aku)) == 1


async def test_without_clients_there_is_nothing_to_test_in(firm: Firm) -> None:
    aku = firm.workspace.accountant
    _, kept = give_credential(firm)
    await open_list(firm)
    await open_credential(firm, kept)
    await firm.press(aku, "test_in_one")
    await firm.until(lambda: "no client yet" in firm.seen(aku))


async def test_a_person_who_leaves_breaks_the_clients_of_all_their_credentials(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 5)
    personal = CredentialKind.PERSONAL
    _, first = give_credential(firm, companies[:2], label="Anna 1", kind=personal, owner="Anna Aalto")
    _, second = give_credential(firm, companies[2:4], label="Anna 2", kind=personal, owner="anna aalto")
    _, generic = give_credential(firm, companies[4:], label="Yleinen", kind=CredentialKind.GENERIC)
    await open_list(firm)
    await firm.press(aku, "somebody_leaves")
    await firm.until(lambda: firm.top(aku).callback_id == "leaving_who")
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"credential": second.id}))
    seen = firm.seen(aku)
    assert "The connections of 4 clients break" in seen
    assert all(company.name in seen for company in companies[:4])
    assert companies[4].name not in seen
    assert "Please help us to create a generic API user" in seen
    assert "yleisen API-käyttäjän" in seen, "customer service is Finnish"

    # The way on: to credentials that the firm has already.
    await firm.workspace.click(aku, action_id="change_credential", view=firm.top(aku).id, block_id=f"change:{first.id}")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_change")
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"credential": generic.id}))
    await firm.until(lambda: "Ready to switch: *2 clients*" in firm.seen(aku))
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: "Switched to the new credentials: *2 clients*" in firm.seen(aku))
    assert {firm.client(company).credential_id for company in companies[:2]} == {generic.id}
    assert {firm.client(company).credential_id for company in companies[2:4]} == {second.id}


async def test_a_hundred_credentials_are_paged(firm: Firm) -> None:
    aku = firm.workspace.accountant
    for index in range(45):
        give_credential(firm, label=f"Tunnus {index:02}")
    await open_list(firm)
    assert "Page 1 of 3" in firm.seen(aku)
    await firm.press(aku, "credentials_page_on")
    await firm.until(lambda: "Page 2 of 3" in firm.seen(aku))
    await firm.press(aku, "credentials_page_back")
    await firm.until(lambda: "Page 1 of 3" in firm.seen(aku))


@pytest.mark.parametrize("line", ["9999999-9", "Tuntematon Oy"])
async def test_who_is_no_client_of_the_credentials_is_named_at_the_field(firm: Firm, line: str) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 2)
    _, kept = give_credential(firm, companies)
    await open_list(firm)
    await open_credential(firm, kept)
    await firm.press(aku, "change_credential")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_change")
    words = {"credential": "new", "only": f"{companies[0].name}\n{line}"}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields(words))
    assert line in outcome.errors["only"]
    assert companies[0].name not in outcome.errors["only"]


async def test_some_clients_can_be_changed_and_the_others_are_not_asked(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 3)
    _, old = give_credential(firm, companies)
    _, new = give_credential(firm, label="Uusi")
    await change(firm, old, new.id, f"{companies[0].business_id}\n{companies[2].name.upper()}")
    await firm.until(lambda: "Ready to switch: *2 clients*" in firm.seen(aku))
    assert companies[1].business_id not in {call.business_id for call in firm.netvisor.calls}
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: firm.client(companies[0]).credential_id == new.id)
    assert firm.client(companies[1]).credential_id == old.id


async def test_a_client_that_was_blocked_by_dead_credentials_goes_on_with_others(firm: Firm) -> None:
    vaahtera = firm.company("Vaahtera")
    aku = firm.workspace.accountant
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    firm.netvisor.revoke_user(ACCOUNTANT)
    await firm.workspace.command(aku, "asiakkaat", "/fabric check Vaahtera")
    await firm.until_state(vaahtera, ClientState.BLOCKED)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    (old,) = firm.find(Credential)
    _, new = give_credential(firm, user=firm.netvisor.add_generic_user().name)
    await change(firm, old, new.id)
    await firm.press(aku, "switch_credential")
    await firm.until_state(vaahtera, ClientState.PRODUCTION)
    assert firm.client(vaahtera).missing == ()
    told = len(firm.told(aku))
    await firm.quiet()
    assert len(firm.told(aku)) == told
