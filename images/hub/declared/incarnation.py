"""Ties a row of the hub's database to one incarnation of a name.

A name can be removed and given to somebody new, or an admin can rename a row in the panel. Either way the row, its
sessions and its tokens are not this person's. The id in the session cookie is the row's one value that every session
depends on and that nobody can set through the API, so the incarnation is its beginning: a row whose cookie id begins
otherwise has nothing valid to its name. No second record that could get lost or get out of step.
"""

from __future__ import annotations

from typing import Any

from .roster import Person

GONE = "gone"


def _prefix(incarnation: str) -> str:
    return f"{incarnation[:64]}:"


def current(user: Any, person: Person) -> bool:
    """Whether what the row's sessions and tokens were issued for is this person."""
    return bool(user.cookie_id) and user.cookie_id.startswith(_prefix(person.incarnation))


def gone(user: Any) -> bool:
    return bool(user.cookie_id) and user.cookie_id.startswith(_prefix(GONE))


def begin(user: Any, person: Person, token: str) -> None:
    """From now on the row is this person's. A row that is theirs already keeps its sessions."""
    if not current(user, person):
        user.cookie_id = _prefix(person.incarnation) + token


def end(user: Any, token: str) -> None:
    user.cookie_id = _prefix(GONE) + token
