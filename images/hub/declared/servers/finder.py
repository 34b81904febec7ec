"""Finds running servers that the hub does not know of: its database was lost or comes from a backup, or the hub was
killed while a server started.

It looks for them once, after the start of the hub: later only the hub starts servers. An ordinary start takes a server
over, because Docker returns at once for a container that runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from ..gate import Gate, GateAway, Missing
from ..people.roster import Person, Roster
from .api import Servers

log = logging.getLogger("declared.finder")


class Finder:
    """@param row_for returns somebody's row in the hub's database, and creates a missing one"""

    def __init__(self, app: Any, gate: Gate, servers: Servers, row_for: Callable[[Person], Awaitable[Any]]) -> None:
        self._app = app
        self._gate = gate
        self._servers = servers
        self._row_for = row_for
        self._left: set[str] | None = None
        """People whose containers gave no clear answer yet; None before the first roster."""

    async def pass_over(self, roster: Roster | None) -> None:
        if roster is None:
            return
        if self._left is None:
            self._left = {person.name for person in roster}
        people = [person for person in roster if person.name in self._left and not self._known(person)]
        self._left = {
            person.name
            for person, left in zip(people, await asyncio.gather(*map(self._look, people)), strict=True)
            if left
        }

    def _known(self, person: Person) -> bool:
        user = self._app.users.get(person.name)
        return user is not None and user.spawner.active

    async def _look(self, person: Person) -> bool:
        """@returns whether to look again"""
        try:
            if await self._gate.running(person.container, 0) is not None:
                return False
        except Missing:
            return False
        except GateAway:
            return True
        user = await self._row_for(person)
        # A failed start would stop the container, so a server that does not answer yet is asked again later.
        if user.spawner.active or not await user.spawner.answers():
            return not user.spawner.active
        log.info("%s has a running server: it is taken over", person.name)
        try:
            await self._servers.start(person.name)
        except Exception as error:
            log.warning("%s: %s", person.name, error)
            return True
        return False
