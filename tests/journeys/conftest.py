"""The office that most journeys of production share; those of another process or with more to tidy have their own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conftest import Log
from tests.journeys.office import Office, open_office


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """A firm with Kataja in the alternative process."""
    async with open_office(tmp_path_factory.mktemp("office"), "alternative") as office:
        yield office


@pytest_asyncio.fixture(loop_scope="module")
async def office(shared: Office, log: Log) -> AsyncIterator[Office]:
    """The shared office as a test finds it."""
    yield shared
    await shared.tidy()
    assert log.faults() == []
