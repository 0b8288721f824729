"""`fabric-bot doctor`: what stands in the way of running, and how to mend it. It changes nothing."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import ssl
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import click
import httpx
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.assistant import llm_choice
from bot.settings import CannotStart, Settings, check_slack, partner_of
from handlers.faults import code_of
from services.clock import Clock, system_clock
from services.help_ai.llm import LlmSettingsError, greet, is_installed, make_model
from services.vault import Vault, VaultError
from storage.examination import Examination, SealedPair, SealedToken, examine_file

MOST_SKEW = 60.0
"""Seconds that our clock may differ: Netvisor signs with the time, and how much it tolerates is not published."""

PATIENCE = 20
"""Seconds that a server has to answer."""

MANIFEST = Path(__file__).parents[1] / "manifest.yml"


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at; `mend` says what to do when it is not well. `well` is None for what one may do without."""

    name: str
    well: bool | None
    seen: str
    mend: str = ""


async def examine(settings: Settings, clock: Clock = system_clock) -> AsyncGenerator[Diagnosis]:
    """Look at everything, one thing after another."""
    try:
        partner_of(settings)
        yield Diagnosis("partner identity", True, "set")
    except CannotStart as error:
        yield Diagnosis("partner identity", False, "not set", str(error))
    for diagnosis in _database(settings):
        yield diagnosis
    async for diagnosis in _slack(settings, clock):
        yield diagnosis
    async for diagnosis in _public_address(settings):
        yield diagnosis
    async for diagnosis in _netvisor(settings, clock):
        yield diagnosis
    async for diagnosis in _language_model(settings):
        yield diagnosis


def _database(settings: Settings) -> Generator[Diagnosis]:
    version = f"SQLite {sqlite3.sqlite_version}"
    try:
        file = settings.database_file
    except ValueError as error:
        yield Diagnosis("database", False, version, str(error))
        return
    if not file.exists():
        yield Diagnosis("database", True, f"{version}, {file} will be made at the first start")
        yield from _sealing_keys(settings, ())
        return
    try:
        found = examine_file(file)
    except sqlite3.Error as error:
        yield Diagnosis("database", False, f"{version}: {file}: {error}", "Restore it from a backup: docs/operate.md.")
        return
    yield _file(version, file, found)
    if found.unknown:
        newer = f"a newer version has changed the tables: {', '.join(found.unknown)}"
        yield Diagnosis("migrations", False, newer, "Run that version again, or restore the backup made before it.")
    elif found.pending:
        yield Diagnosis("migrations", None, f"{', '.join(found.pending)} follow at the next start", "Back up first.")
    else:
        yield Diagnosis("migrations", True, "all applied")
    yield from _sealing_keys(settings, found.credentials, found.tokens)


def _file(version: str, file: Path, found: Examination) -> Diagnosis:
    if found.faults:
        return Diagnosis(
            "database", False, f"{file} is damaged: {'; '.join(found.faults)}", "Restore a backup: docs/operate.md."
        )
    if not found.writable:
        mend = "The bot's user must own the file and its folder, and the disk must have room."
        return Diagnosis("database", False, f"{file} cannot be written", mend)
    return Diagnosis("database", True, f"{version}, {file} is sound and can be written")


def _sealing_keys(
    settings: Settings, credentials: tuple[SealedPair, ...], tokens: tuple[SealedToken, ...] = ()
) -> Generator[Diagnosis]:
    name = "sealing keys"
    if settings.fabric_secret_keys is None:
        file = settings.key_file
        if not file.exists():
            if credentials:
                seen = f"{file} is not there, and {len(credentials)} credentials were sealed with it"
                yield Diagnosis(name, False, seen, "Bring it back from your copy; else every credential is given anew.")
            else:
                yield Diagnosis(name, True, f"{file} will be made at the first start")
            return
        if file.stat().st_mode & 0o077:
            yield Diagnosis(name, False, f"{file} can be read by others", f"chmod 600 {file}")
    try:
        vault = Vault(settings.sealing_keys()[0])
    except (ValueError, OSError, CannotStart) as error:
        yield Diagnosis(name, False, str(error), "See FABRIC_SECRET_KEYS in docs/operate.md.")
        return
    closed = [one for one in credentials if not _opens(vault, one)]
    if closed:
        seen = f"{len(closed)} of {len(credentials)} credentials do not open"
        mend = "Add the key that sealed them to FABRIC_SECRET_KEYS, after the newest; else give those pairs anew."
        yield Diagnosis(name, False, seen, mend)
    else:
        yield Diagnosis(name, True, f"{len(credentials)} credentials open")
    shut = [one.workspace for one in tokens if not _token_opens(vault, one)]
    if shut:
        mend = "Add the key that sealed them to FABRIC_SECRET_KEYS; else have the app installed there again."
        yield Diagnosis("installations", False, f"tokens do not open: {', '.join(shut)}", mend)
    elif tokens:
        yield Diagnosis("installations", True, f"{len(tokens)}, their tokens open")


