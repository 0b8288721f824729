"""The Web API through the official client: answers, refusals with Slack's own codes, scopes, scheduling, paging."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RunningServer, SlackWorkspace
from sandbox.slack.values import Json

from .shapes import Clock, code_of, modal, plain, refusal, text_input

Client = Any
"""An AsyncWebClient, whose answers the SDK types as perhaps absent."""


async def test_who_the_bot_is(client: Client, workspace: SlackWorkspace) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == workspace.bot.id
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert (await client.team_info())["team"]["id"] == workspace.team_id
    assert (await client.bots_info(bot=answer["bot_id"]))["bot"]["user_id"] == workspace.bot.id
    assert (await client.api_test())["ok"]


async def test_tokens(server: RunningServer, workspace: SlackWorkspace) -> None:
    stranger = AsyncWebClient(token="xoxb-unknown", base_url=server.api_url)
    assert await code_of(stranger.auth_test()) == "invalid_auth"
    assert await code_of(AsyncWebClient(base_url=server.api_url).auth_test()) == "not_authed"
    wrong = AsyncWebClient(token=workspace.app_token, base_url=server.api_url)
    assert await code_of(wrong.chat_postMessage(channel="#asiakkaat", text="x")) == "not_allowed_token_type"
    assert await code_of(wrong.apps_connections_open(app_token=workspace.bot_token)) == "not_allowed_token_type"


async def test_an_unknown_method_is_refused_by_name(client: Client) -> None:
    answer = await refusal(client.api_call("chat.shout"))
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


async def test_calls_are_recorded_without_the_token(client: Client, workspace: SlackWorkspace) -> None:
    await client.chat_postMessage(channel="#asiakkaat", text="hello")
    (call,) = workspace.calls
    assert (call.method, call.arguments["text"], call.status) == ("chat.postMessage", "hello", 200)
    assert workspace.bot_token not in repr(workspace.calls)


async def test_forms_and_json_mean_the_same(server: RunningServer, workspace: SlackWorkspace) -> None:
    blocks = '[{"type": "divider"}]'
    form = {"token": workspace.bot_token, "channel": "#asiakkaat", "text": "form", "blocks": blocks}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.api_url}chat.postMessage", data=form) as reply,
    ):
        answer = await reply.json()
    assert answer["ok"]
    (message,) = workspace.messages("#asiakkaat")
    assert [block["type"] for block in message.blocks] == ["divider"]


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("#johto", "channel_not_found"),
        ("#vanhat-asiat", "is_archived"),
        ("", "invalid_arguments"),
    ],
)
async def test_where_the_bot_cannot_post(client: Client, channel: str, code: str) -> None:
    assert await code_of(client.chat_postMessage(channel=channel, text="hello")) == code


async def test_a_public_channel_needs_membership_unless_the_scope_says_otherwise(
    client: Client, workspace: SlackWorkspace
) -> None:
    workspace.channel("#yleinen").members.discard(workspace.bot.id)
    assert await code_of(client.chat_postMessage(channel="#yleinen", text="hello")) == "not_in_channel"
    workspace.scopes.add("chat:write.public")
    assert (await client.chat_postMessage(channel="#yleinen", text="hello"))["ok"]


async def test_a_message_needs_text_or_blocks_within_the_limits(client: Client) -> None:
    assert await code_of(client.api_call("chat.postMessage", json={"channel": "#asiakkaat"})) == "no_text"
    assert await code_of(client.chat_postMessage(channel="#asiakkaat", text="x" * 40_001)) == "msg_too_long"
    long = [{"type": "section", "text": plain("x" * 3000)}] * 5
    assert await code_of(client.chat_postMessage(channel="#asiakkaat", text="x", blocks=long)) == "msg_blocks_too_long"


async def test_refused_blocks_are_named_by_pointer(client: Client) -> None:
    bad = [{"type": "section", "text": plain("fine")}, {"type": "section", "text": plain("x" * 3001)}]
    answer = await refusal(client.chat_postMessage(channel="#asiakkaat", text="x", blocks=bad))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]
    assert answer["response_metadata"]["messages"][0].startswith("[ERROR] must be less")


async def test_editing_and_deleting_is_for_own_messages(client: Client, workspace: SlackWorkspace) -> None:
    own = await client.chat_postMessage(channel="#asiakkaat", text="one", blocks=[{"type": "divider"}])
    others = await workspace.say(workspace.admin, "#asiakkaat", "mine")
    channel = str(own["channel"])
    updated = await client.chat_update(channel=channel, ts=str(own["ts"]), text="two")
    assert updated["text"] == "two"
    assert [block["type"] for block in updated["message"]["blocks"]] == ["divider"]
    assert updated["message"]["edited"]["user"] == workspace.bot.id
    assert await code_of(client.chat_update(channel=channel, ts=others.ts, text="x")) == "cant_update_message"
    assert await code_of(client.chat_delete(channel=channel, ts=others.ts)) == "cant_delete_message"
    assert await code_of(client.chat_update(channel=channel, ts="1.000000", text="x")) == "message_not_found"
    assert await code_of(client.chat_update(channel=channel, ts=str(own["ts"]), text="x" * 4001)) == "msg_too_long"
    await client.chat_delete(channel=channel, ts=str(own["ts"]))
    assert [message.ts for message in workspace.messages("#asiakkaat")] == [others.ts]


async def test_an_ephemeral_message_is_for_one_person(client: Client, workspace: SlackWorkspace) -> None:
    channel = workspace.channel("#yleinen").id
    answer = await client.chat_postEphemeral(channel=channel, user=workspace.admin.id, text="psst")
    assert [m.text for m in workspace.messages(channel, workspace.admin)] == ["psst"]
    assert workspace.messages(channel, workspace.accountant) == []
    history = await client.conversations_history(channel=channel)
    assert history["messages"] == []
    stranger = client.chat_postEphemeral(channel=channel, user=workspace.guest.id, text="psst")
    assert await code_of(stranger) == "user_not_in_channel"
    edit = client.chat_update(channel=channel, ts=str(answer["message_ts"]), text="x")
    assert await code_of(edit) == "message_not_found"


async def test_history_threads_and_metadata(client: Client, workspace: SlackWorkspace) -> None:
    metadata: Json = {"event_type": "run", "event_payload": {"id": "r1"}}
    root = await client.chat_postMessage(channel="#asiakkaat", text="root", metadata=metadata)
    channel, ts = str(root["channel"]), str(root["ts"])
    await client.chat_postMessage(channel=channel, text="reply", thread_ts=ts)
    await client.chat_postMessage(channel=channel, text="newer")
    plainly = await client.conversations_history(channel=channel)
    assert [message["text"] for message in plainly["messages"]] == ["newer", "root"]
    assert "metadata" not in plainly["messages"][1]
    fully = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert fully["messages"][1]["metadata"] == metadata
    assert fully["messages"][1]["reply_count"] == 1
    thread = await client.conversations_replies(channel=channel, ts=ts)
    assert [message["text"] for message in thread["messages"]] == ["root", "reply"]
    missing = client.chat_postMessage(channel=channel, text="x", thread_ts="1.000000")
    assert await code_of(missing) == "thread_not_found"


async def test_pages_of_history(client: Client) -> None:
    for number in range(5):
        await client.chat_postMessage(channel="#asiakkaat", text=str(number))
    channel = (await client.conversations_list())["channels"][0]["id"]
    texts: list[str] = []
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_history(channel=channel, limit=2, cursor=cursor)
        texts += [message["text"] for message in page["messages"]]
        cursor = str(page["response_metadata"]["next_cursor"])
    assert texts == ["4", "3", "2", "1", "0"]


async def test_conversations_that_the_bot_may_know(client: Client, workspace: SlackWorkspace) -> None:
    listed = await client.conversations_list(exclude_archived=True)
    assert [channel["name"] for channel in listed["channels"]] == ["asiakkaat", "yleinen", "yhteinen"]
    opened = await client.conversations_open(users=workspace.guest.id)
    again = await client.conversations_open(users=workspace.guest.id, return_im=True)
    assert opened["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    members = await client.conversations_members(channel=workspace.channel("#asiakkaat").id)
    assert workspace.guest.id in members["members"]
    private = client.conversations_info(channel=workspace.channel("#johto").id)
    assert await code_of(private) == "channel_not_found"
    assert await code_of(client.conversations_open(users=workspace.bot.id)) == "cannot_dm_bot"


async def test_people(client: Client, workspace: SlackWorkspace) -> None:
    answer = await client.users_info(user=workspace.guest.id, include_locale=True)
    assert answer["user"]["is_restricted"]
    assert answer["user"]["locale"] == "en-GB"
    assert "email" not in answer["user"]["profile"]
    assert await code_of(client.users_info(user="U0NOBODY")) == "user_not_found"
    stranger = (await client.users_info(user=workspace.external.id))["user"]
    assert stranger["is_stranger"]
    assert stranger["team_id"] != workspace.team_id
    shared = (await client.conversations_info(channel=workspace.channel("yhteinen").id))["channel"]
    assert shared["is_ext_shared"]
    assert set(shared["shared_team_ids"]) == {workspace.team_id, stranger["team_id"]}
    listed = await client.users_list()
    assert workspace.external.id not in {member["id"] for member in listed["members"]}
    assert {workspace.admin.id, workspace.accountant.id} <= {member["id"] for member in listed["members"]}


async def test_a_withheld_scope_is_named(client: Client, workspace: SlackWorkspace) -> None:
    workspace.scopes.discard("channels:read")
    answer = await refusal(client.conversations_list())
    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:read")
    assert "chat:write" in answer["provided"].split(",")
    workspace.scopes.discard("chat:write")
    assert await code_of(client.chat_postMessage(channel="#asiakkaat", text="x")) == "missing_scope"


async def test_reactions_links_and_agent_status(client: Client, workspace: SlackWorkspace) -> None:
    message = await workspace.say(workspace.admin, "#asiakkaat", "hello")
    await client.reactions_add(channel=message.channel, timestamp=message.ts, name="eyes")
    again = client.reactions_add(channel=message.channel, timestamp=message.ts, name="eyes")
    assert await code_of(again) == "already_reacted"
    link = await client.chat_getPermalink(channel=message.channel, message_ts=message.ts)
    assert link["permalink"].endswith(f"/archives/{message.channel}/p{message.ts.replace('.', '')}")
    await client.assistant_threads_setStatus(channel_id=message.channel, thread_ts=message.ts, status="is thinking")
    assert workspace.statuses[f"{message.channel}:{message.ts}"] == "is thinking"
    await client.chat_postMessage(channel=message.channel, thread_ts=message.ts, text="done")
    assert workspace.statuses == {}


# Views


async def test_a_trigger_opens_one_view_within_three_seconds(
    still_client: Client, still: RunningServer, clock: Clock
) -> None:
    workspace = still.workspace
    trigger = workspace.issue_trigger(workspace.admin.id)
    answer = await still_client.views_open(trigger_id=trigger, view=modal())
    assert answer["view"]["type"] == "modal"
    assert await code_of(still_client.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    late = workspace.issue_trigger(workspace.admin.id)
    clock.now += 3.1
    assert await code_of(still_client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert await code_of(still_client.views_open(trigger_id="made-up", view=modal())) == "invalid_trigger_id"


async def test_at_most_three_views_are_stacked(client: Client, workspace: SlackWorkspace) -> None:
    def trigger() -> str:
        return workspace.issue_trigger(workspace.admin.id)

    assert await code_of(client.views_push(trigger_id=trigger(), view=modal())) == "not_found"
    await client.views_open(trigger_id=trigger(), view=modal())
    await client.views_push(trigger_id=trigger(), view=modal())
    await client.views_push(trigger_id=trigger(), view=modal())
    assert await code_of(client.views_push(trigger_id=trigger(), view=modal())) == "push_limit_reached"


async def test_hashes_external_ids_and_closed_views(client: Client, workspace: SlackWorkspace) -> None:
    named = modal(external_id="mine")
    opened = await client.views_open(trigger_id=workspace.issue_trigger(workspace.admin.id), view=named)
    view_id, first_hash = str(opened["view"]["id"]), str(opened["view"]["hash"])
    updated = await client.views_update(external_id="mine", view=named, hash=first_hash)
    assert updated["view"]["hash"] != first_hash
    stale = client.views_update(view_id=view_id, view=named, hash=first_hash)
    assert await code_of(stale) == "hash_conflict"
    second = client.views_open(trigger_id=workspace.issue_trigger(workspace.guest.id), view=named)
    assert await code_of(second) == "duplicate_external_id"
    await workspace.close_view(workspace.admin, view_id)
    assert await code_of(client.views_update(view_id=view_id, view=modal())) == "not_found"


async def test_home_tabs_are_published_for_one_person(client: Client, workspace: SlackWorkspace) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await client.views_publish(user_id=workspace.admin.id, view=home)
    second = await client.views_publish(user_id=workspace.admin.id, view=home, hash=first["view"]["hash"])
    assert first["view"]["id"] == second["view"]["id"]
    stale = client.views_publish(user_id=workspace.admin.id, view=home, hash=first["view"]["hash"])
    assert await code_of(stale) == "hash_conflict"
    assert workspace.home(workspace.guest) is None
    wrong = await refusal(client.views_publish(user_id=workspace.admin.id, view=modal()))
    assert wrong["response_metadata"]["messages"] == ["[ERROR] unsupported type: modal [json-pointer:/view/type]"]


async def test_a_view_may_not_grow_without_bound(client: Client, workspace: SlackWorkspace) -> None:
    huge = modal(*({"type": "section", "text": plain("x" * 3000)} for _ in range(85)))
    call = client.views_open(trigger_id=workspace.issue_trigger(workspace.admin.id), view=huge)
    assert await code_of(call) == "view_too_large"


async def test_an_input_needs_a_submit_button(client: Client, workspace: SlackWorkspace) -> None:
    call = client.views_open(trigger_id=workspace.issue_trigger(workspace.admin.id), view=modal(text_input()))
    answer = await refusal(call)
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: submit [json-pointer:/view]"]


# Scheduled messages


async def test_slack_posts_a_scheduled_message_at_its_time(
    still_client: Client, still: RunningServer, clock: Clock
) -> None:
    workspace = still.workspace
    channel = workspace.channel("#asiakkaat").id
    at = int(clock.now) + 3600
    await still_client.chat_scheduleMessage(channel=channel, text="in an hour", post_at=at)
    silent: Json = {"event_type": "run", "event_payload": {}}
    await still_client.chat_scheduleMessage(channel=channel, text="never", post_at=at, metadata=silent)
    listed = await still_client.chat_scheduledMessages_list(channel=channel)
    assert [item["text"] for item in listed["scheduled_messages"]] == ["in an hour", "never"]
    clock.now += 3599
    await workspace.tick()
    assert workspace.messages(channel) == []
    clock.now += 1
    await workspace.tick()
    assert [message.text for message in workspace.messages(channel)] == ["in an hour"]
    assert (await still_client.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_a_scheduled_message_can_be_taken_back_until_a_minute_before(
    still_client: Client, still: RunningServer, clock: Clock
) -> None:
    channel = still.workspace.channel("#asiakkaat").id

    async def schedule() -> str:
        at = int(clock.now) + 3600
        answer = await still_client.chat_scheduleMessage(channel=channel, text="later", post_at=at)
        return str(answer["scheduled_message_id"])

    first, second = await schedule(), await schedule()
    await still_client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=first)
    again = still_client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=first)
    assert await code_of(again) == "invalid_scheduled_message_id"
    clock.now += 3545
    late = still_client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=second)
    assert await code_of(late) == "invalid_scheduled_message_id"


async def test_scheduling_has_its_bounds(still_client: Client, still: RunningServer, clock: Clock) -> None:
    def schedule(seconds: int) -> Any:
        return still_client.chat_scheduleMessage(channel="#asiakkaat", text="x", post_at=int(clock.now) + seconds)

    assert await code_of(schedule(-1)) == "time_in_past"
    assert await code_of(schedule(121 * 86_400)) == "time_too_far"
    for _ in range(30):
        await schedule(3600)
    assert await code_of(schedule(3600)) == "restricted_too_many"


# response_url


async def test_a_response_url_works_five_times_within_half_an_hour(still: RunningServer, clock: Clock) -> None:
    workspace = still.workspace
    channel = workspace.channel("#asiakkaat").id
    url = workspace.issue_response_url(workspace.admin.id, channel)

    async def respond(url: str, **body: Any) -> Any:
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as reply:
            return await reply.json()

    assert (await respond(url, text="all", response_type="in_channel"))["ok"]
    for number in range(4):
        assert (await respond(url, text=str(number)))["ok"]
    assert (await respond(url, text="six"))["error"] == "used_url"
    assert [m.text for m in workspace.messages(channel)] == ["all"]
    assert len(workspace.messages(channel, workspace.admin)) == 5
    late = workspace.issue_response_url(workspace.admin.id, channel)
    clock.now += 1801
    assert (await respond(late, text="late"))["error"] == "expired_url"
    fresh = workspace.issue_response_url(workspace.admin.id, channel)
    assert (await respond(fresh, blocks=[{"type": "nonsense"}]))["error"] == "invalid_blocks"
