"""A fault of ours: logged under a reference that the person is shown and can read out to the operator."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, cast

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from handlers.locale import Locale
from handlers.request import Answer
from handlers.views.elements import actions, ask_help_ai, section
from services.notifier import Rendered

log = structlog.get_logger(__name__)


SERVER_FAULTS = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Errors after which Slack itself does not say whether it did the work; they pass (common to all methods)."""


def code_of(error: SlackApiError) -> str:
    """Return Slack's code of an error; nothing where it was not Slack's API that answered, but a proxy for instance."""
    response: Any = error.response
    data: Any = getattr(response, "data", response)
    return str(cast("Any", data).get("error") or "") if isinstance(data, dict) else ""


def new_reference() -> str:
    """Return a reference that a person can read out to the operator, who finds it in the log."""
    return secrets.token_hex(4).upper()


def fault(locale: Locale, body: Mapping[str, Any], error: Exception, *, acknowledged: bool = False) -> Answer:
    """Log what went wrong under a reference, and return the sentence that shows it.

    At a field of the form that was sent, where there is one and the delivery is not `acknowledged` yet.
    """
    reference = new_reference()
    # A Slack error's text may quote what we sent: the log gets its code, and the traceback only of our own.
    code = code_of(error) if isinstance(error, SlackApiError) else None
    if isinstance(error, TimeoutError) or code == "expired_trigger_id":
        log.warning("listener.slow", reference=reference, kind=body.get("type") or body.get("command"))
        text = locale.gettext(
            "I am busy just now. Please try again in a moment. (Reference {reference})", reference=reference
        )
    elif code in ("", "ratelimited", *SERVER_FAULTS) or isinstance(error, ClientError):
        log.warning("listener.slack_busy", reference=reference, code=code, error=type(error).__name__)
        text = locale.gettext(
            "Slack is busy just now. Please try again in a moment. (Reference {reference})", reference=reference
        )
    else:
        log.error("listener.failed", reference=reference, code=code, exc_info=None if code else error)
        text = locale.gettext(
            "Something went wrong, and the fault is ours. Please try again; if it happens again, give the operator the "
            "reference {reference}.",
            reference=reference,
        )
    if body.get("type") == "view_submission" and not acknowledged:
        inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        if inputs:
            return Answer(errors={inputs[0]: text})
    help_ai = actions(ask_help_ai(locale, "product.reference", "product.operator"))
    return Answer(message=Rendered(text, (section(text), help_ai)))
