"""What the hub knows of people's servers, as the clock sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from ..gpus import Gpus


@dataclass(frozen=True)
class Server:
    active: bool
    """It runs, starts or stops."""
    pending: bool
    """It starts, stops, or is being looked for."""
    since: str | None
    """When the hub began to start it."""
    last_activity: float
    """Seconds since 1970; 0 for never."""
    waits: bool = False
    """Its start waits for GPUs, perhaps for long, and takes nothing of the machine meanwhile."""


class Looks(Protocol):
    def at(self, name: str) -> Server | None:
        """None for somebody whom the hub does not know yet."""


class Servers(Protocol):
    """servers/api.py"""

    async def start(self, name: str, options: Mapping[str, Any] | None = None) -> None: ...

    async def stop(self, name: str) -> None: ...


@dataclass(frozen=True)
class Hub:
    """What the clock needs of the hub."""

    servers: Servers
    looks: Looks
    held: Callable[[], bool]
    """Whether nobody can start a server now."""


class HubLooks:
    def __init__(self, app: Any, gpus: Gpus) -> None:
        self._app = app
        self._gpus = gpus

    def at(self, name: str) -> Server | None:
        user = self._app.users.get(name)
        if user is None:
            return None
        spawner = user.spawner
        started, active = spawner.orm_spawner.started, spawner.orm_spawner.last_activity
        return Server(
            active=bool(spawner.active),
            pending=bool(spawner.pending),
            since=started.isoformat() if started else None,
            last_activity=_instant(active) if active else 0.0,
            waits=self._gpus.waits(spawner.whose),
        )


def _instant(moment: datetime) -> float:
    """The database has moments of UTC without saying so."""
    return moment.replace(tzinfo=UTC).timestamp()
