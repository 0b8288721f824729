"""The picture of an invoice in review: fetched when asked for, shown in a modal, deleted with it."""

from __future__ import annotations

import pytest

from services.records import OpenPicture
from tests.journeys.office import Office, close_views, open_invoice

pytestmark = pytest.mark.asyncio(loop_scope="module")


def shown_file(office: Office) -> str:
    """Return the Slack file in the modal that the accountant sees, nothing when there is none."""
    blocks = office.firm.top(office.firm.workspace.accountant).blocks
    return next((block["slack_file"]["id"] for block in blocks if block["type"] == "image"), "")


async def test_a_picture_is_a_tap_away_and_goes_with_its_modal(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await office.receive()
    files = set(firm.workspace.files)
    await open_invoice(firm, invoice)
    review = firm.top(aku)
    await firm.press(aku, "review_picture")
    await firm.until(lambda: shown_file(office))
    file = firm.workspace.files[shown_file(office)]
    assert file.content.startswith(b"\x89PNG")
    assert file.shares == {}
    (image,) = [block for block in firm.top(aku).blocks if block["type"] == "image"]
    assert invoice.vendor.name in image["alt_text"]
    assert invoice.number in image["alt_text"]

    await firm.workspace.close_view(aku, firm.top(aku).id)
    assert firm.top(aku) == review, "the review is where it was"
    await firm.until(lambda: set(firm.workspace.files) == files)
    assert firm.find(OpenPicture) == []


async def test_a_picture_that_nobody_closes_goes_after_an_hour(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await office.receive()
    files = set(firm.workspace.files)
    await open_invoice(firm, invoice)
    await firm.press(aku, "review_picture")
    await firm.until(lambda: shown_file(office))
    firm.clock.forward(hours=1)
    await firm.until(lambda: set(firm.workspace.files) == files)


async def test_an_invoice_without_a_picture_says_so(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await office.receive()
    invoice.has_picture = False
    await open_invoice(firm, invoice)
    await firm.press(aku, "review_picture")
    await firm.until(lambda: "Netvisor has no picture of this invoice." in firm.seen(aku))


@pytest.mark.parametrize(
    ("code", "words"),
    [("SERVICE_ACCESS_ERROR", "Netvisor refused the picture."), ("TECHNICAL_ERROR", "Netvisor does not answer")],
)
async def test_netvisor_not_giving_a_picture_is_said(office: Office, code: str, words: str) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await office.receive()
    await open_invoice(firm, invoice)
    firm.netvisor.faults.add("error", code=code, resource="getpurchaseinvoice", times=None)
    await firm.press(aku, "review_picture")
    await firm.until(lambda: words in firm.seen(aku))


async def test_where_slack_shows_no_file_of_ours_the_person_gets_it(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await office.receive()
    await open_invoice(firm, invoice)
    shown = len(firm.shown(aku))
    firm.workspace.shows_unshared_pictures = False
    for _ in range(2):
        await firm.press(aku, "review_picture")
        await firm.until(lambda: "in your direct messages" in firm.seen(aku))
        await firm.until(lambda: len(firm.shown(aku)) == shown + 1)
        await firm.workspace.close_view(aku, firm.top(aku).id)
    firm.workspace.shows_unshared_pictures = True
    await close_views(firm, aku)
    (file,) = firm.shown(aku)[-1].files
    assert file.alternative_text.startswith("Picture of the invoice")
    firm.clock.forward(hours=25)
    await firm.until(lambda: file.id not in firm.workspace.files)
