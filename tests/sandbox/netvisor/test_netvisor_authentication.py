from dataclasses import replace

import pytest

from sandbox.netvisor import ACCOUNTANT, ADMINISTRATOR, Netvisor
from sandbox.netvisor.authentication import mac

from .conftest import PREFIX, Caller

VECTORS = [
    # algorithm, fields and digest of the reference's vectors
    (
        "SHA256",
        {
            "url": "http://integrationdemo.netvisor.fi/accounting.nv",
            "sender": "Testiclient",
            "customer_id": "Integraatiokayttajan tunnus",
            "timestamp": "2009-01-12 15:49:12.221",
            "timestamp_unix": "",
            "language": "FI",
            "organisation_id": "1967543-8",
            "transaction_id": "123456",
            "customer_key": "7cd680e89e880553358bc07cd28b0ee2",
            "partner_key": "07f94228d149a96b2f25e3edad55096e",
        },
        "cd39e4566936ffd41e67cc8a819bf314a5f1016ca0159854d0f2dd447a86db8e",
    ),
    (
        "HMACSHA256",
        {
            "url": "https://integration.netvisor.fi/customerlist.nv",
            "sender": "TestSender",
            "customer_id": "TestCustomerId",
            "timestamp": "2024-01-15 12:00:00.000",
            "timestamp_unix": "1705312800",
            "language": "FI",
            "organisation_id": "TestOrganizationId",
            "transaction_id": "transaction123",
            "customer_key": "TestUserKey",
            "partner_key": "TestPartnerKey",
        },
        "14f2ec30263493fe0eb99b924d0b172addd4d3038140ea4f65469a51cbfbf072",
    ),
]


@pytest.mark.parametrize(("algorithm", "fields", "digest"), VECTORS)
def test_digests_are_those_of_the_vectors(algorithm: str, fields: dict[str, str], digest: str):
    assert mac(algorithm, **fields) == digest


@pytest.mark.parametrize("algorithm", ["HMACSHA256", "SHA256"])
async def test_a_rightly_signed_call_is_answered(caller: Caller, algorithm: str):
    answer = await replace(caller, algorithm=algorithm).get("accountlist")
    assert (answer.http_status, answer.code) == (200, "OK")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_the_address_is_hashed_exactly_as_it_was_sent(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    keys = list(netvisor.company(ids["kataja"]).invoices)[:3]
    with_commas = "netvisorkeylist=" + ",".join(map(str, keys))
    encoded = with_commas.replace(",", "%2C")
    for query in (with_commas, encoded):
        answer = await caller.get("getpurchaseinvoice", query)
        assert len(answer.texts("PurchaseInvoices/PurchaseInvoice/PurchaseInvoiceNetvisorKey")) == 3
    answer = await caller.get("getpurchaseinvoice", encoded, signed_query=with_commas)
    assert answer.code == "AUTHENTICATION_FAILED"


@pytest.mark.parametrize("encoding", ["iso8859-15", "utf-8"])
async def test_letters_outside_ascii_are_hashed_in_either_encoding(caller: Caller, encoding: str):
    answer = await replace(caller, encoding=encoding).get("purchaseinvoicelist", "invoicenumber=%C3%A4")
    assert answer.code == "OK"
    assert answer.root.find("PurchaseInvoiceList") is not None


async def test_a_wrong_mac_echoes_what_was_hashed_without_any_key(caller: Caller, netvisor: Netvisor):
    caller.changes[f"{PREFIX}MAC"] = "0" * 64
    answer = await caller.get("accountlist")
    assert (answer.http_status, answer.code) == (401, "AUTHENTICATION_FAILED")
    message = answer.statuses[1]
    assert "YOUR_PRIVATE_KEY_HERE" in message
    assert caller.credential.customer_id in message
    assert caller.credential.customer_key not in answer.text
    assert netvisor.partner_key not in answer.text


@pytest.mark.parametrize(
    "header",
    [
        f"{PREFIX}Sender",
        f"{PREFIX}CustomerId",
        f"{PREFIX}PartnerId",
        f"{PREFIX}Timestamp",
        f"{PREFIX}TimestampUnix",
        f"{PREFIX}TransactionId",
        f"{PREFIX}MAC",
        f"{PREFIX}MACHashCalculationAlgorithm",
        "X-Netvisor-Interface-Language",
        "X-Netvisor-Organisation-ID",
    ],
)
async def test_every_header_is_needed(caller: Caller, header: str):
    caller.changes[header] = None
    answer = await caller.get("accountlist")
    assert answer.code == "AUTHENTICATION_FAILED"
    assert header in answer.statuses[1]


async def test_an_unknown_partner_is_named_as_such(caller: Caller):
    caller.changes[f"{PREFIX}PartnerId"] = "somebody"
    answer = await caller.get("accountlist")
    assert answer.statuses[1] == "AUTHENTICATION_FAILED :: Integraatiokumppania ei löydy, katso dokumentaatio"


async def test_unknown_and_swapped_keys_are_not_valid(caller: Caller):
    swapped = replace(
        caller.credential,
        customer_id=caller.credential.customer_key,
        customer_key=caller.credential.customer_id,
    )
    answer = await replace(caller, credential=swapped, language="EN").get("accountlist")
    assert answer.statuses[1] == (
        "AUTHENTICATION_FAILED :: Integration keys are not valid. "
        "Please check the keys specific to the user and partner."
    )


async def test_credentials_of_a_removed_user_fail_until_the_user_is_back(caller: Caller, netvisor: Netvisor):
    netvisor.revoke_user(ACCOUNTANT)
    assert (await caller.get("accountlist")).code == "AUTHENTICATION_FAILED"
    netvisor.revoke_user(ACCOUNTANT, active=True)
    assert (await caller.get("accountlist")).code == "OK"


@pytest.mark.parametrize(
    ("minutes", "code"), [(20, "AUTHENTICATION_FAILED"), (-20, "AUTHENTICATION_FAILED"), (10, "OK")]
)
async def test_the_clock_may_be_off_by_a_quarter_of_an_hour(caller: Caller, minutes: int, code: str):
    there = caller.clock() + minutes * 60
    assert (await replace(caller, clock=lambda: there).get("accountlist")).code == code


async def test_a_transaction_id_never_repeats_whoever_uses_it(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    url = f"{caller.server.api_url}/accountlist.nv"
    headers = caller.headers(url)
    codes: list[int] = []
    text = ""
    for _ in range(2):
        async with caller.session.get(url, headers=headers) as response:
            codes.append(response.status)
            text = await response.text()
    assert codes == [200, 409]
    assert "REQUEST_NOT_UNIQUE" in text
    used = headers[f"{PREFIX}TransactionId"]
    assert used in netvisor.transaction_ids
    other = Caller(caller.server, caller.session, netvisor.create_credential(ADMINISTRATOR), ids["pihlaja"])
    assert (await other.get("accountlist")).code == "OK"


async def test_calls_are_recorded_without_keys(caller: Caller, netvisor: Netvisor):
    await caller.get("purchaseinvoicelist", "begininvoicedate=2026-01-01")
    (call,) = netvisor.calls
    assert (call.resource, call.business_id, call.outcome) == ("purchaseinvoicelist", caller.business_id, "OK")
    assert call.parameters == {"begininvoicedate": "2026-01-01"}
    assert caller.credential.customer_key not in repr(netvisor.calls)
    assert caller.credential.customer_key not in repr(caller.credential)
