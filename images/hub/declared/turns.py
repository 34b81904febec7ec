"""Limits how many servers start at the same time, for the beginning of a lesson.

Starting servers share the CPUs. If all start together, all are ready only at the end. If a few start at a time, half of
them are ready after half of the time, and none is given up for slowness. People wait here; with JupyterHub's own limit
they would be turned away.
"""

from __future__ import annotations

import asyncio
import os

PER_CPU = 2
"""Starts at the same time for each CPU: while one waits for Docker, another has the CPU."""

LONGEST = 20.0
"""Seconds after which the next one starts in any case, so that a server that hangs delays nobody for long."""


class Turns:
    """@param at_once how many may start at the same time; 0: PER_CPU for each CPU"""

    def __init__(self, at_once: int = 0) -> None:
        self.at_once = at_once or PER_CPU * len(os.sched_getaffinity(0))
        self._free = asyncio.Semaphore(self.at_once)
        self._waiting: dict[str, None] = {}
        self._started: dict[str, asyncio.TimerHandle] = {}

    async def take(self, name: str) -> None:
        """Returns when it is this person's turn, first come, first served."""
        if name in self._started:
            return
        self._waiting[name] = None
        try:
            await self._free.acquire()
        finally:
            self._waiting.pop(name, None)
        self._started[name] = asyncio.get_running_loop().call_later(LONGEST, self.give_back, name)

    def give_back(self, name: str) -> None:
        """Ends the person's turn, after a success or a failure. Does nothing without a turn."""
        timer = self._started.pop(name, None)
        if timer is not None:
            timer.cancel()
            self._free.release()

    def place(self, name: str) -> int | None:
        """The person's place in the queue; 1 is next. None for people who do not wait."""
        return next((at for at, waiting in enumerate(self._waiting, 1) if waiting == name), None)
