"""Workspaces, people, and what a process keeps of deliveries, jobs and leases."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


def new_id() -> str:
    """Return a random id of 16 characters that is safe in URLs, Slack values and file names."""
    return secrets.token_hex(8)


class Role(StrEnum):
    """Who a person is to the workspace. Guests and people of other organisations change nothing."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"


@dataclass(frozen=True)
class Workspace:
    """A Slack workspace that has the app. `id` equals `workspace`."""

    workspace: str
    id: str
    team_id: str
    name: str
    language: str
    created_at: datetime


@dataclass(frozen=True)
class Person:
    """A person of the workspace as Slack knows them; `id` is Slack's user id, `language` their own choice."""

    workspace: str
    id: str
    name: str
    role: Role
    refreshed_at: datetime
    language: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One delivery of Slack's that has been handled; `id` is its dedupe key, `answer` what acknowledged it."""

    workspace: str
    id: str
    received_at: datetime
    answer: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Job:
    """Durable work. `payload` holds ids only, never a secret; at most one waits per (kind, key).

    Jobs of one `lock` never run side by side; `boot` and `lease_until` say who runs it and until when.
    """

    workspace: str
    id: str
    kind: str
    key: str
    lock: str
    payload: Mapping[str, str]
    run_at: datetime
    attempts: int = 0
    boot: str | None = None
    lease_until: datetime | None = None
    failed: str | None = None


@dataclass(frozen=True)
class CompanyLease:
    """Whose turn it is to call Netvisor for a company; `id` is `<host>/<business id>`, shared by all workspaces."""

    workspace: str
    id: str
    holder: str
    until: datetime
