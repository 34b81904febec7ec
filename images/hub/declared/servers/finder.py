"""Finds running servers that the hub does not know of: its database was lost or comes from a backup, or the hub was
killed while a server started.

It looks for them once, after the start of the hub: later only the hub starts servers. An ordinary start takes a server
over, because Docker returns at once for a container that runs.

The launcher lists what it has started, named servers too: of those only the hub's database had the names. Where servers
are declared, each person's container is looked at.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from ..gate import Gate, GateAway, Missing, Refused
from ..names import Server, good_server
from ..people.roster import Person, Roster
from .api import NotDone, Servers

AT_ONCE = 8
"""Requests at the same time: there may be thousands of people, and others ask the gate too."""

log = logging.getLogger("declared.finder")


class Finder:
    """@param row_for returns somebody's row in the hub's database, and creates a missing one"""

    def __init__(self, app: Any, gate: Gate, servers: Servers, row_for: Callable[[Person], Awaitable[Any]]) -> None:
        self._app = app
        self._gate = gate
        self._servers = servers
        self._row_for = row_for
        self._few = asyncio.Semaphore(AT_ONCE)
        self._left: set[Server] | None = None
        """Those whose containers gave no clear answer yet, or whose people are not let in; None before the first."""
        self._asks_launcher = bool(app.allow_named_servers)

    async def pass_over(self, roster: Roster | None) -> None:
        if roster is None:
            return
        if self._left is None:
            self._left = await self._all(roster)
        if not self._left:
            return
        people = {server: roster.get(server.person) for server in self._left}
        # After a loss of its records the hub knows people who are not on the list from their next log-in on.
        unknown = {server for server, person in people.items() if person is None}
        servers = {server: one for server, one in people.items() if one is not None and not self._known(server)}
        looks = await asyncio.gather(*(self._look(person, server) for server, person in servers.items()))
        self._left = unknown | {server for server, left in zip(servers, looks, strict=True) if left}

    async def _all(self, roster: Roster) -> set[Server] | None:
        """@returns None without a clear answer"""
        if not self._asks_launcher:
            return {Server(person.name) for person in roster.everybody()}
        try:
            return set(_servers_in(await self._gate.servers()))
        except (GateAway, Missing, Refused):
            return None

    def _known(self, server: Server) -> bool:
        user = self._app.users.get(server.person)
        spawner = None if user is None else user.spawners.get(server.name)
        return spawner is not None and bool(spawner.active)

    async def _look(self, person: Person, server: Server) -> bool:
        """@returns whether to look again"""
        try:
            async with self._few:
                spawner = await self._running(person, server)
        except GateAway:
            return True
        if spawner is None:
            return False
        # A failed start would stop the container, so a server that does not answer yet is asked again later.
        if spawner.active or not await spawner.answers():
            return not spawner.active
        log.info("%s has a running server: it is taken over", server)
        try:
            await self._servers.start(server.person, server=server.name)
        except Exception as error:
            log.warning("%s: %s", server, error)
            # A named server that may not be started is refused at each try.
            return not (server.name and isinstance(error, NotDone) and error.status < 500)
        return False

    async def _running(self, person: Person, server: Server) -> Any:
        """@returns the spawner of a server whose container runs; None of another"""
        try:
            if server.name:
                spawner = await self._spawner(person, server)
                return spawner if await self._gate.running(spawner.object_name, 0) is None else None
            # Nobody gets a row in the database for a look.
            running = await self._gate.running(person.container, 0) is None
            return await self._spawner(person, server) if running else None
        except Missing:
            return None

    async def _spawner(self, person: Person, server: Server) -> Any:
        user = await self._row_for(person)
        return user.get_or_create_spawner(server.name, server.name)


def _servers_in(answer: Mapping[str, Any]) -> Iterator[Server]:
    """@raises GateAway"""
    try:
        servers = [Server(one["person"], one["server"]) for one in answer["servers"]]
    except (KeyError, TypeError) as error:
        raise GateAway(f"the answer is not about servers: {error!r}") from None
    return (one for one in servers if one.name == "" or good_server(one.name))