def _opens(vault: Vault, pair: SealedPair) -> bool:
    try:
        vault.open(pair.customer_id, pair.workspace, pair.id, "customer_id")
        vault.open(pair.customer_key, pair.workspace, pair.id, "customer_key")
    except VaultError:
        return False
    return True


def _token_opens(vault: Vault, one: SealedToken) -> bool:
    try:
        vault.open(one.token, one.workspace, one.workspace, "bot_token")
    except VaultError:
        return False
    return True


async def _public_address(settings: Settings) -> AsyncGenerator[Diagnosis]:
    """Look whether browsers and Slack reach the program, as far as that can be seen from here."""
    name, url = "public address", settings.fabric_public_url
    if not url:
        yield Diagnosis(name, True, "not set: keys are entered in Slack's own form")
        return
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            response = await client.get(f"{url}/health")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        mend = f"Does the bot run, and does the proxy at {url} hand over to FABRIC_LISTEN={settings.fabric_listen}?"
        yield Diagnosis(name, False, f"{url}: {type(error).__name__}", mend)
        return
    if response.status_code == 200 and response.text == "ok":
        yield Diagnosis(name, True, f"{url} answers")
    else:
        mend = f"Something else answers there: the proxy must hand over to FABRIC_LISTEN={settings.fabric_listen}."
        yield Diagnosis(name, False, f"{url}/health answers {response.status_code}", mend)


async def _language_model(settings: Settings) -> AsyncGenerator[Diagnosis]:
    name = "language model"
    try:
        choice = llm_choice(settings)
    except LlmSettingsError as error:
        yield Diagnosis(name, False, "cannot be used", str(error))
        return
    if choice is None:
        yield Diagnosis(name, True, "off: Help ai answers by itself")
    elif not is_installed():
        yield Diagnosis(name, False, "the extra llm is not installed", "pip install '.[llm]', or unset FABRIC_LLM.")
    else:
        fault = await greet(make_model(choice))
        seen = f"{choice.provider}:{choice.model}"
        mend = "See FABRIC_LLM, FABRIC_LLM_KEY and FABRIC_LLM_URL. Meanwhile Help ai answers by itself."
        yield (
            Diagnosis(name, True, f"{seen} answers")
            if fault is None
            else Diagnosis(name, None, f"{seen} does not answer ({fault})", mend)
        )


async def _slack(settings: Settings, clock: Clock) -> AsyncGenerator[Diagnosis]:
    try:
        check_slack(settings)
    except CannotStart as error:
        if any((settings.slack_client_id, settings.slack_client_secret, settings.slack_signing_secret)):
            yield Diagnosis("Slack", False, "the settings are incomplete", str(error))
            return
    if settings.oauth_app:
        where = f"install it from {settings.fabric_public_url}/slack/install"
        yield Diagnosis("Slack", True, f"over HTTP, for many workspaces: {where}")
        return
    bot, app = settings.slack_bot_token, settings.slack_app_token
    if bot is None or app is None:
        mend = "Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN; the README says where from. Without both the sandbox runs."
        yield Diagnosis("Slack tokens", False, "not set", mend)
        return
    for variable, token, prefix in (
        ("SLACK_BOT_TOKEN", bot.get_secret_value(), "xoxb-"),
        ("SLACK_APP_TOKEN", app.get_secret_value(), "xapp-"),
    ):
        if not token.startswith(prefix):
            mend = f"{variable} begins with {prefix}: are the two swapped?"
            yield Diagnosis("Slack tokens", False, f"{variable} is another kind of token", mend)
    client = AsyncWebClient(
        token=bot.get_secret_value(), base_url=settings.slack_api_url, timeout=PATIENCE, retry_handlers=[]
    )
    try:
        identity = cast("Any", await client.auth_test())
    except SlackApiError as error:
        mend = "Install the app again and copy SLACK_BOT_TOKEN: api.slack.com/apps, Install App."
        yield Diagnosis("Slack", False, _code(error), mend)
        return
    except (aiohttp.ClientError, OSError) as error:
        mend = f"Can this machine reach {settings.slack_api_url}? See its network, proxy and SLACK_API_URL."
        yield Diagnosis("Slack", False, type(error).__name__, mend)
        return
    yield Diagnosis("Slack", True, f"{identity['team']} as {identity['user']}")
    yield _clock("clock beside Slack's", identity.headers.get("Date"), clock)
    for diagnosis in _scopes(identity.headers.get("x-oauth-scopes", "")):
        yield diagnosis
    try:
        opened = cast("Any", await client.apps_connections_open(app_token=app.get_secret_value()))
        await _reach(str(opened["url"]))
        yield Diagnosis("Slack Socket Mode", True, "can be connected to")
    except SlackApiError as error:
        mend = "SLACK_APP_TOKEN needs the scope connections:write, and the app Socket Mode switched on."
        yield Diagnosis("Slack Socket Mode", False, _code(error), mend)
    except (aiohttp.ClientError, OSError) as error:
        mend = "A firewall or proxy must let WebSocket connections (wss) to Slack through."
        yield Diagnosis("Slack Socket Mode", False, type(error).__name__, mend)


