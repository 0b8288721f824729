"""Trials of a credential: a light test in its clients, or a whole rights check before it takes another's place.

A change holds the new credential against every client that uses the old one before anything switches. The switch is
one transaction for all clients in which the new one works; in the others nothing changes, and they are named with
why. Work that runs meanwhile ends with the credential that it began with, because it holds it opened.

The job that tries them is in `services.trial_jobs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services import jobs
from services.credentials import clients_of, note
from services.facts import TrialReport
from services.records import (
    Client,
    ClientState,
    Credential,
    Outcome,
    Trial,
    TrialResult,
    TrialState,
    new_id,
)
from services.store import Unit

FRESH_FOR = timedelta(days=1)
"""How long a trial is proof enough to switch: rights change."""

SWITCHABLE = (Outcome.WORKS, Outcome.UNPROVEN, Outcome.STAYS_BLOCKED)
FAILED = (Outcome.LOSES, Outcome.REFUSED, Outcome.REJECTED, Outcome.SILENT)
LISTED = (*FAILED, Outcome.UNPROVEN, Outcome.STAYS_BLOCKED)
"""Outcomes whose clients are named."""


def start_trial(
    unit: Unit, credential: Credential, person: str, now: datetime, *, replaces: str = "", only: Sequence[str] = ()
) -> Trial:
    """Ask for a trial, and return it; the same one that is under way already is joined."""
    for running in unit[Trial].find(
        credential.workspace, credential_id=credential.id, replaces=replaces, state=TrialState.RUNNING
    ):
        if set(running.only) == set(only):
            return running
    if not replaces:
        for earlier in unit[Trial].find(credential.workspace, credential_id=credential.id, replaces=""):
            unit[TrialResult].delete(credential.workspace, trial_id=earlier.id)
            unit[Trial].delete(credential.workspace, id=earlier.id)
    trial = Trial(
        workspace=credential.workspace,
        id=new_id(),
        credential_id=credential.id,
        state=TrialState.RUNNING,
        started_at=now,
        requested_by=person,
        replaces=replaces,
        only=tuple(only),
    )
    unit[Trial].put(trial)
    jobs.enqueue(unit, trial.workspace, "trial", trial.id, now)
    return trial


def one_client(unit: Unit, credential: Credential) -> Client | None:
    """Return a client to test a credential with: one of its own, in production if possible, else any of the firm's."""
    own = clients_of(unit, credential)
    among = own or unit[Client].find(credential.workspace, order="name", state=ClientState.PRODUCTION, limit=1)
    return min(among, key=lambda client: client.state is not ClientState.PRODUCTION, default=None)


def try_failed_again(unit: Unit, trial: Trial, now: datetime) -> None:
    """Have the clients tried again in which a trial did not succeed, or all of them when it is too long ago.

    While it waits for a silent Netvisor, it goes on at once.
    """
    again = FAILED if _is_fresh(trial, now) else (*FAILED, *SWITCHABLE)
    if trial.state is not TrialState.RUNNING:
        for result in unit[TrialResult].find(trial.workspace, trial_id=trial.id, outcome__in=again):
            unit[TrialResult].delete(trial.workspace, id=result.id)
            client = unit[Client].get(trial.workspace, result.client_id)
            # One that uses yet another credential by now is none of this trial's business.
            if client and (not trial.replaces or client.credential_id == trial.replaces):
                unit[TrialResult].put(TrialResult(trial.workspace, result.id, trial.id, client.id, Outcome.WAITING))
    unit[Trial].change(
        trial.workspace,
        trial.id,
        state=TrialState.RUNNING,
        round=1,
        waiting_for=None,
        retry_at=None,
        finished_at=None,
        failure=None,
    )
    jobs.enqueue(unit, trial.workspace, "trial", trial.id, now)


