"""Who is, or may still be, in somebody else's server.

A server asks the hub about everybody who comes: by the token that their browser got for this server, or by a token of
theirs. So every entry passes here. It is written down, and remembered until the server stops, also over a restart of
the hub: with `revoke: hard` it is what tells which servers somebody who was removed may still be connected to.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from pathlib import Path
from typing import Any

from . import names

log = logging.getLogger("declared.entered")


class Entered:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._visitors: dict[str, list[str]] = {}
        try:
            self._visitors = json.loads(file.read_text())
        except (OSError, ValueError):
            pass

    def note(self, visitor: str, owner: str) -> None:
        there = self._visitors.setdefault(owner, [])
        if visitor not in there:
            log.info("%s entered the server of %s", visitor, owner)
            there.append(visitor)
            self._keep()

    def end(self, owner: str) -> None:
        """The server has stopped, and nobody is in it any more."""
        if self._visitors.pop(owner, None):
            self._keep()

    def by(self, visitor: str) -> list[str]:
        return [owner for owner, there in self._visitors.items() if visitor in there]

    def _keep(self) -> None:
        try:
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self._visitors))
            draft.rename(self._file)
        except OSError as error:
            log.warning("Who entered which server could not be kept: %s", error)


def look(handler: Any) -> None:
    """Called after each request; only what a server asks about somebody is of interest."""
    if (
        handler.request.method != "GET"
        or not handler.request.path.endswith("/hub/api/user")
        or handler.get_status() != 200
    ):
        return
    token = handler.get_token()
    visitor = token.user.name if token is not None and token.user is not None else None
    if visitor is None:
        return
    from . import context

    current = context.current()
    people = list(current.keeper.roster or ())
    client = token.oauth_client.identifier if token.oauth_client else ""
    owner = next((person.name for person in people if names.oauth_client_id(person.name) == client), None)
    if owner is not None:
        if owner != visitor:
            current.entered.note(visitor, owner)
    elif _may_enter_others(handler.expanded_scopes, visitor):
        # one of their own tokens: which server asks shows in where it asks from
        asyncio.get_running_loop().create_task(_note_by_address(handler.request.remote_ip, visitor))


def _may_enter_others(scopes: Any, visitor: str) -> bool:
    own = {f"access:servers!user={visitor}", f"access:servers!server={visitor}/"}
    return any(scope.split("!")[0] == "access:servers" and scope not in own for scope in scopes)


async def _note_by_address(address: str, visitor: str) -> None:
    from . import context

    try:
        name, _, _ = await asyncio.get_running_loop().run_in_executor(None, socket.gethostbyaddr, address)
    except OSError:
        return
    container = name.split(".", 1)[0]
    current = context.current()
    for person in current.keeper.roster or ():
        if person.container == container and person.name != visitor:
            current.entered.note(visitor, person.name)
