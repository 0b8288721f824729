"""The web page in a real browser: what a person sees and does, at desktop and phone width."""

import re
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RunningServer, SlackWorkspace
from sandbox.slack.workspace import TROUBLE

from .shapes import button, modal, plain, text_input, type_message


def process(value: str, text: str, detail: str) -> dict[str, Any]:
    return {"text": plain(text), "value": value, "description": plain(detail)}


ADD_CLIENT = modal(
    text_input("company") | {"label": plain("Business id"), "hint": plain("For example 1234567-1")},
    {
        "type": "input",
        "block_id": "process",
        "label": plain("Process"),
        "element": {
            "type": "radio_buttons",
            "action_id": "chosen",
            "options": [process("s", "Standard", "Written to invoices"), process("b", "Background", "Only learnt")],
        },
    },
    {
        "type": "input",
        "block_id": "search",
        "optional": True,
        "label": plain("Accountant"),
        "element": {"type": "external_select", "action_id": "people", "min_query_length": 0},
    },
    callback_id="add",
    submit=plain("Add"),
)


def add_client(app: AsyncApp) -> list[Any]:
    """/fabric opens a modal; what was submitted at last is in the list."""
    submitted: list[Any] = []

    @app.command("/fabric")
    async def fabric(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=ADD_CLIENT)

    @app.options("people")
    async def people(ack: Any) -> None:
        await ack(options=[{"text": plain("Aku"), "value": "aku"}, {"text": plain("Aino"), "value": "aino"}])

    @app.view("add")
    async def added(ack: Any, view: Any) -> None:
        values = view["state"]["values"]
        if values["company"]["typed"]["value"] == "wrong":
            await ack(response_action="errors", errors={"company": "The check digit is wrong"})
            return
        submitted.append(values)
        await ack(response_action="push", view=modal(callback_id="key", title=plain("The key")))

    return submitted


@pytest.mark.browser
async def test_a_command_typed_in_the_composer_opens_a_modal_that_can_be_filled_in(
    connected: AsyncApp, page: Page
) -> None:
    submitted = add_client(connected)
    composer = page.get_by_role("textbox", name="Message")
    await composer.fill("/fab")
    await expect(page.get_by_role("option", name="/fabric add-client", exact=True)).to_be_visible()
    await type_message(page, "/fabric add-client")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_have_accessible_name("Title")

    await dialog.get_by_role("button", name="Add").click()
    required = dialog.locator(".field", has_text="Business id").locator(".field-error")
    await expect(required).to_have_text("Please complete this required field.")

    await page.get_by_label("Business id").fill("wrong")
    await page.get_by_label("Standard").check()
    await page.get_by_label("Accountant").click()
    await page.get_by_role("option", name="Aku", exact=True).click()
    await dialog.get_by_role("button", name="Add").click()
    await expect(required).to_have_text("The check digit is wrong")
    await expect(page.get_by_label("Accountant")).to_have_value("Aku")

    await page.get_by_label("Business id").fill("1234567-1")
    await page.get_by_label("Business id").press("Enter")
    await expect(dialog).to_have_accessible_name("The key")
    assert submitted[0]["process"]["chosen"]["selected_option"]["value"] == "s"
    assert submitted[0]["search"]["people"]["selected_option"]["value"] == "aku"

    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Business id")).to_have_value("1234567-1")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_have_count(0)


@pytest.mark.browser
async def test_time_outs_are_shown_and_nothing_typed_is_lost(
    connected: AsyncApp, workspace: SlackWorkspace, page: Page
) -> None:
    add_client(connected)
    await type_message(page, "/fabric add-client")
    await page.get_by_label("Business id").fill("1234567-1")
    await page.get_by_label("Background").check()
    workspace.patience = 0.2
    workspace.faults.delivery("drop", times=2)
    await page.get_by_role("dialog").get_by_role("button", name="Add").click()
    await expect(page.get_by_role("alert")).to_contain_text(TROUBLE)
    await expect(page.get_by_label("Business id")).to_have_value("1234567-1")
    await expect(page.get_by_label("Background")).to_be_checked()
    await page.get_by_role("button", name="Cancel").click()
    await type_message(page, "/fabric clients")
    notice = page.locator("article.message").last
    await expect(notice).to_contain_text("/fabric failed with the error “operation_timeout”")
    await expect(notice).to_contain_text("Only visible to you")


@pytest.mark.browser
async def test_nothing_that_is_typed_or_sent_becomes_markup(
    client: AsyncWebClient, workspace: SlackWorkspace, page: Page
) -> None:
    await type_message(page, "<script>window.hacked = 1</script> *bold* <img src=x onerror='window.hacked=1'>")
    last = page.locator("article.message").last
    await expect(last).to_contain_text("<script>window.hacked = 1</script>")
    await expect(last.locator("b").last).to_have_text("bold")
    evil = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<javascript:window.hacked=1|press me>"}},
        {"type": "markdown", "text": "[press me too](javascript:window.hacked=1) <b onclick='x'>raw</b>"},
        button(url="javascript:window.hacked=1"),
    ]
    await client.chat_postMessage(channel="#asiakkaat", text="evil", blocks=evil)
    await expect(last).to_contain_text("<b onclick='x'>raw</b>")
    assert await page.locator("article.message a[href]").count() == 0
    assert await page.locator("article.message :is(script, img)").count() == 0
    assert await page.evaluate("window.hacked") is None


