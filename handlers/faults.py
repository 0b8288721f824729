"""A fault of ours: logged under a reference that the person is shown and can read out to the operator."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, cast

import structlog
from slack_sdk.errors import SlackApiError

from handlers.locale import Locale
from handlers.request import Answer
from handlers.views.elements import actions, ask_help_ai, section
from services.notifier import Rendered

log = structlog.get_logger(__name__)


def new_reference() -> str:
    """Return a reference that a person can read out to the operator, who finds it in the log."""
    return secrets.token_hex(4).upper()


def fault(locale: Locale, body: Mapping[str, Any], error: Exception) -> Answer:
    """Log what went wrong under a reference, and return the sentence that shows it."""
    reference = new_reference()
    if isinstance(error, TimeoutError):
        log.warning("listener.slow", reference=reference, kind=body.get("type") or body.get("command"))
        text = locale.gettext(
            "I am busy just now. Please try again in a moment. (Reference {reference})", reference=reference
        )
    else:
        # A Slack error's text may quote what we sent: the log gets its code, and the traceback only of our own.
        code = str(cast("Any", error.response)["error"]) if isinstance(error, SlackApiError) else None
        log.error("listener.failed", reference=reference, code=code, exc_info=None if code else error)
        text = locale.gettext(
            "Something went wrong, and the fault is ours. Please try again; if it happens again, give the operator the "
            "reference {reference}.",
            reference=reference,
        )
    if body.get("type") == "view_submission":
        inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        return Answer(errors={inputs[0]: text} if inputs else {})
    help_ai = actions(ask_help_ai(locale, "product.reference", "product.operator"))
    return Answer(message=Rendered(text, (section(text), help_ai)))
