"""Stops servers that nobody uses, and those that have run for as long as a server may.

In the hub itself: the culler that JupyterHub's documentation names is a process beside it, which needs a token that may stop
everybody's server, and as much memory as gate, guard and proxy together.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from jupyterhub.utils import utcnow

from . import context
from .reconcile import Reconciler
from .roster import Person, Roster

log = logging.getLogger("declared.culler")


class Culler:
    def __init__(self, app: Any, reconciler: Reconciler) -> None:
        self._app = app
        self._reconciler = reconciler

    async def pass_over(self, roster: Roster | None) -> None:
        if roster is None:
            # it is not known who is meant to stay
            return
        now = utcnow(with_tz=False)
        for user in list(self._app.users.values()):
            spawner = user.spawners.get("")
            if spawner is not None and spawner.ready and self._is_over(user.name, roster.get(user.name), spawner.orm_spawner, now):
                self._reconciler.end_server(user)

    def _is_over(self, name: str, person: Person | None, server: Any, now: datetime) -> bool:
        if person is not None and person.always_on:
            return False
        settings = context.current().settings
        own = person.idle if person is not None else {}
        cull_after = own.get("cullAfter", settings.cull_after)
        max_age = own.get("maxAge", settings.max_age)
        age = (now - server.started).total_seconds()
        idle = (now - (server.last_activity or server.started)).total_seconds()
        if cull_after and idle >= cull_after:
            log.info("%s has not used their server for %s: it is stopped", name, _words(int(idle)))
            return True
        if max_age and age >= max_age:
            log.info("%s has had their server for %s: it is stopped", name, _words(int(age)))
            # somebody may be at work, and would not know why
            context.current().notices.leave(name, f"Your server was stopped because it had run for {_words(max_age)}, the longest time here.")
            return True
        return False


def _words(seconds: int) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds % size == 0 and seconds > size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
