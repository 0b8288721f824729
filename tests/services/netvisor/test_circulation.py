"""Setting an invoice's circulation list: off by default, and never a message that would delete a circulation."""

from __future__ import annotations

from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.netvisor import CirculationTemplate, Netvisor, SwitchedOff, TimedOut, Transport
from services.netvisor.circulation import GUESSED
from tests.services.netvisor.conftest import BUSINESS_ID, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import document

keys = st.integers(1, 10**9)


@given(keys, keys)
def test_a_message_holds_one_invoice_and_one_list(invoice_key: int, list_key: int) -> None:
    body = CirculationTemplate(GUESSED).message(invoice_key, list_key)
    assert body.startswith(b"<root>")
    (circulation,) = ElementTree.fromstring(body).iter("purchaseinvoicecirculation")
    assert circulation.findtext("invoiceidentifier/netvisorkey") == str(invoice_key)
    assert circulation.findtext("circulationlist/netvisorkey") == str(list_key)


@pytest.mark.parametrize(("invoice_key", "list_key"), [(0, 5), (5, 0), (-1, 5), (5, -1)])
def test_no_message_is_built_without_an_invoice_or_a_list(invoice_key: int, list_key: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        CirculationTemplate(GUESSED).message(invoice_key, list_key)


FRAME = (
    "<root><purchaseinvoicecirculations><purchaseinvoicecirculation>{0}</purchaseinvoicecirculation>"
    "</purchaseinvoicecirculations></root>"
)
INVOICE = "<invoiceidentifier><netvisorkey>{invoice}</netvisorkey></invoiceidentifier>"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "on",
        "<root>",
        "<root/>",
        '<?xml version="1.0"?>' + GUESSED,
        FRAME.format(INVOICE),
        FRAME.format(INVOICE + "<list/>"),
        FRAME.format(INVOICE + "<list>{invoice}</list>"),
        FRAME.format(INVOICE + "<!-- <list>{list}</list> -->"),
        FRAME.format(INVOICE + '<list key="{list}"/>'),
        FRAME.format("<invoiceidentifier><netvisorkey>{list}</netvisorkey></invoiceidentifier><list>{list}</list>"),
        FRAME.format("<invoiceidentifier><netvisorkey>{invoice}</netvisorkey><l>{list}</l></invoiceidentifier>"),
        FRAME.format("<list>{list}</list>"),
        GUESSED.replace("<purchaseinvoicecirculation>", "<purchaseinvoicecirculation/><purchaseinvoicecirculation>"),
        "<!DOCTYPE root>" + GUESSED,
    ],
)
def test_a_template_that_could_delete_a_circulation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="circulation message"):
        CirculationTemplate(text)


def answering(sent: list[httpx.Request]) -> Transport:
    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, content=document("<Replies/>"))

    return Transport("http://x", PARTNER, transport=httpx.MockTransport(answer))


async def test_nothing_is_sent_unless_the_operator_switched_it_on() -> None:
    sent: list[httpx.Request] = []
    company = Netvisor(answering(sent)).company(BUSINESS_ID, CREDENTIAL)
    with pytest.raises(SwitchedOff) as caught:
        await company.set_circulation(1_200_001, 10)
    assert (caught.value.code, caught.value.outcome_unknown) == ("SWITCHED_OFF", False)
    assert sent == []


async def test_an_operators_own_template_takes_the_place_of_the_guess() -> None:
    sent: list[httpx.Request] = []
    template = CirculationTemplate(FRAME.format(INVOICE + "<CirculationListKey>{list}</CirculationListKey>"))
    netvisor = Netvisor(answering(sent), circulation=template)
    await netvisor.company(BUSINESS_ID, CREDENTIAL).set_circulation(1_200_001, 10)
    (request,) = sent
    assert request.url.path == "/purchaseinvoicecirculation.nv"
    assert request.content == template.message(1_200_001, 10)
    assert b"<CirculationListKey>10</CirculationListKey>" in request.content


async def test_a_write_without_an_answer_is_not_repeated() -> None:
    sent: list[httpx.Request] = []

    def silent(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        raise httpx.ReadTimeout("", request=request)

    transport = Transport("http://x", PARTNER, transport=httpx.MockTransport(silent))
    netvisor = Netvisor(transport, circulation=CirculationTemplate(GUESSED))
    with pytest.raises(TimedOut) as caught:
        await netvisor.company(BUSINESS_ID, CREDENTIAL).set_circulation(1_200_001, 10)
    assert caught.value.outcome_unknown
    assert len(sent) == 1
