"""Installations that follow each other in a workspace: of its own, of its organisation, again after a removal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services import jobs
from services.access import is_admin
from services.installations import forget_removed, install, installation_of, meet, park, remove
from services.records import Installation, Job, Person, Role, Workspace
from storage import SQLiteStore, open_store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEAM, ORGANISATION = "E1.T1", "E1."


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path / "fabric.db")
    opened.run_now(lambda unit: install(unit, installation(TEAM)))
    opened.run_now(lambda unit: meet(unit, TEAM, "Tilitoimisto", "fi", NOW))
    yield opened
    opened.close()


def installation(workspace: str, by: str = "U1", at: datetime = NOW) -> Installation:
    return Installation(workspace, workspace, "A1", "UBOT", "commands", "sealed", by, at)


def work(store: SQLiteStore) -> list[datetime]:
    """Return when the work of the workspace is to be done."""
    return [job.run_at for job in store.run_now(lambda unit: unit[Job].find(TEAM))]


@pytest.mark.parametrize(("first", "then"), [(TEAM, ORGANISATION), (ORGANISATION, TEAM)])
def test_work_goes_on_where_another_installation_serves_the_workspace(
    store: SQLiteStore, first: str, then: str
) -> None:
    def changed_over(now: datetime) -> None:
        if first == ORGANISATION:
            store.run_now(lambda unit: unit[Installation].delete(TEAM))
            store.run_now(lambda unit: install(unit, installation(first)))
        store.run_now(lambda unit: remove(unit, first, now))
        store.run_now(lambda unit: jobs.enqueue(unit, TEAM, "fetch", "client", now))
        store.run_now(lambda unit: park(unit, now))
        assert all(run_at > now + timedelta(days=30) for run_at in work(store))
        store.run_now(lambda unit: install(unit, installation(then, at=now)))

    later = NOW + timedelta(days=1)
    changed_over(later)
    assert set(work(store)) == {later}


def test_a_firm_has_thirty_days_from_the_last_removal_on(store: SQLiteStore) -> None:
    days = [NOW + timedelta(days=number) for number in range(62)]
    store.run_now(lambda unit: install(unit, installation(ORGANISATION)))
    store.run_now(lambda unit: remove(unit, ORGANISATION, days[1]))
    store.run_now(lambda unit: remove(unit, TEAM, days[28]))

    def kept(now: datetime) -> bool:
        store.run_now(lambda unit: forget_removed(unit, now))
        return store.run_now(lambda unit: unit[Workspace].get(TEAM, TEAM)) is not None

    assert kept(days[32]), "four days after somebody removed it, maybe by mistake"
    assert not kept(days[60])
    assert store.run_now(lambda unit: unit[Installation].find(None)) == []


def test_a_firm_that_changes_over_keeps_its_thirty_days_too(store: SQLiteStore) -> None:
    store.run_now(lambda unit: remove(unit, TEAM, NOW))
    store.run_now(lambda unit: install(unit, installation(ORGANISATION)))
    store.run_now(lambda unit: remove(unit, ORGANISATION, NOW + timedelta(days=20)))
    store.run_now(lambda unit: forget_removed(unit, NOW + timedelta(days=40)))
    assert store.run_now(lambda unit: unit[Workspace].get(TEAM, TEAM))


@pytest.mark.parametrize("removed", [False, True])
def test_who_installs_it_again_becomes_no_admin_by_that(store: SQLiteStore, removed: bool) -> None:
    people = [Person(TEAM, one, one, Role.MEMBER, NOW) for one in ("U1", "U2")]
    store.run_now(lambda unit: unit[Person].put(*people))
    if removed:
        store.run_now(lambda unit: remove(unit, TEAM, NOW))
    store.run_now(lambda unit: install(unit, installation(TEAM, by="U2", at=NOW + timedelta(hours=1))))
    assert [store.run_now(lambda unit, one=one: is_admin(unit, one)) for one in people] == [True, False]
    found = store.run_now(lambda unit: installation_of(unit, TEAM))
    assert found
    assert found.installed_at == NOW + timedelta(hours=1)


def test_a_workspace_that_installs_it_beside_its_organisation_keeps_its_admins(store: SQLiteStore) -> None:
    store.run_now(lambda unit: unit[Installation].delete(TEAM))
    store.run_now(lambda unit: install(unit, installation(ORGANISATION)))
    store.run_now(lambda unit: install(unit, installation(TEAM, by="U2")))
    person = Person(TEAM, "U2", "U2", Role.MEMBER, NOW)
    assert not store.run_now(lambda unit: is_admin(unit, person))
