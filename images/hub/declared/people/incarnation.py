"""Ties a row of the hub's database to one incarnation of a name, and to the proof that the person logged in with.

A name can be removed and given to somebody new, or an admin can rename a row in the panel. Then the row, its sessions
and its tokens are not this person's. Or the person is the same, but has another password, login or way to log in. Then
sessions and tokens from before must end.

So incarnation and proof are the prefix of the row's cookie id. Every session depends on this id, and nobody can set it
through the API. If the prefix differs, nothing of the row is valid. There is no second record that could get lost or
out of step.
"""

from __future__ import annotations

import hashlib
from typing import Any

from jupyterhub.utils import new_token

from .roster import Person

GONE = "gone"


def _prefix(incarnation: str) -> str:
    return f"{incarnation[:64]}:"


def _proof(person: Person, kind: str) -> str:
    """A hash of what the person must show at log-in; it reveals no password. `kind`: the type of authentication."""
    shown = "\0".join([kind, person.login, person.password or ""])
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def of(by: str, login: str) -> str:
    """The incarnation of somebody who is not on the list: changes with the conditions, and with whose the name is."""
    return hashlib.sha256(f"{by}\0{login}".encode()).hexdigest()[:16]


def current(user: Any, person: Person) -> bool:
    """Whether the row is this person's."""
    return bool(user.cookie_id) and user.cookie_id.startswith(_prefix(person.incarnation))


def proven(user: Any, person: Person, kind: str) -> bool:
    """Whether the row's sessions and tokens were issued to this person, for the proof that is asked for now."""
    return bool(user.cookie_id) and user.cookie_id.startswith(f"{_prefix(person.incarnation)}{_proof(person, kind)}:")


def gone(user: Any) -> bool:
    return bool(user.cookie_id) and user.cookie_id.startswith(_prefix(GONE))


def begin(user: Any, person: Person, kind: str) -> None:
    """Makes the row this person's. If it is already, its sessions stay."""
    if not proven(user, person, kind):
        user.cookie_id = f"{_prefix(person.incarnation)}{_proof(person, kind)}:{new_token()}"


def end(user: Any) -> None:
    user.cookie_id = _prefix(GONE) + new_token()
