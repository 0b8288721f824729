"""Asking somebody else for a repair: a person's message to a person, sent by the bot once.

What was typed is stored with the submission that asked for it; the job sends it through the outbox and says in the
sender's modal what became of it. It never holds anything secret: repairs are made of public words alone.
"""

from __future__ import annotations

from datetime import datetime

from services import jobs
from services.clock import Clock
from services.facts import RepairAsked
from services.outbox import Outbox
from services.records import Client, Job, MessageState, RepairMessage, new_id
from services.store import Store, Unit


def ask_for_repair(
    unit: Unit, client: Client, sender: str, receiver: str, text: str, view_id: str, now: datetime
) -> RepairAsked:
    """Keep a message and ask for its sending; `view_id` is the modal that tells the sender about it."""
    message = RepairMessage(
        client.workspace, new_id(), client.id, sender, receiver, text, view_id, now, MessageState.SENDING
    )
    unit[RepairMessage].put(message)
    jobs.enqueue(unit, client.workspace, "repair_message", message.id, now)
    return RepairAsked(client, message)


class RepairMessages:
    """The handler of the job that sends a message."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    async def send(self, job: Job) -> None:
        """Send a message, and show its sender that it was sent, or that Slack refused it."""
        asked = await self._store.run(lambda unit: _read(unit, job))
        if asked is None:
            return
        message = asked.message
        sent = await self._outbox.tell(job.workspace, f"repair:{message.id}", message.receiver, asked)
        state = MessageState.SENT if sent else MessageState.REFUSED
        await self._store.run(lambda unit: unit[RepairMessage].change(job.workspace, message.id, state=state))
        await self._outbox.show(
            job.workspace, {message.view_id: message.sender}, lambda unit, _view, _person: _read(unit, job)
        )


def _read(unit: Unit, job: Job) -> RepairAsked | None:
    message = unit[RepairMessage].get(job.workspace, job.key)
    client = unit[Client].get(job.workspace, message.client_id) if message else None
    return RepairAsked(client, message) if client and message else None
