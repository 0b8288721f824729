"""slack_sdk and slack_bolt show no frame and no body, whatever level somebody sets for them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.conftest import Log
from tests.journeys.firm import Firm

NAMES = ("slack_bolt", "slack_sdk")


@pytest.fixture
def loud() -> Iterator[None]:
    """Set every logger of the two libraries to DEBUG, also those that they make later."""

    def all_of_them() -> list[logging.Logger]:
        known = [name for name in logging.Logger.manager.loggerDict if name.startswith(NAMES)]
        return [logging.getLogger(name) for name in {*NAMES, *known}]

    before = {logger: logger.level for logger in all_of_them()}
    for logger in before:
        logger.setLevel(logging.DEBUG)
    yield
    for logger, level in before.items():
        logger.setLevel(level)


async def test_a_key_is_in_no_log_line_even_at_debug(sandbox: Firm, log: Log, loud: None) -> None:
    firm = sandbox
    await firm.start_bot()
    for name in NAMES:
        logging.getLogger(name).setLevel(logging.DEBUG)
    vaahtera = firm.company("Vaahtera")
    credential = await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    said = "\n".join(log.lines)
    assert "not shown" in said, "they did speak"
    for secret in (credential.customer_key, credential.customer_id, firm.workspace.bot_token, vaahtera.name):
        assert secret not in said


def test_what_an_unhandled_delivery_holds_is_not_told(log: Log) -> None:
    logging.getLogger("slack_bolt.AsyncApp").warning("Unhandled request ({'type': 'view_submission', 'key': 'canary'})")
    logging.getLogger("slack_sdk.web").error("Failed to send: body canary")
    said = "\n".join(log.lines)
    assert "Unhandled request (" in said
    assert "canary" not in said
