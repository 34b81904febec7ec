"""Who waits for whom."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns:
    """One start or stop at a time for one container; those of others go on beside it."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._asked: dict[str, int] = {}

    @contextlib.asynccontextmanager
    async def turn(self, container: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(container, asyncio.Lock())
        self._asked[container] = self._asked.get(container, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._asked[container] -= 1
            if self._asked[container] == 0:
                del self._asked[container], self._locks[container]

    def taken(self, container: str) -> bool:
        return container in self._asked


class Shared(Generic[T]):
    """One reading of Docker for all who asked before it began: many starts at once do not read the same many times."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._count = itertools.count()
        self._read: tuple[int, T] | None = None

    async def get(self, read: Callable[[], Awaitable[T]]) -> T:
        asked = next(self._count)
        async with self._turn:
            if self._read is None or self._read[0] < asked:
                began = next(self._count)
                self._read = began, await read()
            return self._read[1]
