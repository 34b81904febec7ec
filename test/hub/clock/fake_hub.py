"""A clock with a hub that is made up: time passes when a test says so, and servers start at once or when told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from declared.clock.clock import Clock
from declared.clock.looks import Hub, Server
from declared.clock.record import Record
from declared.people.roster import Person, Roster
from test_occurrences import at

MONDAY = "2026-12-07"
EVERY = 60.0


def local(time: str, day: str = MONDAY) -> float:
    """In Berlin in winter."""
    return at(f"{day}T{time}+01:00")


def lecture(*people: str, **changed: Any) -> dict[str, Any]:
    return {
        "name": "lecture",
        "people": list(people),
        "days": [0],
        "from": "09:00",
        "to": "10:30",
        "zone": "Europe/Berlin",
        "before": 300,
        **changed,
    }


@dataclass
class FakeHub:
    """Is the servers, what the hub knows of them, and the time."""

    data: Path
    now: float = local("08:00")
    is_held: bool = False
    servers: dict[str, Server] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """`start ada`, `stop ada`."""
    options: dict[str, Any] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """People whose servers do not start, or do not stop."""
    killed_at: str = ""
    """What the hub is asked for when it is killed."""
    slow: asyncio.Event | None = None
    """Starts wait for it."""
    at_once: int = 0
    most_at_once: int = 0
    waiting: dict[str, asyncio.Event] = field(default_factory=dict)
    """People whose servers wait for GPUs, and until when."""
    unknown: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)
    """Who is not on demand."""
    gone: set[str] = field(default_factory=set)
    schedule: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.boot()

    def boot(self) -> None:
        """Another process of the hub, which has only what is written down."""
        self.clock = Clock(Hub(self, self, lambda: self.is_held), Record(self.data / "clock.json"), lambda: self.now)

    def roster(self) -> Roster:
        names = {name for one in self.schedule for name in one["people"]} - self.gone
        people = [
            Person(
                name=name,
                container=f"P-u-{name}",
                admin=False,
                groups=(),
                login=name,
                password=None,
                lifecycle=self.others.get(name, "on-demand"),
                incarnation="a1",
            )
            for name in sorted(names)
        ]
        roster = Roster(people)
        roster.schedule = self.schedule
        return roster

    # What the clock sees

    def at(self, name: str) -> Server | None:
        if name in self.waiting and f"start {name}" in self.asked and not self.waiting[name].is_set():
            return Server(True, True, f"{name} waits", self.now, waits=True)
        return None if name in self.unknown else self.servers.get(name, Server(False, False, None, 0.0))

    async def start(self, name: str, options: Any = None) -> None:
        self.asked.append(f"start {name}")
        self.options[name] = options
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.killed_at == f"start {name}":
                raise asyncio.CancelledError
            if name in self.waiting:
                await self.waiting[name].wait()
            if self.slow is not None:
                await self.slow.wait()
            if name in self.refused:
                raise RuntimeError("no")
            self.run(name)
            if self.killed_at == f"after start {name}":
                raise asyncio.CancelledError
        finally:
            self.at_once -= 1

    async def stop(self, name: str) -> None:
        self.asked.append(f"stop {name}")
        if self.killed_at == f"stop {name}":
            raise asyncio.CancelledError
        if name in self.refused:
            raise RuntimeError("no")
        self.servers.pop(name)
        if self.killed_at == f"after stop {name}":
            raise asyncio.CancelledError

    # What people do

    def run(self, name: str) -> None:
        self.servers[name] = Server(True, False, f"{name} {self.now}", self.now)

    def work(self, name: str) -> None:
        self.servers[name] = replace(self.servers[name], last_activity=self.now)

    def up(self) -> list[str]:
        return sorted(self.servers)

    async def look(self) -> None:
        await self.clock.pass_over(self.roster())
        await self.clock.settled()

    async def until(self, time: str, *workers: str, day: str = MONDAY) -> None:
        """Lets time pass, minute by minute, while some people work."""
        end = local(time, day)
        assert end >= self.now
        while self.now < end:
            self.now = min(end, self.now + EVERY)
            for name in workers:
                if name in self.servers:
                    self.work(name)
            await self.look()