def stop_trial(unit: Unit, trial: Trial) -> None:
    """End a trial where it stands; nothing has been switched, and the credential stays in the list."""
    unit[Trial].change(
        trial.workspace,
        trial.id,
        {"state": TrialState.RUNNING},
        state=TrialState.STOPPED,
        waiting_for=None,
        retry_at=None,
    )


def switch(unit: Unit, trial: Trial, person: str, now: datetime) -> int:
    """Give the clients in which a change's new credential works that credential, in one step; return how many.

    A client that was given another credential meanwhile keeps it. Pressed again there is nothing left to switch.
    """
    old = unit[Credential].get(trial.workspace, trial.replaces)
    new = unit[Credential].get(trial.workspace, trial.credential_id)
    if old is None or new is None or trial.state is not TrialState.FINISHED or not _is_fresh(trial, now):
        return 0
    switched = 0
    for result in unit[TrialResult].find(trial.workspace, trial_id=trial.id, outcome__in=SWITCHABLE):
        if unit[Client].change(trial.workspace, result.client_id, {"credential_id": old.id}, credential_id=new.id):
            unit[TrialResult].change(trial.workspace, result.id, outcome=Outcome.SWITCHED)
            switched += 1
        else:
            unit[TrialResult].delete(trial.workspace, id=result.id)
    if switched:
        note(unit, old, "switched_from", person, now, clients=switched, other=new.customer_key_ending)
        note(unit, new, "switched_to", person, now, clients=switched, other=old.customer_key_ending)
        jobs.enqueue(unit, trial.workspace, "switched", trial.id, now, person=person)
    return switched


def _is_fresh(trial: Trial, now: datetime) -> bool:
    return trial.finished_at is None or now - trial.finished_at <= FRESH_FOR


def watch_trial(unit: Unit, trial: Trial, view_id: str, person: str, now: datetime) -> None:
    """Have a trial shown in a modal from now on."""
    current = unit[Trial].get(trial.workspace, trial.id)
    if current:
        unit[Trial].change(trial.workspace, trial.id, watchers={**current.watchers, view_id: person})
        if current.state is not TrialState.STOPPED:
            jobs.enqueue(unit, trial.workspace, "show_trial", trial.id, now)


def unwatch_trial(unit: Unit, workspace: str, trial_id: str, view_ids: Sequence[str]) -> None:
    """Forget modals that do not show a trial any more; what is left to say comes as a message."""
    trial = unit[Trial].get(workspace, trial_id)
    if trial:
        left = {view: person for view, person in trial.watchers.items() if view not in view_ids}
        unit[Trial].change(workspace, trial_id, watchers=left)


def trial_report(unit: Unit, workspace: str, trial_id: str, now: datetime) -> TrialReport | None:
    """Return how a trial stands; None when it, or its credential, is gone."""
    trial = unit[Trial].get(workspace, trial_id)
    credential = unit[Credential].get(workspace, trial.credential_id) if trial else None
    if trial is None or credential is None:
        return None
    replaced = unit[Credential].get(workspace, trial.replaces) if trial.replaces else None
    counts = {one: unit[TrialResult].count(workspace, trial_id=trial_id, outcome=one) for one in Outcome}
    listed: list[tuple[Client, TrialResult]] = []
    if trial.state is not TrialState.RUNNING:
        for result in unit[TrialResult].find(workspace, trial_id=trial_id, outcome__in=LISTED):
            client = unit[Client].get(workspace, result.client_id)
            if client:
                listed.append((client, result))
    listed.sort(key=lambda pair: (LISTED.index(pair[1].outcome), pair[1].lacking, pair[1].code, pair[0].name))
    can_switch = replaced is not None and trial.state is TrialState.FINISHED and _is_fresh(trial, now)
    only = unit[Client].get(workspace, trial.only[0]) if len(trial.only) == 1 else None
    return TrialReport(
        trial=trial,
        credential=credential,
        replaced=replaced,
        counts=counts,
        listed=tuple(listed),
        switchable=sum(counts[one] for one in SWITCHABLE) if can_switch else 0,
        only_client=only,
    )
