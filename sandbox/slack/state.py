"""The state of a workspace and the small changes that everything else is made of. It delivers nothing by itself."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from sandbox.slack.errors import SlackError
from sandbox.slack.faults import EnvelopeType
from sandbox.slack.forms import Current
from sandbox.slack.manifest import read_manifest
from sandbox.slack.model import (
    Call,
    Channel,
    ChannelKind,
    Delivered,
    File,
    Message,
    Person,
    ResponseUrl,
    ScheduledMessage,
    Trigger,
    UserGroup,
    View,
)
from sandbox.slack.sockets import SocketMode
from sandbox.slack.values import Json, new_id

Clock = Callable[[], float]
Answer = TypeVar("Answer")

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5
SLACKBOT = "USLACKBOT"


class Transport(Protocol):
    """The way on which deliveries reach the app."""

    async def send(
        self, envelope: EnvelopeType, payload: Json, seconds: float, retry: int = 0, reason: str = ""
    ) -> Json | None:
        """Sends a payload and returns the acknowledgement's, or None when none came in time."""
        ...


class State:
    """People, channels, messages, views, scheduled messages, recorded calls and problems of one workspace.

    `shows_unshared_pictures`: whether blocks may show a picture that was shared nowhere; people report both of Slack.
    `scopes` are those granted to the app: all of the manifest at first; take one out to withhold it.
    `calls` are all Web API calls, `delivered` all that was sent to the app. `problems` are the app's mistakes that
    Slack tells nobody by an error code, such as an invalid acknowledgement. `bot_tokens` are valid until a moment, or
    for good; `revoked_tokens` were once.
    Deliveries go over `http` where that is set, else over Socket Mode.
    """

    def __init__(
        self, manifest: Json, clock: Clock = time.time, *, team_id: str = "T0TILITOIMI", name: str = ""
    ) -> None:
        self.clock = clock
        self.manifest = read_manifest(manifest)
        self.team_id = team_id
        self.team_name = name or "Tilitoimisto Esimerkki"
        self.team_domain = self.team_name.lower().replace(" ", "-")
        self.enterprise_id = ""
        self.is_org_install = False
        self.installer = "U0AINOADMIN"
        self.app_id = "A0FABRICAPP"
        self.bot_id = "B0FABRICBOT"
        self.bot_token = "xoxb-sandbox-" + new_id("", 24)
        self.bot_tokens: dict[str, float | None] = {self.bot_token: None}
        self.revoked_tokens: set[str] = set()
        self.app_token = "xapp-1-sandbox-" + new_id("", 24)
        self.verification_token = new_id("", 24)
        self.base_url = "http://127.0.0.1"
        self.shows_unshared_pictures = True
        self.scopes: set[str] = set(self.manifest.scopes)

        self.admin = Person("U0AINOADMIN", "aino", "Aino Admin", "aino@example.com", is_admin=True, color="b3446c")
        self.accountant = Person("U0AKUACCNTN", "aku", "Aku Accountant", "aku@example.com", color="2f6f8f")
        self.guest = Person(
            "U0GRETAGUST", "greta", "Greta Guest", "greta@example.com", is_restricted=True, color="8a6d1b"
        )
        self.external = Person("U0EETUEXTRN", "eetu", "Eetu External", color="3d7a4e", team_id="T0ASIAKASOY")
        self.bot = Person(
            "U0FABRICBOT", self.manifest.bot_name.lower(), self.manifest.bot_name, is_bot=True, color="4a154b"
        )
        self.slackbot = Person(SLACKBOT, "slackbot", "Slackbot", is_bot=True, color="616061")
        self.people = {
            p.id: p for p in (self.admin, self.accountant, self.guest, self.external, self.bot, self.slackbot)
        }

        self.channels: dict[str, Channel] = {}
        everyone = {self.admin.id, self.accountant.id}
        self.add_channel("asiakkaat", "public", {*everyone, self.guest.id, self.bot.id}, topic="Clients in Netvisor")
        self.add_channel("yleinen", "public", {*everyone, self.bot.id}, topic="Everything else")
        self.add_channel(
            "yhteinen", "public", {*everyone, self.external.id, self.bot.id}, topic="Shared with a client's people"
        )
        self.add_channel("johto", "private", {self.admin.id}, topic="Management")
        self.add_channel("vanhat-asiat", "public", everyone, topic="Old matters").is_archived = True

        self.user_groups: dict[str, UserGroup] = {}
        self.add_user_group("kirjanpito", "Kirjanpito", {self.accountant.id})

        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.scheduled: dict[str, ScheduledMessage] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, File] = {}
        self.suggestions: dict[str, list[Json]] = {}
        self.statuses: dict[str, str] = {}
        self.sessions: set[str] = set()
        self.calls: list[Call] = []
        self.delivered: list[Delivered] = []
        self.problems: list[str] = []
        self.prompts: dict[str, list[Json]] = {}
        self.on_event: Callable[[Json], None] = lambda event: None
        self.sockets = SocketMode(self.app_id, self.changed)
        self.http: Transport | None = None

        self.version = 0
        self._change = asyncio.Event()
        self._last_microsecond = 0

    # Change and time

    def changed(self) -> None:
        """Tells everyone who waits or watches that something is different now."""
        self.version += 1
        self._change.set()
        self._change = asyncio.Event()

    async def next_change(self, seconds: float) -> None:
        """Waits for the next change, or for the seconds to pass."""
        try:
            async with asyncio.timeout(seconds):
                await self._change.wait()
        except TimeoutError:
            return

    async def wait_for(self, found: Callable[[], Answer], seconds: float = 60.0) -> Answer:
        """Waits until the function returns something true and returns it. Raises TimeoutError after the seconds."""
        deadline = time.monotonic() + seconds
        while not (answer := found()):
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("what was waited for did not happen in the workspace")
            await self.next_change(min(left, 0.2))
        return answer

    def next_ts(self) -> str:
        """A time stamp for a message: seconds and microseconds, never the same twice."""
        self._last_microsecond = max(int(self.clock() * 1_000_000), self._last_microsecond + 1)
        seconds, rest = divmod(self._last_microsecond, 1_000_000)
        return f"{seconds}.{rest:06d}"

    def now_text(self) -> str:
        """The present as Slack writes it in action_ts and event_ts."""
        return f"{self.clock():.6f}"

    @property
    def is_installed(self) -> bool:
        """Whether somebody has installed the app; its tokens may have been revoked since."""
        return bool(self.scopes)

    # People and conversations

    def person(self, who: Person | str) -> Person:
        """A member by object or id. Raises SlackError user_not_found."""
        found = self.people.get(who if isinstance(who, str) else who.id)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def is_shared(self, channel: Channel) -> bool:
        """Tell whether a conversation has people of other organisations in it."""
        return any(self.people[user].is_external for user in channel.members if user in self.people)

    def current(self, channel: str | None) -> Current | None:
        """Return the conversation in which something is done, as forms need it."""
        found = self.channels.get(channel or "")
        return Current(found.id, self.is_shared(found)) if found else None

    def team_of(self, person: Person) -> str:
        """The workspace that a person is a member of."""
        return person.team_id or self.team_id

    def add_user_group(self, handle: str, name: str, users: set[str]) -> UserGroup:
        """Makes a user group."""
        group = UserGroup(new_id("S0"), handle, name, users)
        self.user_groups[group.id] = group
        return group

    def add_channel(
        self, name: str, kind: ChannelKind, members: set[str], *, topic: str = "", creator: str = ""
    ) -> Channel:
        """Makes a conversation."""
        channel = Channel(
            id=new_id("D" if kind == "im" else "C"),
            name=name,
            kind=kind,
            members=members,
            created=int(self.clock()),
            creator=creator or self.admin.id,
            topic=topic,
        )
        self.channels[channel.id] = channel
        return channel

    def channel(self, where: Channel | str) -> Channel:
        """A conversation by object, id or name (with or without #). Raises SlackError channel_not_found."""
        if isinstance(where, Channel):
            return where
        found = self.channels.get(where) or self.channel_named(where)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def channel_named(self, name: str) -> Channel | None:
        """A channel by its name, with or without #."""
        wanted = name.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == wanted and c.kind != "im"), None)

    def direct(self, one: str, other: str) -> Channel:
        """The direct conversation of two members, made when they have none."""
        members = {one, other}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == members:
                return channel
        channel = self.add_channel("", "im", members, creator=one)
        self.changed()
        return channel

    def visible_channels(self, person: Person) -> Iterator[Channel]:
        """The conversations in a person's sidebar; guests and other organisations' people see only their own."""
        for channel in self.channels.values():
            open_to_all = channel.kind == "public" and not (person.is_restricted or person.is_external)
            if person.id in channel.members or open_to_all:
                yield channel

    # Messages

    def post(self, message: Message) -> Message:
        """Puts a message into its conversation."""
        self.channels[message.channel].messages[message.ts] = message
        self.changed()
        return message

    def tell(self, person: Person, channel: Channel, text: str) -> Message:
        """Slackbot tells one person something that only they see."""
        return self.post(
            Message(ts=self.next_ts(), channel=channel.id, user=SLACKBOT, text=text, ephemeral_to=person.id)
        )

    def messages(self, channel: Channel | str, viewer: Person | str | None = None) -> list[Message]:
        """What stands in a conversation; with a viewer also the ephemeral messages that only they see."""
        seer = self.person(viewer).id if viewer is not None else None
        found = self.channel(channel).messages.values()
        return [message for message in found if message.ephemeral_to in (None, seer)]

    # Views

    def view(self, view_id: str) -> View:
        """An open modal or a Home tab. Raises SlackError not_found when it is closed or never was."""
        found = self.views.get(view_id)
        if found is None:
            raise SlackError("not_found")
        return found

    def open_views(self, user: Person | str) -> list[View]:
        """A person's open modals; the last is the one on top."""
        return [self.views[view_id] for view_id in self.stacks.get(self.person(user).id, [])]

    def home(self, user: Person | str) -> View | None:
        """What the app published on a person's Home tab."""
        view_id = self.homes.get(self.person(user).id)
        return self.views[view_id] if view_id else None

    # What an interaction hands to the app

    def issue_trigger(self, user: str, channel: str | None = None, view: str | None = None) -> str:
        """A fresh trigger id."""
        trigger_id = f"{int(self.clock() * 1000)}.{new_id('', 12)}.{new_id('', 16).lower()}"
        self.triggers[trigger_id] = Trigger(user, self.clock(), channel, view)
        return trigger_id

    def take_trigger(self, trigger_id: object) -> Trigger:
        """Uses a trigger id up.

        Raises SlackError invalid_trigger_id, exchanged_trigger_id (used before) or expired_trigger_id (3 s).
        """
        trigger = self.triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def issue_response_url(
        self, user: str, channel: str, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """A fresh response_url."""
        key = new_id("", 24)
        self.response_urls[key] = ResponseUrl(user, channel, self.clock(), message_ts, thread_ts)
        return f"{self.base_url}/response/{key}"

    def take_response_url(self, key: str) -> ResponseUrl:
        """Counts a use of a response_url. Raises SlackError invalid_url, expired_url (30 min) or used_url (5 times)."""
        found = self.response_urls.get(key)
        if found is None:
            raise SlackError("invalid_url")
        if self.clock() - found.issued > RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        if found.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        found.uses += 1
        return found
