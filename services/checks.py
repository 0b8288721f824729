"""Carrying out rights checks: live in the modals that people have open, as a message to those who closed theirs.

A recheck, which nobody asked for, is quiet: it stores what it found when all is known, and shows it only where the
earlier result is being looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from services import jobs
from services.clock import FIRM_TIMEZONE, Clock
from services.conclusion import conclude
from services.credentials import note_accepted
from services.facts import CheckResult
from services.favourites import starred_by
from services.findings import Finding
from services.onboarding import show_card
from services.outbox import Outbox
from services.recheck import is_quiet, is_rechecked, next_night, plan_recheck
from services.records import Client, ClientState, Job, Message, MessageState, RepairMessage, RightsCheck, Tick, Verdict
from services.rights import NetvisorSilent, next_try
from services.rights import RightsCheck as Check
from services.store import Store, Unit
from services.telling import Telling
from services.training import CompanyOf, newest_runs

MOST_SENT_SHOWN = 3

OUR_FAULT = "OUR_FAULT:"
"""Begins the code of a check that failed for a reason of our own; its reference follows."""

ATTEMPTS_OF_PATIENCE = 3
"""From which attempt on a resource that Netvisor fails on is named with its candidates, and the rest is shown."""

RECHECK_SILENT_AGAIN = timedelta(minutes=30)
"""How long a recheck waits for a Netvisor that does not answer."""

BETWEEN_UPDATES = timedelta(seconds=0.7)
"""How often at most a modal is updated while its check goes on: fifty checks at once stay inside Slack's rate."""

log = structlog.get_logger(__name__)


class _TakenOver(Exception):
    """Another check of the client was asked for afresh: this one's findings are of yesterday."""


def _change(unit: Unit, check: RightsCheck, **changes: Any) -> None:
    """Change a check, if it is still the client's newest; raise _TakenOver if not."""
    if not unit[RightsCheck].change(check.workspace, check.id, {"started_at": check.started_at}, **changes):
        raise _TakenOver


