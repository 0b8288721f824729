"""Slack's files and the list of its channels: `services.uploads.Files` over the Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from handlers.notifier import ClientOf, answer_of, next_cursor
from services.notifier import OutcomeUnknown, SlackRefused
from services.spreadsheets import Unreadable
from services.uploads import RenderedFile

TIMEOUT = aiohttp.ClientTimeout(total=60)


class SlackFiles:
    """Reads and gives files through the Web API client of each workspace."""

    def __init__(self, client_of: ClientOf) -> None:
        self._client_of = client_of

    async def read(self, workspace: str, file_id: str, most_bytes: int) -> bytes:
        """Return a file's content; raise Unreadable before reading too much."""
        client = await self._client_of(workspace)
        answer = await answer_of(client.files_info(file=file_id))
        file: Any = answer["file"]
        if file.get("is_external") or file.get("mode") not in (None, "hosted", "snippet"):
            # It lies elsewhere (Google Drive for one): our token must not go there.
            raise SlackRefused("external_file")
        if int(file.get("size") or 0) > most_bytes:
            raise Unreadable("too_large")
        url = str(file.get("url_private_download") or file["url_private"])
        headers = {"Authorization": f"Bearer {client.token}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as session,
                session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                if response.status >= 500 or response.status == 429:
                    raise OutcomeUnknown
                if response.status != 200 or response.content_type == "text/html":
                    # Without the right token or scope Slack leads to its page for signing in.
                    raise SlackRefused("not_readable")
                content = bytearray()
                async for chunk in response.content.iter_chunked(64 * 1024):
                    content += chunk
                    if len(content) > most_bytes:
                        raise Unreadable("too_large")
                return bytes(content)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown from error

    async def channels(self, workspace: str) -> Mapping[str, str]:
        """Return the ids of the channels that we can see and no other organisation can, by name in lower case."""
        client = await self._client_of(workspace)
        found: dict[str, str] = {}
        cursor: str | None = None
        while True:
            answer = await answer_of(
                client.conversations_list(
                    types="public_channel,private_channel",
                    exclude_archived=True,
                    limit=1000,
                    cursor=cursor,
                    team_id=workspace.rpartition(".")[2],
                )
            )
            own = [one for one in answer["channels"] if not one.get("is_ext_shared")]
            found |= {str(one["name"]).casefold(): str(one["id"]) for one in own}
            cursor = next_cursor(answer)
            if not cursor:
                return found

    async def upload(self, workspace: str, file: RenderedFile) -> str:
        """Upload a file that nobody sees yet, and return its id."""
        client = await self._client_of(workspace)
        answer = await answer_of(
            client.files_getUploadURLExternal(
                filename=file.name, length=len(file.content), alt_txt=file.alternative_text or None
            )
        )
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as session,
                session.post(str(answer["upload_url"]), data=file.content) as response,
            ):
                if response.status != 200:
                    raise OutcomeUnknown
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown from error
        return str(answer["file_id"])

    async def share(self, workspace: str, file_id: str, title: str, channel: str, thread: str | None) -> None:
        """Show an uploaded file in a channel, or in a thread of it."""
        client = await self._client_of(workspace)
        await answer_of(
            client.files_completeUploadExternal(
                files=[{"id": file_id, "title": title}], channel_id=channel, thread_ts=thread
            )
        )

    async def keep(self, workspace: str, file_id: str, title: str) -> None:
        """Complete an uploaded file without sharing it, for a modal of ours to show."""
        client = await self._client_of(workspace)
        await answer_of(client.files_completeUploadExternal(files=[{"id": file_id, "title": title}]))

    async def delete(self, workspace: str, file_id: str) -> None:
        """Delete a file; one that is gone already is no error."""
        client = await self._client_of(workspace)
        try:
            await answer_of(client.files_delete(file=file_id))
        except SlackRefused as refused:
            if refused.code not in ("file_not_found", "file_deleted"):
                raise

    async def is_shared(self, workspace: str, file_id: str) -> bool:
        """Tell whether a file is shown anywhere."""
        client = await self._client_of(workspace)
        try:
            answer = await answer_of(client.files_info(file=file_id))
        except SlackRefused as refused:
            if refused.code == "file_not_found":  # uploaded, and its upload not completed yet
                return False
            raise
        file: Any = answer["file"]
        return any(file.get(where) for where in ("channels", "groups", "ims"))
