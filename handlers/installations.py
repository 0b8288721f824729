"""The app removed from a workspace, or its tokens revoked: work stops and the tokens go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from handlers.dispatch import Listeners
from handlers.locale import Locale
from handlers.request import Services, is_organisations, workspace_of
from services.installations import organisation_of, remove
from services.records import Installation
from services.store import Unit

log = structlog.get_logger(__name__)

EVENTS = ("app_uninstalled", "tokens_revoked")


def register(app: Listeners, services: Services) -> None:
    """Register the listeners; Bolt hears these events also where the app is not installed any more."""

    async def removed(body: dict[str, Any]) -> None:
        installation = await services.store.run(lambda unit: take_away(unit, body, services.clock()))
        if installation:
            services.forget(installation)
            log.info("slack.removed", installation=installation)

    for event in EVENTS:
        app.event(event, removed)


def take_away(unit: Unit, body: Mapping[str, Any], now: datetime) -> str | None:
    """Remove the installation that an event speaks of, and return its id; None when there is nothing to be removed.

    A late event about an installation that has been made anew since is passed over.
    """
    event = body["event"]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None  # a person's token, of which we have none
    workspace = workspace_of(body)
    named = (organisation_of(workspace) or workspace) if is_organisations(body) else workspace
    installation = unit[Installation].get(named, named)
    happened = datetime.fromtimestamp(int(body.get("event_time") or now.timestamp()), UTC)
    # Slack tells whole seconds.
    if installation is None or happened + timedelta(seconds=1) < installation.installed_at:
        return None
    return named if remove(unit, named, now) else None


def not_installed(locale: Locale, address: str) -> str:
    """Return what a person reads who uses the app where its tokens are gone; `address` is this program's, if public."""
    _ = locale.gettext
    text = _("Fabric is not installed in this workspace any more.")
    if not address:
        return text
    again = _("Somebody who may install apps can install it again: {address}", address=f"{address}/slack/install")
    return f"{text} {again}"
