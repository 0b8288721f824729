"""The contents of files over HTTP: what the app uploads and downloads, and what people download from the page."""

import asyncio
from urllib.parse import quote

from aiohttp import web

from sandbox.slack.api import cut, meet_fault
from sandbox.slack.files import is_seen_by_app, mime_type
from sandbox.slack.model import Call, File
from sandbox.slack.values import Json
from sandbox.slack.workspace import SlackWorkspace

UPLOAD, DOWNLOAD = "files.upload", "files.download"
"""What faults and the list of calls name these transfers, which are no methods of the Web API."""


def add_transfer_routes(application: web.Application, workspace: SlackWorkspace) -> None:
    """Adds the addresses that file objects and files.getUploadURLExternal name."""

    async def upload(request: web.Request) -> web.StreamResponse:
        return await _upload(workspace, request)

    async def download(request: web.Request) -> web.StreamResponse:
        return await _download(workspace, request)

    async def take(request: web.Request) -> web.StreamResponse:
        file = workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        return _content(file, attached=True)

    async def sign_in(request: web.Request) -> web.StreamResponse:
        return web.Response(text=_SIGN_IN.format(team=workspace.team_name), content_type="text/html")

    application.router.add_post("/upload/v1/{ticket}", upload)
    application.router.add_get("/files-pri/{file}/{name}", download)
    application.router.add_get("/files-pri/{file}/download/{name}", download)
    application.router.add_get("/page/files/{file}", take)
    application.router.add_get("/signin", sign_in)


_SIGN_IN = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body><h1>Sign in to {team}</h1></body></html>"
)


async def _upload(workspace: SlackWorkspace, request: web.Request) -> web.StreamResponse:
    """Takes the content, raw or as a form's file. A content of another length than announced is refused."""
    file = workspace.uploads.get(request.match_info["ticket"])
    if file is None:
        raise web.HTTPNotFound
    arguments: Json = {"file": file.id}
    fault = workspace.faults.take_call(UPLOAD)
    if fault is not None and (refused := await meet_fault(workspace, UPLOAD, arguments, fault, request)) is not None:
        return refused
    content = await _posted(request)
    status = 200 if len(content) == file.size else 400
    if status == 200:
        file.content = content
        del workspace.uploads[request.match_info["ticket"]]
    _record(workspace, UPLOAD, arguments, status)
    if fault is not None and fault.kind == "reset_after":
        cut(request)
    return web.Response(text=f"OK - {len(content)}" if status == 200 else "length does not match", status=status)


async def _posted(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


async def _download(workspace: SlackWorkspace, request: web.Request) -> web.StreamResponse:
    """Gives the content to the bot; whoever shows no token that may read files is sent to sign in, as by Slack.

    The fault `reset_after` cuts the connection in the middle of the content.
    """
    file = workspace.files.get(request.match_info["file"].rpartition("-")[2])
    arguments: Json = {"file": file.id if file else None}
    fault = workspace.faults.take_call(DOWNLOAD)
    if fault is not None and (refused := await meet_fault(workspace, DOWNLOAD, arguments, fault, request)) is not None:
        return refused
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = token in workspace.bot_tokens
    if not known or "files:read" not in workspace.scopes or file is None or not is_seen_by_app(workspace, file):
        _record(workspace, DOWNLOAD, arguments, 302)
        raise web.HTTPFound(f"{workspace.base_url}/signin?redir={quote(request.path)}")
    _record(workspace, DOWNLOAD, arguments, 200)
    if fault is not None and fault.kind == "reset_after":
        return await _half(file, request)
    return _content(file, attached="/download/" in request.path)


def _content(file: File, *, attached: bool) -> web.Response:
    headers = {"Content-Type": mime_type(file), "X-Content-Type-Options": "nosniff"}
    if attached:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return web.Response(body=file.content, headers=headers)


async def _half(file: File, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": mime_type(file), "Content-Length": str(file.size)})
    await response.prepare(request)
    await response.write(file.content[: file.size // 2])
    await asyncio.sleep(0.02)  # so that the half is on its way before the connection goes
    cut(request)
    return response


def _record(workspace: SlackWorkspace, name: str, arguments: Json, status: int) -> None:
    workspace.calls.append(Call(name, arguments, {"ok": status == 200}, status, workspace.clock()))
    workspace.changed()
