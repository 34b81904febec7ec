"""A server's own token: from the container's environment into the hub's database, and out again.

JupyterHub makes a token for each start and expects the spawner to hand it to the server. Here the server has its token
already, in an environment that is fixed when the container is made. So it is the container's token that must be valid
while the server runs, and at no other time.
"""

from __future__ import annotations

from typing import Any

from jupyterhub import orm

NOTE = "Server at "
"""How JupyterHub tells a server's tokens from a person's: what a server does by itself is not the person's activity."""


class WrongOwner(Exception):
    """The token belongs to somebody else."""


def from_container(found: dict[str, Any]) -> str | None:
    for line in (found.get("Config") or {}).get("Env") or []:
        if line.startswith("JUPYTERHUB_API_TOKEN="):
            return line.split("=", 1)[1] or None
    return None


def register(db: Any, user: Any, token: str, minted: str) -> None:
    """Makes `token` valid with the note and the scopes that JupyterHub has just given to `minted`.

    Left to itself, JupyterHub would take it over as a stranger's: hashed slowly at every request, and with a note under
    which everything that the server does counts as the person being there.
    """
    pattern = orm.APIToken.find(db, minted)
    note, scopes = (pattern.note, list(pattern.scopes)) if pattern else (f"{NOTE}{user.base_url}", None)
    found = orm.APIToken.find(db, token)
    if found:
        if found.user_id != user.id:
            raise WrongOwner
        # left by a hub that was killed; its scopes may be of another time
        db.delete(found)
        db.commit()
    user.orm_user.new_api_token(token, generated=True, note=note, scopes=scopes)


def end(db: Any, orm_user: Any) -> None:
    """Nothing of this person's server is valid any more, whichever hub registered it."""
    for token in list(orm_user.api_tokens):
        if token.note and token.note.startswith(NOTE):
            db.delete(token)
    db.commit()
