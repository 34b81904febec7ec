"""Servers that wait for GPUs of the pool: first come, first served.

The launcher gives GPUs at a server's start and takes them back at its end. If too few are free it refuses the start. So
starts wait here until it says that enough are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .gate import GateAway
from .look.language import t
from .names import Server

LOOK_EVERY = 1.0

LONGEST = 900.0
"""Seconds that a start waits."""

SHOWN = 5
"""So many of those before somebody are named to them."""


class NoneFree(Exception):
    """For the whole time."""


class TooFew(Exception):
    """There are not so many in the pool, also when all are free. The message says how many."""


@dataclass(frozen=True)
class Pool:
    """As the launcher says it."""

    size: int
    free: int
    held: Mapping[Server, int]


def pool_of(answer: Mapping[str, Any]) -> Pool:
    """@raises GateAway"""
    try:
        held = {Server(one["person"], one["server"]): int(one["gpus"]) for one in answer["held"]}
        return Pool(int(answer["pool"]), int(answer["free"]), held)
    except (KeyError, TypeError, ValueError) as error:
        raise GateAway(f"the answer is not about GPUs: {error!r}") from None


class Gpus:
    """@param ask what the launcher says of the pool @raises GateAway"""

    def __init__(self, ask: Callable[[], Awaitable[Mapping[str, Any]]]) -> None:
        self._ask = ask
        self._waiting: dict[Server, int] = {}
        self._passed: dict[Server, int] = {}
        """Those whose start is not over, so that the launcher may not have given them theirs yet."""
        self._pool: Pool | None = None

    async def take(self, server: Server, needed: int, go_on: Callable[[], None] = lambda: None) -> None:
        """Returns when so many are free for this server.

        @param go_on raises what ends the waiting @raises NoneFree, TooFew, GateAway
        """
        until = time.monotonic() + LONGEST
        self._waiting[server] = needed
        try:
            while not await self._may_pass(server, needed):
                if time.monotonic() >= until:
                    raise NoneFree
                await asyncio.sleep(LOOK_EVERY)
                go_on()
            self._passed[server] = needed
        finally:
            self._waiting.pop(server, None)

    def give_back(self, server: Server) -> None:
        """The start is over, after a success or a failure."""
        self._passed.pop(server, None)

    def waits(self, server: Server) -> bool:
        return server in self._waiting

    def words(self, server: Server) -> str | None:
        """For what the server waits, in the language of the page; None for one that does not wait."""
        if not self.waits(server):
            return None
        if self._pool is None:
            return str(t("Your server waits for GPUs."))
        before = [f"{other} ({number})" for other, number in self._before(server)]
        more = f", and {len(before) - SHOWN} more" if len(before) > SHOWN else ""
        wait = f"; before you wait: {', '.join(before[:SHOWN])}{more}" if before else ""
        free = max(_free(self._pool, self._passed), 0)
        return f"{t(_taken(self._pool.size, free))} {t(f'Your server needs {self._waiting[server]}{wait}.')}"

    def _before(self, server: Server) -> list[tuple[Server, int]]:
        order = list(self._waiting.items())
        return order[: [other for other, _ in order].index(server)]

    async def _may_pass(self, server: Server, needed: int) -> bool:
        if self._before(server):
            return False
        passed = dict(self._passed)
        self._pool = pool = pool_of(await self._ask())
        if needed > pool.size:
            raise TooFew(f"it needs {needed} GPUs, and there are {pool.size}")
        # A start may have ended after the launcher had counted, so those of before count too.
        return _free(pool, {**passed, **self._passed}) + pool.held.get(server, 0) >= needed


def _free(pool: Pool, passed: Mapping[Server, int]) -> int:
    """Without those that are about to be given."""
    return pool.free - sum(max(number - pool.held.get(other, 0), 0) for other, number in passed.items())


def _taken(size: int, free: int) -> str:
    if free == 0:
        return f"All {size} GPUs are taken." if size > 1 else "The only GPU is taken."
    return f"{free} of {size} GPUs {'is' if free == 1 else 'are'} free."
