"""Who starts now and who waits: at the beginning of a lesson everybody comes at once.

Servers that start share the CPUs. All together they would all be ready at the end; a few at a time, half of them are
ready at half of it, and none is given up for its slowness. Only waits: JupyterHub's own limit sends people away.
"""

from __future__ import annotations

import asyncio
import os

PER_CPU = 2
"""Servers that start at once for each CPU: one of them waits for Docker while another has the CPU."""

LONGEST = 20.0
"""Seconds after which the next one comes, ready or not: a server that hangs, by mistake or on purpose, is only late
itself.
"""


class Turns:
    """@param at_once most that start at the same time; 0: as many as the machine's CPUs are good for"""

    def __init__(self, at_once: int = 0) -> None:
        self.at_once = at_once or PER_CPU * len(os.sched_getaffinity(0))
        self._free = asyncio.Semaphore(self.at_once)
        self._waiting: dict[str, None] = {}
        self._started: dict[str, asyncio.TimerHandle] = {}

    async def take(self, name: str) -> None:
        """Returns when it is this person's turn, in the order of coming."""
        if name in self._started:
            return
        self._waiting[name] = None
        try:
            await self._free.acquire()
        finally:
            self._waiting.pop(name, None)
        self._started[name] = asyncio.get_running_loop().call_later(LONGEST, self.give_back, name)

    def give_back(self, name: str) -> None:
        """Whether the server is up or given up; who has no turn gives none back."""
        timer = self._started.pop(name, None)
        if timer is not None:
            timer.cancel()
            self._free.release()

    def place(self, name: str) -> int | None:
        """1: the next one. None for who does not wait."""
        return next((at for at, waiting in enumerate(self._waiting, 1) if waiting == name), None)
