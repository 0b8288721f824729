"""A real Bolt app over Socket Mode: commands, modals, actions, messages and events reach it and come back."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackWorkspace

ASK: dict[str, Any] = {
    "type": "modal",
    "callback_id": "ask",
    "title": {"type": "plain_text", "text": "Add client"},
    "submit": {"type": "plain_text", "text": "Add"},
    "blocks": [
        {
            "type": "input",
            "block_id": "company",
            "label": {"type": "plain_text", "text": "Business id"},
            "element": {"type": "plain_text_input", "action_id": "business_id", "max_length": 9},
        }
    ],
}


async def test_a_command_opens_a_modal_and_its_submission_posts_a_message(
    connected: AsyncApp, workspace: SlackWorkspace
) -> None:
    @connected.command("/fabric")
    async def fabric(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=ASK)

    @connected.view("ask")
    async def asked(ack: Any, view: Any, client: AsyncWebClient) -> None:
        typed = view["state"]["values"]["company"]["business_id"]["value"]
        if "-" not in typed:
            await ack(response_action="errors", errors={"company": "A hyphen is missing"})
            return
        await ack()
        await client.chat_postMessage(channel="#asiakkaat", text=f"Added {typed}")

    outcome = await workspace.command(workspace.accountant, "#asiakkaat", "/fabric add-client")
    assert outcome.acknowledged
    (view,) = await workspace.wait_for(lambda: workspace.open_views(workspace.accountant))
    assert view.title == "Add client"

    empty = await workspace.submit(workspace.accountant, view.id)
    assert empty.errors == {"company": "Please complete this required field."}
    refused = await workspace.submit(workspace.accountant, view.id, {"company": {"business_id": "12345678"}})
    assert refused.errors == {"company": "A hyphen is missing"}
    done = await workspace.submit(workspace.accountant, view.id, {"company": {"business_id": "1234567-1"}})
    assert done.acknowledged
    assert workspace.open_views(workspace.accountant) == []
    (message,) = await workspace.wait_for(lambda: workspace.messages("#asiakkaat"))
    assert message.text == "Added 1234567-1"
    assert workspace.problems == []
