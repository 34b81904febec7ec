"""Starts and stops people's servers through the hub's own API.

That is more than calling the spawner: routes, limits on how many start at once, metrics, waiting for what is pending
already. The API has it all in one place, so the hub is asked as anybody would ask it.
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
            # a stop lasts as long as Docker needs for it
            timeout=aiohttp.ClientTimeout(total=None),
        )
        text = await response.text()
        if response.status >= 400:
            raise RuntimeError(f"{method} server: HTTP {response.status} {text[:300]}")
