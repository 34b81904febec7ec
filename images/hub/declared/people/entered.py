"""Records who is, or may still be, in somebody else's server.

A server asks the hub about each visitor, with the token that the visitor's browser got for this server or with one of
the visitor's own. So every entry passes here. The record lasts until the server stops, also over a restart of the hub.
With `revoke: hard` it tells which servers a removed person may still be connected to.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from pathlib import Path
from typing import Any

from jupyterhub import orm

from ..names import Server
from ..store.whole_file import write_whole
from .keeper import Keeper

log = logging.getLogger("declared.entered")


class Entered:
    def __init__(self, file: Path, keeper: Keeper) -> None:
        self._file = file
        self._keeper = keeper
        self._visitors: dict[str, list[str]] = {}
        # The event loop keeps no reference to a task.
        self._noting: set[asyncio.Task[None]] = set()
        with contextlib.suppress(OSError, ValueError):
            self._visitors = json.loads(file.read_text())

    def note(self, visitor: str, server: Server) -> None:
        there = self._visitors.setdefault(str(server), [])
        if visitor not in there:
            log.info("%s entered the server of %s", visitor, server)
            there.append(visitor)
            self._keep()

    def end(self, server: Server) -> None:
        """The server has stopped, so nobody is in it."""
        if self._visitors.pop(str(server), None):
            self._keep()

    def by(self, visitor: str) -> list[Server]:
        return [Server.read(server) for server, there in self._visitors.items() if visitor in there]

    def look(self, handler: Any) -> None:
        """Called after each request. Only a server's question who a visitor is counts."""
        asked = handler.request.method == "GET" and handler.request.path.endswith("/hub/api/user")
        if not asked or handler.get_status() != 200:
            return
        token = handler.get_token()
        visitor = token.user.name if token is not None and token.user is not None else None
        if visitor is None:
            return
        asked_by = token.oauth_client.spawner if token.oauth_client else None
        if asked_by is not None:
            if asked_by.user.name != visitor:
                self.note(visitor, Server(asked_by.user.name, asked_by.name))
        elif _may_enter_others(handler.expanded_scopes, visitor):
            # The visitor's own token does not name the server, so the server is found by its address.
            noting = self._note_by_address(handler.db, handler.request.remote_ip, visitor)
            task = asyncio.get_running_loop().create_task(noting)
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)

    async def _note_by_address(self, db: Any, address: str, visitor: str) -> None:
        try:
            name, _, _ = await asyncio.get_running_loop().run_in_executor(None, socket.gethostbyaddr, address)
        except OSError:
            return
        server = self._of(db, name.split(".", 1)[0])
        if server is not None and server.person != visitor:
            self.note(visitor, server)

    def _of(self, db: Any, container: str) -> Server | None:
        roster = self._keeper.roster
        owner = None if roster is None else roster.by_container(container)
        if owner is not None:
            return Server(owner.name)
        # No list has the containers of named servers.
        rows = db.query(orm.Spawner).filter(orm.Spawner.name != "", orm.Spawner.server_id.isnot(None))
        named = (Server(row.user.name, row.name) for row in rows)
        return next((server for server in named if self._keeper.admitted.container(server) == container), None)

    def _keep(self) -> None:
        try:
            write_whole(self._file, json.dumps(self._visitors))
        except OSError as error:
            log.warning("Who entered which server could not be saved: %s", error)


def _may_enter_others(scopes: Any, visitor: str) -> bool:
    own = (f"access:servers!user={visitor}", f"access:servers!server={visitor}/")
    return any(
        scope.split("!")[0] == "access:servers" and scope != own[0] and not scope.startswith(own[1]) for scope in scopes
    )
