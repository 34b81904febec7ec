"""Lets in people who are not on the list, where the stack file says so (`allow`)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Protocol

from .. import names
from ..dynamic import Allow, Dynamic, number
from ..people.admitted import LONGEST_GROUP, MOST_GROUPS, Admission, Admitted, NotAdmitted
from ..people.roster import Person, Roster
from .turned_away import ASK, TurnedAway

log = logging.getLogger("declared.unlisted")


class Provider(Protocol):
    """What a type of authentication knows of somebody who has just logged in."""

    async def fulfils(self, allow: Allow, login: str, model: Any) -> bool:
        """Whether they fulfil one of the conditions."""

    def says(self, what: str, model: Any) -> Any:
        """A claim, or an attribute of the directory."""

    def groups_said(self, model: Any) -> list[str]: ...


@dataclass(frozen=True)
class Unlisted:
    dynamic: Dynamic | None
    kind: str
    """The type of authentication."""
    admitted: Admitted

    async def let_in(self, roster: Roster | None, login: str, model: Any, provider: Provider) -> Person | None:
        """@returns the person; None for somebody who would have to be on the list @raises TurnedAway"""
        name = names.normalise(login)
        if self.dynamic is None or roster is None or roster.blocks(login) or roster.blocks(name):
            return None
        if not (self.dynamic.allow.everybody or await _fulfils(provider, self.dynamic.allow, login, model)):
            return None
        if not names.without_list(name):
            log.warning("%r cannot be a name here", login[:64])
            raise TurnedAway(
                "Your name cannot be one on this hub. It has to begin with a letter or a digit, to have no other "
                f"characters than letters, digits and ._@+ - and at most 255 of them. {ASK}"
            )
        if roster.holds(name, self.admitted.container(names.Server(name))):
            # A login that only looks like somebody's on the list, or the name of somebody with another login.
            log.warning("%r is turned away: the name %r is of somebody on the list", login[:64], name[:64])
            return None
        by = self.dynamic.fingerprint(self.kind)
        groups = _groups(provider.groups_said(model)) if self.dynamic.groups else ()
        try:
            return self.admitted.admit(name, Admission(login, by, self._ids(login, model, provider), groups))
        except NotAdmitted as problem:
            raise TurnedAway(str(problem)) from None

    def _ids(self, login: str, model: Any, provider: Provider) -> tuple[int, int] | None:
        where = self.dynamic.ids if self.dynamic else None
        if where is None:
            return None
        uid, gid = (number(provider.says(what, model)) for what in (where.uid, where.gid))
        if uid is None or gid is None:
            log.warning("%r: %s and %s are not both numbers of a user and a group", login[:64], where.uid, where.gid)
            return None
        return uid, gid


async def _fulfils(provider: Provider, allow: Allow, login: str, model: Any) -> bool:
    """A condition that cannot be checked is not fulfilled."""
    if not allow.anybody:
        return False
    try:
        return await provider.fulfils(allow, login, model)
    except TurnedAway:
        raise
    except Exception as error:
        log.error("Whether %r may be let in could not be checked: %s: %s", login[:64], type(error).__name__, error)
        return False


def _groups(said: list[str]) -> tuple[str, ...]:
    return tuple(sorted({group for group in said if 0 < len(group) <= LONGEST_GROUP}))[:MOST_GROUPS]
