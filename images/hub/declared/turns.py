"""Limits how many servers start at the same time, for the beginning of a lesson.

Starting servers share the CPUs. If all start together, all are ready only at the end. If a few start at a time, half of
them are ready after half of the time, and none is given up for slowness. People wait here; with JupyterHub's own limit
they would be turned away.
"""

from __future__ import annotations

import asyncio
import os

from .names import Server

PER_CPU = 2
"""Starts at the same time for each CPU: while one waits for Docker, another has the CPU."""

LONGEST = 20.0
"""Seconds after which the next one starts in any case, so that a server that hangs delays nobody for long."""


class Turns:
    """@param at_once how many may start at the same time; 0: PER_CPU for each CPU"""

    def __init__(self, at_once: int = 0) -> None:
        self.at_once = at_once or PER_CPU * len(os.sched_getaffinity(0))
        self._free = asyncio.Semaphore(self.at_once)
        self._waiting: dict[Server, None] = {}
        self._started: dict[Server, asyncio.TimerHandle] = {}

    async def take(self, server: Server) -> None:
        """Returns when it is this server's turn, first come, first served."""
        if server in self._started:
            return
        self._waiting[server] = None
        try:
            await self._free.acquire()
        finally:
            self._waiting.pop(server, None)
        self._started[server] = asyncio.get_running_loop().call_later(LONGEST, self.give_back, server)

    def give_back(self, server: Server) -> None:
        """Ends the server's turn, after a success or a failure. Does nothing without a turn."""
        timer = self._started.pop(server, None)
        if timer is not None:
            timer.cancel()
            self._free.release()

    def place(self, server: Server) -> int | None:
        """The server's place in the queue; 1 is next. None for one that does not wait."""
        return next((at for at, waiting in enumerate(self._waiting, 1) if waiting == server), None)
