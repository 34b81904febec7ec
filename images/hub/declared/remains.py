"""What servers leave that were made at their start: how they ended, and containers that are still to be removed.

A container goes with its server, so nobody can ask Docker later how it ended. And the launcher may be away when one is
to be removed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from .gate import GateAway, Missing, Refused
from .names import Server

log = logging.getLogger("declared.remains")

MOST = 1000
"""Servers whose end is remembered."""


class Remains:
    def __init__(self) -> None:
        self._ends: dict[Server, dict[str, Any]] = {}
        self._left: dict[Server, str] = {}
        """And the last trouble with it, so that each is logged once."""

    def ended(self, server: Server, found: dict[str, Any]) -> None:
        """@param found what Docker knew of the container when it had ended"""
        self._ends.pop(server, None)
        if len(self._ends) >= MOST:
            self._ends.pop(next(iter(self._ends)))
        self._ends[server] = found

    def end_of(self, server: Server) -> dict[str, Any]:
        return self._ends.get(server, {})

    def begin(self, server: Server) -> None:
        self._ends.pop(server, None)
        self._left.pop(server, None)

    def leave(self, server: Server) -> None:
        """The server's container is to be removed as soon as that is possible."""
        self._left.setdefault(server, "")

    async def pass_over(
        self, discard: Callable[[Server], Awaitable[None]], is_active: Callable[[Server], bool]
    ) -> None:
        """@param is_active whether a server runs, or is about to"""
        await asyncio.gather(*(self._remove(server, discard) for server in list(self._left) if not is_active(server)))

    async def _remove(self, server: Server, discard: Callable[[Server], Awaitable[None]]) -> None:
        try:
            await discard(server)
        except Missing:
            pass
        except (GateAway, Refused) as error:
            if server in self._left and self._left[server] != str(error):
                self._left[server] = str(error)
                log.warning("The container of %s is left for now: %s", server, error)
            return
        self._left.pop(server, None)
