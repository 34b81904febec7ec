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

from .. import names
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

    def note(self, visitor: str, owner: str) -> None:
        there = self._visitors.setdefault(owner, [])
        if visitor not in there:
            log.info("%s entered the server of %s", visitor, owner)
            there.append(visitor)
            self._keep()

    def end(self, owner: str) -> None:
        """The server has stopped, so nobody is in it."""
        if self._visitors.pop(owner, None):
            self._keep()

    def by(self, visitor: str) -> list[str]:
        return [owner for owner, there in self._visitors.items() if visitor in there]

    def look(self, handler: Any) -> None:
        """Called after each request. Only a server's question who a visitor is counts."""
        asked = handler.request.method == "GET" and handler.request.path.endswith("/hub/api/user")
        if not asked or handler.get_status() != 200:
            return
        token = handler.get_token()
        visitor = token.user.name if token is not None and token.user is not None else None
        if visitor is None:
            return
        people = self._keeper.roster or ()
        client = token.oauth_client.identifier if token.oauth_client else ""
        owner = next((person.name for person in people if names.oauth_client_id(person.name) == client), None)
        if owner is not None:
            if owner != visitor:
                self.note(visitor, owner)
        elif _may_enter_others(handler.expanded_scopes, visitor):
            # The visitor's own token does not name the server, so the server is found by its address.
            noting = asyncio.get_running_loop().create_task(self._note_by_address(handler.request.remote_ip, visitor))
            self._noting.add(noting)
            noting.add_done_callback(self._noting.discard)

    async def _note_by_address(self, address: str, visitor: str) -> None:
        try:
            name, _, _ = await asyncio.get_running_loop().run_in_executor(None, socket.gethostbyaddr, address)
        except OSError:
            return
        container = name.split(".", 1)[0]
        for person in self._keeper.roster or ():
            if person.container == container and person.name != visitor:
                self.note(visitor, person.name)

    def _keep(self) -> None:
        try:
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self._visitors))
            draft.rename(self._file)
        except OSError as error:
            log.warning("Who entered which server could not be saved: %s", error)


def _may_enter_others(scopes: Any, visitor: str) -> bool:
    own = {f"access:servers!user={visitor}", f"access:servers!server={visitor}/"}
    return any(scope.split("!")[0] == "access:servers" and scope not in own for scope in scopes)
