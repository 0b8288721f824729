"""Every verdict of the rights check, brought about by flipping a switch on Netvisor's page, and read in Slack."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sandbox.netvisor import ACCESS_KEY
from tests.browser.pages import NetvisorPage, SlackPage

pytestmark = pytest.mark.browser

PIHLAJA, LEPPA, VAAHTERA = "Pihlaja Rakennus Oy", "Leppä Logistiikka Oy", "Vaahtera Palvelut Oy"
ALL_WELL = "Nothing is denied."
REJECTED = "belongs to Netvisor's test environment"
ALL_REFUSED = "Netvisor answers, but refuses everything for this company."
REFUSED = "Refused: {resources}. Candidates"


@pytest.fixture(autouse=True)
def in_the_channel(slack: SlackPage) -> None:
    """Every test begins as the accountant in the clients' channel, with no modal left by another test."""
    slack.be("Aku Accountant")
    slack.dismiss()
    slack.go("#asiakkaat")


def test_what_a_company_allows_and_holds(slack: SlackPage, netvisor: NetvisorPage) -> None:
    page = netvisor.page
    key = netvisor.create_credentials("Anna Aalto")
    slack.add_client(PIHLAJA, "9000101-4", key, "Alternative with circulation")
    slack.see("Several lists have the same name: {names}. They cannot be told apart.".partition(":")[0])

    # circulation lists
    netvisor.go("Circulation lists", "Kiertolistat", company=PIHLAJA, user="Kaisa Korpela")
    for name in ("Työmaat", "Työmaat", "Toimisto"):
        with netvisor.saved():
            page.get_by_role("button", name=f"Remove {name}").first.click()
    slack.check_again("The process needs circulation lists, and the company has none.")
    page.get_by_label("Name of the list").fill("Kaikki")
    page.get_by_label("Inspectors, separated by commas").fill("Anna Aalto")
    with netvisor.saved():
        page.get_by_role("button", name="Add list").click()
    slack.check_again("{name}: inspectors Anna Aalto; approver {approver}")
    expect(
        slack.dialog.get_by_role("checkbox", name="The accountant is on none of the circulation lists")
    ).to_be_visible()

    # a group of resources, one resource, the role that only a user administrator's credentials show
    netvisor.find_integration(PIHLAJA, ACCESS_KEY)
    targets = page.get_by_role("group", name="Calculation targets")
    with netvisor.saved():
        targets.get_by_role("button", name="Allow none in").click()
    slack.check_again(REFUSED)
    expect(slack.dialog).to_contain_text("dimensionlist")
    with netvisor.saved():
        targets.get_by_role("button", name="Allow all in").click()
    with netvisor.saved():
        page.get_by_label("Resource status of accountingperiodlist").select_option("Not allowed")
    slack.check_again("Refused: {resources} (accountingperiodlist). Candidates")
    with netvisor.saved():
        page.get_by_label("Resource status of accountingperiodlist").select_option("Allowed")
    with netvisor.saved():
        page.get_by_role("group", name="User management").get_by_role("button", name="Allow all in").click()
    netvisor.go("Users and roles", "Käyttäjät ja roolit", company=PIHLAJA, user="Kaisa Korpela")
    with netvisor.saved():
        page.get_by_label("User Administrator (KH), Anna Aalto").check()
    slack.check_again("The user has the role.")
    with netvisor.saved():
        page.get_by_label("Accountant, Anna Aalto").uncheck()
    slack.check_again("The user does not have the role.")
    with netvisor.saved():
        page.get_by_label("Accountant, Anna Aalto").check()

    # history
    netvisor.go("Package and locks", "Palvelupaketti ja lukitukset", company=PIHLAJA, user="Kaisa Korpela")
    with netvisor.saved():
        page.get_by_role("button", name="Set the history aside").click()
    slack.check_again("No invoices yet: everything goes to people at first.")
    with netvisor.saved():
        page.get_by_role("button", name="Bring the history back").click()
    slack.check_again("Predictions will be good.")

    # a lock
    covers = "The lock covers today: Netvisor refuses postings to a locked period."
    lock = page.get_by_label("Accounting periods locked until")
    lock.fill("2099-12-31")
    with netvisor.saved():
        page.get_by_role("button", name="Save").click()
    slack.check_again(covers)
    lock.fill("")
    with netvisor.saved():
        page.get_by_role("button", name="Save").click()
    slack.press("Check again")
    expect(slack.dialog).not_to_contain_text(covers)
    slack.see(ALL_WELL)

    # the package
    for package, seen in (("Basic", ALL_REFUSED), ("Payroll", ALL_WELL)):
        page.get_by_label("Service package").select_option(package)
        with netvisor.saved():
            page.get_by_role("button", name="Save").click()
        slack.check_again(seen)


