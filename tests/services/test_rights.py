"""The rights check against the sandbox's companies: what each has and lacks, and what is only known to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.netvisor import ACCOUNTANT, ACCOUNTANT_WITHOUT_APPROVAL, ADMINISTRATOR, PostingLevel
from sandbox.netvisor.company import ApprovalStatus
from services.records import Process, Verdict
from services.rights import CHECK_IDS, NetvisorSilent
from tests.services.conftest import NOW, Firm

MOST_CALLS = 14
READABLE = {"credentials", "company", "purchase_invoices", "accounting", "dimensions", "circulation_lists", "history"}
LEDGER = {"posting", "inspector", "approver"}


async def test_where_all_is_well_nothing_is_denied_in_few_calls(firm: Firm) -> None:
    checked = await firm.check("Kataja", process=Process.ALTERNATIVE_WITH_CIRCULATION)
    assert checked.confirmed == READABLE | LEDGER
    assert checked.unreadable == {"circulation_setter", "accountant_role"}
    assert len(firm.netvisor.calls) == 11 <= MOST_CALLS
    assert {call.outcome for call in firm.netvisor.calls} <= {"OK", "SERVICE_ACCESS_ERROR"}
    assert checked["history"].details == {"invoices": len(firm.company("Kataja").invoices), "months": 31}
    assert checked["circulation_lists"].details["names"] == ["Hallinto 100", "Myymälä 200", "Verkkokauppa 300"]


async def test_the_check_only_reads(firm: Firm) -> None:
    company = firm.company("Kataja")
    before = repr((company.invoices, company.vouchers, company.circulation_lists))
    await firm.check("Kataja", process=Process.ALTERNATIVE_WITH_CIRCULATION)
    assert repr((company.invoices, company.vouchers, company.circulation_lists)) == before
    written = {"purchaseinvoicepostingdata", "purchaseinvoicecirculation", "purchaseinvoice", "accounting", "vendor"}
    assert not written & {call.resource for call in firm.netvisor.calls}


async def test_lists_of_one_name_are_named(firm: Firm) -> None:
    checked = await firm.check("Pihlaja", process=Process.ALTERNATIVE_WITH_CIRCULATION)
    assert checked.denied == set()
    assert checked["circulation_lists"].evidence == "lists_alike"
    assert checked["circulation_lists"].repair == "rename_lists"
    assert checked["circulation_lists"].details["twice"] == ["Työmaat"]
    assert checked["circulation_lists"].details["lists"][0] == {
        "name": "Työmaat",
        "verifiers": ["Teppo Pihlaja"],
        "approver": "Raija Pihlaja",
    }
    assert checked["history"].details["months"] == 9


async def test_nothing_allowed_is_a_company_that_refuses_everything(firm: Firm) -> None:
    checked = await firm.check("Tuomi")
    assert checked.denied == {"company", "purchase_invoices", "accounting", "dimensions"}
    assert checked["credentials"].verdict is Verdict.UNREADABLE
    assert checked["purchase_invoices"].repair == "allow_resources"
    assert checked["history"].verdict is Verdict.UNREADABLE
    firm.netvisor.add_integration(firm.company("Tuomi").business_id, firm.netvisor.access_key)
    firm.netvisor.allow_resources(firm.company("Tuomi").business_id)
    assert (await firm.check("Tuomi")).denied == set()


async def test_a_new_company_has_nothing_to_show_and_nothing_is_denied(firm: Firm) -> None:
    checked = await firm.check("Vaahtera", process=Process.ALTERNATIVE_WITH_CIRCULATION)
    assert checked.denied == set()
    assert checked.unreadable == LEDGER | {"circulation_setter", "accountant_role"}
    assert checked["history"].evidence == "no_history"
    assert checked["posting"].evidence == "no_invoice"


async def test_a_missing_posting_level_is_denied_and_stays_denied_for_the_credential(firm: Firm) -> None:
    """The article's footnote: rights are copied when the credential is made, and mending the user is not enough."""
    leppa, netvisor = firm.company("Leppä"), firm.netvisor
    earlier = netvisor.create_credential(ACCOUNTANT)
    checked = await firm.check("Leppä", credential=earlier)
    assert checked.denied == {"posting"}
    assert checked["posting"].evidence == "may_not_post"
    assert checked["posting"].repair == "posting_level"
    assert {"inspector", "approver"} <= checked.confirmed

    netvisor.set_rights(ACCOUNTANT, leppa.business_id, posting=PostingLevel.MAY_POST)
    assert (await firm.check("Leppä", credential=earlier)).denied == {"posting"}
    assert (await firm.check("Leppä", credential=netvisor.create_credential(ACCOUNTANT))).denied == set()


