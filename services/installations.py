"""The life of an installation in a Slack workspace: made, its tokens changed, removed, forgotten.

A workspace is named by Slack's ids of its organisation (if it belongs to one) and its team: `E1.T1` or `T1`. An
organisation that installs the app in all its workspaces at once has one installation, `E1.`, that serves each of them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import SecretStr

from services import jobs, records
from services.records import Installation, Job, Workspace
from services.store import Unit
from services.vault import Vault

KEPT_AFTER_REMOVAL = timedelta(days=30)
"""How long a firm's data is kept after it removed the app, for the case that it did so by mistake."""


@dataclass(frozen=True)
class Tokens:
    """What Slack gives for an installation; without a moment it does not expire."""

    bot: SecretStr = field(repr=False)
    refresh: SecretStr | None = field(default=None, repr=False)
    expires_at: datetime | None = None


def workspace_id(enterprise_id: str | None, team_id: str | None) -> str:
    """Return our id of a workspace; without a team that of an organisation's installation."""
    return f"{enterprise_id}.{team_id or ''}" if enterprise_id else team_id or ""


def organisation_of(workspace: str) -> str | None:
    """Return the id under which a workspace's whole organisation would have installed the app, if it has one."""
    enterprise_id, dot, _ = workspace.rpartition(".")
    return f"{enterprise_id}." if dot else None


def installation_of(unit: Unit, workspace: str) -> Installation | None:
    """Return what serves a workspace: its own installation, else its organisation's; None when there is none."""
    return next((one for one in _installations_of(unit, workspace) if one.removed_at is None), None)


def _installations_of(unit: Unit, workspace: str) -> list[Installation]:
    """Return what serves a workspace, or did: its own installation, then its organisation's."""
    found = [unit[Installation].get(one, one) for one in (workspace, organisation_of(workspace)) if one]
    return [one for one in found if one]


def is_removed(unit: Unit, workspace: str) -> bool:
    """Tell whether a workspace had the app installed and has it no more."""
    return bool(_installations_of(unit, workspace)) and installation_of(unit, workspace) is None


def seal_tokens(vault: Vault, installation: Installation, tokens: Tokens) -> Installation:
    """Return an installation with tokens, sealed for it."""
    workspace = installation.workspace
    refresh = tokens.refresh and vault.seal(tokens.refresh, workspace, workspace, "refresh_token")
    return dataclasses.replace(
        installation,
        sealed_bot_token=vault.seal(tokens.bot, workspace, workspace, "bot_token"),
        sealed_refresh_token=refresh,
        expires_at=tokens.expires_at,
    )


def open_tokens(vault: Vault, installation: Installation) -> Tokens:
    """Return an installation's tokens; raise VaultError when its sealing key is gone."""
    workspace, refresh = installation.workspace, installation.sealed_refresh_token
    return Tokens(
        vault.open(installation.sealed_bot_token, workspace, workspace, "bot_token"),
        vault.open(refresh, workspace, workspace, "refresh_token") if refresh else None,
        installation.expires_at,
    )


def install(unit: Unit, installation: Installation) -> None:
    """Store an installation; work in its clients that a removal stopped goes on, whose it was that was removed.

    Its installer administers the app, but only the first one of data that is there: else whoever may install apps in a
    workspace could become an admin by installing it once more.
    """
    stopped = [one for one in served_by(unit, installation.workspace) if is_removed(unit, one)]
    earlier = _installations_of(unit, installation.workspace)
    first = earlier[0].installed_by if earlier else installation.installed_by
    unit[Installation].put(dataclasses.replace(installation, installed_by=first))
    for workspace in stopped:
        resume(unit, workspace, installation.installed_at)


def meet(unit: Unit, workspace: str, name: str, language: str, now: datetime) -> None:
    """Store a workspace that we did not know, and have its people learnt."""
    team_id = workspace.rpartition(".")[2]
    if unit[Workspace].add(Workspace(workspace, workspace, team_id, name, language, now)):
        jobs.enqueue(unit, workspace, "people", "all", now)


def served_by(unit: Unit, installation: str) -> list[str]:
    """Return the workspaces that an installation serves; of an organisation's those with none of their own."""
    if not installation.endswith("."):
        return [installation]
    workspaces = [one.id for one in unit[Workspace].find(None) if organisation_of(one.id) == installation]
    return [one for one in workspaces if not _own(unit, one)]


def _own(unit: Unit, workspace: str) -> bool:
    own = unit[Installation].get(workspace, workspace)
    return own is not None and own.removed_at is None


def remove(unit: Unit, installation: str, now: datetime) -> bool:
    """Take the tokens of an installation away and stop all work in the workspaces that lost the app with it.

    Their data is kept for a while (`forget_removed`), Netvisor's credentials as sealed as ever. False when it had been
    removed before.
    """
    found = unit[Installation].get(installation, installation)
    if found is None or found.removed_at:
        return False
    changes = {"sealed_bot_token": "", "sealed_refresh_token": None, "expires_at": None, "removed_at": now}
    unit[Installation].change(installation, installation, None, **changes)
    park(unit, now)
    return True


def park(unit: Unit, now: datetime) -> None:
    """Put off all work in workspaces that removed the app, also what the clock has asked for since."""
    until = put_off(now)
    for removed in unit[Installation].find(None, removed_at__gt=now - 2 * KEPT_AFTER_REMOVAL):
        for workspace in served_by(unit, removed.workspace):
            if installation_of(unit, workspace) is None:
                for job in unit[Job].find(workspace, boot=None, failed=None, run_at__lt=now + KEPT_AFTER_REMOVAL):
                    unit[Job].change(workspace, job.id, run_at=until)


def put_off(now: datetime) -> datetime:
    """Return until when work is put off in a workspace that removed the app: `resume` takes it up before, or nobody."""
    return now + 2 * KEPT_AFTER_REMOVAL


def resume(unit: Unit, workspace: str, now: datetime) -> None:
    """Take up the work that was put off: every job reads what is true now, so being late does no harm."""
    for job in unit[Job].find(workspace, run_at__gt=now + KEPT_AFTER_REMOVAL):
        unit[Job].change(workspace, job.id, run_at=now)
    jobs.enqueue(unit, workspace, "people", "all", now)


def reclaim(unit: Unit, workspace: str, now: datetime) -> None:
    """Forget that the app was removed, for a workspace that is served without an installation now: its work goes on."""
    for one in _installations_of(unit, workspace):
        unit[Installation].delete(one.workspace)
    resume(unit, workspace, now)


def forget_removed(unit: Unit, now: datetime) -> None:
    """Delete all that is stored of the workspaces that removed the app so long ago."""
    before = now - KEPT_AFTER_REMOVAL
    for removed in unit[Installation].find(None, removed_at__lt=before):
        for workspace in [*served_by(unit, removed.workspace), removed.workspace]:
            # One that was served by two lost the app with the last of them.
            if all(one.removed_at and one.removed_at < before for one in _installations_of(unit, workspace)):
                for kind in records.KINDS:
                    unit[kind].delete(workspace)
