"""One table says why each scope is asked for."""

from __future__ import annotations

import re

from handlers.locale import Locale
from handlers.views.scopes import needed, optional
from tests.journeys.firm import ROOT, read_manifest


def test_the_manifest_and_the_page_give_the_same_reasons() -> None:
    scopes = read_manifest()["oauth_config"]["scopes"]
    locale = Locale()
    assert list(needed(locale)) == scopes["bot"]
    assert list(optional(locale)) == scopes["bot_optional"]
    comments = dict(re.findall(r"- ([\w:.]+) # (.+)", (ROOT / "manifest.yml").read_text()))
    assert comments == needed(locale) | optional(locale)
