"""Registers a server's own token in the hub's database, and deletes it again.

JupyterHub creates a token for each start and expects the spawner to pass it to the server. Here the server has a token
already, in the environment of its container. So the container's token must be valid while the server runs, and only
then.
"""

from __future__ import annotations

from typing import Any

from jupyterhub import orm
from jupyterhub.utils import url_escape_path, url_path_join

NOTE = "Server at "
"""Start of the note of a server's token. JupyterHub does not count what a server does as the person's activity."""


class WrongOwner(Exception):
    """The token belongs to somebody else, or to another server."""


def note(user: Any, server: str) -> str:
    """What JupyterHub notes at a server's token. It tells the tokens of a person's servers from each other."""
    return NOTE + url_path_join(user.base_url, url_escape_path(server), "/")


def from_container(found: dict[str, Any]) -> str | None:
    for line in (found.get("Config") or {}).get("Env") or []:
        if line.startswith("JUPYTERHUB_API_TOKEN="):
            return line.split("=", 1)[1] or None
    return None


def register(db: Any, spawner: Any, token: str) -> None:
    """Makes `token` valid, with the note and the scopes that JupyterHub has just given to the spawner's own.

    JupyterHub itself would register it like a user's token: with a slow hash at each request, and with a note that
    makes everything that the server does count as the person's activity.
    """
    user, server, minted = spawner.user, spawner.name, spawner.api_token
    pattern = orm.APIToken.find(db, minted) if minted else None
    if pattern is None:
        # An earlier hub had got this for the same start. Without scopes the token could do all that the person can.
        pattern = next((held for held in user.orm_user.api_tokens if is_of(held, user, server)), None)
    scopes = list(pattern.scopes) if pattern else ["users:activity!user", f"access:servers!server={user.name}/{server}"]
    found = orm.APIToken.find(db, token)
    if found:
        if found.user_id != user.id or of_another(found, user, server):
            raise WrongOwner
        # A hub that was killed left it. Its scopes may be out of date.
        db.delete(found)
        db.commit()
    user.orm_user.new_api_token(token, generated=True, note=note(user, server), scopes=scopes)


def end_others(db: Any, user: Any, server: str, token: str) -> None:
    """Deletes the tokens that an earlier hub had registered for this server."""
    for held in list(user.orm_user.api_tokens):
        if is_of_server(held) and not of_another(held, user, server) and not held.match(token):
            db.delete(held)
    db.commit()


def is_of(token: orm.APIToken, user: Any, server: str) -> bool:
    return bool(token.note == note(user, server))


def of_another(token: orm.APIToken, user: Any, server: str) -> bool:
    """Whether it is of another server of the same person."""
    return any(is_of(token, user, other) for other in user.orm_user.orm_spawners if other != server)


def is_of_server(token: orm.APIToken) -> bool:
    return bool(token.note and token.note.startswith(NOTE))


def end(db: Any, user: Any, server: str) -> None:
    """Deletes all tokens of this server, also those that an earlier hub registered, or at another address."""
    for token in list(user.orm_user.api_tokens):
        if is_of_server(token) and not of_another(token, user, server):
            db.delete(token)
    db.commit()
