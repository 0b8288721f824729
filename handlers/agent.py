"""The agent's side of a conversation in Slack: that it works, the stop button, suggested prompts.

All of it is an extra that a workspace may not offer: what Slack refuses is left out, and people get plain messages.
"""

from __future__ import annotations

import structlog

from handlers.locale import Locale
from handlers.notifier import ClientOf, answer_of
from handlers.request import person_of
from handlers.views.help_ai import suggested_prompts
from services.clock import Clock
from services.notifier import OutcomeUnknown, SlackBusy, SlackRefused, come_again
from services.records import Person

log = structlog.get_logger(__name__)


class SlackAgent:
    """`services.help_ai.conversation.Agent` over the Web API client of each workspace."""

    def __init__(self, client_of: ClientOf, clock: Clock) -> None:
        self._client_of = client_of
        self._clock = clock

    async def working(self, workspace: str, channel: str, thread: str, language: str) -> bool:
        """Show that an answer is on its way, with a stop button where Slack has sessions of agents.

        True when `done` must end that: the older status ends by itself with the answer.
        """
        locale, client = Locale(language), await self._client_of(workspace)
        try:
            await answer_of(client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread, status="processing"))
        except SlackRefused:
            pass
        except (SlackBusy, OutcomeUnknown):
            return True
        else:
            return True
        status = locale.gettext("is looking for the answer…")
        try:
            await answer_of(client.assistant_threads_setStatus(channel_id=channel, thread_ts=thread, status=status))
        except (SlackRefused, SlackBusy, OutcomeUnknown) as error:
            log.debug("agent.no_status", error=type(error).__name__)
        return False

    async def done(self, workspace: str, channel: str, thread: str) -> None:
        """Show that nothing is on its way any more: a session's status does not end by itself."""
        client = await self._client_of(workspace)
        try:
            with come_again():
                await answer_of(client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread, status="active"))
        except SlackRefused as refused:
            log.debug("agent.no_session", code=refused.code)

    async def suggest(self, workspace: str, channel: str, language: str) -> None:
        """Suggest questions in a person's language, which the manifest cannot."""
        locale, client = Locale(language), await self._client_of(workspace)
        try:
            with come_again():
                await answer_of(
                    client.assistant_threads_setSuggestedPrompts(
                        channel_id=channel, title=locale.gettext("Ask for example"), prompts=suggested_prompts(locale)
                    )
                )
        except SlackRefused as refused:
            log.info("agent.no_prompts", code=refused.code)

    async def meet(self, workspace: str, person: str) -> Person:
        """Ask Slack who a person is."""
        client = await self._client_of(workspace)
        with come_again():
            answer = await answer_of(client.users_info(user=person, include_locale=True))
        return person_of(workspace, answer["user"], self._clock())
