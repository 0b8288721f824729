"""The workspace as people use it: every method acts as a person would and delivers what Slack would deliver."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.slack.deliveries import Deliveries
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import Faults
from sandbox.slack.files import check_file_scope, give_files, upload_file
from sandbox.slack.forms import VALUE_KEYS, state_values
from sandbox.slack.interactions import (
    action_json,
    block_actions_json,
    closing_json,
    shortcut_json,
    submission_json,
    suggestion_json,
)
from sandbox.slack.model import Channel, File, Message, Person, View
from sandbox.slack.payloads import command_json, message_event, view_json
from sandbox.slack.posting import escaped, post_reply, post_scheduled
from sandbox.slack.rate_limits import RateLimits
from sandbox.slack.state import Clock, State
from sandbox.slack.surfaces import named_blocks, options_faults, reply_faults, submission_faults
from sandbox.slack.targets import (
    MessagePlace,
    Target,
    client_errors,
    fill,
    find_element,
    own_view,
    shaped_at,
    target_of,
)
from sandbox.slack.values import Json, objects
from sandbox.slack.view_stack import clear_views, close_view, push_view, update_view

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack shows in a modal, at a button or in a menu when the app did not acknowledge, or did so wrongly."""


@dataclass(frozen=True)
class Outcome:
    """What came of something a person did.

    `acknowledged`: the app acknowledged in time. `timed_out`: it was told and did not. Neither is true when Slack's
    client stopped it, as for a required field left empty. `payload`: the acknowledgement's. `errors`: texts at
    fields by block_id. `messages`: what the person sees appear at once. `notice`: what Slack tells the person about a
    failure, empty when all is well. `options`: what a search found. `view`: the modal that was pushed or updated.
    """

    acknowledged: bool
    timed_out: bool = False
    payload: Json = field(default_factory=dict[str, object])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    messages: tuple[Message, ...] = ()
    notice: str = ""
    options: tuple[Json, ...] = ()
    view: View | None = None


