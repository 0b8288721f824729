"""Learning from Slack who a workspace's people are, so that no command has to wait for it."""

from __future__ import annotations

from typing import Any

import structlog

from handlers.notifier import ClientOf, answer_of
from handlers.request import Services, person_of
from services.notifier import SlackRefused, come_again
from services.records import Job, Person, Role
from services.store import Unit

log = structlog.get_logger(__name__)


class People:
    """The job that reads a workspace's people."""

    def __init__(self, services: Services, client_of: ClientOf) -> None:
        self._services = services
        self._client_of = client_of

    async def refresh(self, job: Job) -> None:
        """Read the people of the job's workspace, page by page."""
        client, cursor = await self._client_of(job.workspace), None
        while True:
            listing = client.users_list(
                limit=200, cursor=cursor, include_locale=True, team_id=job.workspace.rpartition(".")[2]
            )
            try:
                with come_again():
                    answer = await answer_of(listing)
            except SlackRefused as refused:
                # The firm removed the app, and the word of it has not reached us.
                log.warning("slack.refused", workspace=job.workspace, code=refused.code)
                return
            members: list[Any] = [user for user in answer["members"] if not user.get("is_bot")]
            people = [
                person_of(job.workspace, user, self._services.clock()) for user in members if not user.get("deleted")
            ]
            gone = [str(user["id"]) for user in members if user.get("deleted")]
            await self._services.store.run(
                lambda unit, people=people, gone=gone: _keep(unit, job.workspace, people, gone)
            )
            cursor = str(answer["response_metadata"]["next_cursor"])
            if not cursor:
                return


def _keep(unit: Unit, workspace: str, people: list[Person], gone: list[str]) -> None:
    for person_id in gone:
        # Whose account was closed may do nothing, and is not named to others as somebody who can.
        unit[Person].change(workspace, person_id, role=Role.GUEST)
    for person in people:
        if not unit[Person].add(person):
            unit[Person].change(
                person.workspace,
                person.id,
                name=person.name,
                role=person.role,
                refreshed_at=person.refreshed_at,
            )
            # A language that they chose stays; nobody chose where there is none.
            unit[Person].change(person.workspace, person.id, {"language": None}, language=person.language)