class Checks:
    """The handler of the job that checks a client's rights."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock, company_of: CompanyOf) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._company_of = company_of
        self._telling = Telling(store, outbox, clock)
        self._shown: dict[str, datetime] = {}

    async def check(self, job: Job) -> None:
        """Check a client from the beginning: reads only, so a check that was cut off is simply made again."""
        result = await self._store.run(lambda unit: check_result(unit, job.workspace, job.key))
        if result is None or result.client.state is ClientState.REMOVED or result.check.finished_at:
            return
        try:
            await self._carry_out(result.client, result.check)
        except _TakenOver:
            log.info("check.taken_over", client=result.client.id)
        finally:
            self._shown.pop(result.client.id, None)

    async def _carry_out(self, client: Client, check: RightsCheck) -> None:
        await self._change(check, findings=(), waiting_for=None, retry_at=None)
        company = await self._company_of(client)
        findings: list[Finding] = []

        async def found(finding: Finding) -> None:
            findings.append(finding)
            await self._change(check, findings=tuple(item.to_data() for item in findings))
            await self._show_progress(client)

        today = self._clock().astimezone(FIRM_TIMEZONE).date()
        try:
            await Check(company, client.process, today, found, patient=check.attempt < ATTEMPTS_OF_PATIENCE).run()
        except NetvisorSilent as silent:
            await self._wait(client, check, silent)
        await self._store.run(lambda unit: self._conclude(unit, client, check, findings))

    async def show(self, job: Job) -> None:
        """Show a check as it stands in the modals that people have open; tell it to whoever asked and closed theirs."""
        result = await self._store.run(lambda unit: check_result(unit, job.workspace, job.key))
        if result is None:
            return
        client, check = result.client, result.check
        watching = await self._show_in_modals(check)
        if not watching and check.requested_by and (check.finished_at or check.waiting_for):
            await self._telling.tell_when_free(client.workspace, _matter(check), check.requested_by, result)

    async def give_up(self, job: Job, reference: str) -> None:
        """Say that a check failed for a reason of our own; the operator finds it under the reference."""

        def store(unit: Unit) -> None:
            unit[RightsCheck].change(job.workspace, job.key, waiting_for=f"{OUR_FAULT}{reference}", retry_at=None)
            show_check(unit, job.workspace, job.key, self._clock())
            client = unit[Client].get(job.workspace, job.key)
            if client:
                show_card(unit, client, self._clock())

        await self._store.run(store)

    async def _wait(self, client: Client, check: RightsCheck, silent: NetvisorSilent) -> None:
        """Say why nothing can be known now, and try again later by ourselves."""
        delay = next_try(check.attempt)
        if silent.error.retry_after:
            delay = max(delay, timedelta(seconds=silent.error.retry_after))
        log.info("check.waits", client=client.id, code=silent.error.code, attempt=check.attempt)
        now = self._clock()

        def store(unit: Unit) -> None:
            _change(unit, check, waiting_for=silent.error.code, retry_at=now + delay, attempt=check.attempt + 1)
            show_check(unit, client.workspace, client.id, now)
            show_card(unit, client, now)

        await self._store.run(store)
        raise jobs.RunLater(delay)

    def _conclude(self, unit: Unit, client: Client, check: RightsCheck, findings: list[Finding]) -> None:
        now = self._clock()
        current = unit[Client].get(client.workspace, client.id) or client
        _change(unit, check, finished_at=now, attempt=1)
        show_check(unit, client.workspace, client.id, now)
        _note_accepted(unit, client, findings, now)
        conclude(unit, current, findings, check.requested_by or current.added_by, now)

    async def recheck(self, job: Job) -> None:
        """Look quietly at a client's rights; a change is believed when a second, full look shows it too."""
        found = await self._store.run(
            lambda unit: (unit[Client].get(job.workspace, job.key), unit[RightsCheck].get(job.workspace, job.key))
        )
        client, earlier = found
        if client is None or not is_rechecked(client):
            return
        began, known = self._clock(), [Finding.from_data(dict(data)) for data in earlier.findings] if earlier else []
        history = next((one for one in known if one.id == "history" and one.verdict is Verdict.CONFIRMED), None)
        try:
            findings = await self._look(client, history)
            if history and _verdicts(findings) != _verdicts(known):
                findings = await self._look(client, None)
        except NetvisorSilent as silent:
            # A Netvisor that is silent is no lost right.
            log.info("recheck.waits", client=client.id, code=silent.error.code)
            now = self._clock()
            soon = client.state is ClientState.BLOCKED or is_quiet(now + RECHECK_SILENT_AGAIN)
            raise jobs.RunLater(RECHECK_SILENT_AGAIN if soon else next_night(client, now) - now) from silent
        if await self._store.run(lambda unit: self._conclude_quietly(unit, client, findings, began)):
            result = await self._store.run(lambda unit: check_result(unit, client.workspace, client.id))
            if result and result.check.watchers:
                with suppress(jobs.RunLater):
                    await self._show_in_modals(result.check)

    async def _look(self, client: Client, history: Finding | None) -> list[Finding]:
        async def ignore(_finding: Finding) -> None:
            return

        company = await self._company_of(client)
        today = self._clock().astimezone(FIRM_TIMEZONE).date()
        # One that works is not stopped by a fault of Netvisor's own; one that waits is told what it waits for.
        patient = client.state in (ClientState.TRAINING, ClientState.PRODUCTION)
        return await Check(company, client.process, today, ignore, patient=patient, history=history).run()

    def _conclude_quietly(self, unit: Unit, client: Client, findings: list[Finding], began: datetime) -> bool:
        """Store what a recheck found, unless somebody changed or checked the client meanwhile."""
        now = self._clock()
        current, check = (
            unit[Client].get(client.workspace, client.id),
            unit[RightsCheck].get(client.workspace, client.id),
        )
        if current is None or not is_rechecked(current):
            return False
        under_way = unit[Job].count(client.workspace, kind="check", key=client.id, failed=None) > 0
        newer = check is not None and (check.started_at > began or (check.finished_at or began) > began)
        if under_way or newer or (current.credential_id, current.process) != (client.credential_id, client.process):
            plan_recheck(unit, current, now)
            return False
        data = tuple(finding.to_data() for finding in findings)
        check = check or RightsCheck(client.workspace, client.id, began, client.added_by)
        unit[RightsCheck].put(
            replace(check, findings=data, finished_at=now, waiting_for=None, retry_at=None, attempt=1)
        )
        _note_accepted(unit, client, findings, now)
        conclude(unit, current, findings, current.added_by, now, asked_for=False)
        if unit[Message].get(client.workspace, _matter(check)):
            show_check(unit, client.workspace, client.id, now)
        return True

    async def _change(self, check: RightsCheck, **changes: Any) -> None:
        await self._store.run(lambda unit: _change(unit, check, **changes))

    async def _show_progress(self, client: Client) -> None:
        """Show how far a check is, if that is due; what Slack does not take now is shown by the next update."""
        now = self._clock()
        if now - self._shown.get(client.id, now - BETWEEN_UPDATES) < BETWEEN_UPDATES:
            return
        self._shown[client.id] = now
        check = await self._store.run(lambda unit: unit[RightsCheck].get(client.workspace, client.id))
        if check is None or not check.watchers:
            return
        with suppress(jobs.RunLater):
            await self._show_in_modals(check)

    async def _show_in_modals(self, check: RightsCheck) -> bool:
        """Update the modals that show a check, forget those that are closed; False when none is open."""

        def shown(unit: Unit, view_id: str, person: str) -> CheckResult | None:
            result = check_result(unit, check.workspace, check.id)
            if result is None or view_id not in result.check.watchers:
                return None
            return replace(result, is_favourite=person in starred_by(unit, result.client))

        closed = await self._outbox.show(check.workspace, check.watchers, shown)

        def forget(unit: Unit) -> None:
            current = unit[RightsCheck].get(check.workspace, check.id)
            if current:
                left = {view: person for view, person in current.watchers.items() if view not in closed}
                unit[RightsCheck].change(check.workspace, check.id, None, watchers=left)

        if closed:
            await self._store.run(forget)
        return len(closed) < len(check.watchers)


