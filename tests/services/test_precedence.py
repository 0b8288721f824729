"""What nobody waits for gives way to people who click, and goes on all the same."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from services.netvisor import Netvisor
from services.netvisor.transport import Transport
from services.precedence import Precedence
from tests.services.netvisor.spoken import BUSINESS_ID, CREDENTIAL, PARTNER

EMPTY = b"<Root><ResponseStatus><Status>OK</Status></ResponseStatus><AccountList/></Root>"


async def turns_of_the_loop() -> None:
    """Let everything go on that can; a whole call takes fewer turns."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_netvisor_is_called_when_the_last_of_those_who_wait_is_answered() -> None:
    order: list[str] = []
    precedence = Precedence()

    def answer(_: httpx.Request) -> httpx.Response:
        order.append("netvisor")
        return httpx.Response(200, content=EMPTY)

    transport = Transport("http://x", PARTNER, transport=httpx.MockTransport(answer), precedence=precedence)
    company = Netvisor(transport).company(BUSINESS_ID, CREDENTIAL)
    with precedence.one():
        with precedence.one():
            call = asyncio.create_task(company.accounts())
            await turns_of_the_loop()
            order.append("first answered")
        await turns_of_the_loop()
        order.append("second answered")
    await call
    await transport.close()
    assert order == ["first answered", "second answered", "netvisor"]


async def test_who_never_gets_an_answer_holds_nothing_up() -> None:
    precedence = Precedence()
    with precedence.one():
        async with asyncio.timeout(30):
            await precedence.give_way()


@pytest.mark.parametrize("answered", [True, False])
async def test_a_long_list_is_read_between_the_answers_and_to_its_end_all_the_same(
    monkeypatch: pytest.MonkeyPatch, answered: bool
) -> None:
    monkeypatch.setattr("services.precedence.AT_REST", 60.0 if answered else 0.001)
    account = b"<Account><NetvisorKey>%d</NetvisorKey><Number>%d</Number><Name>Tili</Name></Account>"
    accounts = b"".join(account % (key, 1000 + key) for key in range(3000))
    content = EMPTY.replace(b"<AccountList/>", b"<AccountList><Accounts>%s</Accounts></AccountList>" % accounts)
    precedence = Precedence()
    sent = asyncio.Event()

    def answer(_: httpx.Request) -> httpx.Response:
        sent.set()
        return httpx.Response(200, content=content)

    transport = Transport("http://x", PARTNER, transport=httpx.MockTransport(answer), precedence=precedence)
    call = asyncio.create_task(Netvisor(transport).company(BUSINESS_ID, CREDENTIAL).accounts())
    await sent.wait()
    with precedence.one():
        if answered:
            await asyncio.sleep(0.15)
            assert not call.done(), "somebody waits for an answer"
        else:
            assert len((await call).accounts) == 3000, "who never gets one holds nothing up"
    assert len((await call).accounts) == 3000
    await transport.close()
