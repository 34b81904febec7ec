"""Revokes everything that a name was ever given: sessions, tokens, rights. The row stays.

To delete the row would be shorter. But it holds when somebody was last active, and after a deletion an old id could
point to a new person.
"""

from __future__ import annotations

from typing import Any

from jupyterhub import orm, roles

from .. import names
from ..store import tokens
from . import incarnation
from .roster import Person


def needed(user: orm.User) -> bool:
    """Whether a row of somebody who is not on the roster still holds anything."""
    return bool(not incarnation.gone(user) or user.admin or user.groups or user.api_tokens or user.oauth_codes)


def sessions(db: Any, user: Any, person: Person, kind: str) -> None:
    """Revokes sessions, tokens and access to servers that were given for an earlier proof. Servers keep running."""
    row = user.orm_user
    for held in db.query(orm.APIToken).filter_by(user_id=row.id):
        if not (held.note and held.note.startswith(tokens.NOTE)):
            db.delete(held)
    for held in db.query(orm.OAuthCode).filter_by(user_id=row.id):
        db.delete(held)
    row.encrypted_auth_state = None
    incarnation.begin(row, person, kind)
    user._auth_refreshed = None
    db.commit()


def everything(db: Any, user: Any, successor: Person | None, kind: str) -> None:
    """`successor`: the person who has the name now, if any. The row becomes theirs."""
    row = user.orm_user
    for table in (orm.APIToken, orm.OAuthCode):
        for held in db.query(table).filter_by(user_id=row.id):
            db.delete(held)
    # The tokens that others hold for this person's servers go with the clients.
    for client_id in {names.oauth_client_id(row.name, server) for server in ("", *row.orm_spawners)}:
        for client in db.query(orm.OAuthClient).filter_by(identifier=client_id):
            db.delete(client)
    for table in (orm.Share, orm.ShareCode):
        for share in db.query(table).filter_by(owner_id=row.id):
            db.delete(share)
    for share in db.query(orm.Share).filter_by(user_id=row.id):
        db.delete(share)
    row.encrypted_auth_state = None
    row.admin = False
    row.groups = []
    row.roles = []
    roles.assign_default_roles(db, entity=row)
    if successor:
        incarnation.begin(row, successor, kind)
    else:
        incarnation.end(row)
    # The next request asks the roster again.
    user._auth_refreshed = None
    db.commit()
