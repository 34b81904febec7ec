"""Registers a server's own token in the hub's database, and deletes it again.

JupyterHub creates a token for each start and expects the spawner to pass it to the server. Here the server has a token
already, in the environment of its container. So the container's token must be valid while the server runs, and only
then.
"""

from __future__ import annotations

from typing import Any

from jupyterhub import orm

NOTE = "Server at "
"""Start of the note of a server's token. JupyterHub does not count what a server does as the person's activity."""


class WrongOwner(Exception):
    """The token belongs to somebody else."""


def from_container(found: dict[str, Any]) -> str | None:
    for line in (found.get("Config") or {}).get("Env") or []:
        if line.startswith("JUPYTERHUB_API_TOKEN="):
            return line.split("=", 1)[1] or None
    return None


def register(db: Any, user: Any, token: str, minted: str) -> None:
    """Makes `token` valid, with the note and the scopes that JupyterHub has just given to `minted`.

    JupyterHub itself would register it like a user's token: with a slow hash at each request, and with a note that
    makes everything that the server does count as the person's activity.
    """
    pattern = orm.APIToken.find(db, minted)
    note, scopes = (pattern.note, list(pattern.scopes)) if pattern else (f"{NOTE}{user.base_url}", None)
    found = orm.APIToken.find(db, token)
    if found:
        if found.user_id != user.id:
            raise WrongOwner
        # A hub that was killed left it. Its scopes may be out of date.
        db.delete(found)
        db.commit()
    user.orm_user.new_api_token(token, generated=True, note=note, scopes=scopes)


def end(db: Any, orm_user: Any) -> None:
    """Deletes all tokens of this person's server, also those that an earlier hub registered."""
    for token in list(orm_user.api_tokens):
        if token.note and token.note.startswith(NOTE):
            db.delete(token)
    db.commit()