async def test_a_package_without_the_api_is_a_company_that_refuses_everything(firm: Firm) -> None:
    checked = await firm.check("Saarni")
    assert {"company", "purchase_invoices", "accounting", "dimensions"} == checked.denied
    assert checked["company"].repair == "reach_company"


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (PostingLevel.NONE, Verdict.DENIED),
        (PostingLevel.LINES, Verdict.DENIED),
        (PostingLevel.SUGGESTION, Verdict.DENIED),
        (PostingLevel.MAY_POST, Verdict.CONFIRMED),
        (PostingLevel.POSTS_BY_DEFAULT, Verdict.CONFIRMED),
    ],
)
async def test_only_the_last_two_posting_levels_may_post(firm: Firm, level: PostingLevel, verdict: Verdict) -> None:
    firm.netvisor.set_rights(ACCOUNTANT, firm.company("Pihlaja").business_id, posting=level)
    assert (await firm.check())["posting"].verdict is verdict


@pytest.mark.parametrize(("inspector", "approver"), [(True, True), (True, False), (False, True), (False, False)])
async def test_an_action_proves_a_right_and_its_absence_proves_nothing(
    firm: Firm, inspector: bool, approver: bool
) -> None:
    firm.netvisor.set_rights(ACCOUNTANT, firm.company("Pihlaja").business_id, inspector=inspector, approver=approver)
    checked = await firm.check()
    for check_id, has_right in (("inspector", inspector), ("approver", approver)):
        assert checked[check_id].verdict is (Verdict.CONFIRMED if has_right else Verdict.UNREADABLE)
        assert checked[check_id].evidence == ("action_present" if has_right else "action_absent")
    assert checked.denied == set()


async def test_an_invoice_on_its_way_round_others_denies_nothing(firm: Firm) -> None:
    company = firm.company("Pihlaja")
    for invoice in company.invoices.values():
        invoice.circulation = company.circulation_lists[0]
    checked = await firm.check()
    assert checked.denied == set()
    assert {"inspector", "approver"} <= checked.unreadable
    assert checked["posting"].verdict is Verdict.CONFIRMED


async def test_a_handled_invoice_confirms_but_never_denies(firm: Firm) -> None:
    """Nobody may post an invoice that is accepted; that says nothing of the user."""
    company = firm.company("Leppä")
    for invoice in company.invoices.values():
        invoice.status = ApprovalStatus.ACCEPTED
    lacking = await firm.check("Leppä")
    assert lacking["posting"].verdict is Verdict.UNREADABLE
    assert lacking.denied == set()
    for invoice in firm.company("Pihlaja").invoices.values():
        invoice.status = ApprovalStatus.ACCEPTED
    assert (await firm.check("Pihlaja"))["posting"].verdict is Verdict.CONFIRMED


@pytest.mark.parametrize(("switch", "lost"), [("posting_lines_access", {"posting"}), ("actions", LEDGER - {"posting"})])
async def test_what_a_reply_does_not_carry_is_unreadable(firm: Firm, switch: str, lost: set[str]) -> None:
    firm.netvisor.switches[switch] = "absent"
    checked = await firm.check("Leppä")
    assert lost <= checked.unreadable
    assert checked["credentials"].verdict is Verdict.CONFIRMED