def test_ledger_rights_are_those_of_the_day_the_credentials_were_made(slack: SlackPage, netvisor: NetvisorPage) -> None:
    page, may_not = netvisor.page, "Netvisor says that the user may not post the newest open invoice."
    slack.add_client(LEPPA, "9000104-9", netvisor.create_credentials("Kaisa Korpela"))
    slack.see(may_not)
    netvisor.go("Sales and purchase ledger rights", "", company=LEPPA, user="Kaisa Korpela")
    with netvisor.saved():
        page.get_by_label("Posting, Kaisa Korpela").select_option("May post, by default")
    inspector = slack.dialog.get_by_role("checkbox", name="Purchase invoice inspector")
    expect(inspector).to_have_count(0)
    with netvisor.saved():
        netvisor.faults().get_by_label("Actions in details").select_option("absent")
    slack.press("Check again")
    # An action that is not there is no denial: people are asked. And the credentials keep what was copied into them.
    expect(inspector).to_be_visible()
    slack.see(may_not)
    with netvisor.saved():
        netvisor.faults().get_by_role("button", name="Back to defaults").click()
    slack.press("Give new credentials")
    slack.give(netvisor.create_credentials("Kaisa Korpela"))
    slack.see("The user may post.")
    slack.see("Netvisor offers the action on an open invoice.")
    slack.see(ALL_WELL)
    expect(inspector).to_have_count(0)


def test_keys_environments_and_faults(slack: SlackPage, netvisor: NetvisorPage) -> None:
    page = netvisor.page
    key = netvisor.create_credentials("Anna Aalto")
    slack.add_client(VAAHTERA, "9000103-0", netvisor.create_credentials("Anna Aalto", training=True))
    slack.see(REJECTED)
    slack.press("Give new credentials")
    slack.give(key)
    slack.see(ALL_WELL)

    # the user loses the company, and gets it back by a copy
    netvisor.go("Users and roles", "Käyttäjät ja roolit", company=VAAHTERA, user="Kaisa Korpela")
    with netvisor.saved():
        page.get_by_role("row", name="Anna Aalto").get_by_role("button", name="Remove from this company").click()
    slack.check_again("the user has no rights to this company")
    netvisor.go("Users and roles", "Käyttäjät ja roolit", company=PIHLAJA, user="Kaisa Korpela")
    page.get_by_label("User to copy").select_option("Anna Aalto")
    page.get_by_label(VAAHTERA, exact=True).check()
    with netvisor.saved():
        page.get_by_role("button", name="Copy user").click()
    slack.check_again(ALL_WELL)

    # the clock, and the partner
    drawer = netvisor.faults()
    for minutes, seen in (("20", "or this app's own partner key or clock is wrong"), ("0", ALL_WELL)):
        drawer.get_by_label("Netvisor's clock is ahead, minutes").fill(minutes)
        with netvisor.saved():
            drawer.get_by_role("button", name="Set clock").click()
        slack.check_again(seen)
    partner = drawer.get_by_label("Netvisor knows this software partner")
    with netvisor.saved():
        partner.uncheck()
    slack.check_again("Netvisor does not know this installation's partner identity: no client company's fault.")
    with netvisor.saved():
        partner.check()
    slack.check_again(ALL_WELL)

    # slow and failing replies: nobody's right is missing, and the check goes on by itself
    for switch, seen in (
        ("Maintenance on", "Netvisor is under maintenance."),
        ("HTTP 500 on", "Netvisor reports a fault of its own"),
        ("Web page on", "Netvisor's answer could not be read."),
        ("Cut connections on", "Netvisor cannot be reached."),
        ("Too many requests on", "Netvisor asks us to wait."),
    ):
        with netvisor.saved():
            drawer.get_by_role("button", name=switch).click()
        slack.check_again(seen)
        with netvisor.saved():
            drawer.get_by_role("button", name="Clear all faults").click()
    drawer.get_by_label("Latency of every call, seconds").fill("0.3")
    with netvisor.saved():
        drawer.get_by_role("button", name="Set latency").click()
    slack.check_again("Checking the rights in Netvisor: {done} of {total}.")
    slack.see(ALL_WELL)
