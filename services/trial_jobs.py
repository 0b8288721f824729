"""The job of a trial: what a credential comes to in each client, and what follows from a switch.

Parallel across companies, one call at a time in each, every result stored as it comes, so one that was cut off goes on
with the clients that it had not reached. What a change found becomes each switched client's rights check, so that
nothing is asked of Netvisor twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from services import jobs
from services.clock import FIRM_TIMEZONE, Clock
from services.conclusion import conclude
from services.credentials import clients_of, note
from services.facts import TrialReport
from services.netvisor import AuthenticationFailed, Company, NetvisorError, Refused
from services.outbox import Outbox
from services.records import (
    Client,
    ClientState,
    Credential,
    Job,
    Message,
    Outcome,
    RightsCheck,
    Tick,
    Trial,
    TrialResult,
    TrialState,
    Verdict,
)
from services.rights import Finding, NetvisorSilent, next_try
from services.rights import RightsCheck as Check
from services.store import Store, Unit
from services.telling import Telling
from services.trials import FAILED, trial_report, unwatch_trial

AT_ONCE = 16
"""How many companies a trial asks at the same time; Netvisor's limit, one call, is each company's own."""

ROUNDS = 3
"""How often clients for which Netvisor was silent are tried before the trial ends and they are named."""

BETWEEN_UPDATES = 0.7
"""Seconds between two updates of the modals that follow a trial."""

CHUNK = 50
"""Clients that are brought up to date in one unit of work, so that no other waits long."""

RIGHTS_OF_USERS = ("posting", "inspector", "approver", "circulation_setter", "accountant_role")
"""Checks of what a credential's user may do: what people ticked of one user says nothing of another."""

REACHES_NOTHING = {"credentials", "company"}
"""Checks without which a credential is of no use in a company."""

log = structlog.get_logger(__name__)

CompanyWith = Callable[[Client, str], Awaitable[Company]]
"""Returns the Netvisor company of a client as the user of a credential sees it."""


@dataclass(frozen=True)
class _Judgement:
    """What a credential came to in a client."""

    outcome: Outcome
    lacking: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    code: str = ""
    findings: str = ""


def judge(client: Client, before: Mapping[str, str], findings: Sequence[Finding]) -> _Judgement:
    """Compare what a new credential's check found with what a client has; `before` are the verdicts so far by id."""
    denied = [finding for finding in findings if finding.verdict is Verdict.DENIED]
    kept = json.dumps([finding.to_data() for finding in findings])

    def judged(outcome: Outcome, of: Sequence[Finding]) -> _Judgement:
        repairs = tuple(dict.fromkeys(one.repair for one in of if one.repair))
        code = next((str(one.details["code"]) for one in of if one.details.get("code")), "")
        return _Judgement(outcome, tuple(one.id for one in of), repairs, code, kept)

    useless = [finding for finding in denied if finding.id in REACHES_NOTHING]
    if useless:
        return judged(Outcome.REJECTED, useless[:1])
    # Where the old credential reaches nothing, there is nothing to lose.
    lost = [one for one in denied if one.id not in client.missing and not REACHES_NOTHING & set(client.missing)]
    if lost:
        return judged(Outcome.LOSES, lost)
    if denied:
        return judged(Outcome.STAYS_BLOCKED, denied)
    unproven = [
        one for one in findings if one.verdict is Verdict.UNREADABLE and before.get(one.id) == Verdict.CONFIRMED
    ]
    return judged(Outcome.UNPROVEN if unproven else Outcome.WORKS, unproven)


