"""Somebody at the hub's pages: a session with cookies."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import aiohttp
from yarl import URL


class Browser:
    def __init__(self, url: str) -> None:
        self.url = url
        # As browsers do with addresses of their own machine.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(url))
        self.session = aiohttp.ClientSession(cookie_jar=jar)

    async def get(self, path: str, **kwargs: Any) -> tuple[int, str]:
        async with self.session.get(self.url + path, allow_redirects=False, **kwargs) as response:
            return response.status, await response.text()

    async def log_in(self, name: str, password: str, **kwargs: Any) -> tuple[int, str]:
        _, page = await self.get("/hub/login")
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)[1]
        data = {"_xsrf": xsrf, "username": name, "password": password}
        async with self.session.post(f"{self.url}/hub/login", data=data, allow_redirects=False, **kwargs) as response:
            return response.status, await response.text()

    async def spawn(self, name: str) -> tuple[int, str]:
        """Starts a server as the button does. @returns the last page, after those that say "pending" or "stopping"."""
        status, page = await self.get(f"/hub/spawn/{name}")
        while status == 302 or (status == 200 and ("progress" in page or "server is stopping" in page)):
            await asyncio.sleep(0.05)
            status, page = await self.get(f"/hub/spawn-pending/{name}")
            if status == 302:
                return status, page
        return status, page

    async def inside(self) -> bool:
        status, _ = await self.get("/hub/home")
        return status == 200