async def _reach(url: str) -> None:
    """Connect to where Socket Mode listens, and no further: a whole connection would take deliveries from the bot."""
    address = urlsplit(url)
    secure = address.scheme == "wss"
    context = ssl.create_default_context() if secure else None
    async with asyncio.timeout(PATIENCE):
        _, writer = await asyncio.open_connection(address.hostname, address.port or 443, ssl=context)
    writer.close()
    await writer.wait_closed()


def _code(error: SlackApiError) -> str:
    return code_of(error) or "no error code"


def _scopes(header: str) -> Generator[Diagnosis]:
    granted = {scope.strip() for scope in header.split(",") if scope.strip()}
    if not granted or not MANIFEST.exists():
        yield Diagnosis("Slack scopes", None, "not told", "Compare them with manifest.yml by hand.")
        return
    text = MANIFEST.read_text()
    scopes = yaml.safe_load(text)["oauth_config"]["scopes"]
    reasons: dict[str, str] = dict(re.findall(r"- ([\w:.]+) # (.+)", text))
    missing = [scope for scope in scopes["bot"] if scope not in granted]
    if missing:
        seen = ", ".join(f"{scope} ({reasons.get(scope, 'needed')})" for scope in missing)
        mend = "Put manifest.yml into the app (api.slack.com/apps, App Manifest) and install it again."
        yield Diagnosis("Slack scopes", False, f"missing: {seen}", mend)
    else:
        yield Diagnosis("Slack scopes", True, f"{len(granted)} granted")
    for scope in scopes.get("bot_optional", []):
        if scope not in granted:
            mend = "The app works without it."
            yield Diagnosis("Slack scopes", None, f"{scope} is not granted: {reasons.get(scope, 'optional')}", mend)


async def _netvisor(settings: Settings, clock: Clock) -> AsyncGenerator[Diagnosis]:
    url = settings.netvisor_url
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            response = await client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        mend = "Can this machine reach it? See its network, proxy and NETVISOR_URL."
        yield Diagnosis("Netvisor", False, f"{url}: {type(error).__name__}", mend)
        return
    yield Diagnosis("Netvisor", True, f"{url} answers")
    yield _clock("clock beside Netvisor's", response.headers.get("Date"), clock)


def _clock(name: str, date: str | None, clock: Clock) -> Diagnosis:
    if not date:
        return Diagnosis(name, None, "not told", "Keep NTP on: Netvisor signs with the time.")
    skew = (clock() - parsedate_to_datetime(date)).total_seconds()
    seen = f"{abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}" if abs(skew) >= 1 else "the same"
    return Diagnosis(
        name, abs(skew) <= MOST_SKEW, seen, "Set this machine's clock (NTP): Netvisor signs with the time."
    )


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Examine settings, database, keys, clock, Slack, its scopes and Netvisor; say how to mend what is not well.

    Exit code 0: all is well, 1: something is to be mended. Nothing is changed, and no secret is shown.
    """

    async def look() -> bool:
        well = True
        async for one in examine(settings):
            sign = {True: "ok ", None: "-- ", False: "NOT"}[one.well]
            click.echo(f"{sign} {one.name}: {one.seen}")
            if not one.well:
                click.echo(f"    {one.mend}")
            well = well and one.well is not False
        return well

    raise SystemExit(0 if asyncio.run(look()) else 1)
