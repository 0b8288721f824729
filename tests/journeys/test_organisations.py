"""An organisation (Enterprise Grid) that has the app in its workspaces: by one installation for all, or one each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from services.records import Client, Installation, Person, Workspace
from tests.conftest import Log, running
from tests.journeys.firms import Firms


@pytest.fixture
async def organisation(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firms]:
    """Two workspaces of an organisation that has installed the app in all of them at once."""
    async for firm in running(Firms(tmp_path, unused_tcp_port), log):
        assert isinstance(firm, Firms)
        for one in (firm.workspace, firm.other):
            one.enterprise_id, one.is_org_install = "E0ORG", True
        await firm.start_bot()
        await firm.install(firm.workspace)
        firm.other.bot_tokens.update(firm.workspace.bot_tokens)
        yield firm


async def test_what_happens_in_a_workspace_of_an_organisation_is_the_workspaces(organisation: Firms) -> None:
    firms = organisation
    aku = firms.workspace.accountant
    assert [one.id for one in firms.find(Installation)] == ["E0ORG."]
    await firms.workspace.open_home(aku)
    await firms.until(lambda: firms.workspace.home(aku))
    direct = firms.workspace.direct(aku.id, firms.workspace.bot.id)
    await firms.workspace.say(aku, direct, "Moi, what can you do?")
    await firms.until(lambda: firms.told(aku))
    await firms.quiet()
    assert {one.workspace for one in firms.find(Person)} == {"E0ORG.T0TILITOIMI"}
    assert {one.id for one in firms.find(Workspace)} == {"E0ORG.T0TILITOIMI"}

    vaahtera = firms.company("Vaahtera")
    await firms.open_form()
    await firms.fill_form(vaahtera)
    (url,) = re.findall(r"'url': '(http[^']+/key/[^']+)'", str(firms.top(aku).blocks))
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert f"{aku.real_name} asks for the API credentials" in await answer.text()
    while views := firms.workspace.open_views(aku):
        await firms.workspace.close_view(aku, views[-1].id)
    await firms.add(vaahtera)
    await firms.at_rest(vaahtera)
    assert {one.workspace for one in firms.find(Client)} == {"E0ORG.T0TILITOIMI"}
    await firms.workspace.open_home(aku)
    await firms.until(lambda: "Vaahtera" in (firms.workspace.home(aku) or firms.top(aku)).visible_text)


@pytest.fixture
async def both(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firms]:
    """A workspace that installed the app by itself, and is served by its organisation's installation too."""
    async for firm in running(Firms(tmp_path, unused_tcp_port), log):
        assert isinstance(firm, Firms)
        firm.workspace.enterprise_id = "E0ORG"
        await firm.start_bot()
        await firm.install(firm.workspace)
        yield firm


async def test_where_a_workspaces_own_installation_is_removed_its_organisations_serves(both: Firms) -> None:
    firms, workspace, aku = both, both.workspace, both.workspace.accountant
    own = set(workspace.bot_tokens)
    workspace.is_org_install = True
    await firms.install(workspace)
    workspace.is_org_install = False
    await workspace.open_home(aku)
    await firms.until(lambda: workspace.home(aku))

    for token in own:
        del workspace.bot_tokens[token]
    workspace.revoked_tokens |= own
    await workspace.deliveries.send_event({"type": "app_uninstalled"})
    workspace.is_org_install = True
    await firms.until(lambda: any(one.removed_at for one in firms.find(Installation)))
    outcome = await workspace.command(aku, "asiakkaat", "/fabric add-client")
    assert outcome.acknowledged
    await firms.until(lambda: workspace.open_views(aku))
