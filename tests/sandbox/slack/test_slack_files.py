"""Files: chosen in a modal, read by the app, uploaded by it, and taken from the page by a person."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RunningServer, SlackWorkspace
from sandbox.slack.model import View
from sandbox.slack.values import Json

from .shapes import code_of, modal, plain, refusal, type_message

Client = Any
CSV = "Y-tunnus;Nimi\n1234567-1;Äänekosken Öljy Oy\n".encode()


def file_input(**element: Any) -> Json:
    field: Json = {"type": "file_input", "action_id": "chosen", **element}
    return {"type": "input", "block_id": "file", "label": plain("Client list"), "element": field}


LIST = modal(file_input(filetypes=["csv", "xlsx"], max_files=1), callback_id="list", submit=plain("Add"))


def listen(app: AsyncApp, view: Json = LIST) -> list[Any]:
    """/fabric opens the view; the files of each submission are added to the list."""
    given: list[Any] = []

    @app.command("/fabric")
    async def fabric(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("list")
    async def submitted(ack: Any, view: Any) -> None:
        await ack()
        given.append(view["state"]["values"]["file"]["chosen"])

    return given


async def opened(workspace: SlackWorkspace) -> View:
    await workspace.command(workspace.accountant, "#asiakkaat", "/fabric")
    (view,) = await workspace.wait_for(lambda: workspace.open_views(workspace.accountant))
    return view


async def read(address: str, token: str = "", *, redirects: bool = True) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, headers=headers, allow_redirects=redirects) as r,
    ):
        return r.status, r.content_type, await r.read()


async def test_a_file_in_a_modal_reaches_the_app(
    connected: AsyncApp, client: Client, workspace: SlackWorkspace
) -> None:
    given = listen(connected)
    view = await opened(workspace)
    file = workspace.attach(workspace.accountant, view.id, "chosen", "Asiakkaat 2026.csv", CSV)
    assert await code_of(client.files_info(file=file.id)) == "file_not_found"
    outcome = await workspace.submit(workspace.accountant, view.id)
    assert outcome.acknowledged
    (value,) = given
    assert value["type"] == "file_input"
    (found,) = value["files"]
    assert (found["id"], found["name"], found["title"]) == (file.id, "Asiakkaat 2026.csv", "Asiakkaat 2026.csv")
    assert (found["mimetype"], found["filetype"], found["size"]) == ("text/csv", "csv", len(CSV))
    assert found["user"] == workspace.accountant.id
    assert (await client.files_info(file=file.id))["file"] == found
    for address in (found["url_private"], found["url_private_download"]):
        assert await read(address, workspace.bot_token) == (200, "text/csv", CSV)


async def test_without_a_token_that_reads_files_slack_shows_its_login_page(
    connected: AsyncApp, workspace: SlackWorkspace
) -> None:
    given = listen(connected)
    view = await opened(workspace)
    workspace.attach(workspace.accountant, view.id, "chosen", "a.csv", CSV)
    await workspace.submit(workspace.accountant, view.id)
    address = given[0]["files"][0]["url_private_download"]
    for token in ("", "xoxb-unknown", workspace.app_token):
        assert (await read(address, token, redirects=False))[0] == 302
        status, kind, content = await read(address, token)
        assert (status, kind) == (200, "text/html")
        assert b"Sign in" in content
    workspace.scopes.discard("files:read")
    assert (await read(address, workspace.bot_token))[1] == "text/html"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("clients.pdf", b"x", "of a type that cannot be added"),
        ("clients", b"x", "of a type that cannot be added"),
        ("clients.csv", b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
async def test_what_the_client_does_not_take(
    connected: AsyncApp, workspace: SlackWorkspace, name: str, content: bytes, told: str
) -> None:
    listen(connected)
    view = await opened(workspace)
    with pytest.raises(ValueError, match=told):
        workspace.attach(workspace.accountant, view.id, "chosen", name, content)
    outcome = await workspace.submit(workspace.accountant, view.id)
    assert dict(outcome.errors) == {"file": "Please complete this required field."}


async def test_one_file_too_many_and_another_instead(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    given = listen(connected)
    view = await opened(workspace)
    person = workspace.accountant
    workspace.attach(person, view.id, "chosen", "first.csv", CSV)
    with pytest.raises(ValueError, match="no more than 1 file"):
        workspace.attach(person, view.id, "chosen", "second.csv", CSV)
    with pytest.raises(ValueError, match="no file has the id"):
        await workspace.submit(person, view.id, {"file": {"chosen": ["F0NOWHERE"]}})
    outcome = await workspace.submit(person, view.id, {"file": {"chosen": []}})
    assert "file" in outcome.errors
    second = workspace.attach(person, view.id, "chosen", "SECOND.XLSX", b"x")
    await workspace.submit(person, view.id)
    assert [file["id"] for file in given[0]["files"]] == [second.id]


async def test_a_file_input_wants_its_scope_and_stands_in_modals_only(
    connected: AsyncApp, client: Client, workspace: SlackWorkspace
) -> None:
    listen(connected)
    home = {"type": "home", "blocks": [file_input()]}
    assert await code_of(client.views_publish(user_id=workspace.admin.id, view=home)) == "invalid_arguments"
    workspace.scopes.discard("files:read")
    trigger = workspace.issue_trigger(workspace.admin.id)
    answer = await refusal(client.views_open(trigger_id=trigger, view=LIST))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:read")
    assert await code_of(client.files_info(file="F1")) == "missing_scope"


async def test_the_app_shares_a_file(client: Client, workspace: SlackWorkspace) -> None:
    channel = workspace.channel("#asiakkaat")
    answer = await client.files_upload_v2(
        channel=channel.id, filename="summary.csv", title="Summary", content=CSV.decode(), initial_comment="All done"
    )
    (message,) = workspace.messages(channel)
    assert message.visible_text == "All done\nSummary"
    (file,) = answer["files"]
    assert (file["title"], file["mimetype"], file["shares"]) == ("Summary", "", {})
    known = (await client.files_info(file=file["id"]))["file"]
    assert known["shares"] == {"public": {channel.id: [{"ts": message.ts}]}}
    assert (known["mimetype"], known["channels"]) == ("text/csv", [channel.id])
    history = (await client.conversations_history(channel=channel.id))["messages"]
    assert [each["id"] for each in history[0]["files"]] == [file["id"]]
    reply = await client.files_upload_v2(
        channel=channel.id, filename="more.csv", content="a;b", thread_ts=message.ts, title="More"
    )
    assert workspace.files[reply["file"]["id"]].shares
    assert [each.thread_ts for each in workspace.messages(channel)] == [None, message.ts]


async def test_refusals_of_uploads(client: Client, workspace: SlackWorkspace, server: RunningServer) -> None:
    assert await code_of(client.files_getUploadURLExternal(filename="a.csv", length=0)) == "missing_argument"
    asked = await client.files_getUploadURLExternal(filename="a.csv", length=3)
    files = [{"id": asked["file_id"]}]
    complete = client.files_completeUploadExternal
    assert await code_of(complete(files=files)) == "file_not_found"  # nothing was uploaded yet
    async with aiohttp.ClientSession() as session:
        async with session.post(asked["upload_url"], data=b"four") as reply:
            assert reply.status == 400
        form = aiohttp.FormData()
        form.add_field("filename", b"abc", filename="a.csv")
        async with session.post(asked["upload_url"], data=form) as reply:
            assert (reply.status, await reply.text()) == (200, "OK - 3")
        async with session.post(asked["upload_url"], data=b"abc") as reply:
            assert reply.status == 404
    assert await code_of(complete(files=files, channel_id=workspace.admin.id)) == "invalid_arguments"
    assert await code_of(complete(files=files, channel_id="C0NOWHERE9")) == "channel_not_found"
    outside = workspace.add_channel("muut", "public", {workspace.admin.id})
    workspace.scopes.add("chat:write.public")
    assert await code_of(complete(files=files, channel_id=outside.id)) == "not_in_channel"
    assert (await complete(files=files))["ok"]
    assert await code_of(complete(files=files)) == "file_not_found"
    workspace.scopes.discard("files:write")
    assert await code_of(complete(files=files)) == "missing_scope"
    assert await code_of(client.files_getUploadURLExternal(filename="a.csv", length=3)) == "missing_scope"


async def test_transfers_fail_on_request(client: Client, workspace: SlackWorkspace) -> None:
    channel = workspace.channel("#asiakkaat").id
    answer = await client.files_upload_v2(channel=channel, filename="a.csv", content="abcdef")
    address = answer["file"]["url_private"]
    workspace.faults.call("files.download", "server_error")
    assert (await read(address, workspace.bot_token))[0] == 500
    workspace.faults.call("files.download", "reset_after")
    with pytest.raises(aiohttp.ClientPayloadError):
        await read(address, workspace.bot_token)
    assert (await read(address, workspace.bot_token))[2] == b"abcdef"
    names = [call.method for call in workspace.calls]
    assert (names.count("files.upload"), names.count("files.download")) == (1, 3)


@pytest.mark.browser
async def test_a_person_chooses_and_takes_files_on_the_page(
    connected: AsyncApp, client: Client, workspace: SlackWorkspace, server: RunningServer, page: Page, tmp_path: Path
) -> None:
    several = modal(file_input(filetypes=["csv"], max_files=2), callback_id="list", submit=plain("Add"))
    given = listen(connected, several)
    for name in ("one.csv", "two.csv", "picture.png"):
        (tmp_path / name).write_bytes(CSV)
    await type_message(page, "/fabric")
    field = page.get_by_label("Client list")
    await field.set_input_files([tmp_path / "one.csv", tmp_path / "two.csv"])
    await expect(page.locator(".chip")).to_have_text(["one.csv✕", "two.csv✕"])
    await field.set_input_files(tmp_path / "one.csv")
    await expect(page.get_by_role("alert")).to_have_text("You can add no more than 2 files.")
    await page.get_by_role("button", name="Remove two.csv").click()
    await field.set_input_files(tmp_path / "picture.png")
    await expect(page.get_by_role("alert")).to_contain_text("picture.png is of a type that cannot be added here.")
    await expect(page.locator(".chip")).to_have_text(["one.csv✕"])
    await page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert [file["name"] for file in given[0]["files"]] == ["one.csv"]

    channel = workspace.channel("#asiakkaat").id
    shared = await client.files_upload_v2(channel=channel, filename="ä.csv", content=CSV.decode())
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download ä.csv").click()
    taken = await download.value
    assert taken.suggested_filename == "ä.csv"
    assert taken.url == f"{server.url}/page/files/{shared['file']['id']}"
    assert (await read(taken.url))[2] == CSV
