"""Nothing secret is in an error, whatever Netvisor says and however it is cut."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.netvisor import AuthenticationFailed, BadReply
from tests.services.netvisor.conftest import CANARIES
from tests.services.netvisor.loopback import document, failed
from tests.services.netvisor.said import KINDS, STATUSES, Said, leaks


@pytest.fixture(scope="module")
def netvisor() -> Said:
    return Said()


def secret_words() -> st.SearchStrategy[str]:
    """What Netvisor may say, with our identifiers and keys in it, in any case."""
    pieces = st.sampled_from(
        [
            *CANARIES,
            *(canary.upper() for canary in CANARIES),
            *(canary.lower() for canary in CANARIES),
            " ",
            "&",
            "ä",
            ":",
        ]
    )
    return st.lists(st.one_of(pieces, st.text(st.characters(codec="ascii"), max_size=6)), max_size=8).map("".join)


@given(
    secret_words(),
    st.sampled_from([*KINDS, "OTHER_CODE", ""]),
    st.sampled_from(STATUSES),
)
@example(CANARIES[0], "", 200)
@example(f"{CANARIES[0]} :: x", "", 200)
def test_nothing_secret_is_in_an_error(netvisor: Said, words: str, code: str, status: int) -> None:
    said = words.translate({ord(letter): " " for letter in "<&" + "".join(map(chr, range(32)))})
    assert leaks(netvisor.error(failed(f"{code} :: {said}" if code else said), status)) == []


SIGNED = "http://x/a.nv&FabricForSlack&{0}&2026-11-23 10:00:00.000&FI&1234567-1&{1}&1795414028&{2}&{3}"
WORDINGS = (
    "Integraatioavaimet eivät kelpaa: {0}",
    "Käyttäjää '{0}' ei löydy (kumppani {1}).",
    "URI-metodi ei kelpaa, katso dokumentaatio. Käytä MAC-tiivisteen laskentaan merkkijonoa: " + SIGNED,
    "Wrong MAC. String: " + SIGNED + " Digest: " + "0123456789abcdef" * 4,
    "Sender: FabricForSlack, CustomerId={0};PartnerId={1}|Key:{2}/{3}",
    '<{0}>{1}</{2}> "{3}"',
    "customer{0}partner{1}",
    "https://x/?id={0}&partner={1}&key={2}",
)
SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, lambda word: quote(word, safe=""), escape)


@given(
    st.sampled_from(WORDINGS),
    st.permutations((*CANARIES, "FabricForSlack")),
    st.sampled_from(SPELLINGS),
    st.integers(0, 400),
    st.sampled_from(STATUSES),
    st.sampled_from([*KINDS, "OTHER_CODE"]),
)
def test_no_part_of_an_identifier_is_shown_whatever_the_wording_and_wherever_it_is_cut(
    netvisor: Said, wording: str, words: list[str], spelling: Callable[[str], str], cut: int, status: int, code: str
) -> None:
    said = wording.format(*map(spelling, words))[: cut or None]
    error = netvisor.error(failed(escape(f"{code} :: {said}")), status)
    assert error.code != "FAILED"
    shown = f"{error} {error.args} {error.code} {error.detail}".casefold()
    secrets = (*CANARIES, "FabricForSlack")
    parts = {secret[at : at + 6].casefold() for secret in secrets for at in range(len(secret) - 5)}
    assert [part for part in parts if part in shown] == []


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("element", ["NetvisorKey", "Sum", "InvoiceDate"])
def test_nothing_secret_is_in_what_cannot_be_read(netvisor: Said, canary: str, element: str) -> None:
    filled = f"<{element}>{canary} {canary}</{element}>"
    key = "" if element == "NetvisorKey" else "<NetvisorKey>1</NetvisorKey>"
    content = f"<PurchaseInvoiceList><PurchaseInvoice>{key}{filled}</PurchaseInvoice></PurchaseInvoiceList>"
    error = netvisor.error(document(content))
    assert isinstance(error, BadReply)
    assert canary[:10] not in str(error)


def test_the_echo_of_a_signature_that_does_not_match_is_not_kept(netvisor: Said) -> None:
    echo = f"http://x/a.nv&amp;s&amp;{CANARIES[0]}&amp;t&amp;FI&amp;1&amp;2&amp;3&amp;YOUR_PRIVATE_KEY_HERE"
    error = netvisor.error(failed(f"AUTHENTICATION_FAILED :: URI-metodi ei kelpaa: {echo} MAC: {'ab' * 32}"), 401)
    assert isinstance(error, AuthenticationFailed)
    assert error.mac_mismatch
    assert error.detail == ""
    assert leaks(error) == []
