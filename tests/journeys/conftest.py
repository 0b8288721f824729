"""The office that most journeys of production share.

Its client is in the alternative process, or in the one that a module names in PROCESS; modules with more to tidy have
an `office` of their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.records import CirculationRule
from tests.conftest import Log
from tests.journeys.office import Office, open_office


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """A firm with Kataja in production."""
    process: str = getattr(request.module, "PROCESS", "alternative")
    async with open_office(tmp_path_factory.mktemp("office"), process) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="module")
async def office(shared: Office, log: Log) -> AsyncIterator[Office]:
    """The shared office as a test finds it: without rules."""
    yield shared
    await shared.tidy()
    shared.forget(CirculationRule)
    assert log.faults() == []
