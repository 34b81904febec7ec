"""Removes guests (`authentication: {type: anonymous}`) whose server has ended: row, tokens, and what lets them in.

A guest without a server has a minute to start one, for the first time or again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from jupyterhub import orm
from jupyterhub.utils import maybe_future

from .people import revoke
from .people.admitted import Admitted

log = logging.getLogger("declared.guests")

GRACE = 60.0
"""Seconds that a guest may be without a server."""


class Guests:
    def __init__(self, app: Any, admitted: Admitted) -> None:
        self._app = app
        self._admitted = admitted
        self._without: dict[str, float] = {}
        """Since when a guest has no server."""

    async def pass_over(self, clock: Callable[[], float] = time.monotonic) -> None:
        guests, now = self._admitted.guests, clock()
        for name in self._without.keys() - set(guests):
            del self._without[name]
        for name in guests:
            user = self._app.users.get(name)
            if user is not None and user.active:
                self._without.pop(name, None)
            elif now - self._without.setdefault(name, now) >= GRACE:
                await self._remove(name)

    async def _remove(self, name: str) -> None:
        row = orm.User.find(self._app.db, name)
        if row is not None:
            user = self._app.users[row]
            revoke.everything(self._app.db, user, None, "")
            await maybe_future(self._app.authenticator.delete_user(user))
            await user.delete_spawners()
            self._app.users.delete(user)
        self._admitted.forget(name)
        log.info("%s is gone", name)