def _matter(check: RightsCheck) -> str:
    """Return the matter of the message that tells a check to who asked for it."""
    return f"check:{check.id}:{check.started_at.isoformat()}"


def _note_accepted(unit: Unit, client: Client, findings: Sequence[Finding], now: datetime) -> None:
    """Note of the credentials with which a client was checked that Netvisor took them, if it did."""
    if _verdicts(findings).get("credentials") is Verdict.CONFIRMED:
        note_accepted(unit, client.workspace, client.credential_id, now)


def _verdicts(findings: Sequence[Finding]) -> dict[str, Verdict]:
    return {finding.id: finding.verdict for finding in findings}


def show_check(unit: Unit, workspace: str, client_id: str, now: datetime) -> None:
    """Have a check shown as it stands."""
    jobs.enqueue(unit, workspace, "show_check", client_id, now)


def check_result(unit: Unit, workspace: str, client_id: str) -> CheckResult | None:
    """Return all there is to show of a client's newest check."""
    client, check = unit[Client].get(workspace, client_id), unit[RightsCheck].get(workspace, client_id)
    if client is None or check is None:
        return None
    ticks = unit[Tick].find(workspace, client_id=client_id)
    sent = unit[RepairMessage].find(
        workspace, client_id=client_id, state=MessageState.SENT, order="-asked_at", limit=MOST_SENT_SHOWN
    )
    return CheckResult(client, check, tuple(ticks), newest_runs(unit, client), tuple(sent))
