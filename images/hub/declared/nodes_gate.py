"""The gate where people's servers are services on the nodes of a Swarm.

Docker here knows no container of theirs, so the launcher says what there is to know of one, in the same form.
"""

from __future__ import annotations

from typing import Any

import docker

from .gate import LONGEST_LOG, Gate, GateAway, Missing, ask, ask_for_bytes


class NodesGate(Gate):
    def __init__(self, url: str, roster: str) -> None:
        super().__init__(url)
        self._roster = roster
        self._addresses: dict[str, str] = {}

    def address(self, name: str) -> str | None:
        """Where a server was at the last look. None while it is nowhere: what it had may be another server's by now."""
        return self._addresses.get(name)

    async def inspect(self, name: str, patience: float | None = None) -> dict[str, Any]:
        if name == self._roster:
            return await super().inspect(name, patience)

        def look(client: docker.APIClient) -> dict[str, Any]:
            found = ask(client, "GET", f"/launcher/services/{name}")
            if found.get("Name") != f"/{name}":
                raise GateAway(f"the answer is not about {name}")
            return found

        try:
            found = await self._patiently(f"inspect {name}", look, patience)
        except Missing:
            self._addresses.pop(name, None)
            raise
        address = found.get("Address")
        if isinstance(address, str):
            self._addresses[name] = address
        else:
            self._addresses.pop(name, None)
        return found

    async def start(self, name: str, patience: float | None = None) -> None:
        await self._scaled(name, "start", patience)

    async def stop(self, name: str, patience: float | None = None) -> None:
        await self._scaled(name, "stop", patience)

    async def _scaled(self, name: str, action: str, patience: float | None) -> None:
        """Only what is declared. The launcher makes a home first, and waits for the end of a server."""

        def call(client: docker.APIClient) -> dict[str, Any]:
            return ask(client, "POST", f"/launcher/services/{name}/{action}")

        await self._patiently(f"{action} {name}", call, patience, self._launch_threads)

    async def log(self, name: str) -> bytes:
        def read(client: docker.APIClient) -> bytes:
            return ask_for_bytes(client, f"/launcher/services/{name}/log")[:LONGEST_LOG]

        return await self._patiently(f"the log of {name}", read, 0)
