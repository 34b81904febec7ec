"""Tells a server that starts whether it is to do so in safe mode. Its image asks (images/singleuser/start-server).

A container's environment is fixed, and the hub can only start and stop it, so the server has to ask.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from typing import Any

from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.utils import maybe_future
from tornado import web

from .names import Server
from .store import tokens

PATIENCE = 4.0
"""Seconds that a server waits which asks before its token is valid. It gives up after five (start-server)."""

LOOK_EVERY = 0.05


class SafeModeHandler(APIHandler):
    def initialize(self, starting: Collection[Server] = ()) -> None:
        self._starting = starting

    async def prepare(self) -> Any:
        """Waits for the token of a server that was made a moment ago: the hub learns it after the server has begun."""
        token = self.get_auth_token()
        for _ in range(int(PATIENCE / LOOK_EVERY)):
            if not self._starting or not token or orm.APIToken.find(self.db, token) is not None:
                break
            await asyncio.sleep(LOOK_EVERY)
        return await maybe_future(super().prepare())

    def get(self) -> None:
        """For a server's own token alone, about this server alone."""
        token, user = self.get_token(), self.current_user
        if user is None or token is None or not tokens.is_of_server(token):
            raise web.HTTPError(403)
        name = next((name for name in user.orm_user.orm_spawners if tokens.is_of(token, user, name)), "")
        spawner = user.spawners[name]
        spawner.knows_safe_mode = True
        self.write(json.dumps({"safe": spawner.safe_mode}))


def handlers(starting: Collection[Server]) -> list[tuple[Any, ...]]:
    """@param starting servers whose token is not valid yet"""
    return [(r"/api/safe-mode", SafeModeHandler, {"starting": starting})]
