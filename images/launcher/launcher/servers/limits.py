"""How many servers there may be, and how many starts there may be in a minute: what a hostile hub can use up."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from ..document.policy import Policy
from ..names import Server
from ..refusal import Refusal
from ..turns import Shared

MINUTE = 60.0


class Limits:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._starts: deque[float] = deque()
        self._making: set[Server] = set()
        self._made: set[Server] = set()
        """Made since the last counting, which may have begun too early to see them."""
        self._counted: Shared[set[Server]] = Shared()

    @contextlib.asynccontextmanager
    async def place(
        self, server: Server, policy: Policy, count: Callable[[], Awaitable[set[Server]]]
    ) -> AsyncIterator[None]:
        """A place for a new server. `count`: those that are there."""
        self._start(policy.starts_per_minute)
        there = await self._counted.get(lambda: self._count(count))
        # Nobody else comes between this and the place that is taken.
        _check(server, policy, there | self._making | self._made)
        self._making.add(server)
        try:
            yield
        finally:
            self._making.discard(server)
            self._made.add(server)

    async def _count(self, count: Callable[[], Awaitable[set[Server]]]) -> set[Server]:
        earlier = set(self._made)
        there = await count()
        self._made -= earlier
        return there

    def _start(self, most: int) -> None:
        now = self._now()
        while self._starts and self._starts[0] <= now - MINUTE:
            self._starts.popleft()
        if len(self._starts) >= most:
            raise Refusal(429, f"more than {most} servers would start within a minute: try again in a minute")
        self._starts.append(now)


def _check(server: Server, policy: Policy, besides: set[Server]) -> None:
    further = sum(one.person == server.person and one.name != "" for one in besides)
    if server.name and policy.named_servers == 0:
        raise Refusal(429, f"{server.person} may have no servers besides the own one (namedServers)")
    if server.name and further >= policy.named_servers:
        raise Refusal(
            429,
            f"all {policy.named_servers} servers that {server.person} may have besides the own one are there "
            "(namedServers): stop one that is not needed",
        )
    if len(besides) >= policy.servers:
        raise Refusal(
            429,
            f"all {policy.servers} places for servers are taken: stop a server that is not needed, or ask the "
            "administrator to raise launcher.servers",
        )
