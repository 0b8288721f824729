"""Who calls: Netvisor's headers and message authentication codes (reference/netvisor.md section 1)."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from sandbox.netvisor.company import Credential
from sandbox.netvisor.netvisor import Netvisor
from sandbox.netvisor.refusals import LANGUAGES, Language, Refusal

_PREFIX = "X-Netvisor-Authentication-"
_SENDER = f"{_PREFIX}Sender"
_CUSTOMER_ID = f"{_PREFIX}CustomerId"
_PARTNER_ID = f"{_PREFIX}PartnerId"
_TIMESTAMP = f"{_PREFIX}Timestamp"
_TIMESTAMP_UNIX = f"{_PREFIX}TimestampUnix"
_TRANSACTION_ID = f"{_PREFIX}TransactionId"
_MAC = f"{_PREFIX}MAC"
_ALGORITHM = f"{_PREFIX}MACHashCalculationAlgorithm"
_LANGUAGE = "X-Netvisor-Interface-Language"
_ORGANISATION = "X-Netvisor-Organisation-ID"
_STATUS_CODES = f"{_PREFIX}UseHTTPResponseStatusCodes"
_REQUIRED = (_SENDER, _CUSTOMER_ID, _PARTNER_ID, _TIMESTAMP, _TRANSACTION_ID, _MAC, _LANGUAGE, _ORGANISATION)

_ENCODINGS = ("iso8859-15", "utf-8")
"""Documentation and libraries differ for what is not ASCII; either digest is taken."""


def mac(
    algorithm: str,
    *,
    url: str,
    sender: str,
    customer_id: str,
    timestamp: str,
    timestamp_unix: str,
    language: str,
    organisation_id: str,
    transaction_id: str,
    customer_key: str,
    partner_key: str,
    encoding: str = "iso8859-15",
) -> str:
    """The lower-case hex digest of a call; `algorithm` is HMACSHA256 or SHA256 (section 1.3).

    Raises ValueError for another algorithm, and UnicodeEncodeError for what the encoding cannot hold.
    """
    parts = [url, sender, customer_id, timestamp, language, organisation_id, transaction_id]
    if algorithm == "HMACSHA256":
        message = "&".join([*parts, timestamp_unix, customer_key, partner_key]).encode(encoding)
        return hmac.new(f"{customer_key}&{partner_key}".encode(encoding), message, hashlib.sha256).hexdigest()
    if algorithm == "SHA256":
        return hashlib.sha256("&".join([*parts, customer_key, partner_key]).encode(encoding)).hexdigest()
    raise ValueError(f"unknown algorithm {algorithm}")


def language_of(headers: Mapping[str, str]) -> Language:
    """The interface language of a call; Finnish when the header is missing or names another."""
    wanted = headers.get(_LANGUAGE)
    for language in LANGUAGES:
        if language == wanted:
            return language
    return "FI"


def organisation_of(headers: Mapping[str, str]) -> str:
    """The business id that a call names."""
    return headers.get(_ORGANISATION, "")


def wants_http_statuses(headers: Mapping[str, str]) -> bool:
    """Whether a failure is also to have an HTTP status other than 200."""
    return headers.get(_STATUS_CODES) == "1"


def authenticate(netvisor: Netvisor, headers: Mapping[str, str], url: str) -> Credential:
    """The credential of a call to `url`, the full address exactly as it was sent.

    Raises Refusal: AUTHENTICATION_FAILED for headers, partner, time stamp, keys or MAC, REQUEST_NOT_UNIQUE for a
    transaction id that any call of the partner has had.
    """
    for name in _REQUIRED:
        if not headers.get(name):
            raise Refusal("AUTHENTICATION_FAILED", "header_missing", name)
    algorithm = headers.get(_ALGORITHM, "MD5")
    if algorithm not in ("HMACSHA256", "SHA256"):
        raise Refusal("AUTHENTICATION_FAILED", "header_missing", _ALGORITHM)
    if algorithm == "HMACSHA256" and not headers.get(_TIMESTAMP_UNIX):
        raise Refusal("AUTHENTICATION_FAILED", "header_missing", _TIMESTAMP_UNIX)
    if not netvisor.partner_known or headers[_PARTNER_ID] != netvisor.partner_id:
        raise Refusal("AUTHENTICATION_FAILED", "partner_unknown")
    _check_time(netvisor, headers)
    credential = netvisor.credentials.get(headers[_CUSTOMER_ID])
    if credential is None or not netvisor.users[credential.user_key].active:
        raise Refusal("AUTHENTICATION_FAILED", "keys_not_valid")
    _check_mac(netvisor, headers, url, algorithm, credential)
    if headers[_TRANSACTION_ID] in netvisor.transaction_ids:
        raise Refusal("REQUEST_NOT_UNIQUE", "transaction")
    netvisor.transaction_ids.add(headers[_TRANSACTION_ID])
    return credential


def _check_time(netvisor: Netvisor, headers: Mapping[str, str]) -> None:
    stamp = headers[_TIMESTAMP]
    try:
        times = [datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC).timestamp()]
        if unix := headers.get(_TIMESTAMP_UNIX):
            times.append(float(int(unix)))
    except (ValueError, OverflowError) as error:
        raise Refusal("AUTHENTICATION_FAILED", "timestamp", stamp) from error
    now = netvisor.clock() + netvisor.clock_error
    if any(abs(now - time) > netvisor.timestamp_tolerance for time in times):
        raise Refusal("AUTHENTICATION_FAILED", "timestamp", stamp)


def _check_mac(
    netvisor: Netvisor, headers: Mapping[str, str], url: str, algorithm: str, credential: Credential
) -> None:
    digests: list[str] = []
    for encoding in _ENCODINGS:
        try:
            digest = mac(
                algorithm,
                url=url,
                sender=headers[_SENDER],
                customer_id=headers[_CUSTOMER_ID],
                timestamp=headers[_TIMESTAMP],
                timestamp_unix=headers.get(_TIMESTAMP_UNIX, ""),
                language=headers[_LANGUAGE],
                organisation_id=headers[_ORGANISATION],
                transaction_id=headers[_TRANSACTION_ID],
                customer_key=credential.customer_key,
                partner_key=netvisor.partner_key,
                encoding=encoding,
            )
        except UnicodeEncodeError:
            continue
        if hmac.compare_digest(digest.encode(), headers[_MAC].encode(errors="replace")):
            return
        digests.append(digest)
    # Netvisor echoes what it hashed, with the keys replaced, and its digest: a client must not show this to people
    hashed = [url, headers[_SENDER], headers[_CUSTOMER_ID], headers[_TIMESTAMP], headers[_LANGUAGE]]
    hashed += [headers[_ORGANISATION], headers[_TRANSACTION_ID]]
    if algorithm == "HMACSHA256":
        hashed.append(headers[_TIMESTAMP_UNIX])
    echo = "&".join([*hashed, "YOUR_PRIVATE_KEY_HERE", "YOUR_PRIVATE_KEY_HERE"])
    raise Refusal("AUTHENTICATION_FAILED", "mac", f"{echo} MAC: {digests[0] if digests else ''}")
