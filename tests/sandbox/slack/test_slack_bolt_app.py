"""A real Bolt app over Socket Mode: commands, modals, actions, messages and events reach it and come back."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackWorkspace
from sandbox.slack.workspace import TROUBLE

from .shapes import button, modal, plain, text_input

ASK = modal(text_input("company", max_length=9), callback_id="ask", submit=plain("Add"))


def opens(app: AsyncApp, view: dict[str, Any]) -> None:
    """The app opens a modal when somebody types /fabric."""

    @app.command("/fabric")
    async def fabric(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)


async def opened(workspace: SlackWorkspace) -> str:
    """The accountant types /fabric; the id of the modal that opens."""
    assert (await workspace.command(workspace.accountant, "#asiakkaat", "/fabric")).acknowledged
    views = await workspace.wait_for(lambda: workspace.open_views(workspace.accountant))
    return views[-1].id


async def test_a_command_opens_a_modal_and_its_submission_posts_a_message(
    connected: AsyncApp, workspace: SlackWorkspace
) -> None:
    opens(connected, ASK)

    @connected.view("ask")
    async def asked(ack: Any, view: Any, client: AsyncWebClient) -> None:
        typed = view["state"]["values"]["company"]["typed"]["value"]
        if "-" not in typed:
            await ack(response_action="errors", errors={"company": "A hyphen is missing"})
            return
        await ack()
        await client.chat_postMessage(channel="#asiakkaat", text=f"Added {typed}")

    view_id = await opened(workspace)
    empty = await workspace.submit(workspace.accountant, view_id)
    assert empty.errors == {"company": "Please complete this required field."}
    assert not empty.timed_out
    refused = await workspace.submit(workspace.accountant, view_id, {"company": {"typed": "12345678"}})
    assert refused.errors == {"company": "A hyphen is missing"}
    done = await workspace.submit(workspace.accountant, view_id, {"company": {"typed": "1234567-1"}})
    assert done.acknowledged
    assert workspace.open_views(workspace.accountant) == []
    (message,) = await workspace.wait_for(lambda: workspace.messages("#asiakkaat"))
    assert message.text == "Added 1234567-1"
    assert workspace.problems == []


async def test_a_command_answered_in_its_acknowledgement_is_seen_by_one_person(
    connected: AsyncApp, workspace: SlackWorkspace
) -> None:
    @connected.command("/fabric")
    async def fabric(ack: Any, command: Any) -> None:
        await ack(f"You typed {command['text']}")

    outcome = await workspace.command(workspace.guest, "#asiakkaat", "/fabric help me")
    assert [message.text for message in outcome.messages] == ["You typed help me"]
    assert len(workspace.messages("#asiakkaat", workspace.guest)) == 1
    assert workspace.messages("#asiakkaat", workspace.admin) == []
    assert workspace.messages("#asiakkaat") == []


async def test_response_action_update_push_and_clear(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    opens(connected, ASK)
    answers = {"up": "update", "push": "push", "clear": "clear"}

    @connected.view("ask")
    async def asked(ack: Any, view: Any) -> None:
        action = answers[view["state"]["values"]["company"]["typed"]["value"]]
        if action == "clear":
            await ack(response_action="clear")
        else:
            await ack(response_action=action, view={**ASK, "title": plain(action)})

    user, view_id = workspace.accountant, await opened(workspace)
    updated = await workspace.submit(user, view_id, {"company": {"typed": "up"}})
    assert updated.view is not None
    assert (updated.view.id, updated.view.title) == (view_id, "update")
    pushed = await workspace.submit(user, view_id, {"company": {"typed": "push"}})
    assert pushed.view is not None
    assert pushed.view.previous_id == view_id
    assert pushed.view.root_id == view_id
    assert [view.title for view in workspace.open_views(user)] == ["update", "push"]
    await workspace.submit(user, pushed.view.id, {"company": {"typed": "clear"}})
    assert workspace.open_views(user) == []
    assert workspace.problems == []


async def test_typed_values_survive_an_update_where_block_action_and_type_stay(
    connected: AsyncApp, workspace: SlackWorkspace, client: AsyncWebClient
) -> None:
    opens(connected, modal(text_input("kept"), text_input("renamed"), button(), callback_id="ask", submit=plain("Add")))
    seen = asyncio.Event()

    @connected.action("press")
    async def pressed(ack: Any) -> None:
        await ack()
        seen.set()

    view_id = await opened(workspace)
    await workspace.click(
        workspace.accountant,
        view=view_id,
        action_id="press",
        values={"kept": {"typed": "one"}, "renamed": {"typed": "two"}},
    )
    assert seen.is_set()
    newer = modal(text_input("kept"), text_input("other"), callback_id="ask", submit=plain("Add"))
    answer: Any = await client.views_update(view_id=view_id, view=newer)
    values = answer["view"]["state"]["values"]
    assert values["kept"]["typed"]["value"] == "one"
    assert values["other"]["typed"]["value"] is None


async def test_closing_tells_the_app_when_the_view_asks_for_it(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    opens(connected, {**ASK, "notify_on_close": True, "clear_on_close": True})
    heard: list[Any] = []

    @connected.view_closed("ask")
    async def closed(ack: Any, body: Any) -> None:
        heard.append((body["view"]["callback_id"], body["is_cleared"]))
        await ack()

    outcome = await workspace.close_view(workspace.accountant, await opened(workspace))
    assert outcome.acknowledged
    assert heard == [("ask", True)]


async def test_buttons_and_menus_in_a_message(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    options = [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]
    menu = {"type": "static_select", "action_id": "choose", "options": options}
    overflow = {"type": "overflow", "action_id": "more", "options": options}
    pressed: list[Any] = []

    @connected.action("press")
    async def press(ack: Any, action: Any, body: Any, respond: Any) -> None:
        await ack()
        pressed.append((action["value"], body["container"]["type"], body["message"]["text"], body["channel"]["id"]))
        await respond("Seen by one")
        await respond(text="Replaced", replace_original=True)

    @connected.action("choose")
    async def choose(ack: Any, action: Any, body: Any) -> None:
        await ack()
        assert body["state"]["values"]["menu"]["choose"]["selected_option"]["value"] == "2"
        pressed.append(action["selected_option"]["value"])

    @connected.action("more")
    async def more(ack: Any, action: Any) -> None:
        await ack()
        pressed.append(action["selected_option"]["text"]["text"])

    rows = [button(value="a"), {"type": "actions", "block_id": "menu", "elements": [menu, overflow]}]
    await connected.client.chat_postMessage(channel="#asiakkaat", text="Choose", blocks=rows)
    (message,) = workspace.messages("#asiakkaat")
    place = ("#asiakkaat", message.ts)
    await workspace.click(workspace.admin, action_id="choose", message=place, value="2")
    await workspace.click(workspace.admin, action_id="more", message=place, value="1")
    await workspace.click(workspace.admin, action_id="press", message=place)
    await workspace.wait_for(lambda: message.text == "Replaced")
    assert pressed == ["2", "One", ("a", "message", "Choose", message.channel)]
    assert message.blocks == []
    assert [m.text for m in workspace.messages("#asiakkaat", workspace.admin)] == ["Replaced", "Seen by one"]


async def test_shortcuts_anywhere_and_in_the_menu_of_a_message(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    chosen: list[Any] = []

    @connected.global_shortcut("add")
    async def add(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        chosen.append((body["type"], body["user"]["id"], "channel" in body, "response_url" in body))
        await client.views_open(trigger_id=body["trigger_id"], view=modal(callback_id="added"))

    @connected.message_shortcut("ask")
    async def ask(ack: Any, body: Any, respond: Any) -> None:
        await ack()
        chosen.append((body["type"], body["channel"]["name"], body["message_ts"], body["message"]["text"]))
        await respond("Seen by one")

    aku = workspace.accountant
    message = await workspace.say(workspace.admin, "#asiakkaat", "Which <rights>?")
    place = ("#asiakkaat", message.ts)
    assert (await workspace.shortcut(aku, "add")).acknowledged
    await workspace.wait_for(lambda: workspace.open_views(aku))
    assert (await workspace.shortcut(aku, "ask", place)).acknowledged
    await workspace.wait_for(lambda: len(workspace.messages("#asiakkaat", aku)) == 2)
    assert chosen == [
        ("shortcut", aku.id, False, False),
        ("message_action", "asiakkaat", message.ts, "Which &lt;rights&gt;?"),
    ]
    seen_by_one = ("#asiakkaat", workspace.messages("#asiakkaat", aku)[-1].ts)
    for callback_id, where in (("ask", None), ("add", place), ("gone", place), ("ask", seen_by_one)):
        with pytest.raises(ValueError, match="no shortcut"):
            await workspace.shortcut(aku, callback_id, where)


async def test_external_select_asks_the_app_and_the_choice_comes_back(
    connected: AsyncApp, workspace: SlackWorkspace
) -> None:
    select = {"type": "external_select", "action_id": "client", "min_query_length": 1}
    row = {"type": "input", "block_id": "row", "label": plain("Client"), "element": select}
    opens(connected, modal(row, callback_id="ask", submit=plain("Add")))
    chosen: list[str] = []

    @connected.options("client")
    async def clients(ack: Any, payload: Any) -> None:
        await ack(options=[{"text": plain(f"{payload['value']} Oy"), "value": "id-1"}])

    @connected.view("ask")
    async def asked(ack: Any, view: Any) -> None:
        await ack()
        chosen.append(view["state"]["values"]["row"]["client"]["selected_option"]["text"]["text"])

    user, view_id = workspace.accountant, await opened(workspace)
    too_short = await workspace.suggest(user, "client", "", view=view_id)
    assert not too_short.acknowledged
    found = await workspace.suggest(user, "client", "Malli", view=view_id)
    assert [option["value"] for option in found.options] == ["id-1"]
    await workspace.submit(user, view_id, {"row": {"client": "id-1"}})
    assert chosen == ["Malli Oy"]


async def test_mentions_direct_messages_and_the_home_tab(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    @connected.event("app_mention")
    async def mentioned(event: Any, say: Any) -> None:
        await say(text=f"In a thread: {event['text']}", thread_ts=event["ts"])

    @connected.event("message")
    async def direct(event: Any, say: Any) -> None:
        assert event["channel_type"] == "im"
        await say(f"You said {event['text']}")

    @connected.event("app_home_opened")
    async def home(event: Any, client: AsyncWebClient) -> None:
        text = f"{event['tab']} {'again' if 'view' in event else 'first'}"
        view = {"type": "home", "blocks": [{"type": "section", "text": plain(text)}]}
        await client.views_publish(user_id=event["user"], view=view)

    asked = await workspace.say(workspace.guest, "#asiakkaat", "@Fabric help <now>")
    answer = await workspace.wait_for(lambda: workspace.messages("#asiakkaat")[1:])
    assert answer[0].thread_ts == asked.ts
    assert answer[0].text == f"In a thread: <@{workspace.bot.id}> help &lt;now&gt;"

    own = workspace.direct(workspace.admin.id, workspace.bot.id)
    await workspace.say(workspace.admin, own, "hei")
    await workspace.wait_for(lambda: len(workspace.messages(own)) == 2)
    assert workspace.messages(own)[1].text == "You said hei"

    for expected in ("home first", "home again"):
        await workspace.open_home(workspace.admin)
        await workspace.wait_for(lambda text=expected: _home_text(workspace) == text)


def _home_text(workspace: SlackWorkspace) -> str:
    home = workspace.home(workspace.admin)
    return home.visible_text if home else ""


async def test_what_is_not_acknowledged_shows_slacks_time_out(
    connected: AsyncApp, workspace: SlackWorkspace, client: AsyncWebClient
) -> None:
    opens(connected, ASK)

    @connected.view("ask")
    async def slow(ack: Any) -> None:
        await asyncio.sleep(0.5)
        await ack()

    view_id = await opened(workspace)
    workspace.patience = 0.3
    outcome = await workspace.submit(workspace.accountant, view_id, {"company": {"typed": "typed"}})
    assert outcome.timed_out
    assert outcome.notice == TROUBLE
    (view,) = workspace.open_views(workspace.accountant)
    assert view.entered["company"]["typed"]["value"] == "typed"

    await client.chat_postMessage(channel="#yleinen", text="Press", blocks=[button("nobody-listens")])
    (message,) = workspace.messages("#yleinen")
    pressed = await workspace.click(workspace.admin, action_id="nobody-listens", message=("#yleinen", message.ts))
    assert pressed.timed_out
    assert message.unresponsive


async def test_without_a_connected_app_a_command_times_out_and_only_the_typist_sees_it(
    workspace: SlackWorkspace,
) -> None:
    outcome = await workspace.command(workspace.accountant, "#asiakkaat", "/fabric clients")
    assert outcome.timed_out
    assert outcome.notice == "/fabric failed with the error “operation_timeout”"
    assert workspace.messages("#asiakkaat", workspace.admin) == []
    assert workspace.messages("#asiakkaat", workspace.accountant) == list(outcome.messages)


async def test_an_unknown_command_is_answered_by_slack(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    outcome = await workspace.command(workspace.admin, "#asiakkaat", "/nonsense now")
    assert outcome.notice == "`/nonsense` is not a valid command."
    assert not outcome.timed_out


async def test_invalid_acknowledgements_are_recorded_and_look_like_trouble(
    connected: AsyncApp, workspace: SlackWorkspace
) -> None:
    opens(connected, ASK)

    @connected.view("ask")
    async def asked(ack: Any, view: Any) -> None:
        if view["state"]["values"]["company"]["typed"]["value"] == "errors":
            await ack(response_action="errors", errors={"no-such-block": "Wrong"})
        else:
            await ack(response_action="update", view={**ASK, "title": plain("x" * 25)})

    user, view_id = workspace.accountant, await opened(workspace)
    for typed in ("errors", "update"):
        outcome = await workspace.submit(user, view_id, {"company": {"typed": typed}})
        assert outcome.notice == TROUBLE
    assert workspace.problems == [
        "view_submission: [ERROR] no input block with block_id `no-such-block` [json-pointer:/errors/no-such-block]",
        "view_submission: [ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
    ]


async def test_the_app_comes_back_after_slack_asked_it_to_reconnect(
    connected: AsyncApp, workspace: SlackWorkspace
) -> None:
    @connected.command("/fabric")
    async def fabric(ack: Any) -> None:
        await ack("here")

    await workspace.sockets.disconnect()
    assert not workspace.is_connected
    await workspace.wait_for(lambda: workspace.is_connected)
    assert (await workspace.command(workspace.admin, "#asiakkaat", "/fabric")).acknowledged
