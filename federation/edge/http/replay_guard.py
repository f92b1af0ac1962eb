"""Take each client assertion once. Presentations that come together share one commit, since each waits for the disk."""

import asyncio

from anyio import to_thread

from federation.ports import Assertions, UsedAssertion

MAX_BATCH = 500


class ReplayGuard:
    """Belongs to one event loop."""

    def __init__(self, assertions: Assertions) -> None:
        self._assertions = assertions
        self._waiting: list[tuple[UsedAssertion, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def first_use(self, used: UsedAssertion) -> bool:
        """True once for each assertion, and durable by then."""
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((used, told))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await told

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            try:
                answers = await to_thread.run_sync(self._assertions.use, [used for used, _ in batch])
            except Exception as fault:  # noqa: BLE001 — handed on to each request that waits for it
                for _, told in batch:
                    if not told.done():
                        told.set_exception(fault)
                continue
            for (_, told), first in zip(batch, answers, strict=True):
                if not told.done():
                    told.set_result(first)
