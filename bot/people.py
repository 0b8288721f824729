"""Learning from Slack who a workspace's people are, so that no command has to wait for it."""

from __future__ import annotations

import structlog

from handlers.notifier import ClientOf, answer_of
from handlers.request import Services, person_of
from services.notifier import SlackRefused, come_again
from services.records import Job, Person
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
            people = [
                person_of(job.workspace, user, self._services.clock())
                for user in answer["members"]
                if not user.get("deleted") and not user.get("is_bot")
            ]
            await self._services.store.run(lambda unit, people=people: _keep(unit, people))
            cursor = str(answer["response_metadata"]["next_cursor"])
            if not cursor:
                return


def _keep(unit: Unit, people: list[Person]) -> None:
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
