"""`fabric-bot doctor`: what stands in the way of running, and how to mend it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, cast

import aiohttp
import click
import httpx
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import CannotStart, partner_of
from bot.settings import Settings
from services.records import Credential
from services.vault import Vault
from storage import open_store

MOST_SKEW = 60.0
"""Seconds that our clock may differ: Netvisor signs with the time, and how much it tolerates is not published."""


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at; `mend` says what to do when it is not well."""

    name: str
    well: bool
    seen: str
    mend: str = ""


async def examine(settings: Settings) -> AsyncGenerator[Diagnosis]:
    """Look at everything, one thing after another."""
    try:
        partner_of(settings)
        yield Diagnosis("partner identity", True, "set")
    except CannotStart as error:
        yield Diagnosis("partner identity", False, "not set", str(error))
    yield _database(settings)
    async for diagnosis in _slack(settings):
        yield diagnosis
    yield await _netvisor(settings)


def _database(settings: Settings) -> Diagnosis:
    version = f"SQLite {sqlite3.sqlite_version}"
    if not settings.database_file.exists():
        return Diagnosis("database", True, f"{version}, {settings.database_file} will be made at the first start")
    try:
        store = open_store(settings.database_file)
        vault = Vault(settings.sealing_keys()[0])
    except (ValueError, OSError, sqlite3.Error) as error:
        return Diagnosis("database", False, f"{version}: {error}", "See DATABASE_URL and FABRIC_SECRET_KEYS.")
    credentials = store.run_now(lambda unit: unit[Credential].find(None))
    store.close()
    unknown = [one.id for one in credentials if not vault.knows(one.sealed_customer_key)]
    if unknown:
        seen = f"{len(unknown)} of {len(credentials)} credentials were sealed with a key that is not here"
        return Diagnosis("sealing keys", False, seen, "Add the earlier key to FABRIC_SECRET_KEYS.")
    return Diagnosis("database", True, f"{version}, {settings.database_file}, {len(credentials)} credentials open")


async def _slack(settings: Settings) -> AsyncGenerator[Diagnosis]:
    if settings.slack_bot_token is None or settings.slack_app_token is None:
        yield Diagnosis(
            "Slack", False, "no tokens", "Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN; the README says where from."
        )
        return
    client = AsyncWebClient(token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
    try:
        identity = cast("Any", await client.auth_test())
    except SlackApiError as error:
        yield Diagnosis("Slack", False, str(cast("Any", error.response)["error"]), "Copy SLACK_BOT_TOKEN again.")
        return
    except (aiohttp.ClientError, OSError) as error:
        yield Diagnosis("Slack", False, type(error).__name__, f"Can this machine reach {settings.slack_api_url}?")
        return
    yield Diagnosis("Slack", True, f"{identity['team']} as {identity['user']}")
    granted = {scope.strip() for scope in identity.headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    missing = sorted(needed_scopes() - granted) if granted else []
    mend = f"Reinstall the app with manifest.yml; missing: {', '.join(missing)}."
    yield Diagnosis("Slack scopes", not missing, f"{len(granted)} granted" if granted else "not told", mend)
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        yield Diagnosis("Slack Socket Mode", True, "opens")
    except SlackApiError as error:
        seen = str(cast("Any", error.response)["error"])
        yield Diagnosis("Slack Socket Mode", False, seen, "SLACK_APP_TOKEN needs the scope connections:write.")


def needed_scopes() -> set[str]:
    """Return the bot scopes of manifest.yml that the app cannot do without; none when the file is not there."""
    manifest = Path("manifest.yml")
    return set(yaml.safe_load(manifest.read_text())["oauth_config"]["scopes"]["bot"]) if manifest.exists() else set()


async def _netvisor(settings: Settings) -> Diagnosis:
    url = settings.netvisor_url
    try:
        async with httpx.AsyncClient(timeout=20) as client:
            response = await client.get(url)
    except httpx.HTTPError as error:
        return Diagnosis(
            "Netvisor", False, f"{url}: {type(error).__name__}", "Can this machine reach it? See NETVISOR_URL."
        )
    date = response.headers.get("Date")
    skew = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()) if date else 0.0
    mend = "Set this machine's clock (NTP): Netvisor signs with the time."
    return Diagnosis("Netvisor", skew <= MOST_SKEW, f"{url} answers; clocks differ by {skew:.0f} s", mend)


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Examine settings, database, keys, Slack, its scopes and Netvisor; say how to mend what is not well."""

    async def look() -> bool:
        well = True
        async for one in examine(settings):
            click.echo(f"{'ok ' if one.well else 'NOT'} {one.name}: {one.seen}")
            if not one.well:
                click.echo(f"    {one.mend}")
            well = well and one.well
        return well

    raise SystemExit(0 if asyncio.run(look()) else 1)
