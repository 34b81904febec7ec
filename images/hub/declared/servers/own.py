"""What the proxy's page says while a person's server does not answer: it ended, starts again, or is being stopped.

The page is the proxy's, which knows nobody. It asks here with the visitor's own cookie. The request names no server:
the answer is about the servers of whoever asks, so nobody learns anything of others.
"""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User

from .. import context
from ..gate import GateAway, Missing
from ..look.language import t

PATH = r"/own-server"

PATIENCE = 1.0
"""Seconds that the page waits for the gate."""

LOST = "Its kernels have ended; files that were saved are there."
DOING = {"stop": "Your server is being stopped.", "spawn": "Your server starts."}


class OwnServer(BaseHandler):
    async def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        user = self.current_user
        if not isinstance(user, User):
            self.set_status(403)
            self.finish({"status": 403, "message": "Log in first."})
            return
        known = user.orm_user.orm_spawners if self.allow_named_servers else ("",)
        default, *named = await asyncio.gather(*(_about(user, name) for name in sorted({"", *known})))
        self.finish({**default, **({"named": named} if named else {})})


async def _about(user: User, name: str) -> dict[str, str]:
    spawner = user.spawners[name]
    message = t(words(spawner.pending, await _found(spawner)) or spawner.without_container)
    return {"url": user.server_url(name), "message": message}


async def _found(spawner: Any) -> dict[str, Any] | None:
    """@returns what Docker knows of the person's container; None without a clear answer"""
    # The container of a server that was made at its start is gone.
    gone = context.current().remains.end_of(spawner.whose)
    if not spawner.object_name:
        return gone
    try:
        return await context.current().gate.inspect(spawner.object_name, PATIENCE)
    except Missing:
        return gone
    except GateAway:
        return None


def words(pending: str | None, found: dict[str, Any] | None) -> str:
    """What is true of a server.

    `pending`: what the hub does with it. `found`: what Docker knows of its container; {} if there is none. @returns ""
    without a container
    """
    if pending in DOING:
        return DOING[pending]
    if found is None:
        return "Your server does not answer at the moment."
    if not found:
        return ""
    return _of_container(found, found.get("State") or {})


def _of_container(found: dict[str, Any], state: dict[str, Any]) -> str:
    if state.get("Restarting"):
        return f"Your server {_ended(state)}, and starts again. {LOST}"
    if not state.get("Running"):
        return f"Your server {_ended(state)}. {LOST} It can be started again from the hub's page."
    # By Docker's restart policy; a start by the hub begins at 0 again.
    if found.get("RestartCount"):
        return f"Your server ended, and starts again. {LOST}"
    return "Your server runs, but does not answer at the moment."


def _ended(state: dict[str, Any]) -> str:
    if state.get("OOMKilled"):
        return "ended because it needed more than its memory"
    return f"ended (exit code {state.get('ExitCode')})"
