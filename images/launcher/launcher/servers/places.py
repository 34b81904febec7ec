"""What a server is in Docker: a container on this machine (containers.py), or a service of a Swarm (services.py)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..document.templates import File
from ..names import Server


@dataclass(frozen=True)
class Found:
    id: str
    labels: Mapping[str, str]
    running: bool
    exit_code: int = 0


class Place(Protocol):
    async def find(self, name: str) -> Found:
        """@raises Missing"""

    async def make(self, name: str, body: Mapping[str, Any], files: Sequence[File]) -> None:
        """Makes and starts it, or leaves nothing."""

    async def stop(self, found: Found) -> None:
        """Lets it end, and removes it."""

    async def remove(self, found: Found) -> None:
        """At once."""

    async def servers(self, states: Collection[str]) -> set[Server]:
        """All of the stack's that are in one of these states, as Docker calls a container's."""
