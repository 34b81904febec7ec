"""Starts and stops people's servers through the hub's own API.

A start is more than a call of the spawner: routes, limits on simultaneous starts, metrics, waiting for a pending
action. The API does all of it, so the hub calls its own API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from jupyterhub.httpclient import fetch


class NotDone(RuntimeError):
    """@param status of the answer"""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Servers:
    def __init__(self, api_url: str, token: str) -> None:
        self._api = api_url
        self._headers = {"Authorization": f"token {token}"}

    async def start(self, name: str, options: Mapping[str, Any] | None = None, server: str = "") -> None:
        """@param options what the person would choose on the spawn page; None: as they did last"""
        await self._ask("POST", name, server, None if options is None else {"user_options": options})

    async def stop(self, name: str, server: str = "") -> None:
        await self._ask("DELETE", name, server)

    async def remove(self, name: str, server: str) -> None:
        """Stops a named server, if it runs, and forgets it."""
        await self._ask("DELETE", name, server, {"remove": True})

    async def _ask(self, method: str, name: str, server: str, body: Mapping[str, Any] | None = None) -> None:
        which = f"servers/{quote(server, safe='')}" if server else "server"
        response = await fetch(
            f"{self._api}/users/{quote(name, safe='')}/{which}",
            method=method,
            headers=self._headers,
            raise_for_status=False,
            json=body,
            # A stop takes as long as Docker needs.
            timeout=aiohttp.ClientTimeout(total=None),
        )
        text = await response.text()
        if response.status >= 400:
            raise NotDone(f"{method} server: HTTP {response.status} {text[:300]}", response.status)
