"""Logs: one JSON object a line, or for people at a terminal; nothing secret in either."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|X-Netvisor-Authentication-\w+['\"]?: ?['\"]?[^,'\"}]+|[0-9A-Fa-f]{32,}"
)
"""Slack's tokens, Netvisor's headers, and whatever is as long and hexadecimal as a key."""


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return a log event without anything that looks like a secret."""
    return {key: SECRET.sub("••••", value) if isinstance(value, str) else value for key, value in event.items()}


LIBRARIES = ("slack_bolt", "slack_sdk")
SHOWN_OF_LIBRARIES = 200


def hush(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return a line of slack_sdk's or slack_bolt's without what they show of frames and bodies, in which keys are.

    Whatever level somebody sets for them: below WARNING nothing of what they say is told, above it what stands before
    the first body.
    """
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name.split(".")[0] in LIBRARIES:
        text = str(event["event"])
        shown = re.split(r"[{\[<]|body|payload", text, maxsplit=1)[0][:SHOWN_OF_LIBRARIES]
        event["event"] = shown if record.levelno >= logging.WARNING else f"{record.name}: not shown"
    return event


def set_up_logs() -> None:
    """Send every log line, ours and the libraries', to standard error, redacted."""
    for_people = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    last = structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[hush, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for noisy in (*LIBRARIES, "httpx", "apscheduler", "aiohttp"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
