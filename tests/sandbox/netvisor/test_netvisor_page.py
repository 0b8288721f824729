"""The page: its actions over HTTP, and a walk through it in a browser."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from sandbox.netvisor import ACCESS_KEY, ACCOUNTANT, ADMINISTRATOR, Netvisor, NetvisorServer, Package, start_server
from sandbox.netvisor.company import ApprovalStatus

from .conftest import Caller

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


async def act(session: aiohttp.ClientSession, server: NetvisorServer, action: str, **fields: object) -> tuple[int, str]:
    async with session.post(f"{server.url}/page/{action}", json=fields) as response:
        return response.status, await response.text()


async def test_what_needs_kh_or_tpk_is_refused_to_others(
    session: aiohttp.ClientSession, server: NetvisorServer, ids: dict[str, str]
):
    fields = {"company": ids["tuomi"], "group": "accounting", "allowed": True}
    status, text = await act(session, server, "allow-group", as_user=ACCOUNTANT, **fields)
    assert status == 400
    assert "neither KH nor TPK" in text
    assert not server.netvisor.company(ids["tuomi"]).allowed_resources
    assert await act(session, server, "allow-group", as_user=ADMINISTRATOR, **fields) == (200, '{"result": null}')
    assert "accountlist" in server.netvisor.company(ids["tuomi"]).allowed_resources


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("set-latency", {"seconds": -1}),
        ("set-latency", {"seconds": "soon"}),
        ("set-latency", {"seconds": 1e300}),
        ("set-switch", {"name": "http_status", "value": "999"}),
        ("set-switch", {"name": "nosuchthing", "value": "200"}),
        ("add-fault", {"kind": "nonsense"}),
        ("create-credential", {"as_user": "Nobody"}),
        ("receive-invoice", {"company": "1"}),
        ("let-invoices-arrive", {"company": "9000100-6", "minutes": -1}),
        ("post-invoice", {"company": "9000100-6", "key": 1, "accounts": "", "as_user": ADMINISTRATOR}),
    ],
)
async def test_a_wrong_action_is_answered_with_a_sentence(
    session: aiohttp.ClientSession, server: NetvisorServer, action: str, fields: dict[str, object]
):
    status, text = await act(session, server, action, **fields)
    assert status == 400
    assert '"error"' in text


async def test_other_sites_and_unknown_addresses_get_nothing(session: aiohttp.ClientSession, server: NetvisorServer):
    async with session.post(f"{server.url}/page/clear-faults", data="{}") as response:
        assert response.status == 415
    for path in ("page/company/1", "page/company/9000100-6/invoices/1", "static/../page.py"):
        async with session.get(f"{server.url}/{path}") as response:
            assert response.status == 404


async def test_no_reading_of_the_page_holds_a_key(
    session: aiohttp.ClientSession, server: NetvisorServer, ids: dict[str, str]
):
    credential = server.netvisor.create_credential(ACCOUNTANT)
    for path in ("page/overview", "page/faults", f"page/company/{ids['kataja']}"):
        async with session.get(f"{server.url}/{path}") as response:
            assert credential.customer_key not in await response.text()


async def test_people_post_and_correct_invoices_unless_the_books_are_locked(
    session: aiohttp.ClientSession, server: NetvisorServer, ids: dict[str, str]
):
    company = server.netvisor.company(ids["kataja"])
    invoice = server.netvisor.receive_invoice(company.business_id)
    server.netvisor.handle_invoice(company.business_id, invoice.key, ApprovalStatus.ACCEPTED, ADMINISTRATOR)
    first, second = sorted(company.accounts)[:2]

    async def post(account: int | str) -> tuple[int, str]:
        accounts = ",".join(f"{line.key}:{account}" for line in invoice.lines)
        fields = {"company": company.business_id, "key": invoice.key, "accounts": accounts}
        return await act(session, server, "post-invoice", as_user=ADMINISTRATOR, **fields)

    assert (await post(""))[0] == 400
    assert (await post(1))[0] == 400
    for account in (first, second):
        assert (await post(account))[0] == 200
        assert invoice.voucher_key is not None
        entries = company.vouchers[invoice.voucher_key].lines
        assert sum(entry.sum for entry in entries) == 0
        assert account in {entry.account_number for entry in entries}
    company.period_lock = invoice.day
    status, text = await post(first)
    assert (status, "locked" in text) == (400, True)
    assert {line.account_number for line in invoice.lines} == {second}


async def test_invoices_arrive_by_the_clock(session: aiohttp.ClientSession, ids: dict[str, str]):
    now = 1_800_000_000.0
    netvisor = Netvisor(clock=lambda: now)
    server = await start_server(netvisor)
    try:
        company = netvisor.company(ids["kataja"])
        before = len(company.invoices)
        fields = {"company": company.business_id}
        assert (await act(session, server, "let-invoices-arrive", minutes=5, **fields))[0] == 200
        netvisor.tick()
        assert len(company.invoices) == before
        now += 301
        netvisor.tick()
        netvisor.tick()
        assert len(company.invoices) == before + 1
        assert (await act(session, server, "let-invoices-arrive", minutes=0, **fields))[0] == 200
        now += 3600
        netvisor.tick()
        assert len(company.invoices) == before + 1
    finally:
        await server.close()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        opened = await browser.new_page(viewport={"width": 1280, "height": 900})
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
        await browser.close()
        assert errors == []


@pytest.mark.browser
async def test_a_person_does_what_the_article_asks(
    page: Page, netvisor: Netvisor, session: aiohttp.ClientSession, ids: dict[str, str]
):
    server = await start_server(netvisor, slack_url="http://127.0.0.1:9/")
    try:
        await page.goto(server.url)
        await expect(page.get_by_role("link", name="To Slack")).to_have_attribute("href", "http://127.0.0.1:9/")

        # step 1: credentials, in the firm's own environment
        await page.get_by_role("button", name="Create new API credentials").click()
        made = page.get_by_role("region", name="New API credentials")
        await expect(made.get_by_role("button", name="Copy API key")).to_be_visible()
        key, identifier = await made.locator(".secret").all_inner_texts()
        credential = netvisor.credentials[identifier]
        assert credential.customer_key == key

        # step 2: resources, in the client company
        caller = Caller(server, session, credential, ids["tuomi"])
        assert (await caller.get("accountlist")).code == "SERVICE_ACCESS_ERROR"
        await page.get_by_label("Company", exact=True).select_option(ids["tuomi"])
        await page.get_by_role("link", name="API resource rights").click()
        search = page.get_by_label("Access key")
        await search.fill("wrong")
        await page.get_by_role("button", name="Search").click()
        await expect(page.get_by_role("status")).to_contain_text("No integration was found")
        await search.fill(ACCESS_KEY)
        await page.get_by_role("button", name="Search").click()
        for group in ("Purchase invoices", "Accounting material", "Calculation targets"):
            await page.get_by_role("button", name=f"Allow all in {group}").click()
            await expect(page.get_by_role("group", name=group).locator(".badge.good")).to_be_visible()
        assert (await caller.get("accountlist")).code == "OK"

        # rights: what is missing in Leppä, mended, and copied into new credentials only
        await page.get_by_label("Company", exact=True).select_option(ids["leppä"])
        await page.get_by_role("link", name="Sales and purchase ledger rights").click()
        await page.get_by_label(f"Posting, {ADMINISTRATOR}").select_option("May post, by default")
        await page.get_by_label(f"Circulation setter, {ADMINISTRATOR}").check()
        await expect(page.get_by_role("status")).to_contain_text("Saved")
        leppa = netvisor.company(ids["leppä"])
        assert not netvisor.ledger_rights(credential, leppa).posting.may_post
        fresh = netvisor.create_credential(ADMINISTRATOR)
        assert netvisor.ledger_rights(fresh, leppa).posting.may_post
        assert netvisor.ledger_rights(fresh, leppa).circulation_setter

        # a fault, by its drawer
        await page.get_by_role("button", name="Faults").click()
        await page.get_by_role("button", name="Maintenance on").click()
        await expect(page.get_by_role("list", name="Scripted faults")).to_contain_text("maintenance")
        assert (await caller.get("accountlist")).code == "SYSTEM_MAINTENANCE"
        await page.get_by_label("Resource not allowed").select_option("INVALID_DATA")
        await page.get_by_role("button", name="Refresh").click()
        await expect(page.get_by_label("Faults").get_by_text("SYSTEM_MAINTENANCE 503")).to_be_visible()
        await page.get_by_role("button", name="Clear all faults").click()
        await expect(page.get_by_text("All calls go well now.")).to_be_visible()
        assert (await caller.get("getuseraccessrightssummary")).code == "INVALID_DATA"
    finally:
        await server.close()


@pytest.mark.browser
async def test_the_other_places_work_in_finnish(
    page: Page, netvisor: Netvisor, server: NetvisorServer, ids: dict[str, str]
):
    await page.goto(f"{server.url}/?company={ids['pihlaja']}")
    await page.get_by_role("button", name="suomi").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Rajapintatunnukset")

    await page.get_by_role("link", name="Kiertolistat").click()
    await expect(page.get_by_text("sama nimi kahdesti")).to_have_count(2)
    await page.get_by_role("button", name="Poista Työmaat").first.click()
    await expect(page.get_by_text("sama nimi kahdesti")).to_have_count(0)
    await page.get_by_label("Listan nimi").fill("<b>Uusi</b>")
    await page.get_by_label("Asiatarkastajat pilkuin erotettuna").fill("Teppo Pihlaja")
    await page.get_by_role("button", name="Lisää lista").click()
    await expect(page.get_by_role("cell", name="<b>Uusi</b>", exact=True)).to_be_visible()
    assert [each.name for each in netvisor.company(ids["pihlaja"]).circulation_lists][-1] == "<b>Uusi</b>"

    await page.get_by_role("link", name="Ostolaskut").click()
    invoices = netvisor.company(ids["pihlaja"]).invoices
    number = len(invoices)
    await page.get_by_role("button", name="Uusi lasku saapuu").click()
    await expect(page.get_by_text(f"{number + 1} laskua")).to_be_visible()
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Avoin")
    await page.get_by_role("row").nth(1).get_by_role("link").click()
    await page.get_by_role("button", name="Asiatarkasta").click()
    await expect(page.get_by_text("Asiatarkastettu").first).to_be_visible()
    assert list(invoices.values())[-1].status == "approved"

    await page.get_by_role("link", name="Käyttäjät ja roolit").click()
    await page.get_by_label("Kataja Oy", exact=True).check()
    await page.get_by_label("Kopioitava käyttäjä").select_option("Ville Vartia")
    await page.get_by_role("button", name="Kopioi käyttäjä").click()
    await expect(page.get_by_role("status")).to_contain_text("Kopioitu")
    await page.get_by_label("Kirjautuneena").select_option(ACCOUNTANT)
    await expect(page.get_by_text("Vain käyttäjähallitsija (KH)")).to_be_visible()
    await expect(page.get_by_role("button", name="Kopioi käyttäjä")).to_be_disabled()

    await page.get_by_label("Kirjautuneena").select_option(ADMINISTRATOR)
    await page.get_by_label("Yritys", exact=True).select_option(ids["saarni"])
    await page.get_by_role("link", name="Palvelupaketti ja lukitukset").click()
    await page.get_by_label("Palvelupaketti").select_option("Professional")
    await page.get_by_role("button", name="Tallenna").click()
    await expect(page.get_by_role("status")).to_contain_text("Tallennettu")
    assert netvisor.company(ids["saarni"]).package is Package.PROFESSIONAL


@pytest.mark.browser
async def test_a_person_posts_an_invoice_that_arrived(page: Page, netvisor: Netvisor, ids: dict[str, str]):
    server = await start_server(netvisor)
    try:
        company = netvisor.company(ids["kataja"])
        await page.goto(server.url)
        await page.get_by_label("Company", exact=True).select_option(ids["kataja"])
        await page.get_by_role("link", name="Purchase invoices").click()
        await page.get_by_role("button", name="A new invoice arrives").click()
        await page.get_by_label("By itself").select_option("every 5 min")
        await expect(page.get_by_label("By itself")).to_have_value("5")
        invoice = list(company.invoices.values())[-1]
        await page.goto(f"{server.url}/#invoices/{invoice.key}")
        account = sorted(company.accounts)[3]
        for line in invoice.lines:
            await page.get_by_label(f"Account of {line.description}").select_option(str(account))
        await page.get_by_role("button", name="Post", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("The invoice was posted.")
        assert {line.account_number for line in invoice.lines} == {account}
        assert invoice.ready_for_accounting
    finally:
        await server.close()


@pytest.mark.browser
async def test_a_page_whose_sandbox_was_stopped_says_so(page: Page, netvisor: Netvisor):
    server = await start_server(netvisor)
    await page.goto(server.url)
    await page.get_by_role("link", name="Circulation lists").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Circulation lists")
    await server.close()
    await page.get_by_role("link", name="Purchase invoices").click()
    await expect(page.get_by_role("status")).to_contain_text("The sandbox does not answer")