@pytest.mark.browser
async def test_each_person_sees_their_own_workspace(
    client: AsyncWebClient, workspace: SlackWorkspace, page: Page
) -> None:
    channel = workspace.channel("#asiakkaat").id
    await client.chat_postEphemeral(channel=channel, user=workspace.guest.id, text="for the guest alone")
    await client.chat_postMessage(channel=channel, text="for all")
    await expect(page.get_by_text("for all")).to_be_visible()
    await expect(page.get_by_text("for the guest alone")).to_have_count(0)
    await expect(page.get_by_role("button", name="#yleinen")).to_be_visible()
    await page.get_by_label("Person").select_option(workspace.guest.id)
    await expect(page.get_by_text("for the guest alone")).to_be_visible()
    await expect(page.get_by_role("button", name="#yleinen")).to_have_count(0)


@pytest.mark.browser
async def test_home_messages_threads_and_confirmation(
    connected: AsyncApp, workspace: SlackWorkspace, page: Page
) -> None:
    pressed: list[str] = []
    question = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Do it"), "deny": plain("Keep")}

    @connected.event("app_home_opened")
    async def home(event: Any, client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            view = {"type": "home", "blocks": [button(confirm=question, value="x")]}
            await client.views_publish(user_id=event["user"], view=view)

    @connected.action("press")
    async def press(ack: Any, action: Any) -> None:
        await ack()
        pressed.append(action["value"])

    @connected.event("message")
    async def message(event: Any, say: Any) -> None:
        await say(text=f"You said {event['text']}", thread_ts=event["ts"])

    await page.get_by_role("button", name="Fabric", exact=True).click()
    await page.get_by_role("button", name="Press").click()
    await page.get_by_role("button", name="Keep").click()
    assert pressed == []
    await page.get_by_role("button", name="Press").click()
    await page.get_by_role("button", name="Do it").click()
    await workspace.wait_for(lambda: pressed == ["x"])

    await page.get_by_role("tab", name="Messages").click()
    await type_message(page, "hei")
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("You said hei")
    await thread.get_by_role("textbox", name="Reply").fill("moi")
    await thread.get_by_role("textbox", name="Reply").press("Enter")
    await expect(thread.locator("article.message")).to_have_count(4)


@pytest.mark.browser
async def test_shortcuts_beside_the_composer_and_on_messages(
    connected: AsyncApp, workspace: SlackWorkspace, page: Page
) -> None:
    asked: list[str] = []

    @connected.global_shortcut("add")
    async def add(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=ADD_CLIENT)

    @connected.message_shortcut("ask")
    async def ask(ack: Any, body: Any) -> None:
        await ack()
        asked.append(body["message"]["text"])

    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Add a client").click()
    await expect(page.get_by_role("dialog")).to_have_accessible_name("Title")
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()

    await type_message(page, "Which rights?")
    message = page.locator("article.message").last
    await expect(message).to_contain_text("Which rights?")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await expect(page.get_by_role("menuitem")).to_have_count(1)
    await page.get_by_role("menuitem", name="Ask about this").click()
    await workspace.wait_for(lambda: asked == ["Which rights?"])

    workspace.patience = 0.2
    workspace.faults.delivery("drop")
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Add a client").click()
    await expect(page.get_by_role("status")).to_contain_text(TROUBLE)


@pytest.mark.browser
async def test_a_phone_shows_everything_within_its_width(
    connected: AsyncApp, workspace: SlackWorkspace, page: Page
) -> None:
    add_client(connected)
    await page.set_viewport_size({"width": 360, "height": 700})
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": f"Column {each}"} for each in range(20)]]}
    wide = [button(), {"type": "section", "text": plain("x" * 300)}, table]
    await connected.client.chat_postMessage(channel="#asiakkaat", text="wide", blocks=wide)
    await expect(page.get_by_text("x" * 300)).to_be_visible()
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert await page.evaluate(fits)
    await type_message(page, "/fabric add-client")
    await expect(page.get_by_role("dialog").get_by_role("button", name="Add")).to_be_in_viewport()
    assert await page.evaluate(fits)
    await page.get_by_role("button", name="Dismiss").click()
    await page.get_by_role("button", name="Conversations").click()
    await page.get_by_role("button", name="#yleinen").click()
    await expect(page.get_by_role("heading", name="#yleinen")).to_be_visible()


@pytest.mark.browser
async def test_mrkdwn_is_drawn_as_slack_draws_it(page: Page) -> None:
    script = """async (text) => {
        const { mrkdwn } = await import("/static/mrkdwn.js");
        const names = { person: () => "Aku", channel: () => "asiakkaat", open: () => {} };
        const node = document.createElement("div");
        node.append(...mrkdwn(text, names));
        for (const each of node.querySelectorAll("*")) {
            for (const { name } of [...each.attributes]) if (name !== "href") each.removeAttribute(name);
        }
        return node.innerHTML;
    }"""
    drawn = {
        "*bold* _it_ ~no~ `*code*`": "<b>bold</b> <i>it</i> <s>no</s> <code>*code*</code>",
        "*_both_*": "<b><i>both</i></b>",
        "2*3*4 snake_case_name": "2*3*4 snake_case_name",
        "a &lt;b&gt; &amp;amp; c": "a &lt;b&gt; &amp;amp; c",
        "<https://e.fi?a=1&amp;b=2|link>": '<a href="https://e.fi?a=1&amp;b=2">link</a>',
        "see https://e.fi/a.": 'see <a href="https://e.fi/a">https://e.fi/a</a>.',
        "<@U1> <#C1> <!here>": "<span>@Aku</span> <button>#asiakkaat</button> <span>@here</span>",
        "&gt; quote\nafter": "<blockquote>quote</blockquote>after",
        "```a *b*\nc```": "<pre>a *b*\nc</pre>",
        "one\ntwo": "one<br>two",
        "<!date^99999999999999999^{date}|fallback>": "fallback",
        ":no_such_emoji:": ":no_such_emoji:",
    }
    for text, expected in drawn.items():
        assert await page.evaluate(script, text) == expected


async def test_faults_are_switched_over_http(server: RunningServer, workspace: SlackWorkspace) -> None:
    async def faults(**body: Any) -> int:
        async with aiohttp.ClientSession() as session, session.post(f"{server.url}/page/faults", json=body) as reply:
            return reply.status

    assert await faults(call={"method": "auth.test", "kind": "error", "error": "fatal_error"}) == 200
    assert await faults(delivery={"kind": "drop", "times": None}, rate_limits=True) == 200
    assert [fault.error for fault in workspace.faults.calls] == ["fatal_error"]
    assert [fault.kind for fault in workspace.faults.deliveries] == ["drop"]
    assert workspace.rate_limits
    assert await faults(clear=True) == 200
    assert workspace.faults.calls == []
    assert await faults(call={"method": "auth.test", "kind": "explode"}) == 400


async def test_another_sites_form_cannot_act_as_a_person(server: RunningServer, workspace: SlackWorkspace) -> None:
    body = f'{{"person": "{workspace.admin.id}", "channel": "#asiakkaat", "text": "hello"}}'
    headers = {"Content-Type": "text/plain"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/page/send", data=body, headers=headers) as reply,
    ):
        assert reply.status == 415
    assert workspace.messages("#asiakkaat") == []


@pytest.mark.browser
async def test_apps_of_a_workspace_with_socket_mode_have_no_buttons_that_do_nothing(
    connected: AsyncApp, workspace: SlackWorkspace, page: Page
) -> None:
    add_client(connected)
    await type_message(page, "/fabric clients")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Manage apps").click()
    apps = page.get_by_role("main")
    await expect(apps).to_contain_text("Socket Mode: Fabric holds 1 connection to Slack.")
    await expect(apps).to_contain_text("fabric-bot sandbox --http")
    await expect(apps.get_by_role("button")).to_have_count(0)
    happened = apps.get_by_role("list", name="What happened").get_by_role("listitem")
    await expect(happened.filter(has_text="/fabric")).to_contain_text("taken")
    await expect(happened.filter(has_text="views.open")).to_contain_text("ok")
    await expect(page.get_by_role("navigation", name="Workspaces")).to_be_hidden()
    await page.get_by_role("button", name="#yleinen").click()
    await expect(page.get_by_role("heading", name="#yleinen")).to_be_visible()


@pytest.mark.browser
async def test_a_streamed_answer_grows_while_it_is_read(client: Any, workspace: SlackWorkspace, page: Page) -> None:
    channel, asking = workspace.channel("asiakkaat"), workspace.admin
    said = await workspace.say(asking, channel, "why?")
    await page.get_by_role("main").get_by_role("article").filter(has_text="why?").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    task = {"type": "task_update", "id": "1", "title": "Reading", "status": "in_progress"}
    whom = {"recipient_user_id": asking.id, "recipient_team_id": workspace.team_id}
    answer = await client.chat_startStream(channel=channel.id, thread_ts=said.ts, chunks=[task], **whom)
    place = {"channel": channel.id, "ts": answer["ts"]}
    shown = page.locator(f'article[data-ts="{answer["ts"]}"]').last
    await expect(shown).to_contain_text("Reading")
    await expect(shown).to_have_class(re.compile("streaming"))
    done = {**task, "title": "Read", "status": "complete"}
    await client.chat_appendStream(**place, chunks=[done, {"type": "markdown_text", "text": "**Because** "}])
    await expect(shown).to_contain_text("Because")
    await client.chat_appendStream(**place, chunks=[{"type": "markdown_text", "text": "it is: A\\_1 &lt;x&gt;."}])
    await expect(shown).to_contain_text("Because it is: A_1 <x>.")
    await expect(shown.get_by_role("img", name="complete")).to_be_visible()
    await client.chat_stopStream(**place, blocks=[{"type": "divider"}])
    await expect(shown).not_to_have_class(re.compile("streaming"))
