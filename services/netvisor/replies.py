"""What a reply says: the document that was asked for, or which error it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape
from urllib.parse import quote

from services.netvisor import errors
from services.netvisor.xml import Node, XmlProblem, go_on, parse

KINDS: Mapping[str, type[errors.NetvisorError]] = {
    "AUTHENTICATION_FAILED": errors.AuthenticationFailed,
    "SERVICE_ACCESS_ERROR": errors.ServiceAccessError,
    "INVALID_DATA": errors.InvalidData,
    "INVALID_DATA_SIZE": errors.InvalidData,
    "DUPLICATE_DATA": errors.DuplicateData,
    "REQUEST_NOT_UNIQUE": errors.RequestNotUnique,
    "PERIOD_LOCK": errors.PeriodLocked,
    "SYSTEM_MAINTENANCE": errors.Maintenance,
    "TECHNICAL_ERROR": errors.TechnicalError,
}
SPELLINGS = {"SYSTEM_MAINTANANCE": "SYSTEM_MAINTENANCE"}
"""How public clients spell the code; Netvisor's article spells it as everybody would."""

LEAVE_DOUBT = (errors.TechnicalError, errors.RequestNotUnique, errors.UnknownCode)
"""Errors after which a write may have happened all the same; after other refusals it has not."""

CODE = re.compile(r"[A-Z][A-Z0-9_]{2,39}")
PARTNER_UNKNOWN = "integraatiokumppania ei löydy"
"""Of the text that public clients quote for a PartnerId that Netvisor does not know. A hint: a text is no contract."""

LONGEST_RETRY_AFTER = timedelta(days=10)
"""A time further away makes no sense."""

MASK = "••••"
SHORTEST_PART = 6
"""Characters of a secret that are masked wherever they stand: Netvisor may cut a text in the middle of one."""

LONGEST_DETAIL = 300
LONGEST_SAID = 1500
"""Characters of a reply to a write that are kept, for people to look at."""
LOOKS_LIKE_A_KEY = re.compile(r"[0-9A-Fa-f]{16,}|[0-9A-Za-z+/_=-]{32,}")


@dataclass(frozen=True)
class RawReply:
    """A reply as it came over the network."""

    resource: str
    is_write: bool
    http_status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    content: bytes
    received_at: datetime

    @property
    def retry_after(self) -> float | None:
        """Seconds that Netvisor, or what stands before it, asks us to wait: told as a number or as a time."""
        value = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"[0-9]{1,6}", value):
            return float(value)
        try:
            wait = parsedate_to_datetime(value) - self.received_at
        except (ValueError, TypeError):
            return None
        return max(0.0, wait.total_seconds()) if wait < LONGEST_RETRY_AFTER else None


@dataclass(frozen=True)
class Reply:
    """A reply that says OK: the root of its document, and which page follows in a resource that has pages."""

    root: Node
    next_page: int | None
    said: str = ""
    """The reply to a write as it came, without any of the secrets."""


def understand(raw: RawReply, secrets: Collection[str], pause: Callable[[], None] = go_on) -> Reply:
    """Return what a reply holds; raise the NetvisorError that it stands for, without any of the secrets."""
    try:
        root = parse(raw.content, pause)
    except XmlProblem as problem:
        raise _without_xml(raw, str(problem)) from None
    if root.name != "root":
        raise _without_xml(raw, f"the document is a {root.name[:40]}")
    statuses = [(node.element.text or "").strip() for node in root.items("ResponseStatus", "Status")]
    if not statuses:
        raise _without_xml(raw, "ResponseStatus is missing")
    word, *reasons = statuses
    if word.upper() != "OK":
        raise _refusal(raw, " ".join(reasons) if word.upper() == "FAILED" else " ".join(statuses), secrets)
    if raw.http_status >= 400:
        raise _bad(raw, "OK with an HTTP status that is none")
    said = mask(raw.content.decode("utf-8", "replace"), secrets, LONGEST_SAID) if raw.is_write else ""
    return Reply(root, _next_page(raw), said)


def _next_page(raw: RawReply) -> int | None:
    value = raw.headers.get("x-netvisor-pagination-next-page", "").strip()
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


