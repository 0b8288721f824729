"""What a workspace is made of: people, conversations, messages, views."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.slack.values import Json, is_array, is_object, objects

ChannelKind = Literal["public", "private", "im"]


@dataclass
class Person:
    """A member of the workspace; the app's bot and Slackbot are members too.

    One with a `team_id` is a member of another organisation's workspace, whom channels shared by Slack Connect show.
    """

    id: str
    name: str
    real_name: str
    email: str = ""
    is_admin: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    is_deactivated: bool = False
    locale: str = "en-GB"
    time_zone: str = "Europe/Helsinki"
    color: str = "5b3a8c"
    team_id: str = ""

    @property
    def is_external(self) -> bool:
        """Whether they are of another organisation."""
        return bool(self.team_id)


@dataclass
class UserGroup:
    """A group of members that is mentioned by its handle."""

    id: str
    handle: str
    name: str
    users: set[str] = field(default_factory=set[str])


@dataclass
class File:
    """An uploaded file. Nobody but its owner sees it until it is given to the app in a modal, or shared.

    `shares` are the time stamps of the messages it stands in, by channel. `is_complete` turns true when a file that
    the app uploads was finished by files.completeUploadExternal; a person's is complete at once.
    """

    id: str
    name: str
    user: str
    created: int
    size: int
    content: bytes = field(default=b"", repr=False)
    title: str = ""
    alternative_text: str = ""
    is_complete: bool = True
    is_given: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


STREAM_SECONDS = 300
"""How long after its start Slack itself closes a stream, as apps have met it; no page tells."""


@dataclass
class Stream:
    """How a message is being streamed: since when (Unix seconds), by text or by chunks, tasks in a plan or not."""

    started: float
    takes_text: bool
    is_plan: bool = False
    is_closed: bool = False
    is_stopped_by_user: bool = False

    def is_open(self, now: float) -> bool:
        """Whether more can be appended."""
        return not self.is_closed and not self.is_stopped_by_user and now - self.started < STREAM_SECONDS


@dataclass
class Message:
    """A posted message. `ephemeral_to` is the only person who sees it, if it is an ephemeral one."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list[Json])
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    edited_at: float | None = None
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    unresponsive: bool = False
    files: list[File] = field(default_factory=list[File])
    stream: Stream | None = None

    @property
    def visible_text(self) -> str:
        """Everything that a reader sees, a line for each text: of the blocks if there are any, else the text.

        The titles of files come last.
        """
        lines = visible_texts(self.blocks) if self.blocks else [self.text] if self.text else []
        return "\n".join([*lines, *(file.title for file in self.files)])


@dataclass
class Channel:
    """A channel or a direct conversation, with its messages by time stamp in the order they were posted."""

    id: str
    name: str
    kind: ChannelKind
    members: set[str]
    created: int
    creator: str = ""
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict[str, Message])


@dataclass
class View:
    """An open modal or a published Home tab of one person."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    channel: str | None = None
    entered: dict[str, dict[str, Json]] = field(default_factory=dict[str, dict[str, Json]])
    status: str = ""

    @property
    def title(self) -> str:
        """The words at the top of a modal."""
        title = self.content.get("title")
        return str(title["text"]) if is_object(title) else ""

    @property
    def callback_id(self) -> str:
        """What the app calls this view."""
        return str(self.content.get("callback_id", ""))

    @property
    def blocks(self) -> list[Json]:
        """The blocks, with the ids that were filled in."""
        return objects(self.content["blocks"])

    @property
    def visible_text(self) -> str:
        """Everything that a reader sees, a line for each text."""
        return "\n".join(visible_texts(self.blocks))


@dataclass(frozen=True)
class ScheduledMessage:
    """A message that Slack itself posts at a time (Unix seconds)."""

    id: str
    channel: str
    post_at: int
    created: int
    text: str
    blocks: list[Json]
    thread_ts: str | None
    metadata: Json | None


@dataclass(frozen=True)
class Call:
    """A Web API call: its arguments without the token, what it was answered, and when (Unix seconds)."""

    method: str
    arguments: Json
    response: Json
    status: int
    time: float


@dataclass(frozen=True)
class Delivered:
    """Something that was sent to the app: what, whether it acknowledged, and when (Unix seconds)."""

    name: str
    is_acknowledged: bool
    time: float


@dataclass
class Trigger:
    """A trigger id's right to open one view for the person who acted."""

    user: str
    issued: float
    channel: str | None = None
    view: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """A response_url: it posts for the person who acted, at most 5 times within 30 minutes."""

    user: str
    channel: str
    issued: float
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


def visible_texts(value: object) -> list[str]:
    """All texts inside blocks in reading order, without the ids and values that nobody sees."""
    if is_array(value):
        return [line for item in value for line in visible_texts(item)]
    if not is_object(value):
        return []
    lines: list[str] = []
    for key, inner in value.items():
        if key in _SPOKEN and isinstance(inner, str):
            lines.append(inner)
        elif key not in _SILENT:
            lines += visible_texts(inner)
    return lines


_SPOKEN = ("text", "title", "alt_text")
_SILENT = ("confirm", "placeholder", "state")
