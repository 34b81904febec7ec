"""Ties a row of the hub's database to one incarnation of a name, and to what they proved themselves by.

A name can be removed and given to somebody new, or an admin can rename a row in the panel. Either way the row, its
sessions and its tokens are not this person's. Or it is the same person, but what their sessions were given for counts
no more: another password, another login, another way to log in. The id in the session cookie is the row's one value
that every session depends on and that nobody can set through the API, so incarnation and proof are its beginning: a row
whose cookie id begins otherwise has nothing valid to its name. No second record that could get lost or get out of step.
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
    """What has to be shown to be let in, as a hash that tells nobody a password. `kind`: how people log in."""
    shown = "\0".join([kind, person.login, person.password or ""])
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def current(user: Any, person: Person) -> bool:
    """Whether the row is this person's."""
    return bool(user.cookie_id) and user.cookie_id.startswith(_prefix(person.incarnation))


def proven(user: Any, person: Person, kind: str) -> bool:
    """Whether what the row's sessions and tokens were issued for is this person, and still counts."""
    return bool(user.cookie_id) and user.cookie_id.startswith(f"{_prefix(person.incarnation)}{_proof(person, kind)}:")


def gone(user: Any) -> bool:
    return bool(user.cookie_id) and user.cookie_id.startswith(_prefix(GONE))


def begin(user: Any, person: Person, kind: str) -> None:
    """From now on the row is this person's. A row that is theirs already keeps its sessions."""
    if not proven(user, person, kind):
        user.cookie_id = f"{_prefix(person.incarnation)}{_proof(person, kind)}:{new_token()}"


def end(user: Any) -> None:
    user.cookie_id = _prefix(GONE) + new_token()
