"""The main way: from `/fabric add-client` to production, and the ways on which a repair comes first."""

from __future__ import annotations

from sandbox.netvisor import ACCOUNTANT
from services.records import Client, ClientState, Credential, Draft, Run, RunState, ScheduledMessage, Tick
from tests.journeys.firm import Firm


async def test_a_company_goes_into_production(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    await firm.add(pihlaja)
    await firm.until(lambda: "Nothing is denied" in firm.seen(aku))
    await firm.at_rest(pihlaja)

    client = firm.client(pihlaja)
    assert (client.name, client.added_by, client.missing) == ("Pihlaja Rakennus Oy", aku.id, ())
    (card,) = firm.posted()
    assert "Pihlaja Rakennus Oy: In production" in card.text
    assert "Learnt from" in card.visible_text
    assert "of 8 months" in card.visible_text
    assert "Test environment (127.0.0.1)" in card.visible_text
    (live,) = firm.told(aku)
    assert "Pihlaja Rakennus Oy is in production." in live.visible_text
    assert "favourite" in live.visible_text
    assert "dimensions" in live.visible_text
    assert [run.state for run in firm.find(Run)] == [RunState.DEPLOYED] * 2
    assert firm.workspace.scheduled == {}
    assert firm.find(ScheduledMessage) == []
    assert firm.find(Draft) == []
    assert len(firm.find(Credential)) == 1


async def test_progress_is_shown_in_the_modal_and_in_one_message(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    firm.netvisor.latency = 0.15
    await firm.add(pihlaja)
    await firm.until(lambda: "of 12." in firm.seen(aku) and "0 of 12" not in firm.seen(aku))
    await firm.until(lambda: firm.posted() and "of 228" in firm.posted()[0].visible_text)
    await firm.at_rest(pihlaja)
    assert len(firm.posted()) == 1


async def test_a_company_without_history_goes_into_production_and_the_text_says_so(firm: Firm) -> None:
    vaahtera = firm.company("Vaahtera")
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    (card,) = firm.posted()
    assert "There is no history yet: every invoice goes to people at first" in card.visible_text
    (live,) = firm.told(firm.workspace.accountant)
    assert "There is no history yet" in live.visible_text


async def test_a_credential_serves_the_next_client_too(firm: Firm) -> None:
    aku, vaahtera, tuomi = firm.workspace.accountant, firm.company("Vaahtera"), firm.company("Tuomi")
    firm.netvisor.allow_resources(tuomi.business_id)
    credential = await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    await firm.workspace.close_view(aku, firm.top(aku).id)

    form = await firm.open_form()
    assert credential.customer_key[-4:] in form.visible_text
    assert credential.customer_key not in form.visible_text
    outcome = await firm.fill_form(tuomi)
    assert outcome.view is not None
    assert outcome.view.callback_id == "rights_check"
    await firm.at_rest(tuomi)
    assert len(firm.find(Credential)) == 1
    assert firm.client(tuomi).credential_id == firm.client(vaahtera).credential_id


async def test_a_wrong_key_blocks_and_a_new_one_mends_it(firm: Firm) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    await firm.open_form()
    await firm.fill_form(vaahtera)
    right = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.fill_keys(right, customer_key="0123456789abcdef0123456789abcdef")
    client = await firm.until_state(vaahtera, ClientState.BLOCKED)
    assert client.missing == ("credentials",)
    await firm.until(lambda: "Missing: *API credentials*" in firm.seen(aku))
    assert "Candidates" in firm.seen(aku)
    assert "*Repair:* Copy the API key and the user identifier again" in firm.seen(aku)
    assert right.customer_id not in firm.seen(aku)

    await firm.press(aku, "give_keys")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_keys")
    await firm.fill_keys(right)
    await firm.at_rest(vaahtera)
    assert "Nothing is denied" in firm.seen(aku)
    assert len(firm.posted()) == 1


async def test_resources_that_are_not_allowed_block_until_they_are(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await firm.add(tuomi)
    client = await firm.until_state(tuomi, ClientState.BLOCKED)
    assert client.missing
    await firm.until(lambda: "Repair" in firm.seen(aku))
    assert "the User Administrator (KH)" in firm.seen(aku)
    await firm.quiet()
    assert "Blocked" in firm.posted()[0].text

    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.press(aku, "check_again")
    await firm.at_rest(tuomi)
    assert "Nothing is denied" in firm.seen(aku)
    (card,) = firm.posted()
    assert "In production" in card.text
    assert firm.client(tuomi).missing == ()


async def test_one_group_that_is_not_allowed_is_named_with_its_resources(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    firm.netvisor.disallow_resources(pihlaja.business_id, ["accounting"])
    await firm.add(pihlaja)
    client = await firm.until_state(pihlaja, ClientState.BLOCKED)
    assert client.missing == ("accounting",)
    await firm.until(lambda: "accountingledger" in firm.seen(aku))
    assert "accounting material" in firm.seen(aku)
    assert firm.netvisor.access_key in firm.seen(aku)


async def test_a_process_with_circulation_needs_lists(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.add(tuomi, process="alternative_with_circulation")
    client = await firm.until_state(tuomi, ClientState.BLOCKED)
    assert client.missing == ("circulation_lists",)
    await firm.until(lambda: "needs circulation lists, and the company has none" in firm.seen(aku))

    firm.netvisor.add_circulation_list(tuomi.business_id, "Kahvila", ["Tiina Tuomi"], "Timo Tuomi")
    await firm.press(aku, "check_again")
    await firm.at_rest(tuomi)
    (live,) = firm.told(aku)
    assert "right circulation list automatically" in live.visible_text


async def test_a_ledger_right_that_lacks_needs_a_new_credential(firm: Firm) -> None:
    aku, leppa = firm.workspace.accountant, firm.company("Leppä")
    leppa.invoices = {key: leppa.invoices[key] for key in list(leppa.invoices)[-30:]}
    await firm.add(leppa)
    client = await firm.until_state(leppa, ClientState.BLOCKED)
    assert client.missing == ("posting",)
    await firm.until(lambda: "create new credentials" in firm.seen(aku))

    firm.netvisor.set_rights(ACCOUNTANT, leppa.business_id, posting="may_post", circulation_setter=True)
    await firm.press(aku, "check_again")
    await firm.quiet()
    assert firm.state(leppa) is ClientState.BLOCKED, "rights were copied when the credential was made"
    await firm.press(aku, "give_keys")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_keys")
    await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT))
    await firm.at_rest(leppa)


async def test_ticks_say_who_and_when(firm: Firm) -> None:
    aku, aino, vaahtera = firm.workspace.accountant, firm.workspace.admin, firm.company("Vaahtera")
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    asked = ["inspector", "circulation_setter"]
    await firm.workspace.click(aku, action_id="tick", view=firm.top(aku).id, value=asked)
    await firm.until(lambda: f"<@{aku.id}>" in firm.seen(aku))
    ticks = {tick.check_id: tick for tick in firm.find(Tick)}
    assert set(ticks) == set(asked)
    assert {tick.person for tick in ticks.values()} == {aku.id}
    assert "10/03/2026" in firm.seen(aku)

    await firm.workspace.command(aino, "asiakkaat", f"/fabric check {vaahtera.name}")
    await firm.until(lambda: f"<@{aku.id}>" in firm.seen(aino))
    await firm.workspace.click(aino, action_id="tick", view=firm.top(aino).id, value=["inspector", "approver"])
    await firm.until(lambda: f"<@{aino.id}>" in firm.seen(aku))
    assert {tick.check_id: tick.person for tick in firm.find(Tick)} == {"inspector": aku.id, "approver": aino.id}


async def test_who_closed_the_modal_gets_the_result_as_a_message(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    firm.netvisor.latency = 0.05
    await firm.add(tuomi)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    (message,) = await firm.until(lambda: firm.told(aku))
    assert "Missing:" in message.visible_text
    assert "Repair" in message.visible_text

    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.workspace.click(aku, action_id="check_again", message=(message.channel, message.ts))
    await firm.until(lambda: "Nothing is denied" in firm.seen(aku))
    await firm.at_rest(tuomi)


async def test_a_closed_modal_that_nobody_told_us_of_is_noticed(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    firm.netvisor.latency = 0.05
    await firm.add(tuomi)
    firm.workspace.patience = 0.1
    firm.workspace.faults.delivery("drop", envelope="interactive")
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.until(lambda: firm.told(aku))
    await firm.quiet()
    assert len(firm.told(aku)) == 1


async def test_two_people_who_add_one_company_add_it_once(firm: Firm) -> None:
    aku, aino, vaahtera = firm.workspace.accountant, firm.workspace.admin, firm.company("Vaahtera")
    for person in (aku, aino):
        await firm.open_form(person)
        await firm.fill_form(vaahtera, person=person)
    await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT), person=aku)
    refused = await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT), person=aino)
    assert list(refused.errors.values()) == ["This company has been added already. See it with /fabric status."]
    await firm.at_rest(vaahtera)
    assert len(firm.find(Client)) == 1
    assert len(firm.find(Credential)) == 1, "nothing is stored of what was refused"
    assert len(firm.posted()) == 1
