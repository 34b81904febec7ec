"""Why a server did not start, in words for its person."""

from __future__ import annotations

from jupyterhub.spawner import SpawnException

from ..gate import Missing, Refused
from ..people.roster import Roster


def problem(message: str, reason: str, status: int = 503) -> SpawnException:
    """503, because the request is not at fault; and JupyterHub does not log the request's headers for it."""
    found = SpawnException(message, reason=reason, status_code=status)
    found.jupyterhub_message = message
    return found


def explained_of_launcher(error: Exception) -> SpawnException:
    """For a server that is made at its start."""
    if isinstance(error, Missing):
        return problem("Your server was removed while it was starting. Start it again.", "missing")
    if isinstance(error, Refused):
        return problem(f"Your server could not be started: {error}", "refused")
    return problem("Servers cannot be started at the moment: Docker does not answer. Try again in a minute.", "away")


def explained(error: Exception) -> SpawnException:
    if isinstance(error, Missing):
        return problem(
            "Your server has no container. If it is being updated, it has one in a minute. If not, tell whoever looks "
            "after this hub.",
            "missing",
        )
    if isinstance(error, Refused):
        return problem(f"Docker could not start your server: {error}", "refused")
    return problem("Docker does not answer at the moment. Try again in a minute.", "docker-away")


def kept_out(name: str, roster: Roster | None) -> SpawnException:
    """For an admin who starts the server of somebody who is removed or blocked: each is undone in another way."""
    blocked = roster is not None and roster.blocks(name)
    if blocked:
        return problem(f"{name} is blocked from this hub.", "kept-out", 403)
    return problem(f"{name} is not on the list of people who may use this hub.", "kept-out", 403)
