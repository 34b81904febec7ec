"""Has servers up before a lecture begins, and down after it.

A server is started once for each occurrence: whoever stops it keeps it stopped. The clock stops only what it started
itself, and nobody at work. What it does is written down before (record.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from ..people.roster import Roster
from . import occurrences
from .looks import Hub, Server
from .occurrences import Occurrence
from .record import Done, Record, Started
from .schedule import Schedule, parse

log = logging.getLogger("declared.clock")

AT_ONCE = 4
"""Servers that the clock starts or stops at the same time. They also take their turn among everybody's starts. One that
waits for GPUs is not among them, or a few of those would keep everybody else's from starting."""

QUIET = 600.0
"""Seconds without activity after which nobody works in a server. A server tells the hub every five minutes."""

FIRST_PAUSE = 10.0
LONGEST_PAUSE = 300.0
"""Seconds before what failed is tried again."""

LOOK_EVERY = 0.5

FINDING = 60.0
"""Seconds after the hub's start in which a server may be found that an earlier hub had started (servers/finder.py)."""


class Clock:
    """@param now seconds since 1970"""

    def __init__(self, hub: Hub, record: Record, now: Callable[[], float] = time.time) -> None:
        self._hub = hub
        self._record = record
        self._now = now
        self._began = now()
        """A hub that has just started does not know who was at work meanwhile: until it does, everybody was."""
        self._roster: Roster | None = None
        self._given: Sequence[Any] = ()
        self._schedules: list[Schedule] = []
        self._few = asyncio.Semaphore(AT_ONCE)
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, tuple[float, float]] = {}
        """Until when nothing is tried for somebody, and how long the next pause is."""

    async def pass_over(self, roster: Roster | None) -> None:
        if roster is None:
            return
        self._roster, now = roster, self._now()
        self._read(roster.schedule, now)
        current = [one for schedule in self._schedules for one in occurrences.now_in(schedule, now)]
        self._follow(current)
        self._begin(sorted(current, key=lambda occurrence: occurrence.start))
        self._end()
        self._record.forget(now)
        self._record.save()

    def close(self) -> None:
        for task in self._busy.values():
            task.cancel()

    async def settled(self) -> None:
        """For tests: waits until all starts and stops have ended."""
        while self._busy:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _read(self, given: Sequence[Any], now: float) -> None:
        if given == self._given:
            return
        self._given = given
        self._schedules, problems = parse(given)
        for problem in problems:
            log.error("A schedule cannot be used, and starts no server: %s", problem)
        for schedule in self._schedules:
            coming = occurrences.next_of(schedule, now)
            if coming is not None:
                log.info("%s begins next on %s", schedule.name, coming.words)

    def _follow(self, current: Sequence[Occurrence]) -> None:
        """Looks at what the clock started: whether it still is what runs, and until when it is to run."""
        ends: dict[str, float] = {}
        for occurrence in current:
            for name in occurrence.schedule.people:
                ends[name] = max(ends.get(name, 0.0), occurrence.end)
        for name, started in list(self._record.started.items()):
            if name in self._busy:
                continue
            server = self._hub.looks.at(name)
            # Of another moment: its person has started it since.
            if not self._is_ours(name) or server is None or (started.since or server.since) != server.since:
                del self._record.started[name]
            elif not server.active:
                self._ended_or_never_was(name, started, current)
            elif not server.pending:
                started.since = server.since
                started.ends = ends.get(name, started.ends)

    def _ended_or_never_was(self, name: str, started: Started, current: Sequence[Occurrence]) -> None:
        if started.since is not None:
            del self._record.started[name]
        elif self._now() < started.ends:
            # The hub was killed before or after the start. A start of what runs already takes it over.
            self._forget_start(name, current)
        elif self._now() >= self._began + FINDING:
            del self._record.started[name]

    def _begin(self, current: Sequence[Occurrence]) -> None:
        held = self._hub.held()
        for occurrence in current:
            done = self._record.done.setdefault(occurrence.key, Done(occurrence.end))
            done.ends = occurrence.end
            for name in occurrence.schedule.people:
                if name in done.people or name in self._busy or not self._is_ours(name):
                    continue
                server = self._hub.looks.at(name)
                if server is None or server.pending:
                    continue
                if server.active:
                    done.people.append(name)
                elif not held and self._may_try(name):
                    self._run(name, self._start(name, occurrence))

    def _end(self) -> None:
        for name in list(self._record.started):
            if name not in self._busy and self._is_over(name) and self._may_try(name):
                self._run(name, self._stop(name))

    async def _start(self, name: str, occurrence: Occurrence) -> None:
        async with self._few:
            # The wait may have been long.
            server = self._hub.looks.at(name)
            is_wanted = self._is_ours(name) and not self._hub.held() and self._now() < occurrence.end
            if not is_wanted or server is None or server.active:
                return
            started = self._record.started[name] = Started(occurrence.end, None)
            self._record.done[occurrence.key].people.append(name)
            if not self._record.save():
                self._forget_start(name, [occurrence])
                self._pause(name)
                return
            asking = asyncio.create_task(self._ask(name, occurrence.schedule))
            server = await self._settled(name, asking, or_waits=True)
        if server is not None and server.waits:
            server = await self._settled(name, asking)
        if server is not None and server.active:
            started.since = server.since
            self._failed.pop(name, None)
        else:
            self._forget_start(name, [occurrence])
            self._pause(name)
        self._record.save()

    async def _ask(self, name: str, schedule: Schedule) -> None:
        options = None if schedule.profile is None else {"profile": schedule.profile}
        log.info("%s: the server of %s is started", schedule.name, name)
        try:
            await self._hub.servers.start(name, options=options)
        except Exception as error:
            log.warning("%s: the server of %s did not start: %s", schedule.name, name, error)

    async def _settled(self, name: str, asking: asyncio.Task[None], or_waits: bool = False) -> Server | None:
        """@returns the server when it has started, or has not; with `or_waits` also when it waits for GPUs"""
        try:
            while True:
                if asking.done():
                    await asyncio.sleep(LOOK_EVERY)
                else:
                    await asyncio.wait([asking], timeout=LOOK_EVERY)
                server = self._hub.looks.at(name)
                if or_waits and server is not None and server.waits:
                    return server
                if asking.done() and (server is None or not server.pending):
                    await asking
                    return server
        except asyncio.CancelledError:
            asking.cancel()
            raise

    async def _stop(self, name: str) -> None:
        async with self._few:
            if not self._is_over(name):
                return
            log.info("The server of %s is stopped: it was started by the clock, and nobody works in it", name)
            try:
                await self._hub.servers.stop(name)
            except Exception as error:
                log.warning("The server of %s could not be stopped: %s", name, error)
                self._pause(name)
            else:
                self._record.started.pop(name, None)
                self._failed.pop(name, None)
            self._record.save()

    def _is_ours(self, name: str) -> bool:
        """Whether somebody's server is the clock's business. That of somebody who is removed or blocked is not."""
        person = self._roster.get(name) if self._roster is not None else None
        return person is not None and not person.always_on

    def _is_over(self, name: str) -> bool:
        started, server, now = self._record.started.get(name), self._hub.looks.at(name), self._now()
        if started is None or started.since is None or server is None or server.since != started.since:
            return False
        quiet_since = max(server.last_activity, self._began)
        return server.active and not server.pending and now >= started.ends and now - quiet_since >= QUIET

    def _forget_start(self, name: str, of: Sequence[Occurrence]) -> None:
        self._record.started.pop(name, None)
        for occurrence in of:
            done = self._record.done.get(occurrence.key)
            if done is not None and name in done.people:
                done.people.remove(name)

    def _may_try(self, name: str) -> bool:
        return self._now() >= self._failed.get(name, (0.0, 0.0))[0]

    def _pause(self, name: str) -> None:
        _, pause = self._failed.get(name, (0.0, FIRST_PAUSE))
        self._failed[name] = (self._now() + pause, min(pause * 2, LONGEST_PAUSE))

    def _run(self, name: str, act: Coroutine[Any, Any, None]) -> None:
        task = self._busy[name] = asyncio.get_running_loop().create_task(act)
        task.add_done_callback(lambda done: self._ended(name, done))

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        self._busy.pop(name, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("The clock failed for %s", name, exc_info=task.exception())