class SlackWorkspace(State):
    """A Slack workspace in which an app is installed.

    `clock` gives Unix seconds. `rate_limits` switches Slack's rate limits on. `faults` makes calls and deliveries
    fail on request. `patience` is how many seconds an acknowledgement may take (Slack: 3).
    """

    def __init__(
        self,
        manifest: Json,
        *,
        clock: Clock = time.time,
        rate_limits: bool = True,
        team_id: str = "T0TILITOIMI",
        name: str = "",
    ) -> None:
        super().__init__(manifest, clock, team_id=team_id, name=name)
        self.faults = Faults()
        self.limits = RateLimits(clock)
        self.rate_limits = rate_limits
        self.deliveries = Deliveries(self, self.faults)
        self.on_event = lambda event: self.deliveries.in_background(self.deliveries.send_event(event))

    @property
    def is_connected(self) -> bool:
        """Whether the app listens over Socket Mode."""
        return self.sockets.is_connected

    @property
    def patience(self) -> float:
        """Seconds within which an acknowledgement must come."""
        return self.deliveries.patience

    @patience.setter
    def patience(self, seconds: float) -> None:
        self.deliveries.patience = seconds

    # Commands and messages

    async def command(self, user: Person | str, channel: Channel | str, text: str) -> Outcome:
        """Types a slash command, such as `/fabric add-client`, in a conversation."""
        person, place = self.person(user), self.channel(channel)
        name, _, rest = text.strip().partition(" ")
        known = next((command for command in self.manifest.commands if command.command == name), None)
        if known is None or "commands" not in self.scopes or person.is_external:
            notice = self.tell(person, place, f"`{name}` is not a valid command.")
            return Outcome(acknowledged=False, messages=(notice,), notice=notice.text)
        rest = escaped(self, rest.strip()) if known.should_escape else rest.strip()
        payload = command_json(self, person, place, name, rest)
        answer = await self.deliveries.deliver("slash_commands", payload)
        faults = reply_faults(answer) if answer else []
        if answer is None or faults:
            self._complain("command", faults)
            code = "operation_timeout" if answer is None else "invalid_command_response"
            notice = self.tell(person, place, f"{name} failed with the error “{code}”")
            return Outcome(
                acknowledged=answer is not None,
                timed_out=answer is None,
                payload=answer or {},
                messages=(notice,),
                notice=notice.text,
            )
        shown = self._reply(person, place, answer)
        return Outcome(acknowledged=True, payload=answer, messages=(shown,) if shown else ())

    def _reply(self, person: Person, channel: Channel, answer: Json) -> Message | None:
        if not answer.get("text") and not answer.get("blocks"):
            return None
        return post_reply(self, channel.id, person.id, answer)

    async def say(self, user: Person | str, channel: Channel | str, text: str, thread_ts: str | None = None) -> Message:
        """Posts a message as a person; `@Fabric` and `#asiakkaat` become mentions.

        Raises SlackError not_in_channel, is_archived or thread_not_found.
        """
        person, place = self.person(user), self.channel(channel)
        if person.id not in place.members:
            raise SlackError("not_in_channel")
        if place.is_archived:
            raise SlackError("is_archived")
        if thread_ts is not None and thread_ts not in place.messages:
            raise SlackError("thread_not_found")
        message = self.post(Message(self.next_ts(), place.id, person.id, escaped(self, text), thread_ts=thread_ts))
        event = message_event(self, place, message)
        event["client_msg_id"] = f"sandbox-{message.ts}"
        piece: Json = {"type": "text", "text": text}
        section: Json = {"type": "rich_text_section", "elements": [piece]}
        event["blocks"] = [{"type": "rich_text", "block_id": "say", "elements": [section]}]
        events = [event]
        if f"<@{self.bot.id}>" in message.text and place.kind != "im":
            mention = {key: value for key, value in event.items() if key != "channel_type"}
            events.append({**mention, "type": "app_mention"})
        await asyncio.gather(*(self.deliveries.send_event(each) for each in events))
        return message

    async def open_home(self, user: Person | str, tab: str = "home") -> Outcome:
        """Opens the app's page on its Home or Messages tab."""
        person = self.person(user)
        channel = self.direct(person.id, self.bot.id)
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self.now_text(),
        }
        home = self.home(person)
        if tab == "home" and home is not None:
            event["view"] = view_json(self, home)
        acknowledged = await self.deliveries.send_event(event)
        return Outcome(acknowledged=acknowledged, timed_out=not acknowledged)

    async def stop_agent(self, user: Person | str, channel: Channel | str, thread_ts: str) -> Outcome:
        """Presses the stop button of a session that is processing; the app itself must move it on."""
        person, place = self.person(user), self.channel(channel)
        if f"{place.id}:{thread_ts}" not in self.sessions:
            raise ValueError("there is no stop button: no session is processing here")
        stopped: list[str] = []
        for message in place.messages.values():
            if message.thread_ts == thread_ts and message.stream and message.stream.is_open(self.clock()):
                message.stream.is_stopped_by_user = True
                stopped.append(message.ts)
        self.changed()
        event: Json = {
            "type": "agent_session_stopped",
            "user": person.id,
            "channel": place.id,
            "thread_ts": thread_ts,
            "streaming_message_ts": stopped,
            "event_ts": self.now_text(),
        }
        acknowledged = await self.deliveries.send_event(event)
        return Outcome(acknowledged=acknowledged, timed_out=not acknowledged)

    # Clicks and choices

    async def click(
        self,
        user: Person | str,
        *,
        action_id: str,
        message: MessagePlace | None = None,
        view: str | None = None,
        home: bool = False,
        block_id: str | None = None,
        value: object = None,
        selected_option: object = None,
        values: Mapping[str, Mapping[str, object]] | None = None,
    ) -> Outcome:
        """Clicks a button or chooses in a menu, in a message, a modal or on the Home tab.

        `value` or `selected_option` is what is chosen or typed, plain (an option's value, an id, a date, a list);
        for a button it tells apart several with one action_id. `values` are other fields filled in before. In an
        input block without dispatch_action the choice is only kept, as in Slack.
        Raises ValueError for what a person could not do.
        """
        person, target = self.person(user), target_of(self, user, message, view, home)
        chosen = selected_option if selected_option is not None else value
        entered = fill(self, target, values or {})
        element = find_element(target, action_id, block_id, chosen)
        content: Json | None = None
        if element.kind in VALUE_KEYS:
            content = shaped_at(self, target, element, chosen)
            entered.setdefault(element.block_id, {})[element.action_id] = content
        if element.block["type"] == "input" and element.block.get("dispatch_action") is not True:
            self.changed()
            return Outcome(acknowledged=True)
        action = action_json(self, element, content, chosen)
        answer = await self.deliveries.deliver("interactive", block_actions_json(self, person, target, action, entered))
        if target.message is not None:
            target.message.unresponsive = answer is None
        self.changed()
        if answer is None:
            return Outcome(acknowledged=False, timed_out=True, notice=TROUBLE)
        return Outcome(acknowledged=True, payload=answer)

    async def shortcut(self, user: Person | str, callback_id: str, message: MessagePlace | None = None) -> Outcome:
        """Chooses a shortcut: a global one, or with a message one of its menu.

        Raises ValueError for a shortcut that the manifest does not have for that place, and for messages that only
        one person sees, which have no such menu.
        """
        person = self.person(user)
        target = target_of(self, person, message, None, home=False).message if message is not None else None
        kind = "global" if target is None else "message"
        known = any(one.kind == kind and one.callback_id == callback_id for one in self.manifest.shortcuts)
        if not known or "commands" not in self.scopes or (target is not None and target.ephemeral_to is not None):
            raise ValueError(f"there is no shortcut {callback_id!r} here")
        answer = await self.deliveries.deliver("interactive", shortcut_json(self, person, callback_id, target))
        if answer is None:
            return Outcome(acknowledged=False, timed_out=True, notice=TROUBLE)
        return Outcome(acknowledged=True, payload=answer)

    async def suggest(
        self,
        user: Person | str,
        action_id: str,
        text: str,
        *,
        message: MessagePlace | None = None,
        view: str | None = None,
        home: bool = False,
        block_id: str | None = None,
    ) -> Outcome:
        """Types into an external select. Fewer characters than its min_query_length (3 by default) ask nobody."""
        person, target = self.person(user), target_of(self, user, message, view, home)
        element = find_element(target, action_id, block_id, None)
        if len(text) < element.element.get("min_query_length", 3):
            return Outcome(acknowledged=False)
        answer = await self.deliveries.deliver("interactive", suggestion_json(self, person, target, element, text))
        if answer is None:
            return Outcome(acknowledged=False, timed_out=True, notice=TROUBLE)
        if faults := options_faults(answer):
            self._complain("block_suggestion", faults)
            return Outcome(acknowledged=True, payload=answer, notice=TROUBLE)
        options = objects(answer.get("options"))
        options += [option for group in objects(answer.get("option_groups")) for option in objects(group["options"])]
        self.suggestions.setdefault(target.key, []).extend(options)
        return Outcome(acknowledged=True, payload=answer, options=tuple(options))

    # Modals

    def attach(
        self, user: Person | str, view_id: str, action_id: str, name: str, content: bytes, block_id: str | None = None
    ) -> File:
        """Adds a file to a modal's file_input, which keeps it until it is submitted.

        `values` of `submit` with a list of ids instead says which files stand there, none to remove all.
        Raises ValueError with what Slack's client says of a file that it refuses: of another type, too large, one
        too many.
        """
        target = target_of(self, user, None, view_id, home=False)
        element = find_element(target, action_id, block_id, None)
        present = state_values(target.blocks, self.view(view_id).entered)[element.block_id][element.action_id]["files"]
        file = upload_file(self, self.person(user), name, content, element.element, [each["id"] for each in present])
        fill(self, target, {element.block_id: {element.action_id: [*present, file.id]}})
        return file

    async def submit(
        self, user: Person | str, view_id: str, values: Mapping[str, Mapping[str, object]] | None = None
    ) -> Outcome:
        """Fills a modal in (plain values by block_id and action_id) and submits it.

        What Slack's client insists on (required fields, lengths, formats) comes back as `errors` without asking the
        app. Raises ValueError for fields or options that are not there, SlackError not_found for a closed modal.
        """
        person, view = self.person(user), own_view(self, user, view_id)
        if "submit" not in view.content:
            raise ValueError("this modal has no submit button")
        fill(self, Target(view=view), values or {})
        if errors := client_errors(self, view):
            return Outcome(acknowledged=False, errors=errors)
        give_files(self, view)
        answer = await self.deliveries.deliver("interactive", submission_json(self, person, view))
        if answer is None:
            return Outcome(acknowledged=False, timed_out=True, notice=TROUBLE)
        try:
            return self._submitted(view, answer)
        except SlackError as error:
            self._complain("view_submission", [error.code])
            return Outcome(acknowledged=True, payload=answer, notice=TROUBLE)

    def _submitted(self, view: View, answer: Json) -> Outcome:
        if faults := submission_faults(answer, view.content):
            self._complain("view_submission", faults)
            return Outcome(acknowledged=True, payload=answer, notice=TROUBLE)
        action = answer.get("response_action")
        if action == "errors":
            errors = {str(name): str(words) for name, words in answer["errors"].items()}
            return Outcome(acknowledged=True, payload=answer, errors=errors)
        if view.id not in self.views:
            return Outcome(acknowledged=True, payload=answer)
        shown: View | None = None
        if action == "clear":
            clear_views(self, view.user)
        elif action is None:
            close_view(self, view, alone=True)
        else:
            content: Json = {**answer["view"], "blocks": named_blocks(objects(answer["view"]["blocks"]))}
            check_file_scope(self, content)
            if action == "update":
                shown = update_view(self, view, content)
            else:
                shown = push_view(self, view.user, content, view.channel)
        return Outcome(acknowledged=True, payload=answer, view=shown)

    async def close_view(self, user: Person | str, view_id: str) -> Outcome:
        """Closes a modal with its close button; the app hears of it if the modal says notify_on_close."""
        person, view = self.person(user), own_view(self, user, view_id)
        is_cleared = view.content.get("clear_on_close") is True
        acknowledged = True
        for closed in close_view(self, view):
            if closed.content.get("notify_on_close") is True:
                payload = closing_json(self, person, closed, is_cleared=is_cleared)
                acknowledged = await self.deliveries.deliver("interactive", payload) is not None
        return Outcome(acknowledged=acknowledged, timed_out=not acknowledged)

    # Time

    async def tick(self) -> None:
        """Does what is due by the clock: posts scheduled messages and repeats events. The server calls it often."""
        post_scheduled(self)
        self.deliveries.run_retries()

    def _complain(self, what: str, faults: list[str]) -> None:
        self.problems.extend(f"{what}: {fault}" for fault in faults)
