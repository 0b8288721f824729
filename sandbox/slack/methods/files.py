"""files.info, files.getUploadURLExternal, files.completeUploadExternal, files.delete."""

import re

from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.files import delete_file, file_json, is_seen_by_app, new_file
from sandbox.slack.methods.registry import Arguments, Method, threaded, writable_channel
from sandbox.slack.model import Channel, File, Message
from sandbox.slack.posting import post_message
from sandbox.slack.rate_limits import TIER_3, TIER_4
from sandbox.slack.schema import fault
from sandbox.slack.state import State
from sandbox.slack.surfaces import checked_blocks, checked_text
from sandbox.slack.values import Json, copy_of, new_id, objects

_CHANNEL_ID = r"[CGDZ][A-Z0-9]{8,}"


def _info(state: State, arguments: Arguments) -> Json:
    file = state.files.get(arguments.required("file"))
    if file is None or not file.is_complete or not is_seen_by_app(state, file):
        raise SlackError("file_not_found")
    return {"file": file_json(state, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def _upload_address(state: State, arguments: Arguments) -> Json:
    """An address for the content; it is used once."""
    name, size = arguments.required("filename"), arguments.whole("length", 0)
    if size <= 0:
        raise SlackError("missing_argument")
    alternative_text = arguments.text("alt_txt")
    if len(alternative_text) > 1000:
        raise SlackError("alt_txt_too_large")
    file = new_file(state, state.bot.id, name, size)
    file.alternative_text = alternative_text
    file.is_complete = False
    ticket = new_id("", 24)
    state.uploads[ticket] = file
    return {"upload_url": f"{state.base_url}/upload/v1/{ticket}", "file_id": file.id}


def _complete(state: State, arguments: Arguments) -> Json:
    """Finishes uploads, and shares them in one message to each conversation named.

    The answer tells neither the message's time stamp nor what Slack finds out about the files afterwards.
    """
    listed = objects(arguments.structure("files"))
    if not listed:
        raise invalid_arguments([fault("missing required field: files", "")])
    files = [_uploaded(state, item) for item in listed]
    channels = [_shareable(state, name) for name in _destinations(arguments)]
    text = checked_text(arguments.values.get("initial_comment"))
    blocks = checked_blocks(arguments.structure("blocks")) if "blocks" in arguments and not text else []
    threads = {channel.id: threaded(arguments, channel) for channel in channels}
    for file, item in zip(files, listed, strict=True):
        file.title = str(item.get("title") or file.name)
        file.is_complete = True
    answer: list[Json] = [copy_of(file_json(state, file)) for file in files]
    for channel in channels:
        message = Message(state.next_ts(), channel.id, state.bot.id, text, blocks, thread_ts=threads[channel.id])
        message.files = files
        for file in files:
            file.shares.setdefault(channel.id, []).append(message.ts)
        post_message(state, message)
    return {"files": [{**each, "mimetype": "", "filetype": "", "pretty_type": ""} for each in answer]}


def _uploaded(state: State, item: Json) -> File:
    file = state.files.get(str(item.get("id")))
    if file is None or file.user != state.bot.id or file.is_complete or not file.content:
        raise SlackError("file_not_found")
    return file


def _destinations(arguments: Arguments) -> list[str]:
    one = arguments.text("channel_id")
    if one and not re.fullmatch(_CHANNEL_ID, one):
        raise invalid_arguments([fault(f"input must match regex pattern: ^{_CHANNEL_ID}$", "/channel_id")])
    return [name for name in (one, *arguments.text("channels").split(",")) if name]


def _shareable(state: State, name: str) -> Channel:
    """A conversation that the bot may share in: it must be a member, whatever chat:write.public allows."""
    channel = writable_channel(state, name)
    if state.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _delete(state: State, arguments: Arguments) -> Json:
    file = state.files.get(arguments.required("file"))
    if file is None:
        raise SlackError("file_not_found")
    if file.user != state.bot.id:
        raise SlackError("cant_delete_file")
    delete_file(state, file)
    return {}


METHODS = (
    Method("files.info", _info, TIER_4, scopes=("files:read",)),
    Method("files.getUploadURLExternal", _upload_address, TIER_4, scopes=("files:write",)),
    Method("files.completeUploadExternal", _complete, TIER_4, scopes=("files:write",)),
    Method("files.delete", _delete, TIER_3, scopes=("files:write",)),
)
