"""`fabric-bot check-rights`: the rights check of a company from the command line, without Slack."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
from typing import Any

import click
from pydantic import SecretStr

from bot.settings import CannotStart, Settings, partner_of
from handlers.locale import Locale, supported
from handlers.views.checklist import item_name, lists_text
from handlers.views.elements import unescape
from handlers.views.evidence import evidence_text
from handlers.views.repairs import plain_repair_text
from handlers.views.words import check_name
from services.clock import FIRM_TIMEZONE, system_clock
from services.findings import Finding
from services.netvisor import ApiCredential, Netvisor, Transport
from services.onboarding import normal_business_id
from services.records import Process, Verdict
from services.rights import NetvisorSilent, RightsCheck
from services.ticks import SETTINGS
from storage import open_store
from storage.leases import DatabaseLeases

DENIED, COULD_NOT_CHECK = 1, 2


class CouldNotCheck(click.ClickException):
    """Ends the command: nothing could be found out."""

    exit_code = COULD_NOT_CHECK


@click.command("check-rights")
@click.option("--business-id", required=True, help="The company's Y-tunnus.")
@click.option("--process", type=click.Choice([one.value for one in Process]), default=Process.STANDARD.value)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
@click.pass_obj
def check_rights(settings: Settings, business_id: str, process: str, as_json: bool) -> None:
    """Check what an API credential may do in a company.

    The user identifier and the API key come from NETVISOR_CUSTOMER_ID and NETVISOR_CUSTOMER_KEY, or are asked for.
    Exit code 0: nothing is denied, 1: something is, 2: it could not be checked.
    """
    company = normal_business_id(business_id)
    if company is None:
        raise CouldNotCheck(f"{business_id} is not a Finnish business id: check its digits.")
    credential = ApiCredential(
        _ask("NETVISOR_CUSTOMER_ID", "User identifier"), _ask("NETVISOR_CUSTOMER_KEY", "API key")
    )
    locale = Locale(supported(settings.fabric_language) or "en")
    try:
        name, findings = asyncio.run(_check(settings, company, credential, Process(process)))
    except CannotStart as error:
        raise CouldNotCheck(str(error)) from None
    except NetvisorSilent as silent:
        raise CouldNotCheck(f"Netvisor does not answer: {silent.error.code}. Try again later.") from None
    access_key = settings.netvisor_access_key or ""
    denied = [finding.id for finding in findings if finding.verdict is Verdict.DENIED]
    if as_json:
        checks = [_as_data(locale, finding, access_key) for finding in findings]
        result = {"business_id": company, "name": name, "checks": checks, "blocking": denied}
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        _print(locale, Process(process), findings, access_key)
    raise SystemExit(DENIED if denied else 0)


def _print(locale: Locale, process: Process, findings: list[Finding], access_key: str) -> None:
    """Print the findings for people: each with its repair, then the lists' members and what only people can see."""
    margin = " " * 12
    for finding in findings:
        click.echo(f"{finding.verdict:11} {check_name(locale, finding.id)}: {_plain(evidence_text(locale, finding))}")
        if finding.repair:
            repair = plain_repair_text(locale, finding.repair, access_key)
            click.echo(margin + repair.replace("\n", f"\n{margin}"))
    if any(finding.details.get("names") for finding in findings if finding.id == "circulation_lists"):
        click.echo(_plain(lists_text(locale, findings)))
    click.echo(locale.gettext("Settings that the API does not show") + ":")
    for item in SETTINGS[process]:
        click.echo(f"{margin}[ ] {item_name(locale, item)}")


def _plain(text: str) -> str:
    """Return a text without Slack's marks."""
    return unescape(re.sub(r"[*`]", "", text))


def _ask(variable: str, prompt: str) -> SecretStr:
    value = os.environ.get(variable) or click.prompt(prompt, hide_input=True, err=True)
    return SecretStr(value.strip())


def _as_data(locale: Locale, finding: Finding, access_key: str) -> dict[str, Any]:
    return {
        "id": finding.id,
        "verdict": finding.verdict.value,
        "evidence": _plain(evidence_text(locale, finding)),
        "repair": plain_repair_text(locale, finding.repair, access_key) if finding.repair else None,
    }


async def _check(
    settings: Settings, business_id: str, credential: ApiCredential, process: Process
) -> tuple[str | None, list[Finding]]:
    partner = partner_of(settings)
    # The bot may be calling the same company just now: both wait for the lease in the database.
    store = open_store(settings.database_file)
    leases = DatabaseLeases(store, system_clock, f"command:{secrets.token_hex(4)}")
    netvisor = Netvisor(Transport(settings.netvisor_url, partner, leases=leases))

    async def ignore(_finding: Finding) -> None:
        return

    try:
        today = system_clock().astimezone(FIRM_TIMEZONE).date()
        check = RightsCheck(netvisor.company(business_id, credential), process, today, ignore)
        findings = await check.run()
        return check.company_name, findings
    finally:
        await netvisor.close()
        store.close()
