"""Whether a question holds a pasted key. Such a question is answered with a warning and goes nowhere."""

from __future__ import annotations

import re

_LINK = re.compile(r"https?://\S+")
_ADDRESS = re.compile(r"\S@\S|\w\.nv\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_GUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_SLACK_TOKEN = re.compile(r"\bx(?:ox[a-z]|app)-[\w-]{6,}")
_STRING = re.compile(r"[A-Za-z0-9+/_=]{10,}")
_NAMED = re.compile(
    r"avain|avaime|tunniste|tunnukse|tunnus|salasana|key|token|secret|password|nyckel|lösenord", re.IGNORECASE
)
LONG_ENOUGH = 20
"""Letters and digits together that are a key by themselves. Visma publishes no shape, so the rule is our own."""


def holds_secret(text: str, *, access_key: str | None = None) -> bool:
    """Tell whether a text seems to hold a key. The access key of API resource rights is public and is none."""
    if access_key:
        text = re.sub(re.escape(access_key), " ", text, flags=re.IGNORECASE)
    # Word by word: a pattern over the whole would try every beginning of a long text.
    text = _IBAN.sub(" ", " ".join(word for word in _LINK.sub(" ", text).split() if not _ADDRESS.search(word)))
    if _GUID.search(text) or _SLACK_TOKEN.search(text):
        return True
    named = _NAMED.search(text) is not None
    return any(_is_key(string, named=named) for string in _STRING.findall(text))


def _is_key(string: str, *, named: bool) -> bool:
    digits = sum(character.isdigit() for character in string)
    letters = sum(character.isalpha() for character in string)
    if not letters:
        return False
    if len(string) >= LONG_ENOUGH:
        return digits > 0 or (string != string.lower() and string != string.upper() and string != string.capitalize())
    return named and digits > 1
