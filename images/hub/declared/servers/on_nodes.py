"""Servers on the nodes of a Swarm. The Swarm starts one again on another node when its node is lost or drained: it then
has another address, which the hub and the proxy have to follow.
"""

from __future__ import annotations

import time

from .. import context
from ..gate import GateAway
from ..nodes_gate import NodesGate
from .launching import LaunchingSpawner
from .looks import ended
from .spawner import AdoptingSpawner

NO_NODE = "no suitable node"
"""How a Swarm begins to say that none may have it, or none has room."""

NO_NODE_FOR = 20.0
"""Seconds after which a start does not wait for one any longer."""


class OnNodes(AdoptingSpawner):
    _without_node_since: float | None = None

    @property
    def internal_hostname(self) -> str:
        gate = context.current().gate
        address = gate.address(self.object_name) if isinstance(gate, NodesGate) else None
        return address or self.object_name

    async def poll(self) -> int | None:
        answer = await super().poll()
        if answer is None:
            await self._follow()
        return answer

    async def _follow(self) -> None:
        server, address = self.server, self.internal_hostname
        # While it starts or stops, JupyterHub itself writes down where it is.
        if server is None or self.pending or not self.ready or address in (server.ip, self.object_name):
            return
        self.log.info("%s is at another address now: %s", self.object_name, address)
        server.ip = address
        self.db.commit()
        await self.user.settings["proxy"].add_user(self.user, self.name)

    async def _failure(self, before: int) -> str | None:
        try:
            found = await context.current().gate.inspect(self.object_name, 0)
        except GateAway:
            return None
        waiting = str((found.get("State") or {}).get("Waiting", ""))
        if not waiting.startswith(NO_NODE):
            self._without_node_since = None
        elif self._without_node_since is None:
            self._without_node_since = time.monotonic()
        elif time.monotonic() - self._without_node_since >= NO_NODE_FOR:
            self._without_node_since = None
            self.log.warning("%s: %s", self.object_name, waiting)
            return "No machine has room for your server at the moment. Try again later."
        return ended(found, before)


class NodeSpawner(OnNodes, LaunchingSpawner):
    """Of a service that the launcher makes at its start."""


class DeclaredNodeSpawner(OnNodes):
    """Of a service that the Pulumi program has made: the launcher scales it, as Docker starts and stops a container."""
