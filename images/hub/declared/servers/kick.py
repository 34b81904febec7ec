"""Stops people's servers and leaves them a message, for `npm run kick` and `npm run drain`.

Runs in the hub's container, as a process of its own. It reads one JSON object, calls the hub's API, and prints one JSON
object a line for each server.

    names    which servers: `ada` for all of hers, `ada/work` for the one called so, `ada/` for her default one alone;
             null: everybody's
    text     the message to these people on the hub's pages, until they start a server again
    stop     false: only leave the message
    hold     a message to everybody, while nobody can start a server; null: starts stay allowed
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp

from .. import settings as _settings
from ..names import Server
from ..store.notices import Notices

PAGE = 200
PATIENCE = 180.0
"""Seconds for one server to stop: Docker's stop time-out, after a start that may be pending."""

LOOK_EVERY = 0.3


class Kicker:
    def __init__(self, api: str, token: str, notices: Notices, patience: float = PATIENCE) -> None:
        self._api = api
        self._headers = {"Authorization": f"token {token}"}
        self._notices = notices
        self._patience = patience

    async def run(
        self, names: list[str] | None, text: str, stop: bool, hold: str | None
    ) -> AsyncIterator[dict[str, Any]]:
        if hold is not None:
            self._notices.hold(hold)
        async with aiohttp.ClientSession(
            headers=self._headers, timeout=aiohttp.ClientTimeout(total=self._patience)
        ) as session:
            active = await self._active(session)
            wanted = active if names is None else [server for server in active if _is_meant(server, names)]
            for server in wanted:
                self._notices.leave(server.person, text, server.name)
            for done in asyncio.as_completed([self._stop(session, server) for server in wanted] if stop else []):
                yield await done
            if not stop:
                for server in wanted:
                    yield {"name": str(server), "told": True}

    async def _active(self, session: aiohttp.ClientSession) -> list[Server]:
        """Servers that run, start or stop."""
        found: list[Server] = []
        offset = 0
        while True:
            async with session.get(f"{self._api}/users?limit={PAGE}&offset={offset}") as response:
                response.raise_for_status()
                users = await response.json()
            found += [Server(user["name"], name) for user in users for name in user["servers"]]
            if len(users) < PAGE:
                return found
            offset += PAGE

    async def _stop(self, session: aiohttp.ClientSession, server: Server) -> dict[str, Any]:
        user, name = f"{self._api}/users/{quote(server.person, safe='')}", str(server)
        which = f"{user}/servers/{server.name}" if server.name else f"{user}/server"
        end = time.monotonic() + self._patience
        said = "it did not stop in time"
        while time.monotonic() < end:
            async with session.get(user) as response:
                response.raise_for_status()
                now = (await response.json())["servers"].get(server.name)
            if now is None:
                return {"name": name, "stopped": True}
            if not now["pending"]:
                async with session.delete(which) as response:
                    if response.status == 204:
                        return {"name": name, "stopped": True}
                    if response.status >= 500:
                        return {"name": name, "stopped": False, "why": (await response.text())[:300]}
                    said = f"HTTP {response.status} {(await response.text())[:300]}" if response.status >= 400 else said
            await asyncio.sleep(LOOK_EVERY)
        return {"name": name, "stopped": False, "why": said}


def _is_meant(server: Server, names: list[str]) -> bool:
    return server.person in names or f"{server.person}/{server.name}" in names


async def main() -> None:
    settings = _settings.from_env()
    api = f"http://127.0.0.1:{settings.hub_port}{settings.base_url}hub/api"
    kicker = Kicker(api, os.environ["JUPYTERHUB_ADMIN_TOKEN"], Notices(settings.data_dir))
    try:
        async for done in kicker.run(**json.load(sys.stdin)):
            print(json.dumps(done), flush=True)
    except aiohttp.ClientError as error:
        sys.exit(f"The hub does not answer: {error}")


if __name__ == "__main__":
    asyncio.run(main())