def _bad(raw: RawReply, detail: str) -> errors.BadReply:
    return errors.BadReply(raw.resource, detail=detail, http_status=raw.http_status, outcome_unknown=raw.is_write)


def _without_xml(raw: RawReply, problem: str) -> errors.NetvisorError:
    """Return the error of a reply that is not Netvisor's own: most likely of something that stands before it."""
    status = raw.http_status
    if status == 429 or status >= 500:
        return _by_status(raw)
    if status in (401, 403):
        return errors.ServiceAccessError(raw.resource, f"HTTP_{status}", http_status=status)
    return _bad(raw, problem)


def _by_status(raw: RawReply, detail: str = "") -> errors.NetvisorError:
    """Return the error that an HTTP status of 429, or of 500 and above, stands for by itself."""
    status = raw.http_status
    kind, code = {
        429: (errors.TooManyRequests, None),
        503: (errors.Maintenance, None),
    }.get(status, (errors.TechnicalError, f"HTTP_{status}"))
    return kind(
        raw.resource,
        code,
        detail=detail,
        http_status=status,
        retry_after=raw.retry_after,
        outcome_unknown=raw.is_write and status != 429,
    )


def _refusal(raw: RawReply, words: str, secrets: Collection[str]) -> errors.NetvisorError:
    """Return the error that `CODE :: text` stands for."""
    code, _, text = (part.strip() for part in words.partition("::"))
    code = SPELLINGS.get(code.upper(), code.upper())
    is_code = code in KINDS or (CODE.fullmatch(code) and mask(code, secrets) == code)
    kind = KINDS.get(code, errors.UnknownCode) if is_code else errors.UnknownCode
    if not is_code:
        text = words
        code = f"HTTP_{raw.http_status}" if raw.http_status >= 400 else "FAILED"
    if raw.http_status == 429 and kind in (errors.TechnicalError, errors.UnknownCode):
        kind, code = errors.TooManyRequests, errors.TooManyRequests.default_code
    is_echo = shows_signed_string(text)
    detail = "" if is_echo else mask(text, secrets)
    if not is_code and raw.http_status >= 500:
        return _by_status(raw, detail)
    return kind(
        raw.resource,
        code,
        detail=detail,
        http_status=raw.http_status,
        retry_after=raw.retry_after,
        outcome_unknown=raw.is_write and kind in LEAVE_DOUBT,
        mac_mismatch=is_echo and kind is errors.AuthenticationFailed,
        partner_unknown=kind is errors.AuthenticationFailed and PARTNER_UNKNOWN in text.casefold(),
    )


def shows_signed_string(text: str) -> bool:
    """Return whether a text echoes the string that Netvisor signs: it carries identifiers, and nothing of it is kept.

    The string joins ten parts by `&`, and Netvisor puts a placeholder in place of the keys.
    """
    return "YOUR_PRIVATE_KEY_HERE" in text.upper() or text.count("&") >= 5


def mask(text: str, secrets: Collection[str], longest: int = LONGEST_DETAIL) -> str:
    """Return Netvisor's words without our identifiers and keys, their parts, and whatever else looks like one."""
    for start, end in reversed(_places_of(secrets, text)):
        text = text[:start] + MASK + text[end:]
    return " ".join(LOOKS_LIKE_A_KEY.sub(MASK, text).split())[:longest]


def _places_of(secrets: Collection[str], text: str) -> list[tuple[int, int]]:
    """Return where secrets or parts of them stand in a text, as they are or as addresses and web pages spell them."""
    spelt = {form for secret in secrets for form in (secret, quote(secret, safe=""), escape(secret)) if form}
    parts = {form[at : at + SHORTEST_PART] for form in spelt for at in range(max(1, len(form) - SHORTEST_PART + 1))}
    if not parts:
        return []
    places: list[tuple[int, int]] = []
    for match in re.finditer(f"(?=({'|'.join(map(re.escape, parts))}))", text, re.IGNORECASE):
        start, end = match.span(1)
        if places and start <= places[-1][1]:
            places[-1] = places[-1][0], max(end, places[-1][1])
        else:
            places.append((start, end))
    return places
