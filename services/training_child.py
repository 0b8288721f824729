"""The child process that trains, as the bot sees it: a task and a history in, progress and what was learnt out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from services.learning import Learnt, Task, decode_saying, encode_task
from services.prediction.wire import Progress

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes that a line of the child process may have: what it learnt, with the artifact."""


class Child:
    """A child process that trains one company."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def exit_code(self) -> int | None:
        """With what it ended; None while it runs."""
        return self._process.returncode

    async def wait(self) -> None:
        """Wait until it has ended, by itself or by us."""
        await self._process.wait()

    def end(self) -> None:
        """End it at once, by its id."""
        if self._process.returncode is None:
            self._process.kill()

    async def learn(
        self, task: Task, kept: AsyncIterable[Sequence[str]], tell: Callable[[Progress], Awaitable[None]]
    ) -> Learnt | None:
        """Return what it learnt; None when it ended before it was done. What `tell` raises ends it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(encode_task(task))
            async for contents in kept:
                self._process.stdin.write("".join(f"{content}\n" for content in contents).encode())
                await self._process.stdin.drain()
            self._process.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            return None
        async for line in self._process.stdout:
            if not line.endswith(b"\n"):
                return None
            saying = decode_saying(line)
            if isinstance(saying, Learnt):
                return saying
            await tell(saying)
        return None


@asynccontextmanager
async def training_child() -> AsyncGenerator[Child]:
    """Run a child process, and see that it has ended when nobody needs it any more."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.training_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    child = Child(process)
    try:
        yield child
    finally:
        child.end()
        await process.wait()