async def test_an_invoice_that_is_gone_meanwhile_denies_nothing(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    for how in ("empty", "INVALID_DATA"):
        firm.netvisor.switches["invoice_not_found"] = how
        company = firm.company("Pihlaja")

        class Vanishing(dict[int, object]):
            def get(self, key: int, default: object = None) -> object:
                return default

        monkeypatch.setattr(company, "invoices", Vanishing(company.invoices))
        checked = await firm.check()
        assert checked.denied == set()
        assert checked.unreadable >= LEDGER
        monkeypatch.undo()


@pytest.mark.parametrize("whose", ["caller", "everyone"])
async def test_the_accountant_role_is_read_where_the_summary_is_allowed(firm: Firm, whose: str) -> None:
    company, netvisor = firm.company("Pihlaja"), firm.netvisor
    netvisor.switches["rights_summary_without_users"] = whose
    netvisor.allow_resources(company.business_id, ["user_management"])
    checked = await firm.check(user=ADMINISTRATOR)
    assert checked["accountant_role"].verdict is (Verdict.CONFIRMED if whose == "caller" else Verdict.UNREADABLE)
    assert checked.check.company_name == company.name
    netvisor.set_rights(ADMINISTRATOR, company.business_id, roles=["user_administrator"])
    checked = await firm.check(user=ADMINISTRATOR)
    assert checked["accountant_role"].verdict is (Verdict.DENIED if whose == "caller" else Verdict.UNREADABLE)
    # An accountant who is neither KH nor TPK is not answered: nothing is known.
    assert (await firm.check(user=ACCOUNTANT))["accountant_role"].verdict is Verdict.UNREADABLE


async def test_the_circulation_setter_is_never_guessed(firm: Firm) -> None:
    for user in (ACCOUNTANT, ACCOUNTANT_WITHOUT_APPROVAL):
        checked = await firm.check(user=user, process=Process.ALTERNATIVE_WITH_CIRCULATION)
        assert checked["circulation_setter"].verdict is Verdict.UNREADABLE


async def test_lists_that_need_the_setter_right_are_refused_without_it(firm: Firm) -> None:
    firm.netvisor.switches["circulation_lists_need_setter"] = "yes"
    checked = await firm.check(user=ACCOUNTANT_WITHOUT_APPROVAL, process=Process.ALTERNATIVE_WITH_CIRCULATION)
    assert checked.denied == {"purchase_invoices"}
    assert checked["purchase_invoices"].details["refused"] == ["getcirculationlists"]
    assert checked["circulation_lists"].evidence == "not_reached"
    assert (await firm.check(process=Process.ALTERNATIVE_WITH_CIRCULATION)).denied == set()


async def test_a_process_with_circulation_needs_lists(firm: Firm) -> None:
    company = firm.company("Pihlaja")
    company.circulation_lists.clear()
    checked = await firm.check(process=Process.ALTERNATIVE_WITH_CIRCULATION)
    assert checked.denied == {"circulation_lists"}
    assert checked["circulation_lists"].repair == "create_lists"
    assert (await firm.check(process=Process.ALTERNATIVE)).denied == set()


@pytest.mark.parametrize("group", ["purchase_invoices", "accounting", "dimensions"])
async def test_a_group_that_is_not_allowed_is_denied_alone(firm: Firm, group: str) -> None:
    firm.netvisor.disallow_resources(firm.company("Pihlaja").business_id, [group])
    checked = await firm.check()
    assert checked.denied == {group}
    assert checked[group].repair == "allow_resources"
    assert checked["credentials"].verdict is checked["company"].verdict is Verdict.CONFIRMED
    assert len(firm.netvisor.calls) <= MOST_CALLS


async def test_a_single_resource_that_is_not_allowed_is_named(firm: Firm) -> None:
    groups = {
        "purchaseinvoicelist": "purchase_invoices",
        "getpurchaseinvoice": "purchase_invoices",
        "getvendor": "purchase_invoices",
        "getcirculationlists": "purchase_invoices",
        "accountlist": "accounting",
        "accountingperiodlist": "accounting",
        "vouchertypelist": "accounting",
        "accountingledger": "accounting",
        "dimensionlist": "dimensions",
    }
    pihlaja = firm.company("Pihlaja").business_id
    for resource, group in groups.items():
        firm.netvisor.disallow_resources(pihlaja, resources=[resource])
        checked = await firm.check("Pihlaja")
        assert checked.denied == {group}
        assert checked[group].details["refused"] == [resource]
        assert checked[group].details["code"] == "SERVICE_ACCESS_ERROR"
        firm.netvisor.allow_resources(pihlaja, (), resources=[resource])


async def test_writes_are_unproven_until_one_is_confirmed(firm: Firm) -> None:
    writes = ["purchaseinvoicepostingdata", "purchaseinvoicecirculation"]
    firm.netvisor.disallow_resources(firm.company("Pihlaja").business_id, resources=writes)
    checked = await firm.check()
    assert checked.denied == set()
    assert set(writes) <= set(checked["purchase_invoices"].details["unproven"])


async def test_a_generic_api_user_has_what_the_article_asks_for(firm: Firm) -> None:
    user = firm.netvisor.add_generic_user()
    assert (await firm.check("Leppä", user=user.name)).denied == set()


async def test_findings_come_in_the_order_of_their_ids(firm: Firm) -> None:
    checked = await firm.check(process=Process.ALTERNATIVE_WITH_CIRCULATION)
    assert {finding.id for finding in checked.findings} == set(CHECK_IDS)
    assert [finding.id for finding in checked.findings][:2] == ["credentials", "company"]


async def test_names_that_differ_in_case_or_spaces_are_alike(firm: Firm) -> None:
    company = firm.company("Kataja")
    for name in ("hallinto  100", " HALLINTO 100 ", "Hallinto 1000"):
        company.circulation_lists.append(replace(company.circulation_lists[0], key=company.next_key(), name=name))
    lists = (await firm.check("Kataja", process=Process.ALTERNATIVE_WITH_CIRCULATION))["circulation_lists"]
    assert lists.evidence == "lists_alike"
    assert {name.strip() for name in lists.details["twice"]} == {"HALLINTO 100", "Hallinto 100", "hallinto  100"}


@pytest.mark.parametrize("process", list(Process))
async def test_lists_are_needed_by_one_process_only(firm: Firm, process: Process) -> None:
    firm.company("Vaahtera").circulation_lists.clear()
    lists = (await firm.check("Vaahtera", process=process))["circulation_lists"]
    needed = process is Process.ALTERNATIVE_WITH_CIRCULATION
    assert (lists.verdict, lists.evidence) == (
        (Verdict.DENIED, "no_lists") if needed else (Verdict.CONFIRMED, "no_lists_needed")
    )


@pytest.mark.parametrize(
    ("days", "repair", "today"), [(-400, None, []), (-1, "open_period", []), (0, "open_period", ["accounting"])]
)
async def test_a_lock_in_the_past_is_normal_and_one_over_today_or_open_invoices_is_not(
    firm: Firm, days: int, repair: str | None, today: list[str]
) -> None:
    company = firm.company("Pihlaja")
    company.period_lock = NOW.date() + timedelta(days=days)
    accounting = (await firm.check())["accounting"]
    assert accounting.verdict is Verdict.CONFIRMED
    assert accounting.repair == repair
    assert accounting.details["locks"]["accounting"] == company.period_lock.isoformat()
    assert accounting.details["locked_today"] == today
    opened = [one for one in company.invoices.values() if one.status is ApprovalStatus.OPEN]
    assert accounting.details["locked_invoices"] == sum(one.day <= company.period_lock for one in opened)


async def test_a_light_check_asks_the_same_resources_and_keeps_the_history(firm: Firm) -> None:
    full = await firm.check("Kataja")
    asked = {call.resource for call in firm.netvisor.calls}
    firm.netvisor.calls.clear()
    light = await firm.check("Kataja", history=full["history"])
    assert {call.resource for call in firm.netvisor.calls} == asked
    assert len(firm.netvisor.calls) <= MOST_CALLS
    assert [(one.id, one.verdict, one.evidence) for one in light.findings] == [
        (one.id, one.verdict, one.evidence) for one in full.findings
    ]
    assert light["history"] == full["history"]


async def test_what_fails_again_and_again_is_named_with_its_candidates_and_the_rest_shows(firm: Firm) -> None:
    firm.netvisor.faults.add("error", code="TECHNICAL_ERROR", resource="accountlist", times=None)
    checked = await firm.check("Kataja", patient=False)
    assert checked.denied == set()
    failing = checked["accounting"]
    assert (failing.verdict, failing.evidence, failing.repair) == (Verdict.UNREADABLE, "failing", "allow_resources")
    assert failing.details["refused"] == ["accountlist"]
    assert {"credentials", "company", "purchase_invoices", "dimensions", "history"} <= checked.confirmed

    firm.netvisor.faults.add("error", code="TECHNICAL_ERROR", times=None)
    checked = await firm.check("Kataja", patient=False)
    assert checked.denied == checked.confirmed == set()
    assert checked["company"].evidence == "all_failed"
    assert checked["company"].repair == "reach_company"


@pytest.mark.parametrize("kind", ["maintenance", "html_page", "reset_middle", "too_many_requests"])
async def test_impatience_takes_no_silence_for_a_verdict(firm: Firm, kind: str) -> None:
    firm.netvisor.faults.add(kind, resource="accountlist", times=None)
    with pytest.raises(NetvisorSilent):
        await firm.check("Vaahtera", patient=False)
