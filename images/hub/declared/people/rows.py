"""Rows of the hub's database for people who have none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from jupyterhub import orm
from jupyterhub.utils import maybe_future

from . import incarnation
from .roster import Person

AT_ONCE = 50
"""Rows of one transaction. Between two the hub answers whoever asks."""


async def make(app: Any, people: Sequence[Person], kind: str) -> list[orm.User]:
    """With all that a row needs in the same transaction. As JupyterHub makes them, one after the other and each in five
    transactions, hundreds of people of a first list would take the hub's whole time for most of a minute.

    @param kind the type of authentication
    @returns those that were missing
    """
    made = []
    for begin in range(0, len(people), AT_ONCE):
        rows = _rows(app.db, people[begin : begin + AT_ONCE], kind)
        app.db.commit()
        for row in rows:
            await maybe_future(app.authenticator.add_user(app.users[row]))
        made += rows
        await asyncio.sleep(0)
    return made


def _rows(db: Any, people: Sequence[Person], kind: str) -> list[orm.User]:
    names = [person.name for person in people]
    # Somebody may have logged in since the list was compared.
    there = {name for (name,) in db.query(orm.User.name).filter(orm.User.name.in_(names))}
    new = [person for person in people if person.name not in there]
    groups = _groups(db, {name for person in new for name in person.groups})
    user, admin = orm.Role.find(db, "user"), orm.Role.find(db, "admin")
    rows = []
    for person in new:
        row = orm.User(name=person.name, admin=person.admin)
        row.roles = [user, admin] if person.admin else [user]
        row.groups = [groups[name] for name in person.groups]
        incarnation.begin(row, person, kind)
        db.add_all([row, orm.Spawner(name="", display_name="", user=row)])
        rows.append(row)
    return rows


def _groups(db: Any, names: set[str]) -> dict[str, orm.Group]:
    found = {group.name: group for group in db.query(orm.Group).filter(orm.Group.name.in_(names))}
    return {name: found.get(name) or orm.Group(name=name) for name in names}
