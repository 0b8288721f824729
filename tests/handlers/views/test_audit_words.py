"""The audit in words: nothing in it is a code or Slack's markup, in any language, in the modal or in the file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.locale import LANGUAGES, Locale
from handlers.views.audit import audit_file, audit_words
from services.audit import CLIENT_ITSELF, AuditLine
from services.records import AuditEntry

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def line(event: str, netvisor_key: int = CLIENT_ITSELF, **details: object) -> AuditLine:
    return AuditLine(AuditEntry("T1", "1", "c", netvisor_key, NOW, event, "U1", details), "Aino Admin", "Saarni Oy")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "event",
    [
        "list_trial_asked",
        "list_trial_sent",
        "list_trial_confirmed",
        "list_trial_failed",
        "list_sending_off",
        "list_sending_resumed",
    ],
)
def test_sending_circulation_lists_is_told_in_words(language: str, event: str) -> None:
    told = audit_words(Locale(language), line(event, number="1017", list="IT & laitteet", before="", after=""))
    assert event not in told
    assert "_" not in told


def test_the_file_is_read_without_slack() -> None:
    lines = [
        line("confirmed", 7),
        line("changed_by_person", 7, line=0, target="account", before="", after="4000 Ostot & kulut"),
        line("moved", before="C0OLD", after="C0NEW"),
    ]
    text = audit_file("en", lines).content.decode("utf-8-sig")
    assert "confirmed by Aino Admin" in text
    assert "4000 Ostot & kulut" in text
    assert "from #C0OLD to #C0NEW" in text
    for mark in ("<@", "<#", "&amp;"):
        assert mark not in text


def test_a_file_that_does_not_hold_everything_says_so() -> None:
    assert "too many for this file" in audit_file("en", [line("paused")], all_of_it=False).content.decode("utf-8-sig")
    assert "too many for this file" not in audit_file("en", [line("paused")]).content.decode("utf-8-sig")
