"""Starts and stops people's servers through the hub's own API.

A start is more than a call of the spawner: routes, limits on simultaneous starts, metrics, waiting for a pending
action. The API does all of it, so the hub calls its own API.
"""

from __future__ import annotations

from urllib.parse import quote

import aiohttp
from jupyterhub.httpclient import fetch


class Servers:
    def __init__(self, api_url: str, token: str) -> None:
        self._api = api_url
        self._headers = {"Authorization": f"token {token}"}

    async def start(self, name: str) -> None:
        await self._ask("POST", name)

    async def stop(self, name: str) -> None:
        await self._ask("DELETE", name)

    async def _ask(self, method: str, name: str) -> None:
        response = await fetch(
            f"{self._api}/users/{quote(name, safe='')}/server",
            method=method,
            headers=self._headers,
            raise_for_status=False,
            # A stop takes as long as Docker needs.
            timeout=aiohttp.ClientTimeout(total=None),
        )
        text = await response.text()
        if response.status >= 400:
            raise RuntimeError(f"{method} server: HTTP {response.status} {text[:300]}")
