"""Files: how Slack describes them, who may see them, and what a person's choosing one does."""

import re

from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.forms import fields_of, file_error
from sandbox.slack.model import File, Person, View
from sandbox.slack.state import State
from sandbox.slack.values import Json, new_id, objects

_TYPES = {
    "csv": ("csv", "CSV", "text/csv"),
    "txt": ("text", "Plain Text", "text/plain"),
    "xlsx": ("xlsx", "Excel Spreadsheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "xls": ("xls", "Excel Spreadsheet", "application/vnd.ms-excel"),
    "pdf": ("pdf", "PDF", "application/pdf"),
    "json": ("json", "JSON", "application/json"),
    "png": ("png", "PNG", "image/png"),
    "jpg": ("jpg", "JPEG", "image/jpeg"),
    "jpeg": ("jpg", "JPEG", "image/jpeg"),
    "zip": ("zip", "Zip", "application/zip"),
}
"""Slack's filetype, its pretty name and the media type by the end of a file's name; anything else is binary."""


def mime_type(file: File) -> str:
    """The media type that Slack makes of a file's name."""
    return _kind(file)[2]


def _kind(file: File) -> tuple[str, str, str]:
    return _TYPES.get(file.name.lower().rpartition(".")[2], ("binary", "Binary", "application/octet-stream"))


def file_json(state: State, file: File) -> Json:
    """A file as files.info, messages and a modal's values carry it."""
    filetype, pretty, media = _kind(file)
    # Addresses hold a plain spelling of the name; the name itself stays as it was.
    name = re.sub(r"[^a-z0-9._-]", "_", file.name.lower())
    address = f"{state.base_url}/files-pri/{state.team_id}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": media,
        "filetype": filetype,
        "pretty_type": pretty,
        "user": file.user,
        "user_team": state.team_id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(state.channels[channel].kind == "public" for channel in file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{address}/{name}",
        "url_private_download": f"{address}/download/{name}",
        "permalink": f"{state.base_url}/files/{file.user}/{file.id}/{name}",
        "comments_count": 0,
        "is_starred": False,
        "shares": _shares(state, file),
        "channels": [channel for channel in file.shares if state.channels[channel].kind == "public"],
        "groups": [channel for channel in file.shares if state.channels[channel].kind == "private"],
        "ims": [channel for channel in file.shares if state.channels[channel].kind == "im"],
        "has_rich_preview": False,
        **({"alt_txt": file.alternative_text} if file.alternative_text else {}),
        "file_access": "visible",
    }


def _shares(state: State, file: File) -> Json:
    found: Json = {}
    for channel, stamps in file.shares.items():
        kind = "public" if state.channels[channel].kind == "public" else "private"
        found.setdefault(kind, {})[channel] = [{"ts": ts} for ts in stamps]
    return found


def new_file(state: State, user: str, name: str, size: int) -> File:
    """Makes an empty file that only its owner sees."""
    file = File(id=new_id("F"), name=name, user=user, created=int(state.clock()), size=size, title=name)
    state.files[file.id] = file
    return file


def upload_file(
    state: State, person: Person, name: str, content: bytes, element: Json, present: list[str] | None = None
) -> File:
    """Uploads what a person chose for a file_input in which the files with the ids stand already.

    Raises ValueError with what Slack's client says when the element does not take it.
    """
    chosen: list[Json] = [file_json(state, state.files[each]) for each in present or [] if each in state.files]
    if error := file_error(element, [*chosen, {"name": name, "size": len(content)}]):
        raise ValueError(error)
    file = new_file(state, person.id, name, len(content))
    file.content = content
    return file


def give_files(state: State, view: View) -> None:
    """Lets the app see the files in a modal that is being submitted."""
    for actions in view.entered.values():
        for value in actions.values():
            for each in objects(value.get("files")):
                state.files[str(each["id"])].is_given = True


def is_seen_by_app(state: State, file: File) -> bool:
    """Whether the app's bot may read a file: its own, one given to it, or one shared where it is a member."""
    shared = any(state.bot.id in state.channels[channel].members for channel in file.shares)
    return file.user == state.bot.id or file.is_given or shared


def check_file_scope(state: State, view: Json) -> None:
    """Raises SlackError missing_scope when a view has a file_input and the app was not granted files:read.

    That the element needs the scope is documented, the error code for its lack is not.
    """
    if "files:read" not in state.scopes and any(field.kind == "file_input" for field in fields_of(view["blocks"])):
        raise SlackError("missing_scope", needed="files:read", provided=",".join(sorted(state.scopes)))


def check_pictures(state: State, blocks: list[Json]) -> None:
    """Raises SlackError invalid_blocks for an image of a Slack file that is no complete picture of the app's."""
    for place, block in enumerate(blocks):
        named: Json = block.get("slack_file") or {}
        file = state.files.get(str(named.get("id"))) if named else None
        if named and (file is None or not _is_picture(state, file)):
            raise invalid_arguments(
                [f"[ERROR] invalid slack file [json-pointer:/blocks/{place}/slack_file]"], "invalid_blocks"
            )


def _is_picture(state: State, file: File) -> bool:
    is_shown = state.shows_unshared_pictures or bool(file.shares)
    return file.is_complete and is_shown and mime_type(file).startswith("image/")


def delete_file(state: State, file: File) -> None:
    """Deletes a file: messages that showed it show it no more."""
    del state.files[file.id]
    for channel, stamps in file.shares.items():
        for message in state.messages(state.channels[channel]):
            if message.ts in stamps:
                message.files = [each for each in message.files if each is not file]
