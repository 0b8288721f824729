"""The headers of a call, signed as Netvisor documents (article 766842, API authentication; HMACSHA256).

The address is signed exactly as it is sent, query string included: it is built by hand and never re-encoded.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr


@dataclass(frozen=True)
class Partner:
    """The software partner's identity: the id and key from Visma, and the public key that customers search by."""

    partner_id: str
    partner_key: SecretStr
    access_key: str


@dataclass(frozen=True)
class ApiCredential:
    """A user's API credential: Netvisor's CustomerId (user identifier) and CustomerKey (API key)."""

    customer_id: SecretStr
    customer_key: SecretStr


def signature(
    url: str,
    sender: str,
    customer_id: str,
    timestamp: str,
    language: str,
    organisation_id: str,
    transaction_id: str,
    timestamp_unix: str,
    customer_key: str,
    partner_key: str,
) -> str:
    """Return the HMACSHA256 digest, in lower-case hexadecimal, of the documented string.

    Raises UnicodeEncodeError for what Latin-1 cannot hold; Visma's articles and the public clients differ in how they
    encode what is not ASCII, so the parts should be.
    """
    key = f"{customer_key}&{partner_key}"
    message = "&".join(
        (
            url,
            sender,
            customer_id,
            timestamp,
            language,
            organisation_id,
            transaction_id,
            timestamp_unix,
            customer_key,
            partner_key,
        )
    )
    return hmac.new(key.encode("latin-1"), message.encode("latin-1"), hashlib.sha256).hexdigest()


def signed_headers(
    url: str,
    business_id: str,
    partner: Partner,
    credential: ApiCredential,
    *,
    sender: str,
    language: str,
    now: datetime,
) -> dict[str, str]:
    """Return the headers of one attempt at an aware time `now`; its transaction id is new, for none may come twice."""
    # Both times are of the same instant; the one in words is in GMT, whatever timezone the clock is in.
    timestamp = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.") + f"{now.microsecond // 1000:03d}"
    unix = str(int(now.timestamp()))
    transaction_id = str(uuid.uuid4())
    customer_id = credential.customer_id.get_secret_value()
    mac = signature(
        url,
        sender,
        customer_id,
        timestamp,
        language,
        business_id,
        transaction_id,
        unix,
        credential.customer_key.get_secret_value(),
        partner.partner_key.get_secret_value(),
    )
    prefix = "X-Netvisor-Authentication-"
    return {
        f"{prefix}Sender": sender,
        f"{prefix}CustomerId": customer_id,
        f"{prefix}PartnerId": partner.partner_id,
        f"{prefix}Timestamp": timestamp,
        f"{prefix}TimestampUnix": unix,
        f"{prefix}TransactionId": transaction_id,
        f"{prefix}MAC": mac,
        f"{prefix}MACHashCalculationAlgorithm": "HMACSHA256",
        f"{prefix}UseHTTPResponseStatusCodes": "1",
        "X-Netvisor-Interface-Language": language,
        "X-Netvisor-Organisation-ID": business_id,
        "Content-Type": "text/plain",
    }