class Trials:
    """The handlers of the jobs that carry out trials and what follows a switch."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock, company_with: CompanyWith) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._company_with = company_with
        self._telling = Telling(store, outbox, clock)

    async def run(self, job: Job) -> None:
        """Go through the clients that a trial has no result of yet; `key` is the trial."""
        found = await self._store.run(lambda unit: self._begin(unit, job))
        if found is None:
            return
        trial, waiting = found
        follow = asyncio.create_task(self._follow(trial))
        try:
            silence = await self._go_round(trial, waiting)
        finally:
            follow.cancel()
            with suppress(asyncio.CancelledError):
                await follow
        if silence and trial.round < ROUNDS:
            await self._wait(trial, silence)
        await self._store.run(lambda unit: self._end(unit, trial, silence))

    def _begin(self, unit: Unit, job: Job) -> tuple[Trial, list[TrialResult]] | None:
        trial = unit[Trial].get(job.workspace, job.key)
        if trial is None or trial.state is not TrialState.RUNNING:
            return None
        workspace = trial.workspace
        unit[Trial].change(workspace, trial.id, waiting_for=None, retry_at=None)
        credential = unit[Credential].get(workspace, trial.replaces or trial.credential_id)
        clients = [client.id for client in clients_of(unit, credential)] if credential else []
        if trial.only:
            clients = [one for one in trial.only if one in clients or not trial.replaces]
        for client_id in clients:
            # Those that have a result keep it.
            unit[TrialResult].add(
                TrialResult(workspace, f"{trial.id}:{client_id}", trial.id, client_id, Outcome.WAITING)
            )
        return trial, unit[TrialResult].find(workspace, trial_id=trial.id, outcome=Outcome.WAITING)

    async def _go_round(self, trial: Trial, waiting: Sequence[TrialResult]) -> NetvisorError | None:
        """Try every client that waits, and return why Netvisor was silent for some, or None.

        When it was silent as often in a row as companies are asked at once, it is down, and the rest is left for later.
        """
        left = iter(waiting)
        silences: list[NetvisorError] = []
        in_a_row = 0

        async def work() -> None:
            nonlocal in_a_row
            for result in left:
                if in_a_row >= AT_ONCE or not await self._goes_on(trial):
                    return
                try:
                    judged = await self._try(trial, result)
                except NetvisorError as error:
                    silences.append(error)
                    in_a_row += 1
                    continue
                in_a_row = 0
                await self._keep(result, judged)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(waiting))):
                group.create_task(work())
        return silences[-1] if silences else None

    async def _goes_on(self, trial: Trial) -> bool:
        current = await self._store.run(lambda unit: unit[Trial].get(trial.workspace, trial.id))
        return current is not None and current.state is TrialState.RUNNING

    async def _try(self, trial: Trial, result: TrialResult) -> _Judgement | None:
        """Return what the credential comes to in a client, None when that is gone; raise when Netvisor is silent."""

        def read(unit: Unit) -> tuple[Client | None, RightsCheck | None]:
            workspace, client_id = result.workspace, result.client_id
            return unit[Client].get(workspace, client_id), unit[RightsCheck].get(workspace, client_id)

        client, before = await self._store.run(read)
        if client is None or client.state is ClientState.REMOVED:
            return None
        company = await self._company_with(client, trial.credential_id)
        today = self._clock().astimezone(FIRM_TIMEZONE).date()
        if not trial.replaces:
            try:
                await company.purchase_invoices(begin=today, end=today)
            except AuthenticationFailed as refused:
                return _Judgement(Outcome.REJECTED, code=refused.code)
            except Refused as refused:
                return _Judgement(Outcome.REFUSED, code=refused.code)
            return _Judgement(Outcome.WORKS)
        findings: list[Finding] = []

        async def found(finding: Finding) -> None:
            findings.append(finding)

        try:
            await Check(company, client.process, today, found).run()
        except NetvisorSilent as silent:
            raise silent.error from silent
        verdicts = {str(one["id"]): str(one["verdict"]) for one in before.findings} if before else {}
        return judge(client, verdicts, findings)

    async def _keep(self, result: TrialResult, judged: _Judgement | None) -> None:
        def keep(unit: Unit) -> None:
            if judged is None:
                unit[TrialResult].delete(result.workspace, id=result.id)
            else:
                changes: dict[str, Any] = vars(judged)
                unit[TrialResult].change(result.workspace, result.id, **changes)

        await self._store.run(keep)

    async def _wait(self, trial: Trial, silence: NetvisorError) -> None:
        """Say that Netvisor is silent, and try the rest later by ourselves."""
        delay = next_try(trial.round)
        if silence.retry_after:
            delay = max(delay, timedelta(seconds=silence.retry_after))
        now = self._clock()

        def store(unit: Unit) -> bool:
            waits = unit[Trial].change(
                trial.workspace,
                trial.id,
                {"state": TrialState.RUNNING},
                waiting_for=silence.code,
                retry_at=now + delay,
                round=trial.round + 1,
            )
            if waits:
                jobs.enqueue(unit, trial.workspace, "show_trial", trial.id, now)
            return waits

        log.info("trial.waits", trial=trial.id, code=silence.code, round=trial.round)
        if await self._store.run(store):
            raise jobs.RunLater(delay)

    def _end(self, unit: Unit, trial: Trial, silence: NetvisorError | None) -> None:
        now = self._clock()
        workspace = trial.workspace
        ended = unit[Trial].change(
            workspace, trial.id, {"state": TrialState.RUNNING}, state=TrialState.FINISHED, finished_at=now
        )
        # Also of one that somebody stopped: what was being shown just then may have come after the word that it is.
        jobs.enqueue(unit, workspace, "show_trial", trial.id, now)
        credential = unit[Credential].get(workspace, trial.credential_id)
        if not ended or credential is None:
            return
        if silence:
            for result in unit[TrialResult].find(workspace, trial_id=trial.id, outcome=Outcome.WAITING):
                unit[TrialResult].change(workspace, result.id, outcome=Outcome.SILENT, code=silence.code)
        tried = unit[TrialResult].count(workspace, trial_id=trial.id)
        failed = unit[TrialResult].count(workspace, trial_id=trial.id, outcome__in=FAILED)
        # A right that its user lacks is not the credential's failing: Netvisor accepts it.
        lacking = unit[TrialResult].count(workspace, trial_id=trial.id, outcome=Outcome.LOSES)
        worked = tried - failed + lacking
        unit[Credential].change(workspace, credential.id, tested_at=now, test_worked=worked, test_tried=tried)
        note(unit, credential, "tested", trial.requested_by, now, worked=worked, tried=tried)

    async def _follow(self, trial: Trial) -> None:
        """Show how far a trial is, again and again; what Slack does not take now is shown by the next update."""
        shown: Mapping[Outcome, int] = {}
        while True:
            await asyncio.sleep(BETWEEN_UPDATES)
            report = await self._report(trial.workspace, trial.id)
            if report and report.counts != shown:
                shown = report.counts
                with suppress(jobs.RunLater):
                    await self._show_in_modals(report.trial)

    async def show(self, job: Job) -> None:
        """Show a trial as it stands in the modals that people have open; its end to whoever asked and closed theirs."""
        report = await self._report(job.workspace, job.key)
        if report is None:
            return
        trial = report.trial
        watching = await self._show_in_modals(trial)
        if not watching and trial.state in (TrialState.FINISHED, TrialState.FAILED):
            await self._telling.tell_when_free(trial.workspace, _matter(trial), trial.requested_by, report)

    async def _report(self, workspace: str, trial_id: str) -> TrialReport | None:
        return await self._store.run(lambda unit: trial_report(unit, workspace, trial_id, self._clock()))

    async def _show_in_modals(self, trial: Trial) -> bool:
        """Update the modals that show a trial, forget those that are closed; False when none is open."""

        def shown(unit: Unit, view_id: str, _person: str) -> TrialReport | None:
            report = trial_report(unit, trial.workspace, trial.id, self._clock())
            return report if report and view_id in report.trial.watchers else None

        closed = await self._outbox.show(trial.workspace, trial.watchers, shown)
        if closed:
            await self._store.run(lambda unit: unwatch_trial(unit, trial.workspace, trial.id, closed))
        return len(closed) < len(trial.watchers)

    async def give_up(self, job: Job, reference: str) -> None:
        """Say that a trial failed for a reason of our own; the operator finds it under the reference."""

        def store(unit: Unit) -> None:
            unit[Trial].change(
                job.workspace, job.key, state=TrialState.FAILED, failure=reference, finished_at=self._clock()
            )
            jobs.enqueue(unit, job.workspace, "show_trial", job.key, self._clock())

        await self._store.run(store)

    async def switched(self, job: Job) -> None:
        """Bring switched clients up to date: what the trial found is their rights check now, and moves them on."""
        while await self._store.run(lambda unit: self._bring_up_to_date(unit, job)):
            continue
        report = await self._report(job.workspace, job.key)
        if report and await self._store.run(
            lambda unit: unit[Message].get(job.workspace, _matter(report.trial)) is not None
        ):
            await self._outbox.tell(job.workspace, _matter(report.trial), report.trial.requested_by, report)

    def _bring_up_to_date(self, unit: Unit, job: Job) -> bool:
        """Bring some clients up to date; False when there is none left."""
        now = self._clock()
        trial = unit[Trial].get(job.workspace, job.key)
        results = unit[TrialResult].find(
            job.workspace, trial_id=job.key, outcome=Outcome.SWITCHED, findings__gt="", limit=CHUNK
        )
        for result in results if trial else []:
            unit[TrialResult].change(job.workspace, result.id, findings="")
            client = unit[Client].get(job.workspace, result.client_id)
            # One that was given yet another credential meanwhile has a check of its own under way.
            if client and trial and client.credential_id == trial.credential_id:
                _renew(unit, client, json.loads(result.findings), job.payload["person"], now)
        return trial is not None and len(results) == CHUNK


def _renew(unit: Unit, client: Client, findings: Sequence[Mapping[str, Any]], person: str, now: datetime) -> None:
    """Make what a trial found a client's rights check; one under way notices that another has taken its place."""
    workspace = client.workspace
    earlier = unit[RightsCheck].get(workspace, client.id)
    fresh = RightsCheck(workspace, client.id, now, person, tuple(findings), finished_at=now)
    unit[RightsCheck].put(replace(fresh, watchers=earlier.watchers) if earlier else fresh)
    for check_id in RIGHTS_OF_USERS:
        unit[Tick].delete(workspace, id=f"{client.id}:{check_id}")
    conclude(unit, client, [Finding.from_data(one) for one in findings], person, now)


def _matter(trial: Trial) -> str:
    """Return the matter of the message that tells a trial's end."""
    return f"trial:{trial.id}:{trial.finished_at.isoformat() if trial.finished_at else ''}"
