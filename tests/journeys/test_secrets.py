"""A key that people type is in no log line, no message or view, no column and no call but those to Netvisor."""

from __future__ import annotations

import json

import pytest

from sandbox.netvisor import ACCOUNTANT
from services.records import ClientState
from tests.conftest import Log
from tests.journeys.firm import Firm


def assert_nowhere(firm: Firm, log: Log, *secrets: str) -> None:
    """Look for secrets in all that the product writes: logs, the database's file, calls of Slack."""
    said = "\n".join(log.lines)
    called = json.dumps([[call.method, call.arguments, call.response] for call in firm.workspace.calls])
    shown = "\n".join(str(vars(view)) for view in firm.workspace.views.values() if not view.entered)
    shown += "\n".join(message.visible_text for channel in firm.workspace.channels for message in firm.posted(channel))
    stored = b"".join(file.read_bytes() for file in firm.folder.iterdir() if file.name.startswith("fabric.db"))
    assert said
    assert called
    assert stored
    for secret in secrets:
        assert secret not in said
        assert secret not in called
        assert secret not in shown
        assert secret.encode() not in stored


async def test_a_right_key_is_nowhere_to_be_read(firm: Firm, log: Log) -> None:
    vaahtera = firm.company("Vaahtera")
    credential = await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    await firm.workspace.command(firm.workspace.accountant, "asiakkaat", "/fabric status Vaahtera")
    assert_nowhere(firm, log, credential.customer_key, credential.customer_id)
    assert firm.workspace.bot_token not in "\n".join(log.lines)
    assert firm.workspace.app_token not in "\n".join(log.lines)


@pytest.mark.parametrize(
    ("key", "identifier"),
    [
        ("canary-key-that-is-not-hexadecimal", ""),
        ("", "CANARY_IDENTIFIER_9"),
        ("CANARY_IDENTIFIER_9", "canary-key-that-is-not-hexadecimal"),
    ],
)
async def test_a_wrong_key_is_nowhere_either(firm: Firm, log: Log, key: str, identifier: str) -> None:
    vaahtera, credential = firm.company("Vaahtera"), firm.netvisor.create_credential(ACCOUNTANT)
    key, identifier = key or credential.customer_key, identifier or credential.customer_id
    await firm.open_form()
    await firm.fill_form(vaahtera)
    await firm.fill_keys(credential, customer_key=key, customer_id=identifier)
    await firm.until_state(vaahtera, ClientState.BLOCKED)
    await firm.quiet()
    assert_nowhere(firm, log, key, identifier)


async def test_a_key_that_was_refused_at_its_field_is_not_kept(firm: Firm, log: Log) -> None:
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.open_form()
    await firm.fill_form(firm.company("Vaahtera"))
    await firm.fill_keys(credential, customer_key="canary key with spaces in it")
    assert_nowhere(firm, log, "canary key with spaces in it", credential.customer_id)


async def test_a_fault_of_our_own_does_not_show_the_key(firm: Firm, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    credential = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.open_form()
    await firm.fill_form(firm.company("Vaahtera"))
    monkeypatch.setattr("handlers.add_client.add_client", broken)
    outcome = await firm.fill_keys(credential)
    fault = log.expect("listener.failed")
    (sentence,) = outcome.errors.values()
    assert fault["reference"] in sentence
    assert "broken on purpose" in fault["exception"]
    assert_nowhere(firm, log, credential.customer_key, credential.customer_id)
    assert credential.customer_key not in json.dumps(fault)
