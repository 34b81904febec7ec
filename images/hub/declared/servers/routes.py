"""Keeps the proxy's routes as they must be, and leaves the proxy alone while they are.

JupyterHub's own check comes every five minutes; until then a restarted proxy would have no routes. An open connection
tells at once when a proxy ends. What else there is to know is in the hub: which servers are ready, and where.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlparse

EVERY = 2.0
"""Seconds between two passes."""

AT_LEAST_EVERY = 30.0
"""Seconds after which the proxy is asked for its routes in any case. The guard of people's network counts the hub's
connections to the proxy, and takes two minutes without one for a failure."""

TIMEOUT = 1.0

PROBES = {"TCP_KEEPIDLE": 2, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 2}
"""Linux tells a connection's end also where the other one went away without a word."""


class _Connection(asyncio.Protocol):
    lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in PROBES.items():
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def connection_lost(self, _error: Exception | None) -> None:
        self.lost = True


class Routes:
    def __init__(self, app: Any) -> None:
        self._app = app
        self._connection: tuple[asyncio.BaseTransport, _Connection] | None = None
        self._checked: tuple[float, dict[str, str]] | None = None
        """When the proxy had all routes, and which."""

    async def pass_over(self) -> None:
        wanted = dict(self._wanted())
        if self._there() and self._fresh(wanted):
            return
        self._checked = None
        # Asked first, because JupyterHub would retry for half a minute, with a warning each time.
        if await self._connect():
            await self._app.proxy.check_routes(self._app.users, self._app._service_map)
            self._checked = asyncio.get_running_loop().time(), wanted

    def close(self) -> None:
        if self._connection is not None:
            self._connection[0].close()

    def _there(self) -> bool:
        return self._connection is not None and not self._connection[1].lost

    def _fresh(self, wanted: dict[str, str]) -> bool:
        if self._checked is None:
            return False
        at, before = self._checked
        return before == wanted and asyncio.get_running_loop().time() - at < AT_LEAST_EVERY

    def _wanted(self) -> Iterator[tuple[str, str]]:
        for user in self._app.users.values():
            for spawner in user.spawners.values():
                if spawner.ready:
                    yield spawner.proxy_spec, spawner.server.host
        for service in self._app._service_map.values():
            if service.server is not None:
                yield service.proxy_spec, service.server.host

    async def _connect(self) -> bool:
        self.close()
        api = urlparse(self._app.proxy.api_url)
        loop = asyncio.get_running_loop()
        with suppress(OSError, TimeoutError):
            opening = loop.create_connection(_Connection, api.hostname, api.port)
            self._connection = await asyncio.wait_for(opening, TIMEOUT)
            return True
        return False
